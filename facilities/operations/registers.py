"""Somebody declares that the register of facilities of a jurisdiction is whole."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import require
from boundaries.models import DivisionVersion
from common.audit import record
from common.errors import BadInput, Refusal
from common.models import Rule
from facilities.queries.grounds import REGISTER


class DeclaredAlready(Refusal):
    template = "The register of %(code)s is declared whole from %(day)s on already."


@transaction.atomic
def declare_register(*, by: Any, division: str, since: date, document: str) -> Rule:
    """From the day on a facility that is not in the register does not exist: targets count so.

    Raises NotInScope or NotPermitted, :class:`DeclaredAlready`, BadInput where the division is
    not known or no document is named that the word rests on.
    """
    code = jurisdiction_of(division)
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[code])
    if not DivisionVersion.objects.on(since).filter(code=code.ljust(6, "0")).exists():
        raise BadInput("There is no division with the code %(code)s on that day.", code=code[:12])
    if not document.strip():
        raise BadInput("Name the document that declares the register whole.")
    held = Rule.objects.select_for_update().filter(rule_id=REGISTER, jurisdiction=code)
    last = held.order_by("-period").first()
    if last is not None and (last.period.upper is None or last.period.upper > since):
        raise DeclaredAlready(code=code, day=str(last.period.lower))
    made = Rule.objects.create(
        rule_id=REGISTER,
        title_zh="设施登记完整起始日",
        title_en="The register of facilities is whole since",
        jurisdiction=code,
        authority=document.strip()[:200],
        period=DateRange(since, None),
        status=Rule.Status.VERIFIED,
        severity=Rule.Severity.INFO,
    )
    record(
        by=by,
        operation="declare_register",
        subject=made,
        jurisdiction=code,
        reason=document.strip(),
        since=since.isoformat(),
    )
    return made
