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
from facilities.models import FacilityCategory
from facilities.queries.grounds import REGISTER, REGISTER_OF


class DeclaredAlready(Refusal):
    template = "The register of %(code)s is declared whole from %(day)s on already."


class KeptHere(BadInput):
    template = (
        "“%(code)s” is kept by civil affairs: declare the register whole without naming a category."
    )


@transaction.atomic
def declare_register(
    *, by: Any, division: str, since: date, document: str, category: str = ""
) -> Rule:
    """From the day on a facility that is not in the register does not exist: targets count so.

    ``category``: one that other bodies keep and report, of which it has to be said apart.
    Raises NotInScope or NotPermitted, :class:`DeclaredAlready`, BadInput where the division is
    not known or no document is named that the word rests on.
    """
    code = jurisdiction_of(division)
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[code])
    if not DivisionVersion.objects.on(since).filter(code=code.ljust(6, "0")).exists():
        raise BadInput("There is no division with the code %(code)s on that day.", code=code[:12])
    if not document.strip():
        raise BadInput("Name the document that declares the register whole.")
    rule_id, names = REGISTER, ("", "")
    if category:
        kept = FacilityCategory.objects.filter(code=category).first()
        if kept is None:
            raise BadInput("There is no category “%(code)s” of facilities.", code=category[:20])
        if kept.of_civil_affairs(since):
            raise KeptHere(code=kept.code)
        rule_id, names = f"{REGISTER_OF}{kept.code}", (f"（{kept.name_zh}）", f" ({kept.name_en})")
    held = Rule.objects.select_for_update().filter(rule_id=rule_id, jurisdiction=code)
    last = held.order_by("-period").first()
    if last is not None and (last.period.upper is None or last.period.upper > since):
        raise DeclaredAlready(code=code, day=str(last.period.lower))
    made = Rule.objects.create(
        rule_id=rule_id,
        title_zh=f"设施登记完整起始日{names[0]}",
        title_en=f"The register of facilities is whole since{names[1]}",
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
