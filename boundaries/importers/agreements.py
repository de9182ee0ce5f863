"""Agreements with their surveyed lines, out of any file of lines."""

from datetime import date
from pathlib import Path
from typing import Any

import fiona
import shapely
from shapely.geometry import shape

from boundaries.operations.agreements import AgreementFacts
from common.crs import CGCS2000, project
from common.errors import BadInput

TEXTS = ("document", "approved_by", "maps", "page", "follows", "managed")
DAYS = ("signed_on", "approved_on")


def read_agreements(path: Path) -> list[AgreementFacts]:
    """Rows of a file (GeoPackage, Shapefile, GeoJSON …) in the system that the file declares.

    Columns: ``line_code`` and ``document``; where known signed_on, approved_by, approved_on, maps,
    page, follows, managed, accuracy_m. Raises BadInput with the number of the first wrong row.
    """
    try:
        with fiona.open(path) as file:
            epsg = file.crs.to_epsg() if file.crs else None
            rows = [(dict(each["properties"]), each["geometry"]) for each in file]
    except (fiona.errors.FionaError, OSError, ValueError) as error:
        raise BadInput("%(file)s is no file of lines.", file=path.name) from error
    if epsg is None:
        raise BadInput(
            "%(file)s does not say in which system its coordinates are: declare it.",
            file=path.name,
        )
    return [
        _read(number, properties, geometry, epsg)
        for number, (properties, geometry) in enumerate(rows, start=1)
    ]


def _read(number: int, properties: dict[str, Any], geometry: Any, epsg: int) -> AgreementFacts:
    given = {str(key).lower(): value for key, value in properties.items()}
    code = str(given.get("line_code") or "").strip()
    document = str(given.get("document") or "").strip()
    if not code or not document:
        raise BadInput("Row %(row)d: line_code and document are needed.", row=number)
    drawn = shapely.force_2d(shape(geometry)) if geometry else None
    if drawn is None or drawn.geom_type not in ("LineString", "MultiLineString"):
        raise BadInput("Row %(row)d is no line.", row=number)
    if epsg not in (CGCS2000, 4326):
        drawn = project(drawn, epsg, CGCS2000)
    west, south, east, north = drawn.bounds
    if not (70 < west <= east < 140 and 0 < south <= north < 60):
        raise BadInput("Row %(row)d lies outside China: check its system.", row=number)
    values: dict[str, Any] = {key: str(given.get(key) or "").strip() for key in TEXTS}
    for key in DAYS:
        values[key] = _day(number, given.get(key))
    values["accuracy_m"] = _metres(number, given.get("accuracy_m"))
    return AgreementFacts(
        number, code, shapely.MultiLineString(list(shapely.get_parts(drawn))), values
    )


def _day(number: int, value: Any) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise BadInput("Row %(row)d: “%(text)s” is no day.", row=number, text=str(value)) from None


def _metres(number: int, value: Any) -> float | None:
    if value in (None, ""):
        return None
    try:
        metres = float(value)
    except (TypeError, ValueError):
        metres = -1.0
    if not 0 < metres < 1000:
        raise BadInput("Row %(row)d: an accuracy is a number of metres above 0.", row=number)
    return metres
