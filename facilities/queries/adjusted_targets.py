"""Coverage targets before and after an adjustment of divisions, where nothing is written yet."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from boundaries.domain.adjusting import Outcome
from boundaries.domain.codes import COUNTY, TOWNSHIP, prefix_of
from boundaries.queries.adjusting import Passage, jurisdiction_over
from boundaries.queries.touched import codes_after
from common.models import bilingual
from facilities.domain.targets import Ground, Site, Unit
from facilities.models import Facility
from facilities.queries.cells import read_cells
from facilities.queries.grounds import (
    Radii,
    people_of,
    reach_within,
    read_grounds,
    register_periods,
)
from facilities.queries.targets import (
    SHORTEST,
    Standing,
    editions_of,
    listings_of,
    radii_of,
    standing_of,
)

COUNTY_DIGITS = 6
# Codes and where they lie (degrees) → the codes that they would bear.
Recode = Callable[[NDArray[np.str_], NDArray[np.float64]], NDArray[np.str_]]


@dataclass(frozen=True, slots=True)
class TargetChange:
    """One target of one division. A standing is ``None`` on the side where it does not exist."""

    code: str
    name: str
    before: Standing | None
    after: Standing | None

    @property
    def same(self) -> bool:
        return _told(self.before) == _told(self.after)


def _told(standing: Standing | None) -> object:
    if standing is None or standing.measured is None:
        return None
    found = standing.measured
    return found.outcome, found.value, found.wanted, found.short_by


def target_changes(
    *, outcome: Outcome, passages: Sequence[Passage], on: date
) -> list[TargetChange] | None:
    """Every target of the districts that change, and of the city that holds them.

    ``None`` where no one city holds all that changes: targets are not measured across cities.
    """
    codes = {u.code for side in (outcome.before, outcome.after) for u in side.values()}
    within = jurisdiction_over(code[:6] for code in codes if len(code) >= COUNTY_DIGITS)
    if len(within) < SHORTEST:
        return None
    within, eve = within[:SHORTEST], on - timedelta(days=1)
    editions = editions_of(within)
    radii = radii_of(editions)
    before = read_grounds(
        within=within,
        days=[eve],
        register=register_periods(within=within),
        listings=listings_of(editions),
        radii=radii,
    )[eve]
    after = adjusted_ground(before, within=within, outcome=outcome, passages=passages, radii=radii)
    former = _former_codes(outcome)
    areas = {within, *(code[:6] for code in codes if prefix_of(code)[:6] != within)}
    found = []
    for area in sorted(areas - set(former.values())):
        prefixes = (former.get(area, area), area)
        sides = [_unit(ground, one) for ground, one in zip((before, after), prefixes, strict=True)]
        named = sides[1] or sides[0]
        if named is None:
            continue
        for target_id in dict.fromkeys(edition.target_id for edition in editions):
            old, new = (
                standing_of(editions, target_id, ground, one) if unit else None
                for ground, one, unit in zip((before, after), prefixes, sides, strict=True)
            )
            if (old and old.edition) or (new and new.edition):
                name = bilingual(named.name, named.name_en)
                found.append(TargetChange(named.code, name, old, new))
    return found


def _former_codes(outcome: Outcome) -> dict[str, str]:
    """New code → old one of districts that go on under another code."""
    pairs = (
        (outcome.after[key].code, old.code)
        for key, old in outcome.before.items()
        if key in outcome.after and old.level == COUNTY
    )
    return {new: old for new, old in pairs if new != old}


def _unit(ground: Ground, prefix: str) -> Unit | None:
    return next((unit for unit in ground.units if unit.prefix == prefix), None)


def adjusted_ground(
    ground: Ground, *, within: str, outcome: Outcome, passages: Sequence[Passage], radii: Radii
) -> Ground:
    """The same day as if the adjustment held: nobody and nothing has moved, codes are others.

    Figures of policy stay with the divisions they were set for.
    """

    def recode(codes: NDArray[np.str_], lonlat: NDArray[np.float64]) -> NDArray[np.str_]:
        return codes_after(codes, lonlat, passages=passages)

    cells = read_cells(at=ground.day, within=within)
    cells = replace(cells, codes=recode(cells.codes, cells.lonlat))
    heirs: dict[str, set[str]] = {}
    for arrow in outcome.arrows:
        if arrow.before is not None and arrow.after is not None:
            old, new = outcome.before[arrow.before], outcome.after[arrow.after]
            heirs.setdefault(prefix_of(old.code), set()).add(prefix_of(new.code))
    return replace(
        ground,
        units=_units(ground, within, outcome),
        sites=_sites(ground, within, recode),
        people=people_of(cells),
        heirs={
            code: tuple(sorted({new for old in olds for new in heirs.get(old, {old})}))
            for code, olds in ground.heirs.items()
        },
        reach=reach_within({ground.day: cells}, radii).get(ground.day, {}),
        _sites={},
        _people={},
        _units={},
    )


def _units(ground: Ground, within: str, outcome: Outcome) -> list[Unit]:
    gone = {unit.code for unit in outcome.before.values()}
    begun = [
        Unit(unit.code, unit.name, unit.name_en, unit.level, unit.kind)
        for unit in outcome.after.values()
        if unit.level <= TOWNSHIP and unit.code.startswith(within)
    ]
    kept = [unit for unit in ground.units if unit.code not in gone]
    return sorted([*kept, *begun], key=lambda unit: unit.code)


def _sites(ground: Ground, within: str, recode: Recode) -> list[Site]:
    if not ground.sites:
        return []
    rows = Facility.objects.within(within).values_list("identity", "location")
    where = {**dict(rows), **dict(rows.filter(period__contains=ground.day))}
    spots = np.array([where[uuid.UUID(site.key)].coords for site in ground.sites])
    codes = recode(np.array([site.code for site in ground.sites], dtype="<U12"), spots)
    pairs = zip(ground.sites, codes.tolist(), strict=True)
    return [replace(site, code=code) for site, code in pairs]
