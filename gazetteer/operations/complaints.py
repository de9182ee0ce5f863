"""Breaches are reported (投诉举报, Art 33), answered, and who reported them stays hidden."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from common.hidden import repeats
from gazetteer.models import (
    Breach,
    Channel,
    Complaint,
    ComplaintState,
    Informant,
    Suggestion,
)
from gazetteer.operations.concern import Target, fields_of
from gazetteer.operations.evidence import keep_photo
from gazetteer.operations.open_posts import count_open_post

LONGEST_FACTS = 4000
SHORTEST_PURPOSE = 4
ANSWERS = {
    "dismiss": ComplaintState.DISMISSED,
    "transfer": ComplaintState.TRANSFERRED,
}


class NamesTheInformant(BadInput):
    template = "The facts repeat the name or number of whoever reports: leave it out there, so that it stays hidden."  # noqa: E501


class RepeatsTheInformant(BadInput):
    template = "The text repeats the name or number of whoever reported: leave it out, so that it stays hidden."  # noqa: E501


class AnsweredAlready(Refusal):
    template = "This complaint was dealt with already: it is “%(state)s”."


class Anonymous(Refusal):
    template = "Nothing is known of who reported this."


class PurposeMissing(BadInput):
    template = "Say what you need the name for: the audit log keeps it."


@sensitive_variables("name", "contact")
@transaction.atomic
def report_breach(
    *,
    by: Any,
    at: datetime,
    target: Target,
    facts: str,
    breach: Breach | None = None,
    channel: str = Channel.WEB,
    name: str = "",
    contact: str = "",
    photo: Any = None,
    address: str = "",
) -> Complaint:
    """Report a breach. Through the open page nobody is named, not even in the audit line.

    An officer who takes down a call, a letter or a visit (``channel``) needs the role and is named.
    """
    if channel not in Channel.values:
        raise BadInput("“%(channel)s” is no way to receive a complaint.", channel=channel[:20])
    concern = fields_of(target, at=timezone.localdate(at), public=by is None)
    in_person = channel == Channel.WEB
    if not in_person:
        code = concern["division_code"]
        require(by=by, capability=Capability.WRITE_NOTICE, codes=[code])
    _check_texts(facts, name.strip(), contact.strip())
    if by is None:
        count_open_post(address=address, at=at)
    taken_down_by = None if in_person else by
    complaint = Complaint.objects.create(
        **concern, breach=breach, facts=facts.strip(), channel=channel, received_at=at
    )
    account = by if in_person else None
    if name.strip() or contact.strip() or account is not None:
        Informant.objects.create(
            complaint=complaint, name=name.strip(), contact=contact.strip(), account=account
        )
    audit.record(
        by=taken_down_by,
        operation="report_breach",
        subject=complaint,
        jurisdiction=complaint.division_code,
        channel=str(channel),
    )
    if photo is not None:
        keep_photo(photo, by=taken_down_by, at=at, without_exif=True, complaint=complaint)
    return complaint


@sensitive_variables("name", "contact")
def _check_texts(facts: str, name: str, contact: str) -> None:
    if not facts.strip():
        raise BadInput("Say what happened.")
    if len(facts) > LONGEST_FACTS:
        raise BadInput("A text is too long: it may have at most %(most)d characters.", most=4000)
    if len(name) > 80 or len(contact) > 100:
        raise BadInput("Name or contact is too long.")
    if any("\x00" in text for text in (facts, name, contact)):
        raise BadInput("The text holds a character that cannot be read.")
    if repeats((name, contact), facts):
        raise NamesTheInformant


@sensitive_variables("found", "hidden")
def check_hides_informant(*, complaint: Complaint, texts: Iterable[str]) -> None:
    """Refuse texts that go into papers and answers if they repeat who complained (Art 33)."""
    found = Informant.objects.select_related("account").filter(complaint=complaint).first()
    if found is None:
        return
    hidden = [found.name, found.contact, found.account.display_name if found.account else ""]
    if any(repeats(hidden, text) for text in texts):
        raise RepeatsTheInformant


@transaction.atomic
def answer_complaint(
    *, by: Any, at: datetime, complaint: Complaint, how: str, answer: str
) -> Complaint:
    """Dismiss a complaint as unfounded or pass it to another authority, with an answer."""
    require(by=by, capability=Capability.WRITE_NOTICE, codes=[complaint.division_code])
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if complaint.state != ComplaintState.NEW:
        raise AnsweredAlready(state=str(complaint.get_state_display()))
    if how not in ANSWERS:
        raise BadInput("“%(how)s” is no way to answer a complaint.", how=how[:20])
    if not answer.strip():
        raise BadInput("Give the answer: why it is unfounded, or who deals with it now.")
    check_hides_informant(complaint=complaint, texts=[answer])
    _settle(by, at, complaint, ANSWERS[how], answer)
    return complaint


def move_complaint(*, by: Any, at: datetime, complaint: Complaint, state: str) -> None:
    """The complaint follows its notice: taken in hand, settled, or waiting again."""
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    _settle(by, at, complaint, state, complaint.answer)


def _settle(by: Any, at: datetime, complaint: Complaint, state: str, answer: str) -> None:
    complaint.state, complaint.answer = state, answer.strip()
    complaint.decided_by, complaint.decided_at = by, at
    audit.record(
        by=by,
        operation="answer_complaint",
        subject=complaint,
        jurisdiction=complaint.division_code,
        reason=complaint.answer,
        state=str(state),
    )
    complaint.save()


@transaction.atomic
def read_informant(*, by: Any, subject: Complaint | Suggestion, purpose: str) -> Informant:
    """Who reported or suggested, for a purpose that the audit log keeps; asked for each time."""
    code = subject.division_code if isinstance(subject, Complaint) else subject.place.division_code
    require(by=by, capability=Capability.READ_INFORMANT, codes=[code])
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise PurposeMissing
    field = "complaint" if isinstance(subject, Complaint) else "suggestion"
    found = Informant.objects.select_related("account").filter(**{field: subject.pk}).first()
    if found is None:
        raise Anonymous
    audit.record(
        by=by,
        operation="read_informant",
        subject=subject,
        jurisdiction=code,
        reason=purpose.strip()[:500],
    )
    return found
