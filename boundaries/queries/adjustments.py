"""Adjustments that a person may see, and what their pages tell."""

from typing import Any

from django.db.models import F, Func, Q, TextField, Value

from boundaries.models import Adjustment


def visible_adjustments(*, by: Any) -> Any:
    """Adjustments that touch a unit in any jurisdiction of this person."""
    told = Func(F("codes"), Value(" "), function="array_to_string", output_field=TextField())
    condition = Q(pk__in=[])
    for grant in by.grants_today():
        # Digits only: a jurisdiction is the beginning of a code.
        condition |= Q(told__regex=rf"(^| ){grant.jurisdiction}")
    return Adjustment.objects.annotate(told=told).filter(condition)
