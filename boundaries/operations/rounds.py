"""Rounds of joint inspection are planned, lines moved between their years, plans filed."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.domain.rounds import plan_round
from boundaries.models import InspectionRound, RoundTask
from boundaries.queries.rounds import lines_to_plan
from common import audit
from common.errors import BadInput, Refusal

LONGEST = 10


class PlannedMeanwhile(Refusal):
    template = "Somebody else has changed this plan meanwhile: it is shown as it stands now."


class AlreadyFiled(Refusal):
    template = "The plan was filed on %(day)s: it does not change any more."


@transaction.atomic
def make_round(
    *, by: Any, at: date, name: str, jurisdiction: str, first_year: int, last_year: int
) -> InspectionRound:
    """A round with a proposal for every line that touches the jurisdiction on the day.

    Raises BadInput for years that are no round, a second round from the same year, no lines.
    """
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=[jurisdiction])
    if not first_year <= last_year < first_year + LONGEST:
        raise BadInput("A round takes one to ten years.")
    lines = lines_to_plan(jurisdiction=jurisdiction, at=at)
    if not lines:
        raise BadInput("No boundary line touches %(code)s.", code=jurisdiction)
    try:
        with transaction.atomic():
            made = InspectionRound.objects.create(
                name=name.strip(),
                jurisdiction=jurisdiction,
                first_year=first_year,
                last_year=last_year,
            )
    except IntegrityError as error:
        raise BadInput("This jurisdiction already has a round from that year.") from error
    RoundTask.objects.bulk_create(
        [
            RoundTask(round=made, line_code=task.code, year=task.year, lead_code=task.lead)
            for task in plan_round(lines, list(made.years))
        ]
    )
    _record(by, "make_round", made, lines=len(lines))
    return made


@transaction.atomic
def move_line(
    *, by: Any, planned: InspectionRound, line_code: str, year: int, seen: int
) -> InspectionRound:
    """Move a line to another year; ``seen``: the version of the plan that the person saw."""
    held = _open(by, planned)
    if held.version != seen:
        raise PlannedMeanwhile
    if year not in held.years:
        raise BadInput("%(year)d is not a year of this round.", year=year)
    if not held.tasks.filter(line_code=line_code).update(year=year):
        raise BadInput("Line %(code)s is not in this round.", code=line_code)
    InspectionRound.objects.filter(pk=held.pk).update(version=F("version") + 1)
    held.refresh_from_db()
    _record(by, "move_line_in_round", held, line=line_code, year=year)
    return held


@transaction.atomic
def file_round(*, by: Any, at: date, planned: InspectionRound, filed_with: str) -> InspectionRound:
    """File the plan with the superior: it stands from now on."""
    held = _open(by, planned)
    if not filed_with.strip():
        raise BadInput("Say with which organ it is filed.")
    held.filed_on, held.filed_with = at, filed_with.strip()
    held.save(update_fields=["filed_on", "filed_with"])
    _record(by, "file_round", held)
    return held


def _open(by: Any, planned: InspectionRound) -> InspectionRound:
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=[planned.jurisdiction])
    held: InspectionRound = InspectionRound.objects.select_for_update().get(pk=planned.pk)
    if held.filed_on is not None:
        raise AlreadyFiled(day=held.filed_on.isoformat())
    return held


def _record(by: Any, operation: str, planned: InspectionRound, **more: Any) -> None:
    audit.record(
        by=by, operation=operation, subject=planned, jurisdiction=planned.jurisdiction, **more
    )
