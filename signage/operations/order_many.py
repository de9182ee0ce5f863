"""Order many signs at once: one order sheet to each responsible body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require_somewhere
from common import audit
from common.errors import BadInput, NotInScope, Refusal
from signage.domain.rectification import ORDERED
from signage.models import OrderSheet, RectificationOrder
from signage.operations.campaign import keep_day
from signage.queries.order_plan import BodyPlan, OrderPlan, order_plan
from signage.queries.signs import SignFilter

NUMBERS = 44_010_418
LONGEST_BODY = 100
LARGEST_BUDGET = Decimal(9_999_999_999)


class NothingToOrder(Refusal):
    template = "No sign of this list waits for an order."


class ListChanged(Refusal):
    template = (
        "The list has changed meanwhile: %(now)d signs now wait for an order, not %(seen)d. "
        "Look at it once more."
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """What a body is told beside its signs. ``budget`` in yuan; ``due_on`` None: by severity."""

    budget: Decimal | None = None
    instruction: str = ""
    due_on: date | None = None


@transaction.atomic
def order_signs(
    *,
    by: Any,
    at: datetime,
    chosen: SignFilter,
    seen: int,
    bodies: Mapping[str, Terms],
    named: str = "",
) -> list[OrderSheet]:
    """Order every sign of a filtered list that fails a check and has no order yet.

    ``bodies``: body → terms; those left out get no order. ``named``: who has to put right the
    signs that no body is recorded for (key ""). ``seen``: how many signs the person was shown.
    """
    day = timezone.localdate(at)
    plan = plan_for(by=by, at=day, chosen=chosen)
    if not plan.count:
        raise NothingToOrder
    if plan.count != seen:
        raise ListChanged(now=plan.count, seen=seen)
    wanted = [body for body in plan.bodies if body.body in bodies]
    if not wanted:
        raise BadInput("Choose at least one body.")
    sheets = [_order(by, at, body, bodies[body.body], body.body or named, day) for body in wanted]
    keep_day(codes={fix.division_code for body in wanted for fix in body.fixes}, at=day)
    return sheets


def plan_for(*, by: Any, at: date, chosen: SignFilter) -> OrderPlan:
    """What this person would order by :func:`order_signs`."""
    return order_plan(at=at, chosen=chosen, scopes=where_ordering(by=by, within=chosen.within))


def where_ordering(*, by: Any, within: str) -> list[str]:
    """The jurisdictions in which this person orders; refuses where none meets ``within``."""
    everywhere = by.jurisdictions()
    if not any(code.startswith(within) or within.startswith(code) for code in everywhere):
        raise NotInScope
    return require_somewhere(by=by, capability=Capability.ORDER_FIX)


def _order(by: Any, at: datetime, plan: BodyPlan, terms: Terms, body: str, day: date) -> OrderSheet:
    sheet = new_sheet(by=by, at=at, body=body, terms=terms)
    orders = [
        RectificationOrder(
            sign_id=fix.sign_id,
            sheet=sheet,
            state=ORDERED,
            responsible_body=sheet.responsible_body,
            instruction=sheet.instruction,
            rules=list(fix.rules),
            cost=fix.cost,
            due_on=terms.due_on or fix.due_on,
            ordered_at=at,
            ordered_by=by,
        )
        for fix in plan.fixes
    ]
    try:
        with transaction.atomic():
            RectificationOrder.objects.bulk_create(orders, batch_size=1000)
    except IntegrityError:
        raise Refusal("Somebody has ordered one of these signs meanwhile.") from None
    record_sheet(
        by=by,
        sheet=sheet,
        operation="order_signs",
        codes=[fix.division_code for fix in plan.fixes],
        numbers=[fix.number for fix in plan.fixes],
    )
    return sheet


def new_sheet(*, by: Any, at: datetime, body: str, terms: Terms) -> OrderSheet:
    """A sheet with the next number of its year; refuses what cannot be meant."""
    body = body.strip()
    if not body:
        raise BadInput("Name the body that has to put the sign right.")
    if len(body) > LONGEST_BODY:
        raise BadInput("The name of a body has at most %(most)d characters.", most=LONGEST_BODY)
    if terms.due_on is not None and terms.due_on < timezone.localdate(at):
        raise BadInput("The day by which the fix is due lies in the past.")
    if terms.budget is not None and not 0 <= terms.budget <= LARGEST_BUDGET:
        raise BadInput("A budget is between 0 and 9,999,999,999 yuan.")
    return OrderSheet.objects.create(
        number=_next_number(timezone.localdate(at).year),
        responsible_body=body,
        instruction=terms.instruction.strip(),
        budget=terms.budget,
        ordered_at=at,
        ordered_by=by,
    )


def _next_number(year: int) -> str:
    """ZG-2026-0001: numbers of a year run on, one writer at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
        cursor.execute(
            """SELECT coalesce(max(split_part(number, '-', 3)::int), 0) + 1
               FROM signage_ordersheet WHERE number LIKE %s""",
            [f"ZG-{year}-%"],
        )
        return f"ZG-{year}-{cursor.fetchone()[0]:04d}"


def record_sheet(
    *, by: Any, sheet: OrderSheet, operation: str, codes: Sequence[str], numbers: Sequence[str]
) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=sheet,
        jurisdiction=_shared(codes),
        number=sheet.number,
        body=sheet.responsible_body,
        budget=None if sheet.budget is None else str(sheet.budget),
        signs=list(numbers),
    )


def _shared(codes: Sequence[str]) -> str:
    """What all these codes begin with, in whole levels of division."""
    first, last = min(codes), max(codes)
    for length in (9, 6, 4, 2):
        if first[:length] == last[:length] and len(first) >= length:
            return first[:length]
    return ""
