"""Committees of experts (地名专家咨询委员会): founded, members appointed, their terms ended."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import require
from boundaries.queries.divisions import get_division
from common import audit
from common.errors import BadInput, Refusal
from common.periods import add_years
from gazetteer.models import Committee, CommitteeMember
from gazetteer.operations.meetings import (
    add_to_agenda,
    call_meeting,
    close_meeting,
    record_opinion,
    remove_from_agenda,
)

__all__ = [
    "add_member",
    "add_to_agenda",
    "call_meeting",
    "close_meeting",
    "end_term",
    "found_committee",
    "record_opinion",
    "remove_from_agenda",
]

LONGEST = 100


class CannotAppoint(Refusal):
    """The person cannot be a member on these days."""


class TermOver(Refusal):
    template = "The term has ended already."


@transaction.atomic
def found_committee(
    *,
    by: Any,
    at: datetime,
    title: str,
    jurisdiction: str,
    founded_on: date | None = None,
    document: str = "",
) -> Committee:
    """Found the committee of a jurisdiction (a division code or its prefix)."""
    code = jurisdiction.strip()
    prefix = jurisdiction_of(code)
    require(by=by, capability=Capability.REVIEW_NAME, codes=[prefix])
    day = timezone.localdate(at)
    if get_division(code=prefix.ljust(6, "0"), at=day) is None:
        raise BadInput("No division with the code %(code)s is known on this day.", code=code[:12])
    founded = founded_on or day
    if founded > day:
        raise BadInput("The day lies in the future.")
    if not title.strip():
        raise BadInput("Give the committee its title.")
    committee = Committee.objects.create(
        title=_line(title),
        jurisdiction=prefix,
        founded_on=founded,
        document=_line(document, most=200),
    )
    _record(by, "found_committee", committee)
    return committee


@transaction.atomic
def add_member(
    *,
    by: Any,
    at: datetime,
    committee: Committee,
    person: str,
    expertise: str,
    user: Any = None,
    chair: bool = False,
    start: date | None = None,
    years: int | None = None,
) -> CommitteeMember:
    """Appoint a member from a day on, for ``years`` or without end; one member is the chair.

    ``user``: the account with which the person signs in and votes, where there is one.
    """
    require(by=by, capability=Capability.REVIEW_NAME, codes=[committee.jurisdiction])
    committee = Committee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
    begins = start or timezone.localdate(at)
    if begins < committee.founded_on:
        raise BadInput("A term cannot begin before the committee was founded.")
    if years is not None and not 1 <= years <= 20:
        raise BadInput("A term lasts from 1 to 20 years.")
    term = DateRange(begins, add_years(begins, years) if years else None)
    if not person.strip():
        raise BadInput("Give the name of the person.")
    if not expertise.strip():
        raise BadInput("Say what the person is an expert in.")
    person = _line(person, most=60)
    then = committee.members.filter(term__overlap=term)
    if then.filter(person=person).exists() or (user is not None and then.filter(user=user)):
        raise CannotAppoint("This person is a member on some of these days already.")
    if chair and (other := then.filter(chair=True).first()) is not None:
        raise CannotAppoint(
            "%(person)s is the chair on some of these days: end that term first.",
            person=other.person,
        )
    if user is not None and not user.jurisdictions_for(Capability.GIVE_OPINION):
        raise CannotAppoint("The account has no role as an expert: it could not vote.")
    member = CommitteeMember.objects.create(
        committee=committee,
        user=user,
        person=person,
        expertise=_line(expertise),
        chair=chair,
        term=term,
    )
    _record(by, "add_committee_member", committee, person=person)
    return member


@transaction.atomic
def end_term(
    *, by: Any, at: datetime, member: CommitteeMember, on: date | None = None, reason: str = ""
) -> CommitteeMember:
    """The person is a member no more from a day on; the days before stay on record."""
    code = member.committee.jurisdiction
    require(by=by, capability=Capability.REVIEW_NAME, codes=[code])
    member = CommitteeMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    last = on or timezone.localdate(at)
    if last <= member.term.lower:
        raise BadInput("The last day must come after the first.")
    if member.term.upper is not None and member.term.upper <= last:
        raise TermOver
    member.term = DateRange(member.term.lower, last)
    member.save()
    _record(by, "end_committee_term", member.committee, reason=reason, person=member.person)
    return member


def _line(text: str, *, most: int = LONGEST) -> str:
    text = text.strip()
    if len(text) > most or "\x00" in text:
        raise BadInput("A text is too long: it may have at most %(most)d characters.", most=most)
    return text


def _record(
    by: Any, operation: str, committee: Committee, *, reason: str = "", **details: Any
) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=committee,
        jurisdiction=committee.jurisdiction,
        reason=reason.strip(),
        committee=committee.title,
        **details,
    )
