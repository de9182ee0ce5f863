"""What the gazetteer knows of rows that come in: divisions, places they may mean, shapes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db import connection

from boundaries.models import DivisionVersion
from gazetteer.models import SHOWN_SQL, NameKind, PlaceCode, Secrecy

PLACE_FIELDS = (
    "legal_category",
    "class_code",
    "division_code",
    "description",
    "geometry",
    "synthetic",
    "approximate",
    "ended_on",
)
NAME_FIELDS = (
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
)
# As JSON keeps them, so that what was stored and what stands compare as equal.
_AS_TEXT = ("geometry", "period", "ended_on", "approved_on")


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name on record with its place, as plain values that JSON keeps unchanged.

    ``in_force``: it is on record on the day that was asked.
    """

    place_id: str
    name_id: int
    is_division: bool
    in_force: bool
    code: str
    place: dict[str, Any]
    name: dict[str, Any]


def divisions_known(*, codes: Collection[str], at: date) -> tuple[dict[str, str], set[str]]:
    """(code → name of those in force on the day, codes known at any time)."""
    rows = DivisionVersion.objects.filter(code__in=codes)
    known = set(rows.values_list("code", flat=True))
    return dict(rows.on(at).values_list("code", "name")), known


def divisions_called(*, names: Collection[str], within: str, at: date) -> dict[str, str]:
    """Name → code, where exactly one division of the jurisdiction is called so."""
    found: dict[str, list[str]] = {}
    rows = DivisionVersion.objects.on(at).within(within).filter(name__in=names)
    for name, code in rows.values_list("name", "code"):
        found.setdefault(name, []).append(code)
    return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def county_polygons(*, codes: Collection[str], within: str = "", at: date) -> Mapping[str, Any]:
    """Code → shapely polygon of counties; where no codes are given those of the jurisdiction."""
    rows = DivisionVersion.objects.on(at).county_cells()
    rows = rows.filter(code__in=codes) if codes else rows.within(within)
    return {
        code: shapely.from_wkb(bytes(geometry.wkb))
        for code, geometry in rows.values_list("code", "geometry")
    }


def same_names(*, texts: Collection[str], at: date) -> dict[str, list[tuple[str, str, str]]]:
    """Text → (place id, category, division code) of every standard name written so."""
    with connection.cursor() as cursor:
        # Trigrams can answer an equality too, and take a thousand times as long for it.
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            f"""
            SELECT n.text, p.id::text, p.legal_category, p.division_code
            FROM gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id
            WHERE n.text = ANY(%s) AND n.kind = 'standard' AND n.status = 'standard'
              AND n.period @> %s::date AND {SHOWN_SQL}
            ORDER BY p.id
            """,
            [list(texts), at],
        )
        found: dict[str, list[tuple[str, str, str]]] = {}
        for text, *rest in cursor.fetchall():
            found.setdefault(text, []).append((rest[0], rest[1], rest[2]))
        cursor.execute("SET LOCAL enable_bitmapscan = on")
    return found


def places_by_code(*, codes: Collection[str]) -> dict[str, str]:
    """Place-name code → place id; a code is never reused, so every time counts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT c.code, p.id::text
            FROM gazetteer_placecode c JOIN gazetteer_place p ON p.id = c.place_id
            WHERE c.code = ANY(%s) AND {SHOWN_SQL}
            """,
            [list(codes)],
        )
        return dict(cursor.fetchall())


def codes_of_secret_places(*, codes: Collection[str]) -> set[str]:
    """Those that a place has or had which may not be shown: never free to be given again."""
    rows = PlaceCode.objects.filter(code__in=codes, place__secrecy=Secrecy.SECRET)
    return set(rows.values_list("code", flat=True))


def names_of_places(
    *, places: Collection[str], at: date, lock: bool = False
) -> dict[str, list[KnownName]]:
    """Place id → its names, of any day; a place that has no standard one on the day is told by
    names of other kinds alone.
    """
    columns = [*(f"p.{name}" for name in PLACE_FIELDS), *(f"n.{name}" for name in NAME_FIELDS)]
    selected = ", ".join(f"{c}::text" if c[2:] in _AS_TEXT else c for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT p.id::text, n.id, p.division_id IS NOT NULL, n.period @> %(at)s::date,
                   COALESCE((SELECT c.code FROM gazetteer_placecode c
                             WHERE c.place_id = p.id AND c.period @> %(at)s::date), ''),
                   {selected}
            FROM gazetteer_place p JOIN gazetteer_placename n ON n.place_id = p.id
            WHERE p.id = ANY(%(places)s::uuid[]) AND {SHOWN_SQL}
              AND (n.kind <> %(standard)s OR EXISTS (
                  SELECT FROM gazetteer_placename now WHERE now.place_id = p.id
                     AND now.kind = %(standard)s AND now.period @> %(at)s::date))
            ORDER BY n.id {"FOR UPDATE OF p, n" if lock else ""}
            """,
            {"places": list(places), "at": at, "standard": NameKind.STANDARD.value},
        )
        found: dict[str, list[KnownName]] = {}
        split = 5 + len(PLACE_FIELDS)
        for row in cursor.fetchall():
            known = KnownName(
                place_id=row[0],
                name_id=row[1],
                is_division=row[2],
                in_force=row[3],
                code=row[4],
                place=dict(zip(PLACE_FIELDS, row[5:split], strict=True)),
                name=dict(zip(NAME_FIELDS, row[split:], strict=True)),
            )
            found.setdefault(known.place_id, []).append(known)
    return found
