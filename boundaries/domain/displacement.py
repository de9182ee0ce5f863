"""Has a marker been moved? Two measurements of one place, judged by the accuracy of both.

An accuracy is the mean error of a position (点位中误差), in metres: of all errors in the plane the
root mean square. Errors are taken as normal and alike in all directions, so that a distance beyond
three combined mean errors comes about by chance once in 8,000 and one beyond two in 55 times:
between the two nothing is claimed, the marker is measured again. Limit of twice the mean error:
domain reference §5.6 (unverified), a parameter here.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot, isfinite

from common.crs import GEOD

Where = tuple[float, float]


class Verdict(StrEnum):
    IN_PLACE = "in_place"
    UNDECIDED = "undecided"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Displacement:
    """``distance_m`` and ``azimuth`` from the registered to the measured position.

    ``sigma_m``: combined mean error of both; ``ratio``: the distance in these.
    """

    distance_m: float
    azimuth: float
    sigma_m: float
    verdict: Verdict

    @property
    def ratio(self) -> float:
        return self.distance_m / self.sigma_m


def displacement(
    registered: Where,
    registered_accuracy_m: float,
    measured: Where,
    measured_accuracy_m: float,
    *,
    in_place_within: float = 2.0,
    moved_beyond: float = 3.0,
) -> Displacement:
    """How far a marker stands from where it is registered, and what that means.

    Positions are (longitude, latitude) in CGCS2000 degrees, accuracies mean errors in metres.
    Raises ValueError for an accuracy that is not a positive number: without it nothing can be said.
    """
    for accuracy in (registered_accuracy_m, measured_accuracy_m):
        if not (isfinite(accuracy) and accuracy > 0):
            raise ValueError("An accuracy is a positive number of metres.")
    azimuth, _, distance = GEOD.inv(*registered, *measured)
    sigma = hypot(registered_accuracy_m, measured_accuracy_m)
    verdict = Verdict.UNDECIDED
    if distance <= in_place_within * sigma:
        verdict = Verdict.IN_PLACE
    elif distance > moved_beyond * sigma:
        verdict = Verdict.MOVED
    return Displacement(float(distance), float(azimuth) % 360, sigma, verdict)


@dataclass(frozen=True, slots=True)
class WitnessDoubt:
    """A witness object whose distance or direction no longer agrees; differences are measured

    minus registered, in metres and in degrees.
    """

    distance_m: float
    azimuth: float | None


def witness_doubt(
    registered: tuple[float, float | None],
    measured: tuple[float, float | None],
    accuracy_m: float,
    *,
    moved_beyond: float = 3.0,
) -> WitnessDoubt | None:
    """How (distance, azimuth) to a witness object (方位物) differ, None where they agree.

    A direction is compared by what it moves at that distance; one that was not taken says nothing.
    """
    off = measured[0] - registered[0]
    turn = None
    if registered[1] is not None and measured[1] is not None:
        turn = (measured[1] - registered[1] + 180) % 360 - 180
    aside = 0.0 if turn is None else abs(turn) * 0.017453292519943295 * registered[0]
    if hypot(off, aside) <= moved_beyond * accuracy_m:
        return None
    return WitnessDoubt(off, turn)
