"""Wardens are entrusted with a part of a line; their patrols are recorded."""

from datetime import date, datetime
from math import ceil
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.models import BoundaryLine, Patrol, WardenContract
from common import audit
from common.errors import BadInput


@transaction.atomic
def entrust(
    *,
    by: Any,
    line: BoundaryLine,
    side_code: str,
    number: str,
    warden: str,
    begins: str,
    ends: str,
    km: float,
    first_serial: int | None,
    last_serial: int | None,
    from_day: date,
    until: date | None,
) -> WardenContract:
    """One side entrusts a warden with a part of a line (sections, kilometres, markers, period)."""
    if side_code not in (line.code_a, line.code_b):
        raise BadInput("Choose one of the two sides of the line.")
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=[side_code])
    if (first_serial is None) != (last_serial is None) or (first_serial or 0) > (last_serial or 0):
        raise BadInput("The first marker comes before the last, or both are left out.")
    # Lengths in contracts are rounded, at most to whole kilometres.
    whole = ceil(line.length_m / 1000)
    if km > whole:
        raise BadInput("The whole line is not longer than %(km)d km.", km=whole)
    if until is not None and until <= from_day:
        raise BadInput("A contract ends after it begins.")
    try:
        with transaction.atomic():
            made = WardenContract.objects.create(
                line_code=line.code,
                code_a=line.code_a,
                code_b=line.code_b,
                side_code=side_code,
                number=number.strip(),
                warden=warden.strip(),
                begins=begins.strip(),
                ends=ends.strip(),
                km=km,
                first_serial=first_serial,
                last_serial=last_serial,
                period=DateRange(from_day, until),
            )
    except IntegrityError as error:
        raise BadInput(
            "Your side has a contract “%(number)s” on record already.", number=number
        ) from error
    # The log is read by more people than the contract: it does not name the warden.
    audit.record(by=by, operation="entrust", subject=made, jurisdiction=side_code, line=line.code)
    return made


@transaction.atomic
def record_patrol(
    *,
    by: Any,
    at: datetime,
    today: date,
    contract: WardenContract,
    walked_on: date,
    special: bool,
    strip_kept: bool,
    cleared: bool,
    finding: str,
    found_at: datetime | None,
    reported_at: datetime | None,
) -> Patrol:
    """Record a patrol; what was found comes with when it was found and when it was reported."""
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=[contract.side_code])
    if walked_on > today or (reported_at or found_at or at) > at:
        raise BadInput("A patrol is recorded when it is over, not before.")
    if walked_on not in (contract.period):
        raise BadInput(
            "On %(day)s contract %(number)s was not in force.",
            day=walked_on.isoformat(),
            number=contract.number,
        )
    if found_at is not None and not finding.strip():
        raise BadInput("Say what was found.")
    if found_at is not None and timezone.localdate(found_at) != walked_on:
        raise BadInput(
            "What a patrol finds it finds on its day, %(day)s.", day=walked_on.isoformat()
        )
    if reported_at is not None and (found_at is None or reported_at < found_at):
        raise BadInput("A report comes after what it reports.")
    try:
        with transaction.atomic():
            made = Patrol.objects.create(
                contract=contract,
                walked_on=walked_on,
                special=special,
                strip_kept=strip_kept,
                cleared=cleared,
                finding=finding.strip(),
                found_at=found_at,
                reported_at=reported_at,
            )
    except IntegrityError as error:
        raise BadInput(
            "A patrol of %(day)s is on record already.", day=walked_on.isoformat()
        ) from error
    audit.record(
        by=by,
        operation="record_patrol",
        subject=made,
        jurisdiction=contract.side_code,
        line=contract.line_code,
        contract=contract.number,
    )
    return made


@transaction.atomic
def report_finding(*, by: Any, at: datetime, patrol: Patrol, reported_at: datetime) -> Patrol:
    """Record when a finding of a patrol was reported; once, and never before it was found."""
    contract = patrol.contract
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=[contract.side_code])
    held = Patrol.objects.select_for_update().get(pk=patrol.pk)
    if held.found_at is None:
        raise BadInput("This patrol found nothing that is reported.")
    if held.reported_at is not None:
        told = timezone.localtime(held.reported_at)
        raise BadInput("This was reported already, at %(time)s.", time=f"{told:%Y-%m-%d %H:%M}")
    if not held.found_at <= reported_at <= at:
        raise BadInput("A report comes after what it reports, and not before it is recorded.")
    held.reported_at = reported_at
    held.save(update_fields=["reported_at"])
    audit.record(
        by=by,
        operation="report_finding",
        subject=held,
        jurisdiction=contract.side_code,
        line=contract.line_code,
        contract=contract.number,
    )
    return held
