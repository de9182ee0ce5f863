"""Names enter the gazetteer: in bulk from a source, with every search key filled."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

from common.copying import copy_rows, ewkb, since
from gazetteer.domain.approved import read_spelling
from gazetteer.domain.categories import naming_category
from gazetteer.domain.readings import ReadingSource
from gazetteer.domain.romanise import NameToRomanise, Romanisation, romanise_many
from gazetteer.domain.search_keys import initials_key, pinyin_key
from gazetteer.models import NameKind, NameStatus, Place, PlaceCode, PlaceName

BATCH = 20_000
PLACE_COLUMNS = (
    "id",
    "legal_category",
    "class_code",
    "division_code",
    "division_id",
    "geometry",
    "description",
    "attributes",
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
    "began",
    "ended",
    "specific",
    "generic",
    "pinyin_plain",
    "pinyin_toned",
    "pinyin_sign",
    "reading_source",
    "meaning",
    "origin",
    "history",
    "approved_by",
    "document",
    "document_page",
    "approved_on",
    "search_pinyin",
    "search_initials",
    "source_id",
    "synthetic",
    "approximate",
)
CODE_COLUMNS = ("place_id", "code", "period", "source_id", "synthetic", "approximate")


@dataclass(frozen=True, slots=True)
class NewName:
    """A place and a name of it (its standard name unless told otherwise), as a source gives them.

    ``geometry`` is a shapely or GEOS geometry in CGCS2000 degrees, or ``None`` when unknown;
    ``division_id`` is set when the place is a division itself; the period is half-open, ``began``
    and ``ended`` (EDTF) say what is known of its ends. ``reading`` is an approved spelling in
    pinyin with tones. ``synthetic`` and ``approximate`` tell of the geometry; ``name_synthetic``
    of the name. ``known_place``: the place exists already and only gets a name more.
    """

    text: str
    legal_category: str
    division_code: str
    geometry: Any = None
    division_id: uuid.UUID | None = None
    period_from: date | None = None
    period_to: date | None = None
    source: str | None = None
    synthetic: bool = False
    approximate: bool = False
    name_source: str | None = None
    name_synthetic: bool = False
    class_code: str = ""
    origin: str = ""
    approved_by: str = ""
    document: str = ""
    place_id: uuid.UUID | None = None
    kind: str = NameKind.STANDARD.value
    status: str = NameStatus.STANDARD.value
    began: str = ""
    ended: str = ""
    reading: str = ""
    meaning: str = ""
    history: str = ""
    document_page: str = ""
    approved_on: date | None = None
    description: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    place_code: str = ""
    known_place: bool = False


@dataclass(frozen=True, slots=True)
class Spelling:
    """The columns of a name that follow from its characters, or from an approved reading."""

    specific: str
    generic: str
    pinyin_plain: str
    pinyin_toned: str
    pinyin_sign: str
    reading_source: str
    search_pinyin: str
    search_initials: str


@transaction.atomic
def create_names_in_bulk(rows: Iterable[NewName]) -> list[uuid.UUID]:
    """Make a Place with its PlaceName for each row; the places' ids in the same order.

    Written by COPY, so that a province's names take seconds. Every constraint of the tables
    holds; a breach undoes all rows.
    """
    places: list[uuid.UUID] = []
    for batch in _batches(rows):
        spellings = spell_many(batch)
        ids = [row.place_id or uuid.uuid4() for row in batch]
        pairs = list(zip(batch, ids, strict=True))
        copy_rows(
            Place,
            PLACE_COLUMNS,
            (_place_values(row, place) for row, place in pairs if not row.known_place),
        )
        copy_rows(
            PlaceName,
            NAME_COLUMNS,
            (
                _name_values(row, place, spelling)
                for (row, place), spelling in zip(pairs, spellings, strict=True)
            ),
        )
        copy_rows(
            PlaceCode,
            CODE_COLUMNS,
            (_code_values(row, place) for row, place in pairs if row.place_code),
        )
        places += ids
    return places


def spell_many(rows: Iterable[NewName]) -> list[Spelling]:
    """How each row's name is spelt: by its approved reading where it has one, else by rule."""
    rows = list(rows)
    by_rule = romanise_many(
        NameToRomanise(
            row.text, naming_category(row.legal_category, row.division_code), row.division_code
        )
        for row in rows
    )
    return [_spelling(row, spelling) for row, spelling in zip(rows, by_rule, strict=True)]


def _spelling(row: NewName, by_rule: Romanisation) -> Spelling:
    plain, toned, sign = by_rule.plain, by_rule.toned, by_rule.sign
    source, syllables = by_rule.source.value, by_rule.syllables
    if row.reading:
        approved = read_spelling(row.reading, name=row.text)
        plain, toned, sign = approved.plain, approved.toned, approved.sign
        source = ReadingSource.APPROVED.value
        syllables = approved.syllables or syllables
    return Spelling(
        specific=by_rule.specific,
        generic=by_rule.generic,
        pinyin_plain=plain,
        pinyin_toned=toned,
        pinyin_sign=sign,
        reading_source=source,
        search_pinyin=pinyin_key(syllables),
        search_initials=initials_key(syllables)[:60],
    )


def _batches(rows: Iterable[NewName]) -> Iterator[list[NewName]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _place_values(row: NewName, place: uuid.UUID) -> tuple[Any, ...]:
    return (
        place,
        row.legal_category,
        row.class_code,
        row.division_code,
        row.division_id,
        ewkb(row.geometry),
        row.description,
        json.dumps(dict(row.attributes), ensure_ascii=False),
        row.source,
        row.synthetic,
        row.approximate,
    )


def _name_values(row: NewName, place: uuid.UUID, spelling: Spelling) -> tuple[Any, ...]:
    return (
        place,
        row.text,
        row.kind,
        row.status,
        since(row.period_from, row.period_to),
        row.began,
        row.ended,
        spelling.specific,
        spelling.generic,
        spelling.pinyin_plain,
        spelling.pinyin_toned,
        spelling.pinyin_sign,
        spelling.reading_source,
        row.meaning,
        row.origin,
        row.history,
        row.approved_by,
        row.document,
        row.document_page,
        row.approved_on,
        spelling.search_pinyin,
        spelling.search_initials,
        row.name_source or row.source,
        row.name_synthetic,
        False,
    )


def _code_values(row: NewName, place: uuid.UUID) -> tuple[Any, ...]:
    period = since(row.period_from, row.period_to)
    return (place, row.place_code, period, row.source, row.name_synthetic, False)
