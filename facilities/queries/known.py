"""Facilities that the rows of a file may mean."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max, Min, Q, Value
from django.db.models.functions import Coalesce

from facilities.models import Facility, FacilityOccupancy

COUNTY_DIGITS = 6


def facilities_known(
    *, identities: Sequence[str], names: Sequence[str], at: date, lock: bool = False
) -> dict[Any, Facility]:
    """States in service on the day, by identity (as text) and by (name, category, county).

    Of several that share name, category and county none is meant without its identity; what may
    not be shown is none of them.
    """
    keys = {key for text in identities if (key := _uuid(text)) is not None}
    rows = Facility.objects.on(at).shown()
    rows = rows.filter(Q(identity__in=keys) | Q(name__in=set(names) - {""}))
    if lock:
        rows = rows.select_for_update(of=("self",))
    found: dict[Any, Facility] = {}
    shared = set()
    for row in rows.select_related("category").order_by("pk"):
        found[str(row.identity)] = row
        named = (row.name, row.category_id, row.division_code[:COUNTY_DIGITS])
        if named in found:
            shared.add(named)
        found[named] = row
    return {key: row for key, row in found.items() if key not in shared}


def later_changes(*, identities: Iterable[UUID], at: date) -> dict[UUID, date]:
    """Facilities that change after the day, or end: identity → the day."""
    rows = Facility.objects.filter(identity__in=list(identities), period__startswith__gt=at)
    found = rows.order_by().values_list("identity").annotate(day=Max("period__startswith"))
    return dict(found)


def first_days(*, identities: Iterable[UUID]) -> dict[UUID, date]:
    """Since when each is in service; ``date.min`` for ever."""
    rows = Facility.objects.filter(identity__in=list(identities)).order_by()
    begun = Coalesce("period__startswith", Value(date.min))
    return dict(rows.values_list("identity").annotate(day=Min(begun)))


def counts_known(*, identities: Iterable[UUID]) -> dict[tuple[UUID, date | None], int]:
    """How many beds were taken, by facility and day."""
    rows = FacilityOccupancy.objects.filter(identity__in=list(identities))
    found = rows.values_list("identity", "counted_on", "occupied")
    return {(identity, day): occupied for identity, day, occupied in found}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
