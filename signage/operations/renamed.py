"""A name took effect or ended, a place became secret or is so no more: its signs follow."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from boundaries.models import Adjustment
from common import audit
from gazetteer.models import Place
from signage.models import Sign
from signage.operations.campaign import keep_day
from signage.operations.check import CheckSummary, recheck_signs, recheck_signs_of_places
from signage.queries.place_facts import streets_met


def recheck_after_change(*, place: Any, at: date, **news: Any) -> CheckSummary:
    """Receiver of :data:`gazetteer.operations.take_effect.name_changed`."""
    shown = Place.objects.only("division_code").get(pk=place)
    with transaction.atomic():
        summary = recheck_signs_of_places(places=[place], at=at)
        audit.record(
            by=None,
            operation="recheck_signs_of_name",
            subject=shown,
            jurisdiction=shown.division_code,
            signs=summary.signs,
            opened=summary.opened,
            resolved=summary.resolved,
        )
    return summary


@transaction.atomic
def count_after_secrecy(*, place: Any, at: date, **news: Any) -> None:
    """Receiver of :data:`gazetteer.operations.secrecy.secrecy_changed`.

    Hidden signs leave the counts of the day; those that come back are checked first, as are the
    streets that meet the place: a crossing with a secret one is seen by no check.
    """
    signs = Sign.objects.filter(Q(place=place) | Q(shown_places__place=place))
    shown = Place.objects.shown().filter(pk=place).first()
    if shown is not None:
        recheck_signs_of_places(places=[place, *streets_met(place=shown)], at=at)
    keep_day(at=at, codes=set(signs.values_list("division_code", flat=True)))


def recheck_after_adjustment(*, adjustment: Any, at: date, **news: Any) -> CheckSummary | None:
    """Receiver of :data:`boundaries.operations.take_effect.divisions_adjusted`.

    Signs in units that changed are judged anew: another jurisdiction may have rules of its own.
    The day's counts are those of the offices that have the signs now, none of those that had them.
    """
    adjusted = Adjustment.objects.get(pk=adjustment)
    keep_day(at=at, codes=adjusted.codes)
    signs = Sign.objects.on(at).filter(division_code__in=adjusted.codes)
    numbers = list(signs.values_list("number", flat=True))
    if not numbers:
        return None
    with transaction.atomic():
        summary = recheck_signs(numbers=numbers, at=at)
        audit.record(
            by=None,
            operation="recheck_signs_of_adjustment",
            subject=adjusted,
            jurisdiction=adjusted.jurisdiction,
            signs=summary.signs,
            opened=summary.opened,
            resolved=summary.resolved,
        )
    return summary
