"""Who lives near enough: the share of people within a distance of at least *k* facilities.

Straight lines in metres, in a projected system (Guangzhou: EPSG:4547). Rule form C01 of the
residential planning standard GB 50180-2018: share of residents within a radius of a class.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from common.errors import BadInput

Floats = NDArray[np.float64]


class CoverageInputRefused(BadInput):
    """The measure would be nonsense; the message says which number is to blame."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """People to be served: one row a cell.

    ``xy`` is ``(n, 2)``, easting and northing in metres; ``people`` and ``elders`` (60 and over)
    are counts; ``groups`` names the division that each cell is reported under.
    """

    xy: Floats
    people: Floats
    elders: Floats
    groups: NDArray[np.str_]

    def __post_init__(self) -> None:
        check_metres(self.xy)
        for counts in (self.people, self.elders):
            if len(counts) != len(self.xy):
                raise CoverageInputRefused("Every cell needs its counts of people.")
            if not np.isfinite(counts).all():
                raise CoverageInputRefused("A count of people is missing or not a number.")
            if (counts < 0).any():
                raise CoverageInputRefused("A count of people is negative.")
        if len(self.groups) != len(self.xy):
            raise CoverageInputRefused("Every cell needs its division.")


@dataclass(frozen=True, slots=True)
class Tally:
    """People and elders in one division, and how many of them are covered."""

    group: str
    people: float
    elders: float
    covered_people: float
    covered_elders: float

    @property
    def share(self) -> float | None:
        """Covered share of all people; ``None`` where nobody lives."""
        return self.covered_people / self.people if self.people else None

    @property
    def elders_share(self) -> float | None:
        return self.covered_elders / self.elders if self.elders else None

    @property
    def uncovered_people(self) -> float:
        return self.people - self.covered_people

    @property
    def uncovered_elders(self) -> float:
        return self.elders - self.covered_elders


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """``covered[i]`` tells whether cell *i* is; ``costs[i]`` is how far its k-th nearest facility
    lies, in metres or minutes (infinite where there are fewer than *k*)."""

    covered: NDArray[np.bool_]
    costs: Floats
    tallies: tuple[Tally, ...]
    total: Tally


def check_metres(xy: Floats) -> None:
    """Refuse anything that is not finite metres: degrees would measure nonsense, silently."""
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise CoverageInputRefused("Positions must be pairs of easting and northing.")
    if not np.isfinite(xy).all():
        raise CoverageInputRefused("A position is missing or not a number.")
    # No 3° zone has a point of the mainland within 180 m of its origin on both axes.
    if ((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90)).any():
        raise CoverageInputRefused("Positions are in degrees, metres are needed.")


def nearest_distances(cells: Floats, facilities: Floats, *, at_least: int = 1) -> Floats:
    """Metres from each cell to its ``at_least``-th nearest facility, infinite where none is."""
    check_metres(cells)
    check_metres(facilities)
    if at_least < 1:
        raise CoverageInputRefused("The number of facilities must be 1 or more.")
    if not len(cells) or len(facilities) < at_least:
        return np.full(len(cells), np.inf)
    distances, _ = cKDTree(facilities).query(cells, k=[at_least])
    return np.asarray(distances[:, 0], dtype=np.float64)


def within_distance(cells: Floats, facilities: Floats, metres: float) -> NDArray[np.bool_]:
    """Which cells have a facility within so many metres, the very distance included: a search that
    looks no farther is several times as quick as one for the nearest."""
    check_metres(cells)
    check_metres(facilities)
    if not (math.isfinite(metres) and metres >= 0):
        raise CoverageInputRefused("The distance must be a number of metres, 0 or more.")
    if not len(cells) or not len(facilities):
        return np.zeros(len(cells), dtype=np.bool_)
    # The search leaves out its own bound, and squares it: a little farther is asked for.
    bound = metres * (1 + 1e-9) + 1e-3
    distances, _ = cKDTree(facilities).query(cells, distance_upper_bound=bound)
    return np.asarray(distances <= metres, dtype=np.bool_)


def coverage(
    demand: Demand, facilities: Floats, *, distance_m: float, at_least: int = 1
) -> Coverage:
    """Measure who is covered. A cell on the very distance counts as covered.

    ``facilities`` is ``(m, 2)`` in the metres of ``demand.xy``; none at all is a result (nobody
    is covered), so is a demand of no cells. Raises :class:`CoverageInputRefused`.
    """
    if not (math.isfinite(distance_m) and distance_m >= 0):
        raise CoverageInputRefused("The distance must be a number of metres, 0 or more.")
    distances = nearest_distances(demand.xy, facilities, at_least=at_least)
    return covered_within(demand, distances, limit=distance_m)


def covered_within(demand: Demand, costs: Floats, *, limit: float) -> Coverage:
    """The same from the cost of each cell to its k-th nearest facility, in metres or minutes;
    infinite where there is none."""
    if len(costs) != len(demand.people) or np.isnan(costs).any():
        raise CoverageInputRefused("Every cell needs its cost.")
    if not (math.isfinite(limit) and limit >= 0):
        raise CoverageInputRefused("The limit must be a number, 0 or more.")
    covered = costs <= limit
    names, index = np.unique(demand.groups, return_inverse=True)
    counts = (demand.people, demand.elders, demand.people * covered, demand.elders * covered)
    sums = [np.bincount(index, weights=values, minlength=len(names)) for values in counts]
    tallies = tuple(
        Tally(str(name), *(float(column[i]) for column in sums)) for i, name in enumerate(names)
    )
    return Coverage(covered, costs, tallies, _total(tallies))


def _total(tallies: tuple[Tally, ...]) -> Tally:
    return Tally(
        group="",
        people=math.fsum(t.people for t in tallies),
        elders=math.fsum(t.elders for t in tallies),
        covered_people=math.fsum(t.covered_people for t in tallies),
        covered_elders=math.fsum(t.covered_elders for t in tallies),
    )
