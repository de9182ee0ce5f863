"""Where something may be built: places of a grid, of other buildings, of a file, and which stay."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from boundaries.queries.outlines import outlines
from common.errors import BadInput
from facilities.domain.coverage import nearest_distances
from facilities.domain.exclusions import Zone
from facilities.domain.scenarios import Flags, Places, ScenarioQuestion, on_grid
from facilities.models import Facility, FacilityCategory
from facilities.queries.cells import Cells, in_metres
from facilities.queries.coverage import UnknownCategory
from facilities.queries.demand import codes_of

# A place of a file: longitude, latitude, name, cost or None, number of its row.
FilePoint = Sequence[Any]
ROWS_NAMED = 10


def places_of(facilities: Any) -> Places:
    """Facilities as places, with their beds."""
    values = facilities.order_by("identity").values_list(
        "identity", "name", "division_code", "location", "beds"
    )
    rows = [(str(key), *rest, point.coords, beds) for key, *rest, point, beds in values]
    lonlat = np.array([row[3] for row in rows], dtype=np.float64).reshape(-1, 2)
    return Places(
        lonlat,
        in_metres(lonlat),
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        beds=np.array([np.nan if row[4] is None else row[4] for row in rows], dtype=np.float64),
    )


def candidates(
    question: ScenarioQuestion,
    cells: Cells,
    xy: Any,
    within: str,
    at: date,
    points: Sequence[FilePoint],
) -> Places:
    """All places that the question names, before any rule."""
    if question.candidates == "grid":
        weights = cells.elders if question.weights == "elders" else cells.people
        chosen = on_grid(xy, weights, question.grid_m)
        keys = [f"{round(x)} {round(y)}" for x, y in xy[chosen].tolist()]
        codes = cells.codes[chosen].tolist()
        return Places(cells.lonlat[chosen], xy[chosen], keys, [""] * len(keys), codes)
    if question.candidates == "facilities":
        if not FacilityCategory.objects.filter(code=question.candidate_category).exists():
            raise UnknownCategory(code=question.candidate_category[:20])
        rows = (
            Facility.objects.on(at)
            .shown()
            .within(within)
            .filter(category=question.candidate_category)
        )
        return places_of(rows)
    return from_file(points, within=within, at=at, question=question)


def from_file(
    points: Sequence[FilePoint], *, within: str, at: date, question: ScenarioQuestion
) -> Places:
    """Places of a file with the street or county that holds each. Takes 2 queries. Raises
    BadInput with the rows that lie outside the area, or have no cost where a budget needs it."""
    lonlat = np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)
    codes = codes_of(lonlat=lonlat, at=at)
    outside = [points[n][4] for n in np.flatnonzero(~np.char.startswith(codes, within))]
    if outside:
        raise BadInput(
            "%(count)d places of the file lie outside %(code)s: rows %(rows)s.",
            count=len(outside),
            code=within,
            rows=_rows(outside),
        )
    costs = [point[3] if point[3] is not None else question.site_cost for point in points]
    missing = [point[4] for point, cost in zip(points, costs, strict=True) if cost is None]
    if missing and (question.budget is not None or len(missing) < len(costs)):
        raise BadInput(
            "%(count)d places of the file have no cost: rows %(rows)s. Say what one site costs.",
            count=len(missing),
            rows=_rows(missing),
        )
    return Places(
        lonlat,
        in_metres(lonlat),
        [f"{number} {lon:.6f} {lat:.6f}" for lon, lat, _name, _cost, number in points],
        [point[2] for point in points],
        codes.tolist(),
        None if missing else np.array(costs, dtype=np.float64),
    )


def _rows(numbers: Sequence[int]) -> str:
    named = ", ".join(str(number) for number in numbers[:ROWS_NAMED])
    return named if len(numbers) <= ROWS_NAMED else f"{named} …"


def kept_places(
    question: ScenarioQuestion,
    given: Places,
    standing: Places,
    at: date,
    zones: Sequence[Zone] = (),
) -> tuple[Flags, dict[str, int]]:
    """Which places stay, and how many fell out for which reason."""
    kept = np.ones(len(given), dtype=bool)
    excluded: dict[str, int] = {}

    def leave_out(why: str, wrong: Any) -> None:
        gone = int((kept & wrong).sum())
        if gone:
            excluded[why] = gone
            kept[wrong] = False

    if question.without:
        leave_out("without", np.isin(np.array(given.keys), question.without))
    if question.forbidden and len(given):
        leave_out("forbidden", _inside(question.forbidden, given, at))
    if question.apart_m and question.keep_existing and len(standing) and len(given):
        near = nearest_distances(given.xy, standing.xy) < question.apart_m
        leave_out("near_existing", near)
    for zone in zones:
        leave_out(zone.key, zone.holds(given.xy))
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
