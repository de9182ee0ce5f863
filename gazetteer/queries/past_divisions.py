"""Divisions of a past day for the search box, where no place name is on record for that day."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from boundaries.models import DivisionVersion, Level
from boundaries.queries.divisions import divisions
from gazetteer.models import Place


def past_divisions(
    *, text: str, at: date, within: str, limit: int
) -> Sequence[tuple[DivisionVersion, str]]:
    """(division, why it answers) as it stood on ``at``, down to counties, the best first.

    None of today: who stands bears a place name, and at every key press it would be asked in vain.
    """
    text = text.strip()
    if not text or at >= timezone.localdate():
        return []
    named = Place.objects.filter(division=OuterRef("division"), names__period__contains=at)
    why = Case(
        When(code__startswith=text, then=Value("code")),
        When(Q(name=text) | Q(name_en__iexact=text), then=Value("exact")),
        When(Q(name__startswith=text) | Q(name_en__istartswith=text), then=Value("prefix")),
        default=Value("contains"),
        output_field=CharField(),
    )
    rank = Case(When(why="exact", then=0), When(why="contains", then=2), default=1)
    rows = divisions(at=at, within=within, text=text).filter(
        ~Exists(named), level__lte=Level.COUNTY
    )
    rows = rows.annotate(why=why).order_by(rank, "code")
    return [(row, row.why) for row in rows[:limit]]
