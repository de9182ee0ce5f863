"""Public comments on a naming case are recorded, and it is said how each was handled (Art 11)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import CaseState, NamingCase, PublicComment
from gazetteer.operations.cases import lock

LONGEST_TEXT = 4000
LONGEST_CONTACT = 100


class NoCommentNow(Refusal):
    template = "Public comment is not open in this case."


@transaction.atomic
def record_comment(
    *,
    by: Any,
    at: datetime,
    case: NamingCase,
    channel: str,
    stance: str,
    text: str,
    contact: str = "",
    received_on: date | None = None,
) -> PublicComment:
    """Record what somebody said within the period; ``contact`` is hidden from most readers."""
    require(by=by, capability=Capability.EDIT_NAME, codes=[case.division_code])
    case = lock(case)
    day = timezone.localdate(at)
    received = received_on or day
    if case.state != CaseState.PUBLIC_COMMENT or case.comment_from is None:
        raise NoCommentNow
    if received > day:
        raise BadInput("The day lies in the future.")
    if not case.comment_from <= received <= (case.comment_until or received):
        raise NoCommentNow(
            "Public comment ran from %(start)s until %(end)s: the day lies outside.",
            start=case.comment_from.isoformat(),
            end=case.comment_until.isoformat() if case.comment_until else "",
        )
    if channel not in PublicComment.Channel.values or stance not in PublicComment.Stance.values:
        raise BadInput("Say how the opinion came in and what it stands for.")
    if not text.strip():
        raise BadInput("Write down what was said.")
    comment = PublicComment(
        case=case,
        channel=channel,
        stance=stance,
        text=_text(text),
        contact=contact.strip(),
        received_on=received,
        recorded_by=by,
    )
    if len(comment.contact) > LONGEST_CONTACT:
        raise BadInput("Name or contact is too long.")
    comment.save()
    _record(by, "record_comment", comment, stance=stance, channel=channel)
    return comment


@transaction.atomic
def handle_comment(*, by: Any, at: datetime, comment: PublicComment, handled: str) -> PublicComment:
    """Say how an opinion was handled; it may be said anew as long as comment is not over."""
    case = comment.case
    require(by=by, capability=Capability.REVIEW_NAME, codes=[case.division_code])
    case = lock(case)
    if case.state != CaseState.PUBLIC_COMMENT:
        raise NoCommentNow
    comment = PublicComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not handled.strip():
        raise BadInput("Say how the opinion was handled.")
    comment.handled = _text(handled)
    comment.save()
    _record(by, "handle_comment", comment, at=timezone.localtime(at).isoformat())
    return comment


def _text(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            "A text is too long: it may have at most %(most)d characters.", most=LONGEST_TEXT
        )
    if "\x00" in text:
        raise BadInput("The text holds a character that cannot be read.")
    return text


def _record(by: Any, operation: str, comment: PublicComment, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=comment.case,
        jurisdiction=comment.case.division_code,
        number=comment.case.number,
        comment=comment.pk,
        **details,
    )
