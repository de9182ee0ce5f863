"""Pieces of a meeting's page and its forms: the case at hand, agenda, votes, how they stand."""

import json
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.models import cited
from gazetteer.models import AgendaItem, Ballot, ItemResult, Meeting, MeetingState, NamingCase
from gazetteer.queries.case_announcement import spelling_of_case
from gazetteer.queries.case_facts import case_findings
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.meetings import Seat, Tally, seats_of, tally_of, why_no_vote
from gazetteer.views.naming import shown_findings

# How often a page of a running meeting asks how the votes stand.
LIVE_MS = 4000
BALLOTS = {Ballot.FOR: "ok", Ballot.AGAINST: "wrong", Ballot.ABSTAIN: "unknown"}
RESULTS = {ItemResult.CARRIED: "ok", ItemResult.REFUSED: "wrong"}


def address_of(shown: Meeting, item: AgendaItem) -> str:
    return f"{reverse('gazetteer:meeting', args=[shown.pk])}?case={item.case.number}"


def case_at_hand(request: Any, item: AgendaItem) -> dict[str, Any]:
    """The case at hand: its name, where it lies, what the rules say of it."""
    case, at = item.case, request.day
    chain = division_chains(codes=[case.division_code], at=at)[case.division_code]
    return {
        "case": case,
        "spelling": spelling_of_case(case=case),
        "where": path_text(chain),
        "category": case.get_category_display(),
        "findings": shown_findings(case_findings(case=case, at=at), at=at),
        "flags": {"synthetic": case.synthetic, "approximate": case.approximate},
    }


def focus_of(case: NamingCase) -> dict[str, Any] | None:
    shape = case.geometry or (case.place.geometry if case.place else None)
    if shape is None:
        return None
    return {
        "type": "Feature",
        "id": str(case.pk),
        "geometry": json.loads(shape.geojson),
        "properties": {"name": case.title},
    }


def votes_of(
    request: Any, shown: Meeting, items: list[AgendaItem], item: AgendaItem | None
) -> dict[str, Any]:
    """What ``gazetteer/meeting_votes.html`` draws; it asks again while the meeting goes on."""
    running = shown.state == MeetingState.CALLED and request.day == request.today
    live = running and bool(items) and shown.held_on <= request.today
    address = reverse("gazetteer:meeting_votes", args=[shown.pk])
    return {
        "agenda": [agenda_row(shown, each, item) for each in items],
        "chosen": item,
        "tally": _tally(tally_of(item=item)) if item else None,
        "seats": [seat_row(request, seat, item) for seat in seats_of(item=item)] if item else [],
        "early": running and shown.held_on > request.today,
        "live_url": f"{address}?case={item.case.number}" if live and item else "",
        "live_ms": LIVE_MS,
        "removable": running
        and may_here(
            by=request.user,
            capability=Capability.REVIEW_NAME,
            codes=[shown.committee.jurisdiction],
        ),
    }


def seat_row(request: Any, seat: Seat, item: AgendaItem) -> dict[str, Any]:
    given = seat.opinion
    state, word = "due", pgettext("vote", "not yet voted")
    if given is not None and given.recused:
        state, word = "check", pgettext("vote", "recused")
    elif given is not None:
        state, word = BALLOTS[Ballot(given.ballot)], str(given.get_ballot_display())
    why = "closed"
    if request.day == request.today:
        why = why_no_vote(by=request.user, seat=seat, meeting=item.meeting, today=request.today)
    label = pgettext("vote", "Vote") if given is None else _("Change the vote")
    return {
        "member": seat.member,
        "state": state,
        "word": word,
        "text": given.recusal_reason if given and given.recused else given.text if given else "",
        "applicant": seat.applicant,
        "written_by": str(given.recorded_by)
        if given and given.recorded_by_id != seat.member.user_id
        else "",
        "url": "" if why else reverse("gazetteer:opinion", args=[item.pk, seat.member.pk]),
        "label": label,
        "mine": seat.member.user_id == request.user.pk,
        "unvoted": given is None,
    }


def agenda_row(shown: Meeting, item: AgendaItem, chosen: AgendaItem | None) -> dict[str, Any]:
    tally = tally_of(item=item)
    return {
        "item": item,
        "case": item.case,
        "kind": item.case.get_kind_display(),
        "url": address_of(shown, item),
        "current": item == chosen,
        "untouched": not item.opinions.all(),
        "cast": tally.vote.cast,
        "entitled": tally.entitled,
        "result": _result(tally, closed=bool(item.result)),
    }


def _tally(tally: Tally) -> dict[str, Any]:
    vote = tally.vote
    words = {"cast": vote.cast, "entitled": tally.entitled, "needed": tally.needed}
    quorum = ""
    if tally.needed is not None:
        quorum = (
            _("Quorum met: %(cast)d of %(entitled)d voted, %(needed)d needed")
            if tally.quorate
            else _("No quorum yet: %(cast)d of %(entitled)d voted, %(needed)d needed")
        ) % words
    edition = tally.edition
    return {
        "tally": tally,
        "counts": [
            ("ok", Ballot.FOR.label, vote.in_favour),
            ("wrong", Ballot.AGAINST.label, vote.against),
            ("unknown", Ballot.ABSTAIN.label, vote.abstained),
            ("check", pgettext("vote", "recused"), vote.recused),
            ("due", pgettext("vote", "not yet voted"), tally.outstanding),
        ],
        "quorum": quorum,
        "quorum_state": "ok" if tally.quorate else "due",
        "basis": f"{edition.rule_id} {cited(edition.authority)} {cited(edition.article)}".strip()
        if edition
        else "",
        "provisional": edition is not None and not edition.enforced,
        "result": _result(tally, closed=vote.closed),
    }


def _result(tally: Tally, *, closed: bool) -> tuple[str, str]:
    if not tally.result:
        return "unknown", _("no vote yet")
    result = ItemResult(tally.result)
    if closed:
        return RESULTS[result], str(result.label)
    return "due", _("so far: %(result)s") % {"result": result.label}
