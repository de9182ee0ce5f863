"""Cells of a row of signs: read one by one, each fault with its remark."""

import json
import math
import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import translation

from common.errors import BadInput
from common.importing.columns import nearest_word, normal
from common.importing.rows import GivenRow
from common.partial_dates import read_partial_date
from signage.domain.faces import LARGEST_MM, LONGEST_TEXT, checked, plain_face, write_faces
from signage.models import Colour, Manager, Material, SignClass, SignState, Support

WORDS: dict[str, Any] = {
    "support": Support,
    "state": SignState,
    "managed_by": Manager,
    "material": Material,
}
# field → (least, most, whole)
NUMBERS: dict[str, tuple[float, float, bool]] = {
    "street_bearing": (0, 180, False),
    "facing": (0, 360, False),
    "door_number": (1, 99_999, True),
    "service_life_years": (1, 100, True),
    "film_class": (1, 7, True),
    "underside_m": (0, 50, False),
    "kerb_m": (0, 100, False),
    "condition": (0, 100, True),
    "cost": (0, 9_999_999, False),
}
TEXTS = {"door_suffix": 10, "set_by": 100, "responsible_body": 100}
LONGEST_NUMBER = 30
LONGEST_PLACE = 100
_NUMBER = re.compile(r"^[\w\-./]+$")
_SEPARATORS = re.compile(r"[;；\n|]")
_YES = {"yes", "y", "true", "1", "是"}
_NO = {"no", "n", "false", "0", "否"}


def read_cells(row: GivenRow) -> dict[str, Any]:
    """Every cell that can be judged by itself, as fields of a sign; faults are remarked."""
    values: dict[str, Any] = {
        "number": _sign_number(row),
        "sign_class": _class(row),
        "faces": _faces(row),
        "installed_on": _day(row, "installed_on"),
        "synthetic": _flag(row, "synthetic"),
    }
    for field, words in WORDS.items():
        values[field] = _word(row, field, words)
    for field, (least, most, whole) in NUMBERS.items():
        values[field] = _number(row, field, least, most, whole=whole)
    for field, longest in TEXTS.items():
        values[field] = _text(row, field, longest)
    return {key: value for key, value in values.items() if value not in ("", None, False)}


def place_named(row: GivenRow) -> str:
    return _text(row, "place_name", LONGEST_PLACE)


def photos_named(row: GivenRow) -> list[str]:
    """The photos that a row names, as they are written there."""
    names = (name.strip() for name in _SEPARATORS.split(row.values.get("photos", "")))
    return [name for name in names if name]


def _sign_number(row: GivenRow) -> str:
    text = _text(row, "number", LONGEST_NUMBER)
    if not text:
        row.fault("missing", field="number")
    elif not _NUMBER.match(text) or "/" in text:
        row.fault("unknown_word", field="number", text=text[:40], near="TH-2024-00012")
    return text


def _class(row: GivenRow) -> str:
    text = row.values.get("sign_class", "")
    if not text:
        row.fault("missing", field="sign_class")
        return ""
    words = _words(SignClass)
    found = words.get(normal(text), "")
    if not found:
        row.fault("unknown_class", text=text[:40], near=_near(text, words))
    return found


def _word(row: GivenRow, field: str, choices: Any) -> str:
    text = row.values.get(field, "")
    if not text:
        return ""
    words = _words(choices)
    found = words.get(normal(text), "")
    if not found:
        row.fault("unknown_word", field=field, text=text[:40], near=_near(text, words))
    return found


def _near(text: str, words: dict[str, str]) -> str:
    return nearest_word(normal(text), tuple(words)) or "、".join(w for w in words if w > "\u3000")


@cache
def _words(choices: Any) -> dict[str, str]:
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {normal(str(each.label)): str(each.value) for each in choices}
    return found | {normal(str(each.value)): str(each.value) for each in choices}


def _number(row: GivenRow, field: str, least: float, most: float, *, whole: bool) -> Any:
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
    if field == "cost":
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    return int(value) if whole else value


def _text(row: GivenRow, field: str, longest: int) -> str:
    text = " ".join(row.values.get(field, "").split())
    if len(text) > longest:
        row.fault("too_long", field=field, most=longest)
        return ""
    return text


def _day(row: GivenRow, field: str) -> date | None:
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


def _flag(row: GivenRow, field: str) -> bool:
    text = row.values.get(field, "").casefold()
    if text and text not in _YES | _NO:
        row.fault("bad_flag", field=field, text=text[:40])
    return text in _YES


def _faces(row: GivenRow) -> list[dict[str, Any]]:
    """The structured document where the row gives one, else a face of its plain columns."""
    text = row.values.get("faces", "")
    if text:
        try:
            return checked(json.loads(text))
        except (ValueError, RecursionError):
            row.fault("bad_face", why="JSON")
        except BadInput as error:
            row.fault("bad_face", why=str(error.values.get("why", ""))[:120])
        return []
    hanzi = _text(row, "hanzi", LONGEST_TEXT["hanzi"])
    pinyin = _text(row, "pinyin", LONGEST_TEXT["pinyin"])
    _remark_scripts(row, hanzi, pinyin)
    size = {
        side: _number(row, f"{side}_mm", 1, LARGEST_MM, whole=True) for side in ("width", "height")
    }
    ground = _word(row, "ground_colour", Colour)
    if not (hanzi or pinyin or ground or any(size.values())):
        return []
    return write_faces(plain_face(hanzi=hanzi, pinyin=pinyin, ground=ground, **size))


def _remark_scripts(row: GivenRow, hanzi: str, pinyin: str) -> None:
    """A sign may truly show another script; that is for the rules. But it is said."""
    strange = "".join(each for each in hanzi if _script(each) not in ("CJK", "LATIN", ""))
    if strange:
        row.remark("other_script", text=strange[:20])
    strange = "".join(each for each in pinyin if _script(each) not in ("LATIN", ""))
    if strange:
        row.remark("not_pinyin", text=strange[:20])


def _script(character: str) -> str:
    """CJK, LATIN, ARABIC … for letters, "" for digits, marks, spaces and punctuation."""
    if unicodedata.category(character)[0] != "L":
        return "" if unicodedata.category(character) != "Cf" else "CONTROL"
    return unicodedata.name(character, "UNKNOWN").split()[0]
