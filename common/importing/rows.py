"""Rows between reader and importer: cells by field, position in CGCS2000, remarks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from common.datums import Datum, convert, to_cgcs2000
from common.errors import BadInput
from common.importing.positions import (
    OtherSystem,
    plausible,
    read_degrees,
    read_shape,
    swapped,
)
from common.importing.tables import SourceRow, Table

CHUNK = 5_000
POSITION_FIELDS = ("longitude", "latitude", "geometry")
LONGEST_CELL = 20_000
# Spreadsheets take such cells for formulas: exports put an apostrophe before, imports drop it.
FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Context:
    """What a check is made for: the day, the jurisdiction, the declared datum, mapped fields.

    ``file``: the upload itself, where a kind reads pictures that come with the table.
    """

    at: date
    jurisdiction: str
    datum: Datum
    fields: frozenset[str]
    file: Path | None = None


@dataclass(slots=True)
class GivenRow:
    """A row as an importer sees it. ``values``: field → text, "" where empty.

    ``geometry``: CGCS2000, None where the row gives none; ``from_point``: it came from longitude
    and latitude, not from a shape. ``raw``: the position in the declared datum. ``faulty``: a
    remark so far is a fault.
    """

    number: int
    values: dict[str, str]
    geometry: Any = None
    from_point: bool = False
    raw: tuple[float, float] | None = None
    remarks: list[dict[str, Any]] = field(default_factory=list)
    faulty: bool = False

    def remark(self, code: str, /, *, fault: bool = False, **values: Any) -> None:
        self.remarks.append({"code": code, "values": values} if values else {"code": code})
        self.faulty = self.faulty or fault

    def fault(self, code: str, /, **values: Any) -> None:
        self.remark(code, fault=True, **values)


@dataclass(slots=True)
class CheckedRow:
    """What a row would do; the columns of :class:`common.models.ImportRow`."""

    number: int
    outcome: str
    subject: Any = None
    title: str = ""
    remarks: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    geometry: Any = None


def given_rows(table: Table, mapping: Mapping[str, str], datum: Datum) -> Iterator[list[GivenRow]]:
    """The rows of a table in chunks, with cells by field and positions converted."""
    at = {heading: index for index, heading in enumerate(table.headings)}
    columns = {key: at[heading] for key, heading in mapping.items() if heading in at}
    rows = table.rows()
    while chunk := list(islice(rows, CHUNK)):
        given = [_given(row, columns) for row in chunk]
        _place(chunk, given, columns, datum)
        yield given


def _given(row: SourceRow, columns: Mapping[str, int]) -> GivenRow:
    values = {
        key: cell_text(row.cells[index]) if index < len(row.cells) else ""
        for key, index in columns.items()
    }
    given = GivenRow(row.number, values)
    if row.extra:
        given.fault("extra_cells", extra=row.extra)
    for key, value in values.items():
        if key != "geometry" and len(value) > LONGEST_CELL:
            given.fault("too_long", field=key, most=LONGEST_CELL)
            values[key] = value[:100]
    return given


def cell_text(cell: Any) -> str:
    text = str(cell).strip()
    if text[:1] == "'" and text[1:2] in FORMULA_SIGNS:
        text = text[1:]
    return text.replace("\x00", "")


def _place(
    chunk: Sequence[SourceRow],
    given: Sequence[GivenRow],
    columns: Mapping[str, int],
    datum: Datum,
) -> None:
    """Read every row's position and convert all of a chunk at once."""
    points: list[GivenRow] = []
    shapes: list[GivenRow] = []
    for source, row in zip(chunk, given, strict=True):
        shape = source.geometry
        if shape is None and row.values.get("geometry"):
            try:
                shape = read_shape(row.values["geometry"], datum=datum)
            except OtherSystem as error:
                row.fault("other_system", **error.values)
                continue
            except BadInput:
                row.fault("not_geometry", text=row.values["geometry"][:40])
                continue
        if shape is not None:
            if _usable(row, shape, datum):
                row.geometry = shape
                shapes.append(row)
        elif _read_pair(source, row, columns, datum):
            points.append(row)
    if points:
        raw = np.array([row.raw for row in points], dtype=np.float64)
        placed = shapely.points(to_cgcs2000(raw, datum))
        for row, point in zip(points, placed, strict=True):
            row.geometry, row.from_point = point, True
    if shapes:
        array = np.array([row.geometry for row in shapes], dtype=object)
        centres = shapely.get_coordinates(shapely.point_on_surface(array))
        for row, shape, centre in zip(
            shapes, convert(array, to_cgcs2000, datum), centres, strict=True
        ):
            row.geometry, row.raw = shape, (float(centre[0]), float(centre[1]))


def _usable(row: GivenRow, shape: Any, datum: Datum) -> bool:
    if shape.is_empty:
        row.fault("broken_geometry", reason="empty")
        return False
    if not shape.is_valid:
        row.fault("broken_geometry", reason=str(shapely.is_valid_reason(shape))[:80])
        return False
    x, y = shapely.get_coordinates(shape)[0]
    return _lies_in_china(row, float(x), float(y), datum)


def _read_pair(source: SourceRow, row: GivenRow, columns: Mapping[str, int], datum: Datum) -> bool:
    if "longitude" not in columns or "latitude" not in columns:
        return False
    pair: list[float | None] = []
    for key in ("longitude", "latitude"):
        index = columns[key]
        cell = source.cells[index] if index < len(source.cells) else ""
        try:
            value, written = read_degrees(cell)
        except BadInput:
            row.fault("not_number", field=key, text=str(cell)[:40])
            return False
        if written:
            row.remark("from_dms", field=key, text=str(cell)[:40], value=round(value or 0, 7))
        pair.append(value)
    x, y = pair
    if x is None and y is None:
        return False
    if x is None or y is None:
        row.fault("half_position")
        return False
    if not _lies_in_china(row, x, y, datum):
        return False
    row.raw = (x, y)
    return True


def _lies_in_china(row: GivenRow, x: float, y: float, datum: Datum) -> bool:
    if plausible(x, y, datum):
        return True
    code = "swapped" if swapped(x, y, datum) else "implausible"
    row.fault(code, x=round(x, 6), y=round(y, 6), datum=datum.key)
    return False


def fields_of(mapping: Mapping[str, str]) -> Iterable[str]:
    return (key for key, heading in mapping.items() if heading)
