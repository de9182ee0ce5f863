"""What the search box finds among signs, and what the home page counts."""

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Replace, Upper

from signage.models import Sign
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


def signs_like(*, text: str, at: date, within: str, limit: int) -> list[tuple[Sign, str]]:
    """Signs by number, characters or spelling, each with what matched (see registries.Hit)."""
    plain = "".join(text.split())
    letters = "".join(c for c in plain.upper() if c.isalpha() and c.isascii())
    by_number = Q(number__iexact=plain) | Q(number__istartswith=plain)
    conditions = by_number | Q(hanzi__contains=plain)
    signs = Sign.objects.on(at).within(within)
    cases = [
        When(Q(number__iexact=plain) | Q(hanzi=plain), then=Value("exact")),
        When(Q(number__istartswith=plain) | Q(hanzi__startswith=plain), then=Value("prefix")),
        When(hanzi__contains=plain, then=Value("contains")),
    ]
    if len(letters) >= LETTERS_NEEDED and len(letters) == len(plain):
        closed_up = Replace(Replace(Upper("pinyin"), Value(" "), Value("")), Value("'"), Value(""))
        signs = signs.annotate(letters=closed_up)
        conditions |= Q(letters__startswith=letters)
    found = signs.filter(conditions).annotate(why=Case(*cases, default=Value("pinyin")))
    rank = Case(
        When(why="exact", then=Value(0)), When(why="prefix", then=Value(1)), default=Value(2)
    )
    return [(sign, sign.why) for sign in found.order_by(rank, F("number"))[:limit]]


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
