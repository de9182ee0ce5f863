"""Long lists in pages by key: the next page begins after the last row of this one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.errors import BadInput


@dataclass(frozen=True, slots=True)
class Page:
    """``after``: the key of the next page, "" on the last one."""

    rows: list[Any]
    after: str


def page(rows: QuerySet[Any], *, by: str, after: str, limit: int) -> Page:
    """One page of ``rows`` in the order of a field that is never null, then of the key.

    ``by``: the name of the field, after a minus the latest first.
    """
    field, way = by.removeprefix("-"), "lt" if by.startswith("-") else "gt"
    ordered = rows.order_by(by, "pk")
    if after:
        value, key = _read(after)
        beyond = Q(**{f"{field}__{way}": value}) | Q(**{field: value, "pk__gt": key})
        try:
            ordered = ordered.filter(beyond)
        except (ValueError, TypeError):
            raise BadInput("The address names no page of this list.") from None
    found = list(ordered[: limit + 1])
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return Page(found[:limit], f"{getattr(last, field).isoformat()}~{last.pk}" if last else "")


def _read(after: str) -> tuple[date, Any]:
    from uuid import UUID

    text, _, key = after.partition("~")
    try:
        moment = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        return moment, UUID(key)
    except ValueError:
        raise BadInput("The address names no page of this list.") from None
