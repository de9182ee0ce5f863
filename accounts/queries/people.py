"""Who may do what where, as of a day, and what was done."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Grant, User
from common.errors import BadInput
from common.models import AuditEntry


def people(*, at: date, text: str = "") -> QuerySet[User]:
    """Accounts by name with their grants on the day (``grants_on_day``)."""
    rows = User.objects.order_by("username")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    in_force = Grant.objects.on(at).order_by("jurisdiction", "role")
    return rows.prefetch_related(Prefetch("grants", queryset=in_force, to_attr="grants_on_day"))


def person_named(username: str) -> User:
    """Who a command acts for. Raises BadInput where there is no such account in use."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise BadInput("There is no account “%(name)s” in use.", name=username[:40])
    return found


def audit_entries(
    *, jurisdictions: list[str], until: date, text: str = "", before: int | None = None
) -> QuerySet[AuditEntry]:
    """Audit lines of these jurisdictions, newest first, at most up to the day ``until``."""
    here = Q(pk__in=[])
    for jurisdiction in jurisdictions:
        here |= Q(jurisdiction__startswith=jurisdiction)
    rows: QuerySet[Any] = AuditEntry.objects.filter(here, at__date__lte=until)
    if text:
        rows = rows.filter(
            Q(operation__icontains=text)
            | Q(user__username__icontains=text)
            | Q(subject_id__icontains=text)
        )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.select_related("user").order_by("-pk")
