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
    verdict = _verdict(distance, sigma, in_place_within, moved_beyond)
    return Displacement(float(distance), float(azimuth) % 360, sigma, verdict)


def _verdict(distance_m: float, sigma_m: float, within: float, beyond: float) -> Verdict:
    if distance_m <= within * sigma_m:
        return Verdict.IN_PLACE
    return Verdict.MOVED if distance_m > beyond * sigma_m else Verdict.UNDECIDED


@dataclass(frozen=True, slots=True)
class OffLine:
    """How far a marker stands beside the agreed line; MOVED: it does not stand on it."""

    distance_m: float
    sigma_m: float
    verdict: Verdict


def off_line(
    distance_m: float,
    marker_accuracy_m: float,
    line_accuracy_m: float,
    *,
    in_place_within: float = 2.0,
    moved_beyond: float = 3.0,
) -> OffLine:
    """Whether a marker so many metres beside the agreed line stands on it, by both accuracies.

    Only across the line, so that chance exceeds three mean errors less often still than for a
    displacement. Raises ValueError for a distance or an accuracy that is none.
    """
    for accuracy in (marker_accuracy_m, line_accuracy_m):
        if not (isfinite(accuracy) and accuracy > 0):
            raise ValueError("An accuracy is a positive number of metres.")
    if not (isfinite(distance_m) and distance_m >= 0):
        raise ValueError("A distance is a number of metres, not below 0.")
    sigma = hypot(marker_accuracy_m, line_accuracy_m)
    return OffLine(distance_m, sigma, _verdict(distance_m, sigma, in_place_within, moved_beyond))


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
