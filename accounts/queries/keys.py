"""Keys of programs: whose a key is, and a person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from accounts.domain.keys import digest_of
from accounts.models import ApiKey, User
from accounts.queries.persons import PERSON_SQL, person_in
from common.prepared import prepared_rows

HELD = f"""
    SELECT held.id, held.scopes, held.per_minute, {PERSON_SQL}
    FROM accounts_apikey held JOIN accounts_user person ON person.id = held.user_id
    WHERE held.digest = %(digest)s AND held.ended_at IS NULL AND person.is_active
      AND (held.expires_on IS NULL OR held.expires_on > %(at)s::date)
"""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose a key is and what it may."""

    user: User
    key_id: int
    scopes: Sequence[str]
    per_minute: int


def get_key(*, key: str, at: date) -> KeyHolder | None:
    """The holder of a key that holds on the day, if that person may sign in; with the grants."""
    found = prepared_rows(HELD, {"digest": digest_of(key), "at": at})
    if not found:
        return None
    key_id, scopes, per_minute, *person = found[0]
    return KeyHolder(person_in(person), key_id, scopes, per_minute)


def keys_of(user: Any) -> QuerySet[ApiKey]:
    """Keys in use first, then ended ones."""
    rows: QuerySet[ApiKey] = ApiKey.objects.filter(user=user)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "-created_at")
