"""Targets for funeral facilities (F01–F05): where they stand, how large a grave is, who approved.

National law gives no metres: a distance that no edition sets for the jurisdiction is unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facilities.domain.targets.forms import FACILITIES, exact, form, of_sites, require_some
from facilities.domain.targets.ground import Ground, Site
from facilities.domain.targets.result import (
    THRESHOLD,
    Measurement,
    Missing,
    Outcome,
    Result,
    not_recorded,
    of_site,
)

LAND = "land_use"
LEVEL, DOCUMENT = "approval_level", "approval_document"
BEARING = "dwelling_bearing_deg"


@dataclass(frozen=True, slots=True)
class Limits:
    """Attribute → number that it has to reach, or may not exceed; none set: unknown."""

    categories: Sequence[str]
    limits: Mapping[str, str]

    def __post_init__(self) -> None:
        require_some(categories=self.categories)
        if any(exact(limit) < 0 for limit in self.limits.values()):
            raise ValueError("limits are 0 or more")


@form("at_least", Limits, value="facilities", short=FACILITIES, single=True)
def at_least(asked: Limits, ground: Ground, within: str, rounding: str) -> Measurement:
    """Far enough from everything that is protected (F01)."""
    return _limited(asked, ground, within, least=True)


@form("at_most", Limits, value="facilities", short=FACILITIES, single=True)
def at_most(asked: Limits, ground: Ground, within: str, rounding: str) -> Measurement:
    """No grave is larger than allowed (F03)."""
    return _limited(asked, ground, within, least=False)


def _limited(asked: Limits, ground: Ground, within: str, *, least: bool) -> Measurement:
    results = []
    for site in ground.sites_in([within], asked.categories):
        if not asked.limits:
            results.append(of_site(site, Outcome.UNKNOWN, missing=(Missing(THRESHOLD),)))
            continue
        gaps = {name: _gap(site, name, limit, least) for name, limit in asked.limits.items()}
        lacks = tuple(name for name, gap in gaps.items() if gap is not None and gap > 0)
        results.append(_judged(site, lacks, tuple(asked.limits), _largest(gaps, lacks)))
    return of_sites(results, ground, add_up=False)


def _gap(site: Site, name: str, limit: str, least: bool) -> float | None:
    """By how much a limit is missed, 0 or less where it is kept; ``None`` where unknown."""
    value = site.get(name)
    if value is None:
        return None
    gap = exact(limit) - exact(value)
    return float(gap if least else -gap)


def _largest(gaps: Mapping[str, float | None], names: Sequence[str]) -> float | None:
    return max((gaps[name] or 0.0 for name in names), default=None)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Kinds of land that a facility may not lie on."""

    categories: Sequence[str]
    land: Sequence[str]

    def __post_init__(self) -> None:
        require_some(categories=self.categories, land=self.land)


@form("not_on", Forbidden, value="facilities", short=FACILITIES, single=True)
def not_on(asked: Forbidden, ground: Ground, within: str, rounding: str) -> Measurement:
    """On no forbidden land (F02, Art 10)."""
    results = []
    for site in ground.sites_in([within], asked.categories):
        lacks = tuple(land for land in site.get(LAND) or () if land in asked.land)
        results.append(_judged(site, lacks, (LAND,), float(len(lacks)) or None))
    return of_sites(results, ground, add_up=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """Category → levels of authority, one of which has approved it by a document."""

    levels: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        require_some(levels=self.levels)


@form("approved", Approval, value="facilities", short=FACILITIES, single=True)
def approved(asked: Approval, ground: Ground, within: str, rounding: str) -> Measurement:
    """Approved by a document, and by whom the law says (F04, Art 8)."""
    results = []
    for site in ground.sites_in([within], asked.levels):
        level = site.get(LEVEL)
        wrong = level is not None and level not in asked.levels[site.category]
        results.append(_judged(site, (LEVEL,) if wrong else (), (LEVEL, DOCUMENT), None))
    return of_sites(results, ground, add_up=False)


@dataclass(frozen=True, slots=True)
class Downwind:
    """``wind_from_deg``: where the prevailing wind comes from; ``None`` where none is set.

    The facility lies downwind of its nearest dwellings when they lie to windward, within
    ``tolerance_deg`` of where the wind comes from.
    """

    categories: Sequence[str]
    wind_from_deg: float | None = None
    tolerance_deg: float = 90

    def __post_init__(self) -> None:
        require_some(categories=self.categories)
        if self.wind_from_deg is not None and not 0 <= self.wind_from_deg <= 360:
            raise ValueError("wind_from_deg lies between 0 and 360")


@form("downwind", Downwind, value="facilities", short=FACILITIES, single=True)
def downwind(asked: Downwind, ground: Ground, within: str, rounding: str) -> Measurement:
    """Downwind of dwellings (F05)."""
    results = []
    for site in ground.sites_in([within], asked.categories):
        if asked.wind_from_deg is None:
            results.append(of_site(site, Outcome.UNKNOWN, missing=(Missing(THRESHOLD),)))
            continue
        bearing = site.get(BEARING)
        away = None if bearing is None else _angle(bearing, asked.wind_from_deg)
        wrong = away is not None and away > asked.tolerance_deg
        results.append(_judged(site, (BEARING,) if wrong else (), (BEARING,), None))
    return of_sites(results, ground, add_up=False)


def _angle(first: float, second: float) -> float:
    """The smaller angle between two directions, 0 to 180."""
    turn = abs(first - second) % 360
    return min(turn, 360 - turn)


def _judged(
    site: Site, lacks: tuple[str, ...], asked: Sequence[str], short_by: float | None
) -> Result:
    """Short where anything is wrong; else unknown where anything asked is not recorded."""
    missing = not_recorded(site, *asked)
    outcome = Outcome.SHORT if lacks else Outcome.UNKNOWN if missing else Outcome.MET
    return of_site(
        site,
        outcome,
        lacks=lacks,
        short_by=short_by if lacks else None,
        missing=missing if outcome == Outcome.UNKNOWN else (),
    )
