"""Committees of experts and their meetings: who sits on a day, what is voted on, how it stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet

from accounts.domain.roles import Capability, roles_with
from accounts.models import Grant
from accounts.scoping import may_here
from common.rules import RuleEdition
from gazetteer.domain.clocks import QUORUM
from gazetteer.domain.workflow import Vote
from gazetteer.models import (
    AgendaItem,
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


@dataclass(frozen=True, slots=True)
class Seat:
    """A member at one item of the agenda: the opinion, or None as long as there is none.

    ``applicant``: the member applied and has to stand aside (回避).
    """

    member: CommitteeMember
    opinion: Opinion | None
    applicant: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How a vote stands. ``needed``: votes for a quorum, None where no rule asks for one;

    ``result``: the one that was set when the meeting closed, else what it would be now.
    """

    vote: Vote
    needed: int | None
    quorate: bool
    edition: RuleEdition | None
    result: str

    @property
    def entitled(self) -> int:
        return self.vote.members - self.vote.recused

    @property
    def outstanding(self) -> int:
        return max(self.entitled - self.vote.cast, 0)


def committees_on(*, at: date, within: str = "") -> list[Committee]:
    """Committees founded by the day, with ``sitting``: how many members they have on it."""
    rows = Committee.objects.filter(founded_on__lte=at, jurisdiction__startswith=within)
    sitting = Count("members", filter=Q(members__term__contains=at))
    return list(rows.annotate(sitting=sitting).select_related("source"))


def get_committee(*, pk: int, at: date) -> Committee | None:
    rows = Committee.objects.filter(founded_on__lte=at).select_related("source")
    found: Committee | None = rows.filter(pk=pk).first()
    return found


def members_of(*, committee: Committee, at: date) -> list[CommitteeMember]:
    """Who sits on the committee on a day, the chair first."""
    rows = committee.members.filter(term__contains=at).select_related("user")
    return list(rows)


def other_members(*, committee: Committee, at: date) -> list[CommitteeMember]:
    """Whose term is over by the day, or begins later, the latest first."""
    rows = committee.members.exclude(term__contains=at).select_related("user")
    return sorted(rows, key=lambda member: member.term.lower, reverse=True)


def meetings_on(
    *, at: date, today: date, committee: Committee | None = None, within: str = ""
) -> QuerySet[Meeting]:
    """Meetings held by the day, the latest first; from today on those that are called, too.

    ``cases`` and ``carried``: how many were on the agenda, how many got a vote in favour.
    """
    rows = Meeting.objects.select_related("committee").filter(
        committee__jurisdiction__startswith=within
    )
    if at < today:
        rows = rows.filter(held_on__lte=at)
    if committee is not None:
        rows = rows.filter(committee=committee)
    return rows.annotate(
        cases=Count("items"),
        carried=Count("items", filter=Q(items__result=ItemResult.CARRIED)),
    ).order_by("-held_on", "-pk")


def get_meeting(*, pk: UUID, at: date, today: date) -> Meeting | None:
    found: Meeting | None = (
        meetings_on(at=at, today=today).select_related("called_by").filter(pk=pk).first()
    )
    return found


def agenda_of(*, meeting: Meeting) -> list[AgendaItem]:
    """The agenda in its order with cases and opinions; names of secret places are left out."""
    rows = meeting.items.exclude(case__place__secrecy="secret")
    rows = rows.select_related("case__place", "meeting__committee")
    return list(rows.prefetch_related("opinions__member", "opinions__recorded_by"))


def tally_of(*, item: AgendaItem) -> Tally:
    """Votes, quorum and result of one item, by the rule of the day of the meeting."""
    vote = vote_on(item=item)
    edition = rules_of(case=item.case, at=item.meeting.held_on).get(QUORUM)
    share = float(edition.parameters["share"]) if edition else 0.0
    result = str(item.result)
    if not result and vote.cast:
        result = str(ItemResult.CARRIED if vote.carried else ItemResult.REFUSED)
    return Tally(
        vote=vote,
        needed=vote.needed(share) if edition else None,
        quorate=vote.quorate(share) if edition else vote.cast > 0,
        edition=edition,
        result=result,
    )


def seats_of(*, item: AgendaItem) -> list[Seat]:
    """Every member of the day of the meeting with their opinion on the item."""
    opinions = {opinion.member_id: opinion for opinion in item.opinions.all()}
    applicants = applicants_of(case=item.case)
    members = members_of(committee=item.meeting.committee, at=item.meeting.held_on)
    return [
        Seat(
            member=member,
            opinion=opinions.get(member.pk),
            applicant=member.user_id in applicants or member.person == item.case.applicant,
        )
        for member in members
    ]


def why_no_vote(*, by: Any, seat: Seat, meeting: Meeting, today: date) -> str:
    """Why ``by`` cannot write this vote now: closed, early, other, role; "" where nothing is."""
    code = meeting.committee.jurisdiction
    if meeting.state != MeetingState.CALLED:
        return "closed"
    if today < meeting.held_on:
        return "early"
    if seat.member.user_id is None:
        keeps = may_here(by=by, capability=Capability.REVIEW_NAME, codes=[code])
        return "" if keeps else "role"
    if seat.member.user_id != by.pk:
        return "other"
    return "" if may_here(by=by, capability=Capability.GIVE_OPINION, codes=[code]) else "role"


def waiting_cases(*, committee: Committee) -> list[NamingCase]:
    """Cases under expert review in the committee's jurisdiction, on no open agenda yet."""
    rows = NamingCase.objects.shown().within(committee.jurisdiction)
    rows = rows.filter(state=CaseState.EXPERT_REVIEW)
    rows = rows.exclude(agenda__meeting__state=MeetingState.CALLED)
    return list(rows.defer("geometry").order_by("submitted_on", "number"))


def experts_of(*, committee: Committee, at: date) -> QuerySet[Any]:
    """Accounts that may give an opinion in the committee's jurisdiction: whom a seat can name."""
    code = committee.jurisdiction
    granted = Grant.objects.on(at).filter(
        role__in=roles_with(Capability.GIVE_OPINION),
        jurisdiction__in=[code[:length] for length in range(len(code) + 1)],
    )
    people = get_user_model().objects.filter(is_active=True, pk__in=granted.values("user"))
    return people.order_by("display_name", "username")
