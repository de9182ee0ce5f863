"""A name took effect or ended: exactly the signs that show its place are checked again."""

from datetime import date
from typing import Any

from django.db import transaction

from common import audit
from gazetteer.models import Place
from signage.operations.check import CheckSummary, recheck_signs_of_places


def recheck_after_change(*, place: Any, at: date, **news: Any) -> CheckSummary:
    """Receiver of :data:`gazetteer.operations.take_effect.name_changed`."""
    with transaction.atomic():
        summary = recheck_signs_of_places(places=[place], at=at)
        audit.record(
            by=None,
            operation="recheck_signs_of_name",
            subject=Place(pk=place),
            signs=summary.signs,
            opened=summary.opened,
            resolved=summary.resolved,
        )
    return summary
