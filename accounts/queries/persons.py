"""A person together with the grants in force, in one question: every request begins with it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Grant, User
from common.prepared import prepared_rows

FIELDS = [field.attname for field in User._meta.concrete_fields]
# Reads ``accounts_user`` as ``person`` on the day ``at``; :func:`person_in` reads its rows.
PERSON_SQL = f"""
    ARRAY(SELECT json_build_array(own.id, own.role, own.jurisdiction,
                                  lower(own.period), upper(own.period))
          FROM accounts_grant own
          WHERE own.user_id = person.id AND own.period @> %(at)s::date),
    {", ".join(f"person.{name}" for name in FIELDS)}
"""


def get_person(*, pk: Any, at: date) -> User | None:
    """The person with this key; their grants are those of the day."""
    sql = f"SELECT {PERSON_SQL} FROM accounts_user person WHERE person.id = %(pk)s"
    found = prepared_rows(sql, {"pk": pk, "at": at})
    return person_in(found[0]) if found else None


def person_in(row: Sequence[Any]) -> User:
    """The person of a row whose columns are those of :data:`PERSON_SQL`."""
    grants, *person = row
    user = User.from_db(connection.alias, FIELDS, person)
    user.hold_grants(
        Grant(pk, user.pk, role, where, DateRange(_day(since), _day(until)))
        for pk, role, where, since, until in grants
    )
    return user


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
