"""The ground of a siting scenario: people, what stands, where something may be built, the ways."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from common.crs import GUANGZHOU_ZONE
from common.errors import BadInput
from facilities.domain.coverage import nearest_distances
from facilities.domain.networks import MODES
from facilities.domain.scenarios import Ground, Places, ScenarioQuestion
from facilities.models import Facility
from facilities.queries.cells import in_metres, read_cells
from facilities.queries.coverage import UnknownDivision
from facilities.queries.networks import METRES_A_MINUTE, NetworkUsed, journeys_by, networks_for
from facilities.queries.protected import outlines_of, place_rules, zones_of
from facilities.queries.siting_places import FilePoint, candidates, kept_places, places_of


@dataclass(frozen=True, slots=True, eq=False)
class ReadGround:
    """The ground with what is known of its data; ``by_line`` people counted are on no network."""

    ground: Ground
    synthetic: bool
    approximate: bool
    base_on: date | None
    networks: tuple[NetworkUsed, ...] = ()
    by_line: float = 0.0
    zones: Sequence[dict[str, Any]] = ()

    def rests_on(self) -> dict[str, Any]:
        """As the result keeps it."""
        return {
            "base_on": self.base_on.isoformat() if self.base_on else None,
            "networks": [[row.name, row.cells, row.credit] for row in self.networks],
            "by_line": self.by_line,
            "zones": list(self.zones),
        }


def read_ground(
    *,
    question: ScenarioQuestion,
    category: str,
    within: str,
    at: date,
    points: Sequence[FilePoint] = (),
) -> ReadGround:
    """Read what the question rests on; the number of queries does not grow with it.

    Facilities beyond the area count where they are within the distance of its people; they never
    close. Raises :class:`UnknownDivision`, BadInput for areas that are not known and for places
    of a file that lie outside.
    """
    cells = read_cells(at=at, within=within)
    if not len(cells.people):
        raise UnknownDivision(code=within[:12])
    for code, _factor in question.fairness:
        if not np.char.startswith(cells.codes, code).any():
            raise BadInput(
                "Nobody lives in %(code)s within this area: its weight would change nothing.",
                code=code,
            )
    xy = in_metres(cells.lonlat)
    standing, marks = _existing(question, category, within, at, xy)
    foreign = np.array([not code.startswith(within) for code in standing.codes], dtype=bool)
    given = candidates(question, cells, xy, within, at, points)
    rules = place_rules(category=category, within=within, at=at)
    free = zones_of(rules=rules, own=question.keep, at=at, lonlat=cells.lonlat)
    kept, excluded = kept_places(question, given, standing, at, free.zones)
    ways, networks, by_line = None, (), 0.0
    chosen = given.only(kept)
    if question.extra is not None:
        chosen = _with_extensions(chosen, standing, foreign)
    ground = Ground(
        lonlat=cells.lonlat,
        xy=xy,
        people=cells.people,
        elders=cells.elders,
        codes=cells.codes,
        existing=standing,
        candidates=chosen,
        given=len(given),
        excluded=excluded,
        foreign=foreign,
    )
    if question.in_minutes:
        ways, networks = journeys_by(
            mode=question.mode,
            rows=networks_for(at=at, mode=question.mode),
            origins=cells.lonlat,
            facilities=ground.places().lonlat,
            epsg=GUANGZHOU_ZONE,
            detour=question.detour,
        )
        by_line = float(ground.counted(question)[~ways.on_network].sum())
        ground = replace(ground, ways=ways)
    return ReadGround(
        ground,
        synthetic=any(
            (cells.synthetic, marks[0], free.synthetic, *(n.synthetic for n in networks))
        ),
        approximate=any(
            (
                cells.approximate.any(),
                marks[1],
                free.approximate,
                *(n.approximate for n in networks),
            )
        ),
        base_on=cells.base_on,
        networks=networks,
        by_line=by_line,
        zones=outlines_of(free.zones, xy),
    )


def _existing(
    question: ScenarioQuestion, category: str, within: str, at: date, cells: Any
) -> tuple[Places, tuple[bool, bool]]:
    rows = Facility.objects.on(at).shown().filter(category=category)
    places = places_of(rows)
    if not len(places):
        return places, (False, False)
    inside = np.array([code.startswith(within) for code in places.codes])
    near = nearest_distances(places.xy, cells) <= _farthest(question)
    kept = places.only(inside | near)
    marked = rows.filter(identity__in=kept.keys)
    return kept, (
        marked.filter(synthetic=True).exists(),
        marked.filter(approximate=True).exists(),
    )


def _farthest(question: ScenarioQuestion) -> float:
    """Metres of straight line beyond which nothing is within the limit."""
    if not question.in_minutes:
        return question.distance_m / question.detour
    return question.minutes * MODES[question.mode].fastest_kmh * METRES_A_MINUTE


def _with_extensions(given: Places, standing: Places, foreign: Any) -> Places:
    """The places, and one more on each facility of the area, which it would extend."""
    own = np.flatnonzero(~foreign)
    more = standing.only(~foreign)
    return Places(
        np.vstack([given.lonlat.reshape(-1, 2), more.lonlat.reshape(-1, 2)]),
        np.vstack([given.xy.reshape(-1, 2), more.xy.reshape(-1, 2)]),
        [*given.keys, *(f"+{key}" for key in more.keys)],
        [*given.names, *more.names],
        [*given.codes, *more.codes],
        None if given.costs is None else np.concatenate([given.costs, np.zeros(len(more))]),
        extends=np.concatenate([given.extensions(), own]),
    )
