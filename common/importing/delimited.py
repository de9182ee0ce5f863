"""CSV and its kin: encoding and separator are found out, quoted line breaks keep the numbers."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from common.errors import BadInput
from common.importing.tables import (
    MOST_ROWS,
    SourceRow,
    Table,
    checked_headings,
    empty_file,
    too_many_rows,
)

SEPARATORS = (",", ";", "\t", "|")
LARGEST_CELL = 200_000
_LOOKED_AT = 20
# Of the Chinese characters of a real text nearly all are among the 6,763 of GB 2312.
_LEAST_COMMON = 0.9


class UnreadableText(BadInput):
    template = (
        "The text is neither UTF-8 nor GB18030: save the file again as “CSV UTF-8” and upload that."
    )


def open_delimited(path: Path) -> Table:
    content = path.read_bytes()
    encoding = encoding_of(content)
    text = content.decode(encoding)
    del content
    separator = separator_of(text)
    first = [cells for _, cells in islice(_records(text, separator), _LOOKED_AT)]
    if not first:
        raise empty_file()
    width = max(map(len, first))
    filled = [any(at < len(row) and row[at].strip() for row in first[1:]) for at in range(width)]
    # Cells beyond the headings are a fault of their row, not of the whole file.
    headings = checked_headings(first[0], filled=filled[: len(first[0])])

    def rows() -> Iterator[SourceRow]:
        for count, (number, cells) in enumerate(islice(_records(text, separator), 1, None)):
            if count >= MOST_ROWS:
                raise too_many_rows()
            extra = sum(1 for cell in cells[len(headings) :] if cell.strip())
            yield SourceRow(number, cells[: len(headings)], extra=extra)

    return Table("csv", headings, rows, encoding=encoding, separator=separator)


def encoding_of(content: bytes) -> str:
    """Python's name of the encoding; raises BadInput where it is none that can be told safely."""
    if not content.strip():
        raise empty_file()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _tried(content, "utf-16")
    if b"\x00" in content:
        raise UnreadableText
    if content.startswith(b"\xef\xbb\xbf"):
        return _tried(content, "utf-8-sig")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _gb18030(content)
    return "utf-8"


def _tried(content: bytes, encoding: str) -> str:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableText from None
    return encoding


def _gb18030(content: bytes) -> str:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        raise UnreadableText from None
    foreign = [character for character in text[:200_000] if not character.isascii()]
    common = sum(1 for character in foreign if _in_gb2312(character))
    if common < _LEAST_COMMON * len(foreign):
        raise UnreadableText
    return "gb18030"


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def separator_of(text: str) -> str:
    """The separator that splits the heading row into most columns; a comma where none does."""
    line = next((line for line in text.splitlines()[:50] if line.strip()), "")
    try:
        counts = {sign: len(next(csv.reader([line], delimiter=sign))) for sign in SEPARATORS}
    except (csv.Error, StopIteration):
        return ","
    return max(SEPARATORS, key=lambda sign: counts[sign])


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line of its beginning, cells) of every row that is not wholly empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    # A quote that is never closed would swallow the rest of the file into one cell.
    csv.field_size_limit(LARGEST_CELL)
    before = 0
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield number, [cell.replace("\x00", "") for cell in cells]
    except csv.Error:
        raise BadInput(
            "Line %(line)d cannot be split into cells: a quotation mark may be left open there.",
            line=before + 1,
        ) from None
