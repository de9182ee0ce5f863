"""Cells of a row of signs: read one by one, each fault with its remark."""

import json
import re
import unicodedata
from decimal import Decimal
from typing import Any

from common.errors import BadInput
from common.importing.columns import normal
from common.importing.rows import GivenRow
from common.imports.cells import (
    near_word,
    read_day,
    read_flag,
    read_number,
    read_text,
    read_word,
    words_of,
)
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


def read_cells(row: GivenRow) -> dict[str, Any]:
    """Every cell that can be judged by itself, as fields of a sign; faults are remarked."""
    values: dict[str, Any] = {
        "number": _sign_number(row),
        "sign_class": _class(row),
        "faces": _faces(row),
        "installed_on": read_day(row, "installed_on"),
        "synthetic": read_flag(row, "synthetic"),
    }
    for field, words in WORDS.items():
        values[field] = read_word(row, field, words)
    for field, (least, most, whole) in NUMBERS.items():
        values[field] = _number(row, field, least, most, whole=whole)
    for field, longest in TEXTS.items():
        values[field] = read_text(row, field, longest)
    return {key: value for key, value in values.items() if value not in ("", None, False)}


def place_named(row: GivenRow) -> str:
    return read_text(row, "place_name", LONGEST_PLACE)


def photos_named(row: GivenRow) -> list[str]:
    """The photos that a row names, as they are written there."""
    names = (name.strip() for name in _SEPARATORS.split(row.values.get("photos", "")))
    return [name for name in names if name]


def _sign_number(row: GivenRow) -> str:
    text = read_text(row, "number", LONGEST_NUMBER)
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
    words = words_of(SignClass)
    found = words.get(normal(text), "")
    if not found:
        row.fault("unknown_class", text=text[:40], near=near_word(text, words))
    return found


def _number(row: GivenRow, field: str, least: float, most: float, *, whole: bool) -> Any:
    value = read_number(row, field, least, most, whole=whole)
    if field == "cost" and value is not None:
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    return value


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
    hanzi = read_text(row, "hanzi", LONGEST_TEXT["hanzi"])
    pinyin = read_text(row, "pinyin", LONGEST_TEXT["pinyin"])
    _remark_scripts(row, hanzi, pinyin)
    size = {
        side: _number(row, f"{side}_mm", 1, LARGEST_MM, whole=True) for side in ("width", "height")
    }
    ground = read_word(row, "ground_colour", Colour)
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
