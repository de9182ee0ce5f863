"""What the search box finds among signs, and what the home page counts."""

from datetime import date
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Replace, Upper

from signage.models import Sign
from signage.queries.signs import SignCounts, SignFilter, sign_counts

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


def signs_of_place(*, place_id: Any, at: date, limit: int) -> list[Sign]:
    """The signs that stand for a place on a day."""
    return list(Sign.objects.on(at).filter(place_id=place_id).order_by("number")[:limit])
