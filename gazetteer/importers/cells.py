"""Cells of a row of place names: read one by one, each fault with its remark."""

import re
import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation

from boundaries.domain.codes import level_of
from common.errors import BadInput
from common.importing.columns import nearest_word, normal
from common.importing.rows import GivenRow
from common.partial_dates import PartialDate, read_partial_date
from gazetteer.domain.approved import read_spelling
from gazetteer.domain.classes import place_classes
from gazetteer.domain.codes import parse_code
from gazetteer.domain.name_periods import end_bound
from gazetteer.domain.readings import is_hanzi
from gazetteer.models import LegalCategory, NameKind

# Numbers belong to codes (105国道, 1203高地), never to other names (Regulation, Art 9 (3)).
NUMBERED = ("STREET", "NATURAL")
LONGEST = {
    "name": 100,
    "approved_by": 100,
    "document": 200,
    "document_page": 40,
    "reading": 300,
}
TEXTS = ("meaning", "origin", "history", "description", "approved_by", "document", "document_page")
IMPORTED_KINDS = (
    NameKind.STANDARD,
    NameKind.SHORT,
    NameKind.ALIAS,
    NameKind.FORMER,
    NameKind.HISTORIC,
    NameKind.ETHNIC,
)
_YES = {"yes", "y", "true", "t", "1", "是", "有", "真"}
_NO = {"no", "n", "false", "f", "0", "否", "无", "假"}
_EXPONENT = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")
_WHOLE = re.compile(r"^(\d+)\.0+$")


@dataclass(slots=True)
class NameCells:
    """A row's cells as values; "" or None where the file says nothing."""

    name: str = ""
    kind: str = NameKind.STANDARD.value
    category: str = ""
    class_code: str = ""
    division_code: str = ""
    place_id: str = ""
    place_code: str = ""
    reading: str = ""
    began: PartialDate | None = None
    ended: PartialDate | None = None
    approved_on: date | None = None
    synthetic: bool | None = None
    approximate: bool | None = None

    @property
    def code_division(self) -> str:
        """The division that the place-name code names, "" without a code."""
        return parse_code(self.place_code).division_code if self.place_code else ""


def read_cells(row: GivenRow) -> NameCells:
    """Every cell that can be judged by itself; faults are remarked on the row."""
    cells = NameCells()
    cells.kind = _word(row, "name_kind", _kinds(), "unknown_kind") or NameKind.STANDARD.value
    cells.category = _word(row, "category", _categories(), "unknown_category")
    cells.place_id = _identity(row)
    cells.place_code = _place_code(row)
    cells.name = _name(row, cells)
    cells.class_code = _class_code(row)
    cells.division_code = _division_code(row)
    cells.began, cells.ended = _partial(row, "began"), _partial(row, "ended")
    _compare(row, cells)
    cells.approved_on = _day(row)
    cells.synthetic, cells.approximate = _flag(row, "synthetic"), _flag(row, "approximate")
    cells.reading = _reading(row, cells)
    for key, most in LONGEST.items():
        if len(row.values.get(key, "")) > most:
            row.fault("too_long", field=key, most=most)
    return cells


def texts_of(row: GivenRow) -> dict[str, str]:
    """The free texts that the row gives: an empty cell leaves what stands."""
    return {key: row.values[key] for key in TEXTS if row.values.get(key)}


def _name(row: GivenRow, cells: NameCells) -> str:
    text = "".join(row.values.get("name", "").split())
    if not text:
        if not (cells.place_id or cells.place_code):
            row.fault("missing", field="name")
        return ""
    if cells.kind != NameKind.STANDARD.value:
        return text
    numbers = cells.category in NUMBERED
    for character in text:
        if not (is_hanzi(character) or (numbers and character in "0123456789")):
            row.fault("not_hanzi", character=character)
            return text
    if not any(map(is_hanzi, text)):
        row.fault("not_hanzi", character=text[0])
    return text


def _word(row: GivenRow, field: str, words: dict[str, str], code: str) -> str:
    text = row.values.get(field, "")
    if not text:
        return ""
    found = words.get(normal(text), "")
    if not found:
        row.fault(code, text=text[:40], near=_near(normal(text), tuple(words)))
    return found


@lru_cache(maxsize=1024)
def _near(text: str, words: tuple[str, ...]) -> str:
    """The word that was probably meant; all that there are in Chinese where none is near."""
    return nearest_word(text, words) or "、".join(word for word in words if is_hanzi(word[0]))


def _words_of(values: Any) -> dict[str, str]:
    found = {}
    for language, _name_of in settings.LANGUAGES:
        with translation.override(language):
            found |= {normal(str(value.label)): str(value.value) for value in values}
    return found | {normal(str(value.value)): str(value.value) for value in values}


@cache
def _categories() -> dict[str, str]:
    return _words_of(LegalCategory)


@cache
def _kinds() -> dict[str, str]:
    return _words_of(IMPORTED_KINDS)


def _digits(row: GivenRow, field: str) -> str:
    """Digits as text; spreadsheets turn codes into numbers and lose what does not fit."""
    text = row.values.get(field, "").replace(" ", "")
    whole = _WHOLE.match(text)
    if whole:
        text = whole[1]
    # A double keeps fifteen digits; what came through one ends in zeros that nobody typed.
    if _EXPONENT.match(text):
        row.fault("code_as_number", field=field, text=text[:40])
        return ""
    return text


def _place_code(row: GivenRow) -> str:
    text = _digits(row, "place_code")
    if not text:
        return ""
    try:
        parts = parse_code(text)
    except BadInput:
        row.fault("bad_place_code", text=text[:40])
        return ""
    if parts.class_code not in place_classes():
        row.remark("unknown_class", code=parts.class_code)
    return text


def _class_code(row: GivenRow) -> str:
    text = _digits(row, "class_code")
    if text and not (text.isascii() and text.isdigit() and len(text) == 5):
        row.fault("bad_class", text=text[:40])
        return ""
    if text and text not in place_classes():
        row.remark("unknown_class", code=text)
    return text


def _division_code(row: GivenRow) -> str:
    text = _digits(row, "division_code")
    if not text:
        return ""
    try:
        level_of(text)
    except ValueError:
        # Names of divisions are looked up with those of the other rows, all at once.
        if not any(map(is_hanzi, text)):
            row.fault("not_code", text=text[:40])
            return ""
    return text


def _identity(row: GivenRow) -> str:
    text = row.values.get("place_id", "")
    if not text:
        return ""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        row.fault("bad_id", text=text[:40])
        return ""


def _partial(row: GivenRow, field: str) -> PartialDate | None:
    text = row.values.get(field, "")
    if not text:
        return None
    try:
        return read_partial_date(text.replace("/", "-") if text[:4].isdigit() else text)
    except BadInput:
        row.fault("bad_date", field=field, text=text[:40])
        return None


def _compare(row: GivenRow, cells: NameCells) -> None:
    try:
        end_bound(cells.began, cells.ended)
    except BadInput:
        row.fault("ended_before_began")


def _day(row: GivenRow) -> date | None:
    text = row.values.get("approved_on", "")
    if not text:
        return None
    try:
        found = read_partial_date(text.replace("/", "-"))
    except BadInput:
        found = None
    if found is None or not found.exact:
        row.fault("bad_day", field="approved_on", text=text[:40])
        return None
    return found.first


def _flag(row: GivenRow, field: str) -> bool | None:
    text = row.values.get(field, "").casefold()
    if not text:
        return None
    if text in _YES | _NO:
        return text in _YES
    row.fault("bad_flag", field=field, text=text[:40])
    return None


def _reading(row: GivenRow, cells: NameCells) -> str:
    text = row.values.get("reading", "")
    if not text or not cells.name:
        return text
    try:
        spelling = read_spelling(text, name=cells.name)
    except BadInput:
        row.fault("bad_reading", text=text[:40])
        return ""
    if not spelling.known:
        row.remark("unknown_reading", text=text[:40])
    return spelling.toned
