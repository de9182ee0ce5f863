"""The last steps of a joint inspection: submitted, signed by both sides, filed, or given up."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.domain.joint_record import Stage, content_hash, missing_of
from boundaries.models import (
    Inspection,
    InspectionKind,
    InspectionSide,
    JointInspection,
    Marker,
    MarkerVisit,
    Work,
)
from boundaries.operations.inspections import (
    CannotGoOn,
    NotYourSide,
    editable,
    locked,
    record_step,
    require_open,
)
from boundaries.queries.inspections import content_of, side_for, stage
from common import audit
from common.errors import BadInput, Refusal

LISTED = 5


class StillMissing(Refusal):
    """``missing``: what the report still lacks, as (what, about)."""

    template = "The record is not complete: %(count)d things are missing (%(about)s)."


class OwnRecord(Refusal):
    template = (
        "You submitted this record yourself: somebody else of your side signs it. Two people are "
        "needed on each side."
    )


class OneForBoth(Refusal):
    template = "You have submitted or signed for the other side: each side signs by its own people."


class ContentChanged(Refusal):
    template = (
        "The record has changed since you read it: nothing was signed. Read it again, then sign "
        "what stands now."
    )


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
    record_step(by, "submit_inspection_side", held, [side.code])
    return side


@transaction.atomic
def sign(*, by: Any, at: datetime, inspection: Inspection, seen: str) -> InspectionSide:
    """Sign, for one's own side, the content whose hash one has read.

    Raises :class:`ContentChanged` where it is no longer that, :class:`NotYourSide` for who acts
    for none or for both, :class:`OwnRecord` for who submitted it, :class:`OneForBoth` for who has
    submitted or signed for the other side, be it under a grant that has ended since.
    """
    require(by=by, capability=Capability.SIGN_INSPECTION, codes=inspection.codes)
    held = locked(inspection)
    code = side_for(by, held, Capability.SIGN_INSPECTION)
    if not code:
        raise NotYourSide
    if stage(held, at=timezone.localdate(at)) != Stage.SUBMITTED:
        raise CannotGoOn("Both sides submit their records first; then each signs once.")
    content = content_of(held)
    now = content_hash(content)
    if seen != now:
        raise ContentChanged
    side = next(each for each in held.sides.all() if each.code == code)
    other = next(each for each in held.sides.all() if each.code != code)
    if side.submitted_by_id == by.pk:
        raise OwnRecord
    if by.pk in (other.submitted_by_id, other.signed_by_id):
        raise OneForBoth
    side.signed_at, side.signed_by, side.signed_hash = at, by, now
    side.save(update_fields=["signed_at", "signed_by", "signed_hash"])
    if other.signed_hash == now:
        held.frozen, held.frozen_hash = content, now
        held.save(update_fields=["frozen", "frozen_hash"])
    record_step(by, "sign_inspection", held, [code], hash=now)
    return side


@transaction.atomic
def reopen(*, by: Any, inspection: Inspection, reason: str) -> Inspection:
    """Take the record of one's own side back into work: both signatures fall (both sign again)."""
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = locked(inspection)
    code = side_for(by, held, Capability.RECORD_INSPECTION)
    if not code:
        raise NotYourSide
    require_open(held)
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
    record_step(by, "reopen_inspection", held, [code], reason=reason.strip())
    return held


@transaction.atomic
def withdraw_inspection(*, by: Any, at: date, inspection: Inspection, reason: str) -> Inspection:
    """Give up an inspection that was begun by mistake or cannot be finished; it stays on record.

    By either side or who stands above both, while neither side has submitted its record.
    """
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = locked(inspection)
    require_open(held)
    if any(side.submitted_at is not None for side in held.sides.all()):
        raise CannotGoOn(
            "A side has submitted its record: it opens it again before the inspection is given up."
        )
    if not reason.strip():
        raise BadInput("Say why it is given up.")
    held.given_up_on, held.given_up_why = at, reason.strip()
    held.save(update_fields=["given_up_on", "given_up_why"])
    record_step(by, "withdraw_inspection", held, held.codes, reason=reason.strip())
    return held


@transaction.atomic
def file_inspection(
    *, by: Any, at: date, inspection: Inspection, filed_with: str, document: str
) -> Inspection:
    """Both sides file it together with the approving organ: the clock of the line starts anew.

    Only now do markers that were moved by agreement stand on record where they were put.
    """
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=inspection.codes)
    held = locked(inspection)
    code = side_for(by, held, Capability.RECORD_INSPECTION)
    if not code:
        raise NotYourSide
    if stage(held, at=at) != Stage.SIGNED:
        raise CannotGoOn("Only what both sides have signed is filed.")
    if not filed_with.strip():
        raise BadInput("Say with which organ it is filed.")
    held.filed_on, held.filed_with = at, filed_with.strip()
    held.filed_document = document.strip()
    if held.kind == InspectionKind.REGULAR:
        if Inspection.objects.filter(
            result__line=held.line_id, result__inspected_on=held.inspected_on
        ).exists():
            raise CannotGoOn("This line already has an inspection on that day.")
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
        # As of one entered from paper: for who follows the line or keeps a copy of it.
        audit.record(
            by=by,
            operation="record_inspection",
            subject=held.result,
            jurisdiction=code,
            line=held.line_code,
        )
    held.save()
    _move_markers(held)
    record_step(by, "file_inspection", held, held.codes, document=held.filed_document)
    return held


def _move_markers(held: Inspection) -> None:
    """Markers that both sides moved are registered where both signed that they stand.

    One that was moved once more since, outside of the inspection, stays where it was put then.
    """
    moves = MarkerVisit.objects.filter(side__inspection=held, work=Work.MOVED)
    since = MarkerVisit.objects.filter(
        side=None, work=Work.MOVED, marker=OuterRef("marker"), visited_on__gt=OuterRef("visited_on")
    )
    for visit in moves.exclude(Exists(since)).order_by("visited_on", "recorded_at"):
        marker = Marker.objects.select_for_update().get(pk=visit.marker_id)
        marker.place_at(visit.measured, visit.measured_accuracy_m)
