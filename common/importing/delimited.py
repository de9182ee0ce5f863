"""CSV and its kin: encoding and separator are found out, quoted line breaks keep the numbers."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
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
# Text of two bytes a character, without the mark that says so, is full of null characters.
_MOST_NULLS = 0.1
# Of the Chinese characters of a real text nearly all are among the 6,763 of GB 2312.
_LEAST_COMMON = 0.9


class UnreadableText(BadInput):
    template = (
        "The text is neither UTF-8 nor GB18030: save the file again as “CSV UTF-8” and upload that."
    )


class NullInText(BadInput):
    template = (
        "Line %(line)d holds a null character, which no text may hold: take it out, or have the"
        " program that made the file write it again."
    )


class MixedText(BadInput):
    template = (
        "Line %(line)d is not %(encoding)s like the lines before it: two encodings may be mixed."
        " Save the file again as “CSV UTF-8” and look at that line."
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
        raise _null_in(content)
    if content.startswith(b"\xef\xbb\xbf"):
        return _tried(content, "utf-8-sig")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _gb18030(content, error)
    return "utf-8"


def _null_in(content: bytes) -> BadInput:
    """Where the first null character stands, if what is around it is text at all."""
    if content.count(0) > _MOST_NULLS * len(content):
        return UnreadableText()
    try:
        encoding_of(content.replace(b"\x00", b""))
    except BadInput as error:
        return error
    return NullInText(line=content.count(b"\n", 0, content.index(0)) + 1)


def _tried(content: bytes, encoding: str) -> str:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(content, error) from None
    return encoding


def _broken(content: bytes, error: UnicodeDecodeError) -> BadInput:
    """Where the text stops being readable, if Chinese was readable before it."""
    before = content[: error.start]
    if before.isascii() or error.encoding.startswith("utf-16"):
        return UnreadableText()
    encoding = "GB18030" if error.encoding == "gb18030" else "UTF-8"
    return MixedText(line=before.count(b"\n") + 1, encoding=encoding)


def _gb18030(content: bytes, as_utf8: UnicodeDecodeError) -> str:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        # What reached further is what the file began with.
        raise _broken(content, max(error, as_utf8, key=lambda each: each.start)) from None
    if not _common(text[:200_000]):
        raise _broken(content, as_utf8)
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.isascii() and _is_utf8(line) and not _common(line.decode("gb18030")):
            raise MixedText(line=number, encoding="GB18030")
    return "gb18030"


def _common(text: str) -> bool:
    """Whether the characters are such as people write, not those of a wrong encoding."""
    foreign = [character for character in text if not character.isascii()]
    common = sum(1 for character in foreign if _in_gb2312(character))
    return common >= _LEAST_COMMON * len(foreign)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


# A line after the last one: a quotation mark that is never closed swallows it too.
END = "\x00end"


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
    lines = chain(io.StringIO(text, newline=""), [END])
    reader = csv.reader(lines, delimiter=separator)
    csv.field_size_limit(LARGEST_CELL)
    before = 0
    try:
        for cells in reader:
            if cells == [END]:
                return
            if cells and cells[-1].endswith(END):
                raise csv.Error
            number, before = before + 1, reader.line_num
            if any(cell.strip() for cell in cells):
                yield number, [cell.replace("\x00", "") for cell in cells]
    except csv.Error:
        raise BadInput(
            "Line %(line)d cannot be split into cells: a quotation mark may be left open there.",
            line=before + 1,
        ) from None
