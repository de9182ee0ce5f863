"""A joint inspection: begun, recorded and signed by both sides, filed (Decree 353, Art 12)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.domain.joint_record import Stage, content_hash, missing_of
from boundaries.models import (
    BoundaryLine,
    Inspection,
    InspectionKind,
    InspectionSide,
    JointInspection,
    SectionRecord,
    SectionState,
)
from boundaries.queries.inspections import content_of, get_inspection, side_for, stage
from common import audit
from common.errors import BadInput, Refusal

LISTED = 5


class CannotGoOn(Refusal):
    """The inspection is not at the step for this."""


class NotYourSide(Refusal):
    template = (
        "Each side writes and signs its own record by its own people: who stands above both sides, "
        "or beside them, reads it."
    )


class StillMissing(Refusal):
    """``missing``: what the report still lacks, as (what, about)."""

    template = "The record is not complete: %(count)d things are missing (%(about)s)."


class ContentChanged(Refusal):
    template = (
        "The record has changed since you read it: nothing was signed. Read it again, then sign "
        "what stands now."
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
        raise BadInput(
            "“%(lead)s” is not a side of this line: %(a)s or %(b)s leads.",
            lead=lead,
            a=line.name_a,
            b=line.name_b,
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
    _record(by, "begin_inspection", inspection, codes)
    return inspection


@transaction.atomic
def write_side(*, by: Any, inspection: Inspection, organisers: str, people: str) -> InspectionSide:
    """Who takes part on one's own side."""
    held, side = editable(by=by, inspection=inspection)
    side.organisers, side.people = organisers.strip(), people.strip()
    side.save(update_fields=["organisers", "people"])
    _record(by, "write_inspection_side", held, [side.code])
    return side


@transaction.atomic
def write_report(
    *, by: Any, at: date, inspection: Inspection, inspected_on: date | None, basis: str,
    suggestions: str,
) -> Inspection:  # fmt: skip
    """What both sides share: the day the field check ended, basis documents, suggestions."""
    held, side = editable(by=by, inspection=inspection)
    if inspected_on is not None and not held.begun_on <= inspected_on <= at:
        raise BadInput(
            "The field check ended between %(begun)s and today.", begun=held.begun_on.isoformat()
        )
    held.inspected_on, held.basis = inspected_on, basis.strip()
    held.suggestions = suggestions.strip()
    held.save(update_fields=["inspected_on", "basis", "suggestions"])
    _record(by, "write_inspection_report", held, [side.code])
    return held


@transaction.atomic
def add_section(*, by: Any, at: date, inspection: Inspection, facts: SectionFacts) -> SectionRecord:
    """Record a section as one's own side walked it."""
    held, side = editable(by=by, inspection=inspection)
    if facts.walked_on > at:
        raise BadInput(
            "%(day)s is still to come: record it afterwards.", day=facts.walked_on.isoformat()
        )
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
    _record(by, "add_section", held, [side.code], section=str(row))
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
    _record(by, "remove_section", held, [side.code], section=told)


@transaction.atomic
def submit_side(*, by: Any, at: datetime, inspection: Inspection) -> InspectionSide:
    """Lay one's own record open to the other side. Raises :class:`StillMissing`."""
    held, side = editable(by=by, inspection=inspection)
    missing = missing_of(content_of(held), side.code)
    if missing:
        about = [what if what else str(kind) for kind, what in missing]
        more = " …" if len(about) > LISTED else ""
        raise StillMissing(count=len(missing), about=", ".join(about[:LISTED]) + more)
    side.submitted_at, side.submitted_by = at, by
    side.save(update_fields=["submitted_at", "submitted_by"])
    _record(by, "submit_inspection_side", held, [side.code])
    return side


@transaction.atomic
def sign(*, by: Any, at: datetime, inspection: Inspection, seen: str) -> InspectionSide:
    """Sign, for one's own side, the content whose hash one has read.

    Raises :class:`ContentChanged` where it is no longer that, :class:`NotYourSide` for who acts
    for none or for both.
    """
    require(by=by, capability=Capability.SIGN_INSPECTION, codes=inspection.codes)
    held = _locked(inspection)
    code = side_for(by, held, Capability.SIGN_INSPECTION)
    if not code:
        raise NotYourSide
    if stage(held) != Stage.SUBMITTED:
        raise CannotGoOn("Both sides submit their records first; then each signs once.")
    content = content_of(held)
    now = content_hash(content)
    if seen != now:
        raise ContentChanged
    side = next(each for each in held.sides.all() if each.code == code)
    other = next(each for each in held.sides.all() if each.code != code)
    side.signed_at, side.signed_by, side.signed_hash = at, by, now
    side.save(update_fields=["signed_at", "signed_by", "signed_hash"])
    if other.signed_hash == now:
        held.frozen, held.frozen_hash = content, now
        held.save(update_fields=["frozen", "frozen_hash"])
    _record(by, "sign_inspection", held, [code], hash=now)
    return side


@transaction.atomic
def reopen(*, by: Any, inspection: Inspection, reason: str) -> Inspection:
    """Take the record of one's own side back into work: both signatures fall (both sign again)."""
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = _locked(inspection)
    code = side_for(by, held, Capability.RECORD_INSPECTION)
    if not code:
        raise NotYourSide
    if held.filed_on is not None:
        raise CannotGoOn("The inspection is filed: its record is archived and does not change.")
    if not reason.strip():
        raise BadInput("Say why the record is opened again.")
    own = [side for side in held.sides.all() if side.code == code]
    for side in own:
        side.submitted_at = side.submitted_by = None
    for side in held.sides.all():
        side.signed_at = side.signed_by = None
        side.signed_hash = ""
        side.save()
    held.frozen, held.frozen_hash = None, ""
    held.save(update_fields=["frozen", "frozen_hash"])
    _record(by, "reopen_inspection", held, [code], reason=reason.strip())
    return held


@transaction.atomic
def file_inspection(
    *, by: Any, at: date, inspection: Inspection, filed_with: str, document: str
) -> Inspection:
    """Both sides file it together with the approving organ: the clock of the line starts anew."""
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = _locked(inspection)
    if stage(held) != Stage.SIGNED:
        raise CannotGoOn("Only what both sides have signed is filed.")
    if not filed_with.strip():
        raise BadInput("Say with which organ it is filed.")
    held.filed_on, held.filed_with = at, filed_with.strip()
    held.filed_document = document.strip()
    if held.kind == InspectionKind.REGULAR:
        sides = {held.code_a: held.line.side_a_id, held.code_b: held.line.side_b_id}
        held.result, _made = JointInspection.objects.get_or_create(
            line=held.line,
            inspected_on=held.inspected_on,
            defaults={
                "lead_id": sides[held.lead_code],
                "summary": held.suggestions,
                "synthetic": held.synthetic,
                "source": held.source,
            },
        )
    held.save()
    _record(by, "file_inspection", held, held.codes, document=held.filed_document)
    return held


def editable(*, by: Any, inspection: Inspection) -> tuple[Inspection, InspectionSide]:
    """The inspection, locked, and the side that a person may still write for."""
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = _locked(inspection)
    code = side_for(by, held, Capability.RECORD_INSPECTION)
    if not code:
        raise NotYourSide
    side = next(each for each in held.sides.all() if each.code == code)
    if held.filed_on is not None:
        raise CannotGoOn("The inspection is filed: its record is archived and does not change.")
    if side.submitted_at is not None:
        raise CannotGoOn("Your side has submitted its record: open it again to change it.")
    return held, side


def _locked(inspection: Inspection) -> Inspection:
    Inspection.objects.select_for_update().get(pk=inspection.pk)
    held = get_inspection(pk=inspection.pk)
    assert held is not None
    return held


def _record(by: Any, operation: str, inspection: Inspection, codes: list[str], **more: Any) -> None:
    own = side_for(by, inspection, Capability.RECORD_INSPECTION)
    audit.record(
        by=by,
        operation=operation,
        subject=inspection,
        jurisdiction=own or codes[0],
        line=inspection.line_code,
        **more,
    )
