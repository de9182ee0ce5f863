"""Names (地名) split into specific term (专名) and generic term (通名), by the rules of 1984.

The division depends on the category: 西峰镇 as a township is 西峰/镇, as a natural settlement
it is one word. The tables in ``data/`` hold the generic terms; the code holds only the form of
the rules (domain reference §2.1, rules 1–7, 14–17).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from common.numerals import numeral_value, split_trailing_numeral

DATA = Path(__file__).parent / "data"
COMPASS = frozenset("东南西北中")
MODIFIERS = COMPASS | frozenset("前后左右上下内外大小新旧老横直正")
# A monosyllable before a numeral that is a street name's own (经五路, 东一街), not part of a word.
BEFORE_ORDINAL = COMPASS | frozenset("经纬前后")
ACROSS = frozenset("横直")
AFTER_LONG_GENERIC = ("大道", "大街", "公路")
SUBDIVIDED = re.compile(r"^(.{2,}门)([东南西北][^东南西北]{2,})$")
TOWNSHIP = r"(?:(.{2,3}?)(?<![城乡集小])(镇|街道|乡))?(?=..)"
SEATED = re.compile(
    r"^(?:(.{2,3})(省))?(.{2,3}?)(?<![城超都夜股])(市)(?:(.{2,3}?)(区|县))?" + TOWNSHIP
)
# A county or district before an institution (天河区民政局); 社区, 小区, 园区 are no divisions.
OF_COUNTY = re.compile(
    r"^(.{2,3}?)(?<![社小园景校牧林矿发城郊地山湖库厂军战新特])(区|县)" + TOWNSHIP
)
# 第二人民医院: an institution's number stands before its kind (rule 16).
NUMBERED = re.compile(r"^第([一二三四五六七八九十百]+|[0-9]+)(?=..)")
PROVINCIAL = re.compile(r"^(.{2,3})(省)(?=..)")
WING = re.compile(r"^(.{2,})(左翼|右翼)$")
BANNER = re.compile(r"^(.{2,})([东西左右前中后]旗)$")


class Category(StrEnum):
    """What kind of name it is, as far as the spelling depends on it."""

    STREET = "street"
    DIVISION = "division"
    VILLAGE = "village"
    BUILDING = "building"
    NATURAL = "natural"
    FACILITY = "facility"


class Role(StrEnum):
    SPECIFIC = "specific"
    ORDINAL = "ordinal"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Part:
    """Characters written as one word, and why: specific, ordinal or generic."""

    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name in the parts that are written apart."""

    parts: tuple[Part, ...]

    @property
    def generic(self) -> str:
        """The generic term with what qualifies it: 东路 of 环市东路, 五路 of 中山五路."""
        return "".join(part.text for part in self.parts[self._specific_length() :])

    @property
    def specific(self) -> str:
        return "".join(part.text for part in self.parts[: self._specific_length()])

    def _specific_length(self) -> int:
        count = len(self.parts)
        while count > 1 and self.parts[count - 1].role is not Role.SPECIFIC:
            count -= 1
        return count


def split_name(name: str, *, category: Category | str) -> NameParts:
    """The parts of ``name``; never empty, and together they are ``name`` again."""
    return _split(name, Category(category))


def spelling_of_specific(
    name: str, spelling: str, *, specific: str, category: Category | str
) -> str:
    """The words of ``spelling`` (the pinyin of ``name``) that belong to its specific term."""
    words = spelling.split()
    parts = _split(name, Category(category)).parts
    if len(words) != len(parts):
        return spelling if specific == name else " ".join(words[:-1])
    length = 0
    for count, part in enumerate(parts, start=1):
        length += len(part.text)
        if length >= len(specific):
            return " ".join(words[:count])
    return spelling


@lru_cache(maxsize=1 << 17)
def _split(name: str, category: Category) -> NameParts:
    known = _splits().get((category, name))
    if known:
        return NameParts(known)
    return NameParts(tuple(part for part in _SPLITTERS[category](name) if part.text))


def _whole(text: str) -> list[Part]:
    return [Part(text, Role.SPECIFIC)]


def _generics(text: str) -> list[Part]:
    return [Part(piece, Role.GENERIC) for piece in text.split("/")]


def _division(name: str) -> list[Part]:
    banner = BANNER.match(name)
    if banner:
        wing = WING.match(banner[1])
        head = [*_whole(wing[1]), *_generics(wing[2])] if wing else _whole(banner[1])
        return [*head, *_generics(banner[2])]
    specific, generic = _cut("division", name)
    if not generic:
        return _whole(name)
    peoples: list[Part] = []
    tables = ["ethnic", "ethnic_short"] if generic.startswith("自治") else ["ethnic"]
    if generic.startswith("自治") or generic in ("乡", "镇", "苏木"):
        while people := _people(specific, tables):
            specific = specific[: -len(people)]
            peoples.insert(0, Part(people, Role.GENERIC))
    wing = WING.match(specific)
    head = [*_whole(wing[1]), *_generics(wing[2])] if wing else _whole(specific)
    return [*head, *peoples, *_generics(generic)]


def _people(specific: str, tables: list[str]) -> str:
    """The people named at the end of ``specific`` (瑶族), where something stands before it."""
    for table in tables:
        for size in (5, 4, 3, 2):
            if len(specific) > size and specific[-size:] in _table(table):
                return specific[-size:]
    return ""


def _village(name: str) -> list[Part]:
    """Natural villages and towns are one word (rule 3); only a committee is written apart."""
    specific, generic = _cut("village", name)
    return [*_whole(specific), *_generics(generic)] if generic else _whole(name)


def _natural(name: str) -> list[Part]:
    specific, generic = _cut("natural", name)
    if not generic:
        return _whole(name)
    if len(generic) == 1 and len(specific) > 2 and specific[-1] == "新":
        specific, generic = specific[:-1], f"新{generic}"
    if specific.startswith("第") and numeral_value(specific[1:2]) and len(specific) > 3:
        return [*_whole(specific[:2]), *_whole(specific[2:]), *_generics(generic)]
    return [*_whole(specific), *_generics(generic)]


def _facility(name: str) -> list[Part]:
    """As a building, but ordinals in an institution's name are figures (rule 16)."""
    return _building(name, institution=True)


def _building(name: str, *, institution: bool = False) -> list[Part]:
    head: list[Part] = []
    seat = SEATED.match(name) or PROVINCIAL.match(name) or OF_COUNTY.match(name)
    if seat:
        for text in seat.groups():
            if text:
                head.append(Part(text, Role.SPECIFIC))
        name = name[seat.end() :]
        if name in _table("building"):
            return [*head, *_generics(_table("building")[name][0])]
    number = NUMBERED.match(name) if institution else None
    if number and (number[1].isascii() or numeral_value(number[1])) and _cut("building", name)[1]:
        head.append(Part(number[0], Role.ORDINAL))
        name = name[number.end() :]
        if name in _table("building"):
            return [*head, *_generics(_table("building")[name][0])]
    specific, generic = _cut("building", name)
    if not generic:
        return [*head, *_whole(name)]
    for size in (3, 2):
        if len(specific) >= size + 2 and specific[-size:] in _table("feature"):
            return [
                *head,
                *_whole(specific[:-size]),
                *_whole(specific[-size:]),
                *_generics(generic),
            ]
    before, numeral = split_trailing_numeral(specific)
    counted = institution and len(before) > 1 and numeral_value(numeral)
    if before and numeral and (numeral.isascii() or counted):
        return [*head, *_whole(before), Part(numeral, Role.ORDINAL), *_generics(generic)]
    return [*head, *_whole(specific), *_generics(generic)]


def _street(name: str) -> list[Part]:
    if len(name) > 4 and name[-1] in COMPASS and name[-3:-1] in AFTER_LONG_GENERIC:
        return [*_whole(name[:-3]), *_generics(f"{name[-3:-1]}/{name[-1]}")]
    rest, generic = _cut("street", name)
    if not generic:
        return _whole(name)
    if generic == "环路" and not _ordinal(rest)[1]:
        rest, generic = name[:-1], "路"
    if len(rest) == 2 and rest[1] in ACROSS and numeral_value(rest[0]):
        return [Part(rest[0], Role.ORDINAL), *_generics(rest[1] + generic)]
    head, ordinal = _ordinal(rest)
    if ordinal:
        return [*_street_head(head), Part(ordinal, Role.ORDINAL), *_generics(generic)]
    size = _modifiers_before(rest, generic)
    if size:
        modifiers, rest = rest[-size:], rest[:-size]
        head, ordinal = _ordinal(rest)
        number = [Part(ordinal, Role.ORDINAL)] if ordinal else []
        head_parts = _street_head(head) if ordinal else _street_head(rest)
        return [*head_parts, *number, *_generics(modifiers + generic)]
    return [*_street_head(rest), *_generics(generic)]


def _ordinal(rest: str) -> tuple[str, str]:
    """``rest`` before and from the ordinal at its end (二, 第九, 12); "" where there is none."""
    for specific in _table("protect"):
        if rest.startswith(specific) and rest != specific:
            tail = rest[len(specific) :]
            if numeral_value(tail):
                return specific, tail
            if all(numeral_value(character) for character in tail):
                return rest, ""
        if rest == specific:
            return rest, ""
    head, numeral = split_trailing_numeral(rest)
    if not numeral or not (numeral.isascii() or numeral_value(numeral)):
        return rest, ""
    if head.isascii() and head:
        return rest, ""  # a code: G105, A1
    if head.endswith("第"):
        return head[:-1], f"第{numeral}"
    if len(head) == 1 and head not in BEFORE_ORDINAL:
        return rest, ""
    return head, numeral


def _modifiers_before(rest: str, generic: str) -> int:
    """How many monosyllables before the generic join it (环市/东路, 东直门外/南后街)."""
    allowed = MODIFIERS if len(generic) == 1 else frozenset("大小新旧老") & MODIFIERS
    if len(generic) > 1 and generic != "马路":
        return 0
    if len(rest) == 2 and "小" in rest and generic in ("街", "巷"):
        return int(rest.replace("小", "") in COMPASS)
    size = 0
    while size < 2 and len(rest) - size > 2 and rest[-1 - size] in allowed:
        if rest[-1 - size] in "内外" and rest[-2 - size] in "门城关":
            break
        size += 1
    if size == 2 and len(rest) - size < 2:
        size = 1
    return size


def _street_head(text: str) -> list[Part]:
    """A specific that is itself a qualified street keeps its parts (天宁寺/西里), else is one."""
    if not text:
        return []
    inner = _street(text) if len(text) > 3 else []
    qualified = len(inner) > 2 or (len(inner) == 2 and len(inner[1].text) == 2)
    if qualified and inner[-1].text[0] in COMPASS:
        return [Part(part.text, _as_specific(part.role)) for part in inner]
    if len(inner) > 2:
        return [Part(part.text, _as_specific(part.role)) for part in inner]
    gate = SUBDIVIDED.match(text)
    return [*_whole(gate[1]), *_whole(gate[2])] if gate else _whole(text)


def _as_specific(role: Role) -> Role:
    return Role.SPECIFIC if role is Role.GENERIC else role


def _cut(table: str, name: str) -> tuple[str, str]:
    """``name`` before its longest generic term, and that term as written apart ("社区/居委会")."""
    entries = _table(table)
    for size in range(min(_longest(table), len(name) - 1), 0, -1):
        entry = entries.get(name[-size:])
        if entry and len(name) - size >= entry[1]:
            return name[:-size], entry[0]
    return name, ""


@cache
def _longest(table: str) -> int:
    return max(len(text) for text in _table(table))


@cache
def _table(category: str) -> dict[str, tuple[str, int]]:
    if category == "protect":
        return {name: (name, 1) for kind, name, *_ in read_table("splits.tsv") if kind == "protect"}
    return {
        generic.replace("/", ""): (generic, int(least))
        for kind, generic, least, _ in read_table("generics.tsv")
        if kind == category
    }


@cache
def _splits() -> dict[tuple[str, str], tuple[Part, ...]]:
    found = {}
    for kind, name, parts, _ in read_table("splits.tsv"):
        if kind != "protect":
            head, *tail = parts.split("/")
            found[kind, name] = (*_whole(head), *(Part(text, Role.GENERIC) for text in tail))
    return found


def read_table(name: str) -> list[list[str]]:
    """Rows of a tab-separated file in ``data/``, without comments and heading."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")][1:]


_SPLITTERS = {
    Category.STREET: _street,
    Category.DIVISION: _division,
    Category.VILLAGE: _village,
    Category.BUILDING: _building,
    Category.FACILITY: _facility,
    Category.NATURAL: _natural,
}
