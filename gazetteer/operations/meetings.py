"""Meetings of a committee: called, filled with cases, voted on, closed with minutes."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.domain.scope import covers
from accounts.scoping import require
from common import audit
from common.errors import BadInput, NotPermitted, Refusal
from gazetteer.domain.clocks import QUORUM
from gazetteer.models import (
    AgendaItem,
    Ballot,
    CaseState,
    Committee,
    CommitteeMember,
    ItemResult,
    Meeting,
    MeetingState,
    NamingCase,
    Opinion,
)
from gazetteer.queries.case_facts import applicants_of, rules_of, vote_on

LONGEST_TEXT = 10_000


class MeetingClosed(Refusal):
    template = "The meeting is closed."


class CannotPutOnAgenda(Refusal):
    """The case does not go before this meeting."""


class CannotVote(Refusal):
    """This opinion cannot be recorded."""


class MustBeRecused(CannotVote):
    template = "%(person)s is an applicant in this case and has to stand aside."


class CannotClose(Refusal):
    """The meeting is not over yet."""


@transaction.atomic
def call_meeting(
    *, by: Any, at: datetime, committee: Committee, held_on: date, venue: str
) -> Meeting:
    """Call the committee together for a day, today or later."""
    require(by=by, capability=Capability.REVIEW_NAME, codes=[committee.jurisdiction])
    venue = venue.strip()
    if held_on < timezone.localdate(at):
        raise BadInput("The day of the meeting has passed.")
    if not venue or len(venue) > 100:
        raise BadInput("Say where the meeting is held, in at most 100 characters.")
    if not committee.members.on(held_on).exists():
        raise Refusal("The committee has no members on that day.")
    meeting = Meeting.objects.create(
        committee=committee, held_on=held_on, venue=venue, called_by=by
    )
    _record(by, "call_meeting", meeting)
    return meeting


@transaction.atomic
def add_to_agenda(*, by: Any, at: datetime, meeting: Meeting, case: NamingCase) -> AgendaItem:
    """Put a case that is with the experts on the agenda of a meeting."""
    meeting = _enter(by, meeting)
    require(by=by, capability=Capability.REVIEW_NAME, codes=[case.division_code])
    case = NamingCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if not covers(meeting.committee.jurisdiction, case.division_code):
        raise CannotPutOnAgenda("The case lies outside the jurisdiction of the committee.")
    if case.state != CaseState.EXPERT_REVIEW:
        raise CannotPutOnAgenda("Only cases under expert review go before the committee.")
    open_items = case.agenda.filter(meeting__state=MeetingState.CALLED)
    if open_items.exists():
        raise CannotPutOnAgenda("The case is on the agenda of an open meeting already.")
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem.objects.create(meeting=meeting, case=case, order=last + 1)
    _record(by, "add_to_agenda", meeting, case=case.number)
    return item


@transaction.atomic
def remove_from_agenda(*, by: Any, at: datetime, item: AgendaItem, reason: str) -> None:
    """Take a case off the agenda again, as long as nobody has voted on it."""
    meeting = _enter(by, item.meeting)
    if not reason.strip():
        raise BadInput("Give the reason in words.")
    if item.opinions.exists():
        raise CannotPutOnAgenda("Votes were cast on this case: it stays on the agenda.")
    _record(by, "remove_from_agenda", meeting, reason=reason, case=item.case.number)
    item.delete()


@transaction.atomic
def record_opinion(
    *,
    by: Any,
    at: datetime,
    item: AgendaItem,
    member: CommitteeMember,
    ballot: str = "",
    text: str = "",
    recused: bool = False,
    recusal_reason: str = "",
) -> Opinion:
    """A member's vote with its opinion, or why the member stands aside; the last one counts.

    Members with an account vote themselves; for the others whoever keeps the minutes writes.
    """
    meeting = _enter_open(item.meeting)
    _require_voter(by, member, meeting)
    if member.user_id is None and by.pk in applicants_of(case=item.case):
        raise CannotVote("You made this application yourself: another person takes this step.")
    if member.committee_id != meeting.committee_id:
        raise CannotVote("This person is no member of the committee.")
    if not CommitteeMember.objects.on(meeting.held_on).filter(pk=member.pk).exists():
        raise CannotVote("%(person)s is no member on the day.", person=member.person)
    if timezone.localdate(at) < meeting.held_on:
        raise CannotVote(
            "Votes are cast from the day of the meeting on, %(day)s.",
            day=meeting.held_on.isoformat(),
        )
    values = _opinion(ballot, text, recused, recusal_reason)
    if not recused and is_applicant(member=member, case=item.case):
        raise MustBeRecused(person=member.person)
    values |= {"recorded_by": by, "recorded_at": at}
    opinion, _ = Opinion.objects.update_or_create(item=item, member=member, defaults=values)
    _record(
        by,
        "record_opinion",
        meeting,
        case=item.case.number,
        person=member.person,
        ballot=str(opinion.ballot) or "recused",
    )
    return opinion


@transaction.atomic
def close_meeting(*, by: Any, at: datetime, meeting: Meeting, minutes: str) -> Meeting:
    """Close the meeting: every case gets its result by more than half of the votes cast.

    A quorum by a verified rule has to be met; a provisional one is told by the pages.
    """
    meeting = _enter(by, meeting)
    if timezone.localdate(at) < meeting.held_on:
        raise CannotClose("The meeting is held on %(day)s.", day=meeting.held_on.isoformat())
    minutes = minutes.strip()
    if not minutes:
        raise BadInput("Write the minutes.")
    if len(minutes) > LONGEST_TEXT:
        raise BadInput(
            "A text is too long: it may have at most %(most)d characters.", most=LONGEST_TEXT
        )
    items = list(meeting.items.select_related("case", "meeting__committee"))
    if not items:
        raise CannotClose("No case is on the agenda.")
    for item in items:
        _count(item, meeting)
    meeting.minutes, meeting.state = minutes, MeetingState.CLOSED
    meeting.save()
    results = {item.case.number: str(item.result) for item in items}
    _record(by, "close_meeting", meeting, results=results)
    return meeting


def is_applicant(*, member: CommitteeMember, case: NamingCase) -> bool:
    """By account or by name: who applied does not vote on the own application."""
    return member.user_id in applicants_of(case=case) or member.person == case.applicant


def _count(item: AgendaItem, meeting: Meeting) -> None:
    vote = vote_on(item=item)
    if not vote.cast:
        raise CannotClose("Nobody has voted on case %(number)s.", number=item.case.number)
    edition = rules_of(case=item.case, at=meeting.held_on).get(QUORUM)
    if edition is not None and edition.enforced:
        share = float(edition.parameters["share"])
        if not vote.quorate(share):
            raise CannotClose(
                "Too few members voted on case %(number)s: %(cast)d of %(members)d.",
                number=item.case.number,
                cast=vote.cast,
                members=vote.members - vote.recused,
            )
    item.result = ItemResult.CARRIED if vote.carried else ItemResult.REFUSED
    item.save(update_fields=["result"])


def _require_voter(by: Any, member: CommitteeMember, meeting: Meeting) -> None:
    code = meeting.committee.jurisdiction
    if member.user_id is None:
        require(by=by, capability=Capability.REVIEW_NAME, codes=[code])
        return
    require(by=by, capability=Capability.GIVE_OPINION, codes=[code])
    if member.user_id != by.pk:
        raise NotPermitted("%(person)s signs in and votes in person.", person=member.person)


def _opinion(ballot: str, text: str, recused: bool, reason: str) -> dict[str, Any]:
    text, reason = text.strip(), reason.strip()
    if recused:
        if not reason or len(reason) > 200:
            raise BadInput("Say why the member stands aside, in at most 200 characters.")
        if ballot:
            raise BadInput("A recused member does not vote.")
        text = ""
    elif ballot not in Ballot.values:
        raise BadInput("Choose a vote.")
    if ballot == Ballot.AGAINST and not text:
        raise BadInput("A vote against needs its reasons.")
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise BadInput(
            "A text is too long: it may have at most %(most)d characters.", most=LONGEST_TEXT
        )
    return {
        "ballot": "" if recused else ballot,
        "text": text,
        "recused": recused,
        "recusal_reason": reason if recused else "",
    }


def _enter(by: Any, meeting: Meeting) -> Meeting:
    require(by=by, capability=Capability.REVIEW_NAME, codes=[meeting.committee.jurisdiction])
    return _enter_open(meeting)


def _enter_open(meeting: Meeting) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("committee")
    found: Meeting = rows.get(pk=meeting.pk)
    if found.state != MeetingState.CALLED:
        raise MeetingClosed
    return found


def _record(by: Any, operation: str, meeting: Meeting, *, reason: str = "", **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=meeting,
        jurisdiction=meeting.committee.jurisdiction,
        reason=reason.strip(),
        meeting=str(meeting),
        **details,
    )
