"""Keys of programs: whose a key is, and a person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, QuerySet

from accounts.domain.keys import digest_of
from accounts.models import ApiKey, Grant, User

PERSON = [field.attname for field in User._meta.concrete_fields]
HELD = f"""
    SELECT held.id, held.scopes, held.per_minute,
           ARRAY(SELECT json_build_array(own.id, own.role, own.jurisdiction,
                                         lower(own.period), upper(own.period))
                 FROM accounts_grant own
                 WHERE own.user_id = person.id AND own.period @> %s::date),
           {", ".join(f"person.{name}" for name in PERSON)}
    FROM accounts_apikey held JOIN accounts_user person ON person.id = held.user_id
    WHERE held.digest = %s AND held.ended_at IS NULL AND person.is_active
      AND (held.expires_on IS NULL OR held.expires_on > %s)
"""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose a key is and what it may."""

    user: User
    key_id: int
    scopes: Sequence[str]
    per_minute: int


def get_key(*, key: str, at: date) -> KeyHolder | None:
    """The holder of a key that holds on the day, if that person may sign in; with the grants.

    One question, written out, because every request of a program begins with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(HELD, [at, digest_of(key), at])
        found = cursor.fetchone()
    if found is None:
        return None
    key_id, scopes, per_minute, grants, *person = found
    user = User.from_db(connection.alias, PERSON, person)
    user.hold_grants(
        Grant(pk, user.pk, role, where, DateRange(_day(since), _day(until)))
        for pk, role, where, since, until in grants
    )
    return KeyHolder(user, key_id, scopes, per_minute)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def keys_of(user: Any) -> QuerySet[ApiKey]:
    """Keys in use first, then ended ones."""
    rows: QuerySet[ApiKey] = ApiKey.objects.filter(user=user)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "-created_at")
