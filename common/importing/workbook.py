"""Excel workbooks (.xlsx): one sheet, streamed; a sheet of a million empty rows ends early."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from common.errors import BadInput
from common.importing.tables import (
    MEGABYTE,
    MOST_COLUMNS,
    MOST_ROWS,
    SourceRow,
    Table,
    checked_headings,
    empty_file,
    too_many_rows,
)

LARGEST_UNPACKED = 500 * MEGABYTE
LARGEST_RATIO = 200
MOST_EMPTY_ROWS = 1000
_LOOKED_AT = 20


class BrokenWorkbook(BadInput):
    template = "The workbook cannot be read: open it in Excel, save it again as .xlsx and retry."


class UnpacksTooLarge(BadInput):
    template = "The file would unpack to more than can be read safely: it is refused."


def refuse_zip_bombs(path: Path) -> list[str]:
    """Names in the archive; raises BadInput where unpacking would be absurdly large."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    # RuntimeError: encrypted, or packed in a way that zipfile cannot undo.
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        raise BadInput("The file is damaged: it cannot be unpacked.") from None
    whole = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if whole > LARGEST_UNPACKED or (whole > 20 * MEGABYTE and whole / packed > LARGEST_RATIO):
        raise UnpacksTooLarge
    return [entry.filename for entry in entries]


def open_workbook(path: Path, *, sheet: str = "") -> Table:
    if "xl/workbook.xml" not in refuse_zip_bombs(path):
        raise BrokenWorkbook
    names = _sheet_names(path)
    chosen = sheet if sheet in names else _only(path, names)
    first = list(islice(_records(path, chosen), _LOOKED_AT))
    if not first:
        raise empty_file()
    width = max(len(cells) for _, cells in first)
    filled = [
        any(at < len(cells) and _there(cells[at]) for _, cells in first[1:]) for at in range(width)
    ]
    headings = checked_headings([*first[0][1], *[None] * (width - len(first[0][1]))], filled=filled)

    def rows() -> Iterator[SourceRow]:
        for count, (number, cells) in enumerate(islice(_records(path, chosen), 1, None)):
            if count >= MOST_ROWS:
                raise too_many_rows()
            extra = sum(1 for cell in cells[len(headings) :] if _there(cell))
            yield SourceRow(number, [_plain(cell) for cell in cells[: len(headings)]], extra=extra)

    return Table("xlsx", headings, rows, sheets=names, sheet=chosen)


def _only(path: Path, names: list[str]) -> str:
    """The sheet that is meant: the only one that holds anything, else the first of several."""
    holding = [name for name in names if next(_records(path, name), None) is not None]
    if not holding:
        raise empty_file()
    return holding[0]


def _sheet_names(path: Path) -> list[str]:
    book = _load(path)
    try:
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def _load(path: Path) -> Any:
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except Exception:  # openpyxl raises whatever its XML brings up
        raise BrokenWorkbook from None


def _records(path: Path, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """(row number, cells) of every row that is not wholly empty."""
    book = _load(path)
    empty = 0
    try:
        rows = book[sheet].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        for number, cells in enumerate(rows, start=1):
            if any(map(_there, cells)):
                empty = 0
                yield number, list(cells)
            elif (empty := empty + 1) > MOST_EMPTY_ROWS:
                return
    except BadInput:
        raise
    except Exception:  # a damaged part shows itself only while it is being read
        raise BrokenWorkbook from None
    finally:
        book.close()


def _there(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _plain(cell: Any) -> Any:
    """Numbers stay numbers; a whole float is the integer that was typed; days become text."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell if isinstance(cell, int | float) else str(cell)
