"""Files of places where a facility may be built: points with a name and, if known, a cost."""

import math
from pathlib import Path
from typing import Any

import shapely

from common.datums import get_datum
from common.errors import BadInput
from common.importing.columns import guess_columns
from common.importing.declared import refuse_contradiction
from common.importing.opening import open_table
from common.importing.rows import GivenRow, given_rows
from common.imports.wording import COMMON, filled

WORDS = {
    "longitude": ("lon", "lng", "x", "经度", "东坐标"),
    "latitude": ("lat", "y", "纬度", "北坐标"),
    "name": ("title", "名称", "地点", "地块"),
    "cost": ("price", "造价", "费用", "成本", "万元"),
}
MOST_PLACES = 5000


def read_sites(
    path: Path, *, name: str = "", datum: str = "CGCS2000"
) -> list[tuple[float, float, str, float | None, int]]:
    """(longitude, latitude, name, cost in 10,000 yuan or None, row) of each place, in CGCS2000;
    an area (a parcel) stands for a point within it. Raises BadInput with the row that cannot be
    used."""
    table, declared = open_table(path, name=name), get_datum(datum)
    refuse_contradiction(table.crs, declared)
    mapping = guess_columns(table.headings, WORDS)
    found = [_place(row) for chunk in given_rows(table, mapping, declared) for row in chunk]
    if not found:
        raise BadInput("The file holds no places.")
    if len(found) > MOST_PLACES:
        raise BadInput(
            "The file holds %(count)d places: bring at most %(most)d.",
            count=len(found),
            most=MOST_PLACES,
        )
    return found


def _place(row: GivenRow) -> tuple[float, float, str, float | None, int]:
    for remark in row.remarks:
        known = COMMON[remark["code"]]
        if known.level == "fault":
            why = str(filled(known.text, remark.get("values", {}), {})).rstrip(".")
            raise BadInput("Row %(row)d: %(why)s.", row=row.number, why=why)
    if row.geometry is None:
        raise BadInput("Row %(row)d has no position.", row=row.number)
    point: Any = row.geometry if row.from_point else shapely.point_on_surface(row.geometry)
    return (
        round(float(point.x), 7),
        round(float(point.y), 7),
        row.values.get("name", "")[:100],
        _cost(row),
        row.number,
    )


def _cost(row: GivenRow) -> float | None:
    text = row.values.get("cost", "").replace(",", "")
    if not text:
        return None
    try:
        cost = float(text)
    except ValueError:
        cost = math.nan
    if not (math.isfinite(cost) and cost >= 0):
        raise BadInput("Row %(row)d: “%(text)s” is no cost.", row=row.number, text=text[:20])
    return cost
