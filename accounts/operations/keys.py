"""Keys for programs: a person makes and ends their own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.domain.keys import SHOWN, Scope, digest_of, new_key
from accounts.models import ApiKey
from common import audit
from common.errors import BadInput, NotInScope

MOST_KEYS = 20


@transaction.atomic
def make_key(
    *, by: Any, name: str, scopes: Sequence[str], at: date, expires_on: date | None = None
) -> tuple[ApiKey, str]:
    """(the record, the key itself): the key is told once and kept nowhere."""
    if not name.strip():
        raise BadInput("Give the key a name, for example the program that will use it.")
    if Scope.READ not in scopes or set(scopes) - {scope.value for scope in Scope}:
        raise BadInput("A key reads, or reads and writes.")
    if expires_on is not None and expires_on <= at:
        raise BadInput("The last day of a key lies in the future.")
    if ApiKey.objects.filter(user=by, ended_at__isnull=True).count() >= MOST_KEYS:
        raise BadInput("You have %(most)s keys: end one of them first.", most=MOST_KEYS)
    key = new_key()
    record = ApiKey.objects.create(
        user=by,
        name=name.strip()[:60],
        start=key[:SHOWN],
        digest=digest_of(key),
        scopes=sorted(set(scopes)),
        expires_on=expires_on,
    )
    audit.record(by=by, operation="make_key", subject=record, scopes=record.scopes)
    return record, key


@transaction.atomic
def end_key(*, by: Any, key_id: int, at: datetime) -> None:
    record = ApiKey.objects.select_for_update().filter(pk=key_id, user=by).first()
    if record is None:
        raise NotInScope
    if record.ended_at is None:
        record.ended_at = at
        record.save(update_fields=["ended_at"])
        audit.record(by=by, operation="end_key", subject=record)
