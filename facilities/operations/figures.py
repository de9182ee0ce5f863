"""Policy figures: a new one holds from a day on and ends the one before."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import require
from boundaries.models import DivisionVersion
from common.audit import record
from common.errors import BadInput, Refusal
from facilities.models import PolicyFigure

MOST = Decimal("1000000")


class FigureLater(Refusal):
    template = "This figure is already recorded from %(day)s on: only a later day can follow."


class FigureOutOfBounds(BadInput):
    template = "A figure is above 0 and at most %(most)s yuan a month."


class NoSuchDivision(BadInput):
    template = "There is no division with the code %(code)s on that day."


@transaction.atomic
def record_figure(
    *, by: Any, key: str, division: str, value: Decimal, starts_on: date, document: str
) -> PolicyFigure:
    """Record a figure of a division (4401, 440106) from a day on; the one in force ends there.

    Raises NotInScope or NotPermitted, :class:`FigureLater` where one begins on that day or later,
    :class:`FigureOutOfBounds`, :class:`NoSuchDivision`.
    """
    code = jurisdiction_of(division)
    require(by=by, capability=Capability.EDIT_FACILITY, codes=[code])
    if not 0 < value <= MOST:
        raise FigureOutOfBounds(most=f"{MOST:,}")
    if not DivisionVersion.objects.on(starts_on).filter(code=code.ljust(6, "0")).exists():
        raise NoSuchDivision(code=division[:12])
    held = PolicyFigure.objects.select_for_update().filter(key=key, division_code=code)
    last = held.order_by("-period").first()
    if last is not None:
        if last.period.lower is not None and last.period.lower >= starts_on:
            raise FigureLater(day=last.period.lower.isoformat())
        if last.period.upper is None or last.period.upper > starts_on:
            last.period = DateRange(last.period.lower, starts_on)
            last.save(update_fields=["period"])
    kept = PolicyFigure.objects.create(
        key=key,
        division_code=code,
        value=value,
        document=document,
        period=DateRange(starts_on, None),
    )
    record(
        by=by,
        operation="record_figure",
        subject=kept,
        jurisdiction=code,
        key=key,
        value=str(value),
        starts_on=starts_on.isoformat(),
    )
    return kept
