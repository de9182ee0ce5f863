"""What the life of a division is drawn from: its kin through the events, and their versions."""

from typing import Any

from django.db.models import F

from boundaries.domain.life import Passage, Spell
from boundaries.models import DivisionChange, DivisionEvent, DivisionVersion, EventKind

# So many steps back and forward; more units than this make no picture.
STEPS, MOST_UNITS = 3, 24


def life_rows(*, division_id: Any) -> tuple[list[Spell], list[Passage], bool]:
    """Spells and passages of a division, its forebears and its heirs; whether some are left out.

    Forebears of forebears and heirs of heirs, not the other heirs of a forebear. Records that no
    list bears out, and rows that a list only left out for a while, have no part.
    """
    arrows = (
        DivisionChange.objects.exclude(event__kind=EventKind.LISTED)
        .exclude(event__doubt=DivisionEvent.Doubt.EVENTS_ONLY)
        .filter(before__isnull=False, after__isnull=False)
        .exclude(before__division=F("after__division"))
        .order_by("event__happens_on", "pk")
        .select_related("event")
        .annotate(one=F("before__division_id"), other=F("after__division_id"))
    )
    units, found, cut = {division_id}, {}, False
    for asked, reached in (("after__division__in", "one"), ("before__division__in", "other")):
        edge = {division_id}
        for _ in range(STEPS):
            met = list(arrows.filter(**{asked: edge}))
            edge = {getattr(arrow, reached) for arrow in met} - units
            if len(units) + len(edge) > MOST_UNITS:
                cut = True
                break
            units |= edge
            found |= {arrow.pk: arrow for arrow in met}
            if not edge:
                break
        else:
            cut = cut or arrows.filter(**{asked: edge}).exists()
    versions = DivisionVersion.objects.filter(division__in=units).order_by("period")
    spells = [
        Spell(row.division_id, row.shown, row.code, row.period.lower, row.period.upper)
        for row in versions.light()
    ]
    passages = [
        Passage(arrow.event.happens_on, arrow.one, arrow.other, arrow.event.get_kind_display())
        for arrow in found.values()
    ]
    return spells, passages, cut
