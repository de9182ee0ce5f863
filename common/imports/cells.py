"""Cells that many kinds of import share: a word of a list, a number, a day, yes or no.

Each reads one cell of a row and remarks what is wrong with it, under the codes in :data:`CELLS`.
"""

import math
import unicodedata
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from common.importing.columns import nearest_word, normal
from common.importing.rows import GivenRow
from common.partial_dates import read_partial_date
from common.registries import RemarkText

YES = {"yes", "y", "true", "1", "是"}
NO = {"no", "n", "false", "0", "否"}

CELLS: dict[str, RemarkText] = {
    "missing": RemarkText("fault", _("%(field)s is missing."), _("Fill the cell.")),
    "unknown_word": RemarkText(
        "fault",
        _("%(field)s: “%(text)s” is not known here."),
        _("Meant is perhaps “%(near)s”."),
    ),
    "not_a_number": RemarkText(
        "fault",
        _("%(field)s: “%(text)s” is not a number from %(least)s to %(most)s."),
        _("Write digits alone, in the unit that the heading names."),
    ),
    "bad_day": RemarkText(
        "fault", _("%(field)s: “%(text)s” is not a day."), _("Write YYYY-MM-DD.")
    ),
    "bad_flag": RemarkText(
        "fault", _("%(field)s: “%(text)s” is neither yes nor no."), _("Write yes or no.")
    ),
}


def read_text(row: GivenRow, field: str, longest: int) -> str:
    text = " ".join(row.values.get(field, "").split())
    if len(text) > longest:
        row.fault("too_long", field=field, most=longest)
        return ""
    return text


def read_word(row: GivenRow, field: str, choices: Any) -> str:
    """The value of a list of choices that is meant, in whichever language it is written."""
    text = row.values.get(field, "")
    if not text:
        return ""
    words = words_of(choices)
    found = words.get(normal(text), "")
    if not found:
        row.fault("unknown_word", field=field, text=text[:40], near=near_word(text, words))
    return found


@cache
def words_of(choices: Any) -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {normal(str(each.label)): str(each.value) for each in choices}
    # A colour is written with 色 or without: 蓝色, 蓝.
    found |= {word.removesuffix("色"): value for word, value in found.items()}
    return found | {normal(str(each.value)): str(each.value) for each in choices}


def near_word(text: str, words: dict[str, str]) -> str:
    return nearest_word(normal(text), tuple(words)) or "、".join(w for w in words if w > "\u3000")


def read_number(
    row: GivenRow, field: str, least: float, most: float, *, whole: bool = False
) -> Any:
    """A number within bounds, None where the cell is empty or wrong."""
    text = row.values.get(field, "")
    if not text:
        return None
    try:
        value = float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        value = math.nan
    if not least <= value <= most or (whole and value != int(value)):
        row.fault("not_a_number", field=field, text=text[:40], least=least, most=most)
        return None
    return int(value) if whole else value


def read_day(row: GivenRow, field: str) -> date | None:
    text = row.values.get(field, "")
    if not text:
        return None
    try:
        # Spreadsheets write a day with midnight behind it.
        found = read_partial_date(text.split(" ")[0].replace("/", "-"))
    except BadInput:
        found = None
    if found is None or not found.exact:
        row.fault("bad_day", field=field, text=text[:40])
        return None
    return found.first


def read_flag(row: GivenRow, field: str) -> bool:
    text = row.values.get(field, "").casefold()
    if text and text not in YES | NO:
        row.fault("bad_flag", field=field, text=text[:40])
    return text in YES
