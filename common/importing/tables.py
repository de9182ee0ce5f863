"""What every reader gives: a table with headings and rows that know their number in the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.errors import BadInput

MEGABYTE = 1024 * 1024
LARGEST_FILE = 100 * MEGABYTE
MOST_ROWS = 300_000
MOST_COLUMNS = 300
LONGEST_HEADING = 100


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: ``number`` is the line, sheet row or feature as people count it in the file.

    ``cells`` follow the headings; a number stays a number, so that a reader can tell. ``extra``:
    how many cells stand beyond the last heading. ``geometry``: shapely, in the file's own system.
    """

    number: int
    cells: Sequence[Any]
    geometry: Any = None
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file. ``rows()`` reads it again from the beginning, a row at a time.

    ``sheets``: sheets of a workbook or layers of a geographic file; ``sheet`` the one being read.
    ``crs``: the system that the file itself declares (WKT), "" where it declares none.
    """

    format: str
    headings: list[str]
    rows: Callable[[], Iterator[SourceRow]]
    encoding: str = ""
    separator: str = ""
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    crs: str = ""
    has_geometry: bool = False


def checked_headings(cells: Sequence[Any], *, filled: Sequence[bool] = ()) -> list[str]:
    """The headings as text; trailing empty ones are dropped.

    ``filled`` says which columns hold anything in the first rows: such a column needs a heading.
    """
    texts = [" ".join(str("" if cell is None else cell).split()) for cell in cells]
    while texts and not texts[-1] and not any(filled[len(texts) - 1 :]):
        texts.pop()
    if not any(texts):
        raise BadInput("The file has no row of headings: name the columns in its first row.")
    if len(texts) > MOST_COLUMNS:
        raise BadInput("The file has more than %(most)d columns.", most=MOST_COLUMNS)
    for at, text in enumerate(texts):
        if not text and at < len(filled) and filled[at]:
            raise BadInput(
                "Column %(column)d has values but no heading: split merged heading cells and "
                "give every column its own heading.",
                column=at + 1,
            )
    named = [text for text in texts if text]
    twice = next((text for text in named if named.count(text) > 1), "")
    if twice:
        raise BadInput("The heading “%(heading)s” occurs twice.", heading=twice[:40])
    if all(_like_a_number(text) for text in named):
        raise BadInput("The file has no row of headings: name the columns in its first row.")
    return [text[:LONGEST_HEADING] for text in texts]


def _like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def too_many_rows() -> BadInput:
    return BadInput(
        "The file has more than %(most)d rows: split it and import the parts.", most=MOST_ROWS
    )


def empty_file() -> BadInput:
    return BadInput("The file holds no rows to import.")
