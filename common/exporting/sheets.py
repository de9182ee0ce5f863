"""What an export is: columns, rows, datum; and how a cell is kept from running as a formula."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from common.datums import Datum, convert, from_cgcs2000
from common.importing.rows import FORMULA_SIGNS

DEGREE_DECIMALS = 8  # about a millimetre: what comes back is what went out
METRE_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """``key``: heading in geographic files, ``label``: in tables. ``kind``: text, flag or number.

    A shapefile cuts headings to ten characters: ``short`` is used there.
    """

    key: str
    label: str
    kind: str = "text"
    short: str = ""

    @property
    def field(self) -> str:
        return (self.short or self.key)[:10]


@dataclass(frozen=True, slots=True)
class Export:
    """A list on its way out.

    ``rows()`` gives mappings by column key with a ``geometry`` in CGCS2000 (shapely or None), a
    bounded number at a time; ``title`` and ``note`` say what it is. ``more`` are further layers,
    which only a GeoPackage can hold.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Callable[[], Iterator[Mapping[str, Any]]]
    datum: Datum
    day: date
    note: str = ""
    yes: str = "yes"
    no: str = "no"
    more: Sequence["Export"] = ()

    def cell(self, column: Column, value: Any) -> Any:
        if column.kind == "flag":
            return self.yes if value else self.no
        return "" if value is None else value


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith((*FORMULA_SIGNS, "\t", "\r")):
        return f"'{value}"
    return value


def placed(geometry: Any, datum: Datum) -> Any:
    """A geometry in the datum of the export; None stays None."""
    return None if geometry is None else convert(geometry, from_cgcs2000, datum)


def pair(geometry: Any, datum: Datum) -> tuple[Any, Any]:
    """Longitude and latitude (or metres) of a point on the geometry, rounded; "" where unknown."""
    if geometry is None or geometry.is_empty:
        return "", ""
    point = geometry if geometry.geom_type == "Point" else shapely.point_on_surface(geometry)
    decimals = METRE_DECIMALS if datum.metres else DEGREE_DECIMALS
    return round(point.x, decimals), round(point.y, decimals)


def shape_text(geometry: Any, datum: Datum) -> str:
    """WKT of lines and areas; a point is told by its pair already."""
    if geometry is None or geometry.geom_type == "Point":
        return ""
    decimals = METRE_DECIMALS if datum.metres else DEGREE_DECIMALS
    return str(shapely.to_wkt(geometry, rounding_precision=decimals))
