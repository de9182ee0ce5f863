"""Names enter the gazetteer: in bulk from a source, with every search key filled."""

import csv
import io
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import shapely
from django.db import connection, transaction

from common.crs import CGCS2000
from gazetteer.domain.categories import naming_category
from gazetteer.domain.romanise import NameToRomanise, Romanisation, romanise_many
from gazetteer.domain.search_keys import initials_key, pinyin_key
from gazetteer.models import NameKind, NameStatus, Place, PlaceName

BATCH = 20_000
NULL = r"\N"
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
    "origin",
    "approved_by",
    "document",
    "search_pinyin",
    "search_initials",
    "source_id",
    "synthetic",
    "approximate",
)


@dataclass(frozen=True, slots=True)
class NewName:
    """A place and its standard name, as a source gives them.

    ``geometry`` is a shapely or GEOS geometry in CGCS2000 degrees, or ``None`` when unknown;
    ``division_id`` is set when the place is a division itself; the period is half-open.
    ``synthetic`` and ``approximate`` tell of the geometry; ``name_synthetic`` of the name.
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


@transaction.atomic
def create_names_in_bulk(rows: Iterable[NewName]) -> list[uuid.UUID]:
    """Make a Place with its standard PlaceName for each row; the places' ids in the same order.

    Written by COPY, so that a province's names take seconds. Every constraint of the tables
    holds; a breach undoes all rows.
    """
    places: list[uuid.UUID] = []
    for batch in _batches(rows):
        spellings = romanise_many(
            NameToRomanise(
                row.text,
                naming_category(row.legal_category, row.division_code),
                row.division_code,
            )
            for row in batch
        )
        ids = [row.place_id or uuid.uuid4() for row in batch]
        _copy(
            Place._meta.db_table,
            PLACE_COLUMNS,
            (_place_values(row, place) for row, place in zip(batch, ids, strict=True)),
        )
        _copy(
            PlaceName._meta.db_table,
            NAME_COLUMNS,
            (
                _name_values(row, place, spelling)
                for row, place, spelling in zip(batch, ids, spellings, strict=True)
            ),
        )
        places += ids
    return places


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
        row.division_id or NULL,
        _geometry(row.geometry),
        row.source or NULL,
        _flag(row.synthetic),
        _flag(row.approximate),
    )


def _name_values(row: NewName, place: uuid.UUID, spelling: Romanisation) -> tuple[Any, ...]:
    return (
        place,
        row.text,
        NameKind.STANDARD.value,
        NameStatus.STANDARD.value,
        f"[{row.period_from or ''},{row.period_to or ''})",
        spelling.specific,
        spelling.generic,
        spelling.plain,
        spelling.toned,
        spelling.sign,
        spelling.source.value,
        row.origin,
        row.approved_by,
        row.document,
        pinyin_key(spelling.syllables),
        initials_key(spelling.syllables)[:60],
        row.name_source or row.source or NULL,
        _flag(row.name_synthetic),
        "f",
    )


def _geometry(geometry: Any) -> str:
    if geometry is None:
        return NULL
    if isinstance(geometry, shapely.Geometry):
        return str(
            shapely.to_wkb(shapely.set_srid(geometry, CGCS2000), hex=True, include_srid=True)
        )
    return str(geometry.hexewkb.decode())


def _flag(value: bool) -> str:
    return "t" if value else "f"


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    buffer.seek(0)
    # COPY goes past Django's cursor, so its errors are named here.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(
            f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')",
            buffer,
        )
