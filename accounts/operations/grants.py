"""Roles are given and ended by administrators of the jurisdiction, never by oneself."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from accounts.domain.roles import Capability
from accounts.models import Grant, Role, User
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal


class CannotGrant(Refusal):
    template = "Nobody gives or ends their own roles: ask another administrator."


class RoleAlreadyHeld(Refusal):
    template = "%(person)s already has this role in this jurisdiction on that day."


@transaction.atomic
def give_role(
    *, by: Any, user: User, role: str, jurisdiction: str, start: date, end: date | None = None
) -> Grant:
    """Give ``user`` a role for a jurisdiction from ``start`` until ``end`` (excluded, or open)."""
    require(by=by, capability=Capability.MANAGE_ACCOUNTS, codes=[jurisdiction])
    if user == by:
        raise CannotGrant
    if role not in Role.values:
        raise BadInput("There is no role “%(role)s”.", role=role)
    digits = jurisdiction.isascii() and jurisdiction.isdigit() and len(jurisdiction) in (2, 4, 6)
    if jurisdiction and not digits:
        raise BadInput(
            "“%(code)s” is not a jurisdiction: give 2, 4 or 6 digits of a division code.",
            code=jurisdiction,
        )
    if end is not None and end <= start:
        raise BadInput("The last day must come after the first.")
    held = Grant.objects.filter(user=user, role=role, jurisdiction=jurisdiction)
    if held.filter(period__overlap=DateRange(start, end)).exists():
        raise RoleAlreadyHeld(person=str(user))
    try:
        with transaction.atomic():
            grant = Grant.objects.create(
                user=user, role=role, jurisdiction=jurisdiction, period=DateRange(start, end)
            )
    except IntegrityError:  # given by somebody else at the same moment
        raise RoleAlreadyHeld(person=str(user)) from None
    audit.record(
        by=by,
        operation="give_role",
        subject=grant,
        jurisdiction=jurisdiction,
        person=user.username,
        role=role,
    )
    return grant


@transaction.atomic
def end_role(*, by: Any, grant: Grant, on: date) -> None:
    """End a role on a day; the grant stays on record for the days before."""
    require(by=by, capability=Capability.MANAGE_ACCOUNTS, codes=[grant.jurisdiction])
    if grant.user == by:
        raise CannotGrant
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.period.upper is not None and grant.period.upper <= on:
        raise Refusal("This role has ended already.")
    details = {"person": grant.user.username, "role": grant.role}
    jurisdiction = grant.jurisdiction
    audit.record(by=by, operation="end_role", subject=grant, jurisdiction=jurisdiction, **details)
    if grant.period.lower is not None and grant.period.lower >= on:
        grant.delete()
    else:
        grant.period = DateRange(grant.period.lower, on)
        grant.save(update_fields=["period"])


@transaction.atomic
def open_account(*, by: Any, username: str, display_name: str, password: str) -> User:
    """A new account without any role yet; ``password`` has passed the validators."""
    if not by.may(Capability.MANAGE_ACCOUNTS):
        require(by=by, capability=Capability.MANAGE_ACCOUNTS, codes=[""])
    if User.objects.filter(Q(username__iexact=username)).exists():
        raise BadInput("The sign-in name “%(name)s” is taken: choose another.", name=username)
    user = User.objects.create_user(username, password=password, display_name=display_name)
    audit.record(by=by, operation="open_account", subject=user, username=username)
    return user
