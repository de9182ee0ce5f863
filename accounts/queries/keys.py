"""Keys of programs: whose a key is, and a person's own."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.domain.keys import digest_of
from accounts.models import ApiKey


def get_key(*, key: str, at: date) -> ApiKey | None:
    """The record of a key that holds on the day, of a person who may sign in."""
    rows = ApiKey.objects.select_related("user").filter(
        Q(expires_on__isnull=True) | Q(expires_on__gt=at),
        digest=digest_of(key),
        ended_at__isnull=True,
        user__is_active=True,
    )
    found: ApiKey | None = rows.first()
    return found


def keys_of(user: Any) -> QuerySet[ApiKey]:
    """Keys in use first, then ended ones."""
    rows: QuerySet[ApiKey] = ApiKey.objects.filter(user=user)
    return rows.order_by("ended_at", "-created_at")
