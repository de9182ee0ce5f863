"""Agreements with their surveyed lines, and the features these follow, out of files of lines."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import fiona
import shapely
from shapely.geometry import shape

from boundaries.models import FeatureKind
from boundaries.operations.agreements import AgreementFacts, FeatureFacts
from common.crs import CGCS2000, project
from common.errors import BadInput

TEXTS = ("document", "approved_by", "maps", "page", "follows", "managed")
DAYS = ("signed_on", "approved_on")


def read_agreements(path: Path) -> list[AgreementFacts]:
    """Rows of a file (GeoPackage, Shapefile, GeoJSON …) in the system that the file declares.

    Columns: ``line_code`` and ``document``; where known signed_on, approved_by, approved_on, maps,
    page, follows, managed, accuracy_m. Raises BadInput with the number of the first wrong row.
    """
    found = []
    for number, given, drawn in _rows(path, "document"):
        values: dict[str, Any] = {key: str(given.get(key) or "").strip() for key in TEXTS}
        for key in DAYS:
            values[key] = _day(number, given.get(key))
        values["accuracy_m"] = _metres(number, given.get("accuracy_m"))
        found.append(AgreementFacts(number, given["line_code"], drawn, values))
    return found


def read_features(path: Path) -> list[FeatureFacts]:
    """Linear features that agreed lines follow, each on the stretch that the line follows it.

    Columns: ``line_code`` and ``name``; where known kind (river, ditch, road, ridge, other),
    surveyed_on, accuracy_m. Raises BadInput with the number of the first wrong row.
    """
    found = []
    for number, given, drawn in _rows(path, "name"):
        kind = str(given.get("kind") or FeatureKind.OTHER).strip()
        if kind not in FeatureKind.values:
            raise BadInput(
                "Row %(row)d: “%(text)s” is no kind of feature: %(kinds)s.",
                row=number,
                text=kind[:40],
                kinds=", ".join(FeatureKind.values),
            )
        values = {
            "name": str(given["name"])[:100],
            "kind": kind,
            "surveyed_on": _day(number, given.get("surveyed_on")),
            "accuracy_m": _metres(number, given.get("accuracy_m")),
        }
        found.append(FeatureFacts(number, given["line_code"], drawn, values))
    return found


def _rows(path: Path, needed: str) -> Iterator[tuple[int, dict[str, Any], Any]]:
    """Number, columns and MultiLineString in CGCS2000 of every row of a file of lines."""
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
    for number, (properties, geometry) in enumerate(rows, start=1):
        given = {str(key).lower(): value for key, value in properties.items()}
        for key in ("line_code", needed):
            given[key] = str(given.get(key) or "").strip()
            if not given[key]:
                raise BadInput(
                    "Row %(row)d: line_code and %(key)s are needed.", row=number, key=needed
                )
        drawn = shapely.force_2d(shape(geometry)) if geometry else None
        if drawn is None or drawn.geom_type not in ("LineString", "MultiLineString"):
            raise BadInput("Row %(row)d is no line.", row=number)
        if epsg not in (CGCS2000, 4326):
            drawn = project(drawn, epsg, CGCS2000)
        west, south, east, north = drawn.bounds
        if not (70 < west <= east < 140 and 0 < south <= north < 60):
            raise BadInput("Row %(row)d lies outside China: check its system.", row=number)
        yield number, given, shapely.MultiLineString(list(shapely.get_parts(drawn)))


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
