"""The ground of a siting scenario: people, what stands, and where something may be built."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from shapely.geometry import shape

from boundaries.models import DivisionVersion
from boundaries.queries.outlines import outlines
from common.errors import BadInput
from facilities.domain.coverage import nearest_distances
from facilities.domain.scenarios import Ground, Places, ScenarioQuestion, on_grid
from facilities.models import Facility, FacilityCategory, Target
from facilities.queries.cells import Cells, in_metres, read_cells
from facilities.queries.coverage import UnknownDivision

DISTANCE, LAND = "F01", "F02"
# A row of a file: longitude, latitude, name, cost or None.
FilePoint = Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class ReadGround:
    """The ground with what is known of its data."""

    ground: Ground
    synthetic: bool
    approximate: bool
    base_on: date | None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule that places would have to keep, but that no layer of the data can tell."""

    edition: Target
    kinds: tuple[str, ...]


def read_ground(
    *,
    question: ScenarioQuestion,
    category: str,
    within: str,
    at: date,
    points: Sequence[FilePoint] = (),
) -> ReadGround:
    """Read what the question rests on. Takes 5 queries at most and one for each point of a file.

    Facilities beyond the area count where they are within the distance of its people. Raises
    :class:`UnknownDivision`, BadInput for areas that are not known.
    """
    cells = read_cells(at=at, within=within)
    if not len(cells.people):
        raise UnknownDivision(code=within[:12])
    xy = in_metres(cells.lonlat)
    standing, marks = _existing(question, category, within, at, xy)
    given = _candidates(question, cells, xy, within, at, points)
    kept, excluded = _kept(question, given, standing, at)
    ground = Ground(
        lonlat=cells.lonlat,
        xy=xy,
        people=cells.people,
        elders=cells.elders,
        codes=cells.codes,
        existing=standing,
        candidates=given.only(kept),
        given=len(given),
        excluded=excluded,
    )
    return ReadGround(
        ground,
        synthetic=cells.synthetic or marks[0],
        approximate=bool(cells.approximate.any()) or marks[1],
        base_on=cells.base_on,
    )


def unchecked_rules(*, category: str, within: str, at: date) -> list[Unchecked]:
    """Rules on distances and land (F01, F02) for the category; the narrowest edition of each."""
    rows: dict[str, Target] = {}
    editions = Target.objects.on(at).holding(within).filter(target_id__in=(DISTANCE, LAND))
    for edition in sorted(editions, key=lambda row: len(row.jurisdiction)):
        rows[edition.target_id] = edition
    return [
        Unchecked(edition, tuple(edition.parameters.get("land", edition.parameters.get("limits"))))
        for edition in rows.values()
        if category in edition.parameters.get("categories", ())
    ]


def _places(rows: Sequence[tuple[str, str, str, Any]], costs: Any = None) -> Places:
    lonlat = np.array([row[3] for row in rows], dtype=np.float64).reshape(-1, 2)
    return Places(
        lonlat,
        in_metres(lonlat),
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        costs,
    )


def _rows_of(facilities: Any) -> list[tuple[str, str, str, Any]]:
    values = facilities.order_by("pk").values_list("pk", "name", "division_code", "location")
    return [(str(key), name, code, point.coords) for key, name, code, point in values]


def _existing(
    question: ScenarioQuestion, category: str, within: str, at: date, cells: Any
) -> tuple[Places, tuple[bool, bool]]:
    rows = Facility.objects.on(at).filter(category=category)
    places = _places(_rows_of(rows))
    if not len(places):
        return places, (False, False)
    inside = np.array([code.startswith(within) for code in places.codes])
    near = nearest_distances(places.xy, cells) * question.detour <= question.distance_m
    kept = places.only(inside | near)
    marked = rows.filter(pk__in=kept.keys)
    return kept, (
        marked.filter(synthetic=True).exists(),
        marked.filter(approximate=True).exists(),
    )


def _candidates(
    question: ScenarioQuestion,
    cells: Cells,
    xy: Any,
    within: str,
    at: date,
    points: Sequence[FilePoint],
) -> Places:
    if question.candidates == "grid":
        weights = cells.elders if question.weights == "elders" else cells.people
        chosen = on_grid(xy, weights, question.grid_m)
        keys = [f"{round(x)} {round(y)}" for x, y in xy[chosen].tolist()]
        codes = cells.codes[chosen].tolist()
        return Places(cells.lonlat[chosen], xy[chosen], keys, [""] * len(keys), codes)
    if question.candidates == "facilities":
        if not FacilityCategory.objects.filter(code=question.candidate_category).exists():
            raise BadInput("Choose the category whose buildings are to be used.")
        rows = Facility.objects.on(at).within(within).filter(category=question.candidate_category)
        return _places(_rows_of(rows))
    return _from_file(points, within, at, question)


def _from_file(
    points: Sequence[FilePoint], within: str, at: date, question: ScenarioQuestion
) -> Places:
    """Points with the county in which each lies; those beyond the area fall out."""
    rows = []
    costs = []
    for number, (lon, lat, name, cost) in enumerate(points, 1):
        point = Point(lon, lat, srid=4490)
        here = DivisionVersion.objects.on(at).county_cells().covering(point)
        code = here.values_list("code", flat=True).first() or ""
        rows.append((f"{number} {lon:.6f} {lat:.6f}", name, code, (lon, lat)))
        costs.append(cost if cost is not None else question.site_cost)
    known = [cost for cost in costs if cost is not None]
    if known and len(known) < len(costs):
        raise BadInput("Some places have a cost and some have none: say what one site costs.")
    return _places(rows, np.array(known, dtype=np.float64) if known else None)


def _kept(
    question: ScenarioQuestion, given: Places, standing: Places, at: date
) -> tuple[Any, dict[str, int]]:
    """Which places stay, and how many fell out for which reason."""
    kept = np.ones(len(given), dtype=bool)
    excluded: dict[str, int] = {}

    def leave_out(why: str, wrong: Any) -> None:
        gone = int((kept & wrong).sum())
        if gone:
            excluded[why] = gone
            kept[wrong] = False

    if question.forbidden and len(given):
        leave_out("forbidden", _inside(question.forbidden, given, at))
    if question.apart_m and question.keep_existing and len(standing) and len(given):
        near = nearest_distances(given.xy, standing.xy) < question.apart_m
        leave_out("near_existing", near)
    return kept, excluded


def _inside(codes: Sequence[str], given: Places, at: date) -> Any:
    """Which places lie in one of the divisions."""
    full = {code: code.ljust(6, "0") if len(code) <= 6 else code for code in codes}
    shapes = outlines(at=at, codes=list(full.values()))
    unknown = [code for code, whole in full.items() if whole not in shapes]
    if unknown:
        raise BadInput(
            "The division %(code)s has no shape on that day: it cannot be left out.",
            code=unknown[0],
        )
    inside = np.zeros(len(given), dtype=bool)
    for outline in shapes.values():
        area = shape(outline)
        shapely.prepare(area)
        inside |= shapely.contains_xy(area, given.lonlat[:, 0], given.lonlat[:, 1])
    return inside
