"""Shapes as people type them on a form: a point, line or outline, one vertex a line, or WKT."""

import re
from typing import Any

import numpy as np
import shapely

from common.datums import Datum, convert, to_cgcs2000
from common.errors import BadInput
from common.importing.positions import (
    UnreadableNumber,
    plausible,
    read_degrees,
    read_shape,
    swapped,
)

KINDS = ("point", "line", "area", "wkt")
LEAST = {"point": 1, "line": 2, "area": 3}
MOST_VERTICES = 20_000
_SEPARATOR = re.compile(r"[,，;；\t]")
_WRITTEN = re.compile(r"^\s*(?:\{|SRID\b|(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b)", re.IGNORECASE)


class BrokenShape(BadInput):
    template = "The shape is not valid: %(reason)s."


def read_typed(text: str, *, kind: str, datum: Datum) -> Any:
    """The shape in CGCS2000 degrees, ``None`` for an empty text.

    ``kind`` of :data:`KINDS`; a text that is WKT or GeoJSON is read as such whatever
    the kind. Raises :class:`BadInput` with the line that cannot be read, or why the shape is none.
    """
    if not text.strip():
        return None
    shape = (
        _written(text, datum) if kind == "wkt" or _WRITTEN.match(text) else _from_lines(text, kind)
    )
    vertices = shapely.get_coordinates(shape)
    if not len(vertices) or shape.geom_type == "GeometryCollection":
        raise BadInput("The shape is empty.")
    if len(vertices) > MOST_VERTICES:
        raise BadInput("A shape has at most %(most)d vertices here: import it.", most=MOST_VERTICES)
    for x, y in vertices:
        _refuse_nonsense(float(x), float(y), datum)
    found = shapely.set_precision(convert(shape, to_cgcs2000, datum), 1e-9, mode="pointwise")
    if not np.isfinite(shapely.get_coordinates(found)).all():
        raise BadInput("These coordinates cannot be converted from the declared datum.")
    if not shapely.is_valid(found):
        raise BrokenShape(reason=shapely.is_valid_reason(found))
    return found


def write_typed(shape: Any) -> tuple[str, str]:
    """(kind, text) that :func:`read_typed` reads back as the same shape, CGCS2000 degrees."""
    if shape is None or shape.is_empty:
        return "point", ""
    if shape.geom_type == "Point":
        return "point", _lines([shape.coords[0]])
    if shape.geom_type == "LineString":
        return "line", _lines(shape.coords)
    if shape.geom_type == "Polygon" and not shape.interiors:
        return "area", _lines(shape.exterior.coords[:-1])
    return "wkt", shapely.to_wkt(shape, rounding_precision=9)


def _lines(vertices: Any) -> str:
    return "\n".join(f"{_number(x)}, {_number(y)}" for x, y, *_ in vertices)


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _written(text: str, datum: Datum) -> Any:
    shape = read_shape(text, datum=datum)
    if shape is None or shape.is_empty:
        raise BadInput("The shape is empty.")
    return shape


def _from_lines(text: str, kind: str) -> Any:
    rows = [row for row in text.splitlines() if row.strip()]
    if len(rows) > MOST_VERTICES:
        raise BadInput("A shape has at most %(most)d vertices here: import it.", most=MOST_VERTICES)
    vertices = [_vertex(row, number) for number, row in enumerate(rows, start=1)]
    if kind == "area" and len(vertices) > 1 and vertices[0] == vertices[-1]:
        vertices.pop()
    least = LEAST.get(kind, 1)
    if kind == "point" and len(vertices) > 1:
        raise BadInput("A point has one line of coordinates: choose line or area.")
    if len(set(vertices)) < least:
        raise BadInput("This kind of shape needs at least %(least)d vertices.", least=least)
    if kind == "point":
        return shapely.Point(vertices[0])
    return shapely.LineString(vertices) if kind == "line" else shapely.Polygon(vertices)


def _vertex(row: str, number: int) -> tuple[float, float]:
    cells = [cell for cell in _SEPARATOR.split(row.strip()) if cell.strip()]
    if len(cells) == 1:
        cells = row.split()
    if len(cells) != 2:
        raise BadInput(
            "Line %(number)d: write longitude and latitude with a comma between them.",
            number=number,
        )
    try:
        x, y = (read_degrees(cell)[0] for cell in cells)
    except UnreadableNumber as error:
        raise BadInput(
            "Line %(number)d: “%(text)s” is not a number.", number=number, **error.values
        ) from None
    return float(x or 0), float(y or 0)


def _refuse_nonsense(x: float, y: float, datum: Datum) -> None:
    if plausible(x, y, datum):
        return
    if swapped(x, y, datum):
        raise BadInput("Longitude and latitude are swapped: %(x)s, %(y)s.", x=x, y=y)
    raise BadInput(
        "The position %(x)s, %(y)s cannot lie in China as %(datum)s.", x=x, y=y, datum=datum.key
    )
