"""A name took effect or ended: exactly the signs that show its place are checked again."""

from datetime import date
from typing import Any

from django.db import transaction

from boundaries.models import Adjustment
from common import audit
from gazetteer.models import Place
from signage.models import Sign
from signage.operations.check import CheckSummary, recheck_signs, recheck_signs_of_places


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


def recheck_after_adjustment(*, adjustment: Any, at: date, **news: Any) -> CheckSummary | None:
    """Receiver of :data:`boundaries.operations.take_effect.divisions_adjusted`.

    Signs in units that changed are judged anew: another jurisdiction may have rules of its own.
    """
    adjusted = Adjustment.objects.get(pk=adjustment)
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
