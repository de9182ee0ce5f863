"""The way of an adjustment before its day: drawn up, submitted, approved by another person.

Drafting takes one person, approving another one (``adjustment_approved_by_another``); each step
is kept with its day. What taking effect writes stands in :mod:`boundaries.operations.take_effect`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import MATERIALS
from boundaries.models import (
    LIVE,
    MATERIAL_LABELS,
    Adjustment,
    AdjustmentState,
    AdjustmentStep,
    Level,
)
from boundaries.queries.adjusting import (
    jurisdiction_over,
    land_of,
    outcome_of,
    overlapping,
    require_day,
)
from boundaries.queries.adjustments import content_hash
from common import audit
from common.errors import BadInput, Refusal
from common.models import in_a_row

_S = AdjustmentState
LOCK = 44_010_390


class CannotAdjust(Refusal):
    template = "The adjustment cannot take this step."


class DraftChanged(CannotAdjust):
    template = "The draft has changed since you read it: nothing was written. Read what stands now."


@transaction.atomic
def draft_adjustment(
    *,
    by: Any,
    at: datetime,
    title: str,
    happens_on: date,
    changes: Any,
    reason: str = "",
    materials: Mapping[str, str] | None = None,
    major: bool = False,
) -> Adjustment:
    """Keep a draft of changes to take effect on a day; it need not be ready to be submitted.

    Refuses a draft that cannot be carried out on the divisions of the day before, with the number
    of the change, and units outside the person's jurisdiction.
    """
    adjustment = Adjustment(drawn_by=by, drawn_on=timezone.localdate(at))
    _write(adjustment, by, title, happens_on, changes, reason, materials, major)
    adjustment.save(force_insert=True)
    _step(adjustment, "", by, at)
    return adjustment


@transaction.atomic
def change_draft(
    *,
    by: Any,
    adjustment: Adjustment,
    title: str,
    happens_on: date,
    changes: Any,
    reason: str = "",
    materials: Mapping[str, str] | None = None,
    major: bool = False,
    seen: str | None = None,
) -> Adjustment:
    """Write a draft, or one that was sent back, anew: from then on it is this person's draft.

    ``seen``, here and of the steps: hash of the draft that was read, if it has to be still that.
    """
    adjustment = lock(adjustment, seen)
    require_state(adjustment, _S.DRAFT, _S.RETURNED)
    require_all(by, Capability.DRAFT_ADJUSTMENT, adjustment.codes)
    adjustment.drawn_by = by
    _write(adjustment, by, title, happens_on, changes, reason, materials, major)
    adjustment.save()
    _record(adjustment, by, "change_draft_adjustment")
    return adjustment


def _write(
    adjustment: Adjustment,
    by: Any,
    title: str,
    happens_on: date,
    changes: Any,
    reason: str,
    materials: Mapping[str, str] | None,
    major: bool,
) -> None:
    if not title.strip():
        raise BadInput("Give the adjustment a title.")
    require_day(happens_on)
    unknown = sorted(set(materials or {}) - set(MATERIALS))
    if unknown:
        raise BadInput("“%(key)s” is no material of Art 13.", key=unknown[0][:40])
    outcome = outcome_of(changes=changes, on=happens_on)
    adjustment.title = title.strip()[:200]
    adjustment.happens_on = happens_on
    adjustment.changes = changes
    adjustment.reason = reason.strip()
    adjustment.major = major
    adjustment.materials = {k: v.strip() for k, v in (materials or {}).items() if v.strip()}
    _keep_codes(adjustment, outcome)
    if by is not None:
        require_all(by, Capability.DRAFT_ADJUSTMENT, adjustment.codes)


def _keep_codes(adjustment: Adjustment, outcome: Outcome) -> None:
    adjustment.codes = codes_of(outcome)
    adjustment.jurisdiction = jurisdiction_over(adjustment.codes)


@transaction.atomic
def submit_adjustment(
    *, by: Any, at: datetime, adjustment: Adjustment, seen: str | None = None
) -> Adjustment:
    """Hand it in: complete by Art 13, no land lost or doubled, no other on the same units."""
    adjustment = lock(adjustment, seen)
    require_state(adjustment, _S.DRAFT, _S.RETURNED)
    require_all(by, Capability.DRAFT_ADJUSTMENT, adjustment.codes)
    missing = [MATERIAL_LABELS[key] for key in MATERIALS if not adjustment.materials.get(key)]
    if missing:
        raise CannotAdjust(
            "Materials of Art 13 are still missing: %(materials)s.", materials=in_a_row(missing)
        )
    outcome = outcome_of(changes=adjustment.changes, on=adjustment.happens_on)
    _keep_codes(adjustment, outcome)
    refuse_overlap(adjustment)
    refuse_lost_land(outcome)
    return move_to(adjustment, _S.SUBMITTED, by, at)


@transaction.atomic
def approve_adjustment(
    *,
    by: Any,
    at: datetime,
    adjustment: Adjustment,
    authority: str,
    document: str,
    approved_on: date,
    announced_on: date | None = None,
    happens_on: date | None = None,
    seen: str | None = None,
) -> Adjustment:
    """Enter the approval; from then on the adjustment waits for its day, also one to come.

    Refused to who drew the draft or wrote it as it stands; ``happens_on`` may set another day than
    drafted.
    """
    adjustment = lock(adjustment, seen)
    require_state(adjustment, _S.SUBMITTED)
    require_all(by, Capability.APPROVE_ADJUSTMENT, adjustment.codes)
    if drew(by=by, adjustment=adjustment):
        raise CannotAdjust("You drew up this draft yourself: another person approves it.")
    if not authority.strip() or not document.strip():
        raise BadInput("Give the approving authority and its document.")
    day = happens_on or adjustment.happens_on
    if approved_on > timezone.localdate(at):
        raise BadInput(
            "%(day)s is still to come: enter the approval once it is given.",
            day=approved_on.isoformat(),
        )
    if approved_on > day:
        raise BadInput(
            "It was approved on %(approved)s: it cannot take effect before, on %(day)s.",
            approved=approved_on.isoformat(),
            day=day.isoformat(),
        )
    adjustment.happens_on = day
    adjustment.authority = authority.strip()[:100]
    adjustment.document = document.strip()[:200]
    adjustment.approved_on = approved_on
    adjustment.announced_on = announced_on
    adjustment.approved_by = by
    _keep_codes(adjustment, outcome_of(changes=adjustment.changes, on=day))
    require_all(by, Capability.APPROVE_ADJUSTMENT, adjustment.codes)
    refuse_overlap(adjustment)
    return move_to(adjustment, _S.APPROVED, by, at)


@transaction.atomic
def return_adjustment(
    *, by: Any, at: datetime, adjustment: Adjustment, note: str, seen: str | None = None
) -> Adjustment:
    """Send a draft back to who drew it, with the reason in words."""
    adjustment = lock(adjustment, seen)
    require_state(adjustment, _S.SUBMITTED)
    require_all(by, Capability.APPROVE_ADJUSTMENT, adjustment.codes)
    _require_note(note)
    return move_to(adjustment, _S.RETURNED, by, at, note)


@transaction.atomic
def withdraw_adjustment(*, by: Any, at: datetime, adjustment: Adjustment, note: str) -> Adjustment:
    """Give it up before it takes effect; it stays on record."""
    adjustment = lock(adjustment)
    require_state(adjustment, _S.DRAFT, _S.RETURNED, _S.SUBMITTED, _S.APPROVED)
    require_all(by, Capability.DRAFT_ADJUSTMENT, adjustment.codes)
    _require_note(note)
    return move_to(adjustment, _S.WITHDRAWN, by, at, note)


@transaction.atomic
def extend_adjustment(*, by: Any, at: datetime, adjustment: Adjustment, note: str) -> Adjustment:
    """Enter that six months more were approved (Art 15)."""
    adjustment = lock(adjustment)
    require_state(adjustment, _S.APPROVED, _S.IN_FORCE)
    require_all(by, Capability.APPROVE_ADJUSTMENT, adjustment.codes)
    _require_note(note)
    adjustment.extended = True
    return move_to(adjustment, adjustment.state, by, at, note)


def drew(*, by: Any, adjustment: Adjustment) -> bool:
    """Whether a person drew the draft first, or wrote it as it stands."""
    first = adjustment.steps.filter(before="", by=by)
    return adjustment.drawn_by_id == by.pk or bool(first.exists())


def require_outcome(*, by: Any, outcome: Outcome) -> None:
    """Raise unless a person may draft what becomes of every one of these units."""
    require_all(by, Capability.DRAFT_ADJUSTMENT, codes_of(outcome))


def codes_of(outcome: Outcome) -> list[str]:
    return sorted({unit.code for unit in (*outcome.before.values(), *outcome.after.values())})


def lock(adjustment: Adjustment, seen: str | None = None) -> Adjustment:
    locked: Adjustment = Adjustment.objects.select_for_update(of=("self",)).get(pk=adjustment.pk)
    if seen is not None and seen != content_hash(locked):
        raise DraftChanged()
    return locked


def hold_changes() -> None:
    """Until this transaction ends nobody else submits, approves, carries out or undoes one.

    What is asked of other adjustments is then still so when this one is written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def refuse_overlap(adjustment: Adjustment) -> None:
    hold_changes()
    other = overlapping(adjustment=adjustment, states=LIVE)
    if other is not None:
        raise CannotAdjust(
            "“%(other)s” changes one of the same units on %(day)s: put both into one draft, or "
            "choose another day.",
            other=other.title,
            day=adjustment.happens_on.isoformat(),
        )


def refuse_lost_land(outcome: Outcome) -> None:
    for level, found in land_of(outcome=outcome).items():
        if not found.kept:
            raise CannotAdjust(
                "Land is lost, gained or held twice on the level “%(level)s”: %(lost)d m² lost, "
                "%(gained)d m² gained, %(faults)d faults. Check the shapes first.",
                level=str(Level(level).label),
                lost=round(found.lost_m2),
                gained=round(found.gained_m2),
                faults=len(found.faults),
            )


def require_all(by: Any, capability: Capability, codes: Iterable[str]) -> None:
    for code in codes:
        require(by=by, capability=capability, codes=[code])


def require_state(adjustment: Adjustment, *states: str) -> None:
    if adjustment.state not in states:
        raise CannotAdjust(
            "The adjustment stands at “%(state)s”: this step is not possible there.",
            state=str(adjustment.get_state_display()),
        )


def _require_note(note: str) -> None:
    if not note.strip():
        raise BadInput("Give the reason in words.")


def move_to(
    adjustment: Adjustment, after: str, by: Any, at: datetime, note: str = ""
) -> Adjustment:
    before, adjustment.state = adjustment.state, after
    adjustment.save()
    _step(adjustment, before, by, at, note)
    return adjustment


def _step(adjustment: Adjustment, before: str, by: Any, at: datetime, note: str = "") -> None:
    AdjustmentStep.objects.create(
        adjustment=adjustment,
        before=before,
        after=adjustment.state,
        by=by,
        on=timezone.localdate(at),
        at=at,
        note=note.strip(),
    )
    _record(adjustment, by, f"adjustment_{adjustment.state}", note)


def _record(adjustment: Adjustment, by: Any, operation: str, note: str = "") -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=adjustment,
        jurisdiction=adjustment.jurisdiction,
        reason=note.strip(),
        title=adjustment.title,
        day=adjustment.happens_on.isoformat(),
    )
