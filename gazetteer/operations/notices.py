"""Rectification notices (整改通知书): each step is scope, role, rule, write, audit line.

The allowed moves are data in ``gazetteer.domain.notice_flow``. Nobody approves their own notice,
nobody verifies or closes the correction that they recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.domain.scope import covers
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.domain.notice_flow import STEPS, WAITING, Step
from gazetteer.models import (
    Breach,
    Complaint,
    ComplaintState,
    Notice,
    NoticeSeries,
    NoticeStep,
)
from gazetteer.operations.complaints import (
    AnsweredAlready,
    check_hides_informant,
    move_complaint,
)
from gazetteer.operations.concern import Target, fields_of
from gazetteer.operations.evidence import keep_file
from gazetteer.queries.law_numbers import DEADLINE, number_of

LONGEST_TEXT = 4000


class NotThisStep(Refusal):
    template = "This step does not fit: the notice is “%(state)s”."


class OwnStep(Refusal):
    template = "You took an earlier step of this notice yourself: another person takes this one."


class DeadlineBeforeIssue(BadInput):
    template = "The deadline lies before the day of issue."


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a notice says. ``legal_basis`` "" is written from the articles."""

    organisation: str
    breaches: Sequence[Breach]
    facts: str
    correction: str
    legal_basis: str = ""


@transaction.atomic
def draft_notice(
    *, by: Any, at: datetime, text: NoticeText, target: Target, complaint: Complaint | None = None
) -> Notice:
    """Draft a notice, perhaps out of a complaint, which is then in hand."""
    concern = fields_of(target, at=timezone.localdate(at))
    code = concern["division_code"]
    require(by=by, capability=Capability.WRITE_NOTICE, codes=[code])
    _check(text)
    if complaint is not None:
        complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
        if complaint.state != ComplaintState.NEW:
            raise AnsweredAlready(state=str(complaint.get_state_display()))
    notice = Notice(
        **concern,
        jurisdiction=_jurisdiction(by, code),
        complaint=complaint,
        drafted_at=at,
        drafted_by=by,
    )
    _write(notice, text)
    _keep_step(by, at, notice, "draft", before="", note="")
    if complaint is not None:
        move_complaint(by=by, at=at, complaint=complaint, state=ComplaintState.IN_HAND)
    return notice


@transaction.atomic
def edit_notice(*, by: Any, at: datetime, notice: Notice, text: NoticeText) -> Notice:
    """Change the text of a draft."""
    notice, step = enter(by, notice, "edit")
    _check(text)
    _write(notice, text)
    return take(by, at, notice, step)


@transaction.atomic
def approve_notice(*, by: Any, at: datetime, notice: Notice, note: str = "") -> Notice:
    notice, step = enter(by, notice, "approve")
    return take(by, at, notice, step, note=note)


@transaction.atomic
def issue_notice(
    *,
    by: Any,
    at: datetime,
    notice: Notice,
    issued_on: date | None = None,
    deadline: date | None = None,
) -> Notice:
    """Give the notice its number, day and deadline (by rule L-DEADLINE where none is named)."""
    notice, step = enter(by, notice, "issue")
    day = timezone.localdate(at)
    issued_on = issued_on or day
    if issued_on > day:
        raise BadInput("The day of issue lies in the future.")
    if deadline is None:
        deadline = default_deadline(notice=notice, issued_on=issued_on)
    if deadline < issued_on:
        raise DeadlineBeforeIssue
    notice.issued_on, notice.deadline = issued_on, deadline
    notice.year, notice.serial = issued_on.year, _next_number(notice.jurisdiction, issued_on.year)
    return take(by, at, notice, step, note=notice.number)


def default_deadline(*, notice: Notice, issued_on: date) -> date:
    days = number_of(DEADLINE, "days", at=issued_on, code=notice.division_code)
    return issued_on + timedelta(days=days)


@transaction.atomic
def serve_notice(*, by: Any, at: datetime, notice: Notice, served_on: date, how: str) -> Notice:
    """Record on which day and how the notice reached the organisation (送达)."""
    notice, step = enter(by, notice, "serve")
    if notice.issued_on is not None and served_on < notice.issued_on:
        raise BadInput("The notice cannot be served before it was issued.")
    if served_on > timezone.localdate(at):
        raise BadInput("The day lies in the future.")
    if not how.strip():
        raise BadInput("Say how it was served and who received it.")
    return take(by, at, notice, step, note=f"{served_on.isoformat()} {how.strip()}")


@transaction.atomic
def record_correction(
    *, by: Any, at: datetime, notice: Notice, note: str, files: Iterable[Any] = ()
) -> Notice:
    """Record the organisation's reply, with documents and photos."""
    notice, step = enter(by, notice, "correct")
    if not note.strip():
        raise BadInput("Say what was put right.")
    take(by, at, notice, step, note=note)
    for upload in files:
        keep_file(upload, by=by, at=at, notice=notice)
    return notice


@transaction.atomic
def verify_correction(
    *, by: Any, at: datetime, notice: Notice, accepted: bool = True, note: str = ""
) -> Notice:
    """Accept a correction after looking, or send it back with the reason."""
    notice, step = enter(by, notice, "verify" if accepted else "send_back")
    if not accepted and not note.strip():
        raise BadInput("Say what is still wrong when you send a correction back.")
    return take(by, at, notice, step, note=note)


@transaction.atomic
def close_notice(*, by: Any, at: datetime, notice: Notice, outcome: str) -> Notice:
    """Close a verified notice with its outcome; its complaint is settled."""
    notice, step = enter(by, notice, "close")
    if not outcome.strip():
        raise BadInput("Say how it ended.")
    notice.outcome = outcome.strip()[:LONGEST_TEXT]
    take(by, at, notice, step, note=outcome)
    if notice.complaint is not None:
        state = ComplaintState.SETTLED
        move_complaint(by=by, at=at, complaint=notice.complaint, state=state)
    return notice


@transaction.atomic
def withdraw_notice(*, by: Any, at: datetime, notice: Notice, reason: str) -> Notice:
    """Take a notice back; its complaint waits again."""
    notice, step = enter(by, notice, "withdraw")
    if not reason.strip():
        raise BadInput("Say why the notice is withdrawn.")
    take(by, at, notice, step, note=reason)
    if notice.complaint is not None:
        move_complaint(by=by, at=at, complaint=notice.complaint, state=ComplaintState.NEW)
    return notice


def enter(by: Any, notice: Notice, name: str) -> tuple[Notice, Step]:
    """Scope and role, then lock the notice and see whether the step fits its state and person."""
    step = STEPS[name]
    require(by=by, capability=step.capability, codes=[notice.division_code])
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if notice.state not in step.before:
        raise NotThisStep(state=str(notice.get_state_display()))
    if notice.steps.filter(step__in=step.not_by, by=by).exists():
        raise OwnStep
    return notice, step


def take(by: Any, at: datetime, notice: Notice, step: Step, *, note: str = "") -> Notice:
    """Move the notice and keep the step."""
    if len(note) > LONGEST_TEXT:
        raise BadInput(
            "A text is too long: it may have at most %(most)d characters.", most=LONGEST_TEXT
        )
    hide_informant(notice, note)
    before = notice.state
    notice.state = step.after or notice.state
    _keep_step(by, at, notice, step.name, before=before, note=note.strip())
    notice.save()
    return notice


def hide_informant(notice: Notice, *texts: str) -> None:
    """A notice out of a complaint never says who complained: neither its text nor its steps."""
    if notice.complaint is not None:
        check_hides_informant(complaint=notice.complaint, texts=texts)


def is_overdue(notice: Notice, day: date) -> bool:
    return notice.state in WAITING and notice.deadline is not None and notice.deadline < day


def _keep_step(by: Any, at: datetime, notice: Notice, name: str, *, before: str, note: str) -> None:
    NoticeStep.objects.create(
        notice=notice, step=name, before=before, after=notice.state, by=by, at=at, note=note
    )
    audit.record(
        by=by,
        operation=f"notice_{name}",
        subject=notice,
        jurisdiction=notice.division_code,
        reason=note,
        number=notice.number,
        organisation=notice.organisation,
    )


def _check(text: NoticeText) -> None:
    if not text.organisation.strip():
        raise BadInput("Name the organisation that has to put it right.")
    if len(text.organisation) > 100:
        raise BadInput("A text is too long: it may have at most %(most)d characters.", most=100)
    if not text.breaches:
        raise BadInput("Choose at least one article.")
    if not text.facts.strip() or not text.correction.strip():
        raise BadInput("A notice states the facts and what has to be put right.")
    for each in (text.facts, text.correction, text.legal_basis):
        if len(each) > LONGEST_TEXT:
            raise BadInput(
                "A text is too long: it may have at most %(most)d characters.", most=LONGEST_TEXT
            )


def _write(notice: Notice, text: NoticeText) -> None:
    hide_informant(notice, text.organisation, text.facts, text.correction, text.legal_basis)
    notice.organisation = text.organisation.strip()
    notice.facts, notice.correction = text.facts.strip(), text.correction.strip()
    notice.legal_basis = text.legal_basis.strip() or basis_of(text.breaches)
    notice.save()
    notice.breaches.set(text.breaches)


def basis_of(rows: Iterable[Breach]) -> str:
    """《地名管理条例》第三十七条：…, as a notice cites it (always in Chinese)."""
    return "\n".join(
        f"《{row.authority.split('（')[0]}》{row.article}：{row.conduct_zh}的，{row.order_zh}。"
        for row in rows
    )


def _jurisdiction(by: Any, code: str) -> str:
    """Whose numbers the notice takes: the narrowest jurisdiction of the person that holds it."""
    own = [each for each in by.jurisdictions_for(Capability.WRITE_NOTICE) if covers(each, code)]
    return (max(own, key=len, default="") or code)[:6]


def _next_number(jurisdiction: str, year: int) -> int:
    NoticeSeries.objects.get_or_create(jurisdiction=jurisdiction, year=year)
    series = NoticeSeries.objects.select_for_update().get(jurisdiction=jurisdiction, year=year)
    series.last += 1
    series.save()
    return int(series.last)
