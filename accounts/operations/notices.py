"""Notices of what a person follows: read, and told by e-mail if they choose."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.models import Notice, NoticeMail
from common.errors import BadInput


@transaction.atomic
def choose_mail(*, by: Any, address: str, how: str) -> NoticeMail:
    """In the language of the page on which it is chosen; what failed before begins anew."""
    if how not in NoticeMail.How.values:
        raise BadInput("Choose no e-mail, at once or once a day.")
    if how != NoticeMail.How.OFF and not address:
        raise BadInput("Give the address to which notices are sent.")
    by.email = address
    by.save(update_fields=["email"])
    told = {"how": how, "language": get_language() or "", "failures": 0, "error": ""}
    choice, _new = NoticeMail.objects.update_or_create(user=by, defaults=told | {"next_at": None})
    return choice


def mark_read(*, by: Any, at: datetime, key: int | None = None) -> int:
    """One's own notice, or all of them; how many were not read yet."""
    unread = Notice.objects.filter(user=by, read_at__isnull=True)
    if key is not None:
        unread = unread.filter(pk=key)
    return unread.update(read_at=at)
