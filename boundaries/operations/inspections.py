"""A joint inspection: begun, and recorded by both sides (Decree 353, Art 12)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.models import (
    BoundaryLine,
    Inspection,
    InspectionKind,
    InspectionSide,
    SectionRecord,
    SectionState,
)
from boundaries.queries.divisions import names_of_sides
from boundaries.queries.inspections import (
    get_inspection,
    particulars_hash,
    side_for,
)
from common import audit
from common.errors import BadInput, Refusal


class CannotGoOn(Refusal):
    """The inspection is not at the step for this."""


class NotYourSide(Refusal):
    template = (
        "Each side writes and signs its own record by its own people: who stands above both sides, "
        "or beside them, reads it."
    )


class ParticularsChanged(Refusal):
    template = (
        "Somebody else has changed the particulars meanwhile (%(changes)s): nothing was saved. "
        "Compare, and save again if your values hold."
    )


@dataclass(frozen=True, slots=True)
class SectionFacts:
    begins: str
    ends: str
    walked_on: date
    state: str
    features: str = ""
    crossing: str = ""
    note: str = ""


@transaction.atomic
def begin_inspection(
    *, by: Any, at: date, line: BoundaryLine, kind: str, lead: str, section: str = ""
) -> Inspection:
    """Begin a joint inspection; both sides have a record from now on.

    Refused: a lead that is no side, a special inspection without its reason, a regular one beside
    another, a line that has ended.
    """
    codes = [line.code_a, line.code_b]
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=codes)
    if lead not in codes:
        names = names_of_sides(line=line, at=at)
        raise BadInput(
            "“%(lead)s” is not a side of this line: %(a)s or %(b)s leads.",
            lead=lead,
            a=names[line.code_a],
            b=names[line.code_b],
        )
    if kind == InspectionKind.SPECIAL and not section.strip():
        raise BadInput("Say which section is inspected, and why.")
    if line.period.upper is not None and line.period.upper <= at:
        raise CannotGoOn("The line has ended: it cannot be inspected any more.")
    try:
        with transaction.atomic():
            inspection = Inspection.objects.create(
                line=line,
                line_code=line.code,
                code_a=line.code_a,
                code_b=line.code_b,
                kind=kind,
                section=section.strip(),
                lead_code=lead,
                begun_on=at,
            )
    except IntegrityError as error:
        raise CannotGoOn("An inspection of this line is already under way.") from error
    InspectionSide.objects.bulk_create(
        [InspectionSide(inspection=inspection, code=code) for code in codes]
    )
    record_step(by, "begin_inspection", inspection, codes)
    return inspection


@transaction.atomic
def write_side(*, by: Any, inspection: Inspection, organisers: str, people: str) -> InspectionSide:
    """Who takes part on one's own side."""
    held, side = editable(by=by, inspection=inspection)
    side.organisers, side.people = organisers.strip(), people.strip()
    side.save(update_fields=["organisers", "people"])
    record_step(by, "write_inspection_side", held, [side.code])
    return side


@transaction.atomic
def write_report(
    *, by: Any, at: date, inspection: Inspection, inspected_on: date | None, basis: str,
    suggestions: str, seen: str,
) -> Inspection:  # fmt: skip
    """What both sides share: the day the field check ended, basis documents, suggestions.

    ``seen``: hash of the particulars that the person saw (:func:`particulars_hash`). Raises
    :class:`ParticularsChanged` with both values where the other side wrote them in between;
    refused once either side has submitted what includes them.
    """
    held, side = editable(by=by, inspection=inspection)
    if any(each.submitted_at is not None for each in held.sides.all()):
        raise CannotGoOn(
            "The other side has submitted its record with these particulars: it opens it again "
            "before they change."
        )
    if inspected_on is not None and not held.begun_on <= inspected_on <= at:
        raise BadInput(
            "The field check ended between %(begun)s and today.", begun=held.begun_on.isoformat()
        )
    wanted = {
        "inspected_on": inspected_on, "basis": basis.strip(), "suggestions": suggestions.strip()
    }  # fmt: skip
    if seen != particulars_hash(held):
        raise ParticularsChanged(changes=_differences(held, wanted))
    for name, value in wanted.items():
        setattr(held, name, value)
    held.save(update_fields=list(wanted))
    record_step(by, "write_inspection_report", held, [side.code])
    return held


@transaction.atomic
def add_section(*, by: Any, at: date, inspection: Inspection, facts: SectionFacts) -> SectionRecord:
    """Record a section as one's own side walked it."""
    held, side = editable(by=by, inspection=inspection)
    require_its_days(held, facts.walked_on, at=at)
    if facts.state != SectionState.AS_AGREED and not (
        facts.features or facts.crossing or facts.note
    ):
        raise BadInput("Say what has changed, or what the problem is.")
    row = SectionRecord.objects.create(
        side=side,
        begins=facts.begins.strip(),
        ends=facts.ends.strip(),
        walked_on=facts.walked_on,
        state=facts.state,
        features=facts.features.strip(),
        crossing=facts.crossing.strip(),
        note=facts.note.strip(),
    )
    record_step(by, "add_section", held, [side.code], section=str(row))
    return row


@transaction.atomic
def remove_section(*, by: Any, inspection: Inspection, pk: int) -> None:
    """Take back a section of one's own side that was recorded by mistake."""
    held, side = editable(by=by, inspection=inspection)
    row = side.sections.filter(pk=pk).first()
    if row is None:
        raise BadInput("This section is not in the record of your side.")
    told = str(row)
    row.delete()
    record_step(by, "remove_section", held, [side.code], section=told)


def editable(*, by: Any, inspection: Inspection) -> tuple[Inspection, InspectionSide]:
    """The inspection, locked, and the side that a person may still write for."""
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = locked(inspection)
    code = side_for(by, held, Capability.RECORD_INSPECTION)
    if not code:
        raise NotYourSide
    side = next(each for each in held.sides.all() if each.code == code)
    require_open(held)
    if side.submitted_at is not None:
        raise CannotGoOn("Your side has submitted its record: open it again to change it.")
    return held, side


def require_its_days(inspection: Inspection, day: date, *, at: date) -> None:
    """What stands in the record of an inspection happened in its days: begun, and not to come."""
    if day > at:
        raise BadInput("%(day)s is still to come: record it afterwards.", day=day.isoformat())
    if day < inspection.begun_on:
        raise BadInput(
            "The inspection began on %(begun)s: %(day)s was before it.",
            begun=inspection.begun_on.isoformat(),
            day=day.isoformat(),
        )


def require_open(held: Inspection) -> None:
    if held.filed_on is not None:
        raise CannotGoOn("The inspection is filed: its record is archived and does not change.")
    if held.given_up_on is not None:
        raise CannotGoOn(
            "The inspection was given up on %(day)s.", day=held.given_up_on.isoformat()
        )


def _differences(held: Inspection, wanted: dict[str, Any]) -> str:
    """What stands now where the person would write something else: both values are shown."""
    told = []
    for name, value in wanted.items():
        label, there = Inspection._meta.get_field(name).verbose_name, getattr(held, name)
        if there != value:
            told.append(f"{label}: {there or '—'} ≠ {value or '—'}")
    return "; ".join(told) or "—"


def locked(inspection: Inspection) -> Inspection:
    """The inspection as it stands, held until the transaction ends."""
    Inspection.objects.select_for_update().get(pk=inspection.pk)
    held = get_inspection(pk=inspection.pk)
    assert held is not None
    return held


def record_step(
    by: Any, operation: str, inspection: Inspection, codes: list[str], **more: Any
) -> None:
    """One line in the log, under the jurisdiction of who acted."""
    own = side_for(by, inspection, Capability.RECORD_INSPECTION)
    audit.record(
        by=by,
        operation=operation,
        subject=inspection,
        jurisdiction=own or codes[0],
        line=inspection.line_code,
        **more,
    )
