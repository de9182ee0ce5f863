"""Adjustments that a person may see, and what their pages tell."""

import hashlib
import json
from datetime import date
from typing import Any

from django.db.models import F, Func, OuterRef, Q, Subquery, TextField, Value

from boundaries.models import Adjustment, AdjustmentStep


def visible_adjustments(*, by: Any, at: date) -> Any:
    """Adjustments that touch a unit in any jurisdiction of this person.

    Each has ``stood_at``: the step at which it stood on the day, None where it was not drawn up.
    """
    steps = AdjustmentStep.objects.filter(adjustment=OuterRef("pk"), on__lte=at)
    stood_at = Subquery(steps.order_by("-at", "-pk").values("after")[:1])
    told = Func(F("codes"), Value(" "), function="array_to_string", output_field=TextField())
    condition = Q(pk__in=[])
    for own in by.jurisdictions():
        # Digits only: a jurisdiction is the beginning of a code.
        condition |= Q(told__regex=rf"(^| ){own}")
    return Adjustment.objects.annotate(told=told, stood_at=stood_at).filter(condition)


def content_hash(adjustment: Adjustment) -> str:
    """Of what people wrote into a draft: who changes, hands in or approves it has read that."""
    content = [
        adjustment.title,
        adjustment.happens_on.isoformat(),
        adjustment.changes,
        adjustment.major,
        adjustment.reason,
        adjustment.materials,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
