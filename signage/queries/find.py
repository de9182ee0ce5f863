"""What the search box finds among signs, and what the home page counts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from common.postgis import distance_sql, near_sql, near_values
from gazetteer.domain.search_keys import literal_pattern
from signage.models import SHOWN_SQL
from signage.queries.signs import (
    JUDGED,
    ROW_COLUMNS,
    URGENCY,
    SignCounts,
    SignFilter,
    SignRow,
    day_values,
    sign_counts,
)

LETTERS_NEEDED = 3


@dataclass(frozen=True, slots=True)
class FoundSign:
    """A sign as the search box shows it; ``why``: what matched (see registries.Hit)."""

    number: str
    hanzi: str
    pinyin: str
    synthetic: bool
    lon: float
    lat: float
    why: str


def signs_like(
    *, text: str, at: date, within: str, limit: int, suggest: bool = False
) -> list[FoundSign]:
    """Signs by number, characters or spelling, the best first.

    ``suggest`` asks only how characters begin, which an index answers.
    """
    plain = "".join(text.split())
    letters = "".join(c for c in plain.upper() if c.isalpha() and c.isascii())
    conditions = [f"hanzi LIKE {'%(starts)s' if suggest else '%(inside)s'}"]
    if plain.isascii():
        conditions.append("upper(number) LIKE upper(%(starts)s)")
    if len(letters) >= LETTERS_NEEDED and len(letters) == len(plain):
        conditions.append("replace(replace(upper(pinyin), ' ', ''), '''', '') LIKE %(letters)s")
    sql = f"""SELECT number, hanzi, pinyin, synthetic, ST_X(location), ST_Y(location), why FROM (
            SELECT number, hanzi, pinyin, synthetic, location,
                   CASE WHEN hanzi = %(plain)s OR upper(number) = upper(%(plain)s) THEN 'exact'
                        WHEN hanzi LIKE %(starts)s OR upper(number) LIKE upper(%(starts)s)
                        THEN 'prefix'
                        WHEN hanzi LIKE %(inside)s THEN 'contains' ELSE 'pinyin' END AS why
            FROM signage_sign sign
            WHERE period @> %(at)s::date AND division_code LIKE %(within)s
              AND ({" OR ".join(conditions)}) AND {SHOWN_SQL}
        ) AS found
        ORDER BY CASE why WHEN 'exact' THEN 0 WHEN 'prefix' THEN 1 ELSE 2 END, number
        LIMIT %(limit)s"""
    pattern = literal_pattern(plain)
    values = {"plain": plain, "starts": f"{pattern}%", "inside": f"%{pattern}%"}
    values |= {"letters": f"{letters}%", "within": f"{within}%"}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "at": at, "limit": limit})
        return [FoundSign(*row) for row in cursor.fetchall()]


def signs_near(
    *, point: tuple[float, float], within_m: float, at: date, limit: int
) -> tuple[list[tuple[str, str, float, bool]], int]:
    """(number, characters, metres, synthetic) of the nearest signs, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT number, hanzi, {distance_sql("location")} AS distance, synthetic,
                       count(*) OVER ()
                FROM signage_sign sign
                WHERE {near_sql("location")} AND period @> %(at)s::date AND {SHOWN_SQL}
                ORDER BY distance, number LIMIT %(limit)s""",
            {**near_values(point, within_m), "at": at, "limit": limit},
        )
        found = cursor.fetchall()
    return [row[:4] for row in found], found[0][4] if found else 0


def counts_within(*, at: date, within: str) -> SignCounts:
    return sign_counts(at=at, chosen=SignFilter(within=within))


def signs_of_place(*, place_id: Any, at: date, limit: int) -> tuple[list[SignRow], int]:
    """The signs linked to a place on a day, the most urgent first, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {ROW_COLUMNS}, count(*) OVER ()
            FROM ({JUDGED} AND sign.place_id = %(place)s) judged
            ORDER BY {URGENCY}, number LIMIT %(limit)s
            """,
            {**day_values(at), "place": str(place_id), "limit": limit},
        )
        found = cursor.fetchall()
    return [SignRow(*row[:-1]) for row in found], found[0][-1] if found else 0
