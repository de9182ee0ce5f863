"""Meetings of experts (地名专家会): the case at hand beside its votes, quorum and result live."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.documents import word_response
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import whole_table
from common.queries import row_changes
from common.views.list_layouts import has_layout
from gazetteer.exports.minutes import minutes_word
from gazetteer.models import AgendaItem, Meeting, MeetingState
from gazetteer.queries.meetings import (
    agenda_of,
    committees_on,
    get_meeting,
    meetings_on,
    seats_of,
    waiting_cases,
)
from gazetteer.views.meeting_pieces import case_at_hand, focus_of, seat_row, votes_of
from gazetteer.views.paging import page_of, pager

LAYOUT = whole_table(
    committee=gettext_lazy("Committee"),
    venue=gettext_lazy("Venue"),
    cases=gettext_lazy("Cases"),
    carried=pgettext_lazy("vote", "in favour"),
    state=gettext_lazy("State"),
)


@require_GET
@has_layout(LAYOUT)
def meeting_list(request: Any) -> HttpResponse:
    code = read_code(request.GET.get("within", ""))
    page = page_of(request, meetings_on(at=request.day, today=request.today, within=code))
    total = page.paginator.count
    count = ngettext("%(count)d meeting", "%(count)d meetings", total) % {"count": total}
    values = {
        "meetings": [_row(each) for each in page],
        "committees": committees_on(at=request.day, within=code),
        "pager": pager(request, page, count),
        "actions": [
            {
                "label": _("Found a committee"),
                "url": reverse("gazetteer:committee_new"),
                "enabled": request.user.may(Capability.REVIEW_NAME),
                "reason": _("Committees and their meetings are kept by reviewers."),
            }
        ],
    }
    return render(request, "gazetteer/meeting_list.html", values)


@require_GET
def meeting(request: Any, pk: UUID) -> HttpResponse:
    shown = get_meeting(pk=pk, at=request.day, today=request.today)
    if shown is None:
        raise Http404
    items = agenda_of(meeting=shown)
    item = _chosen(request, items)
    code = shown.committee.jurisdiction
    keeps = may_here(by=request.user, capability=Capability.REVIEW_NAME, codes=[code])
    now, called = request.day == request.today, shown.state == MeetingState.CALLED
    values = {
        "meeting": shown,
        "called": called,
        "chip": _state_chip(shown, request.today),
        "case": case_at_hand(request, item) if item else None,
        "focus": focus_of(item.case) if item else None,
        "waiting": waiting_cases(committee=shown.committee) if now and called and keeps else [],
        "keeps": keeps and now,
        "actions": _actions(request, shown, items, item, keeps=keeps),
        "changes": row_changes(shown),
        **votes_of(request, shown, items, item),
    }
    return render(request, "gazetteer/meeting_record.html", values)


@require_GET
def meeting_votes(request: Any, pk: UUID) -> HttpResponse:
    """The votes alone, for a page that asks how they stand."""
    shown = get_meeting(pk=pk, at=request.day, today=request.today)
    if shown is None:
        raise Http404
    items = agenda_of(meeting=shown)
    values = {"meeting": shown, **votes_of(request, shown, items, _chosen(request, items))}
    return render(request, "gazetteer/meeting_votes.html", values)


@require_GET
def minutes(request: Any, pk: UUID) -> HttpResponse:
    """The minutes of a closed meeting as a Word document, in Chinese."""
    shown = get_meeting(pk=pk, at=request.day, today=request.today)
    if shown is None or shown.state != MeetingState.CLOSED:
        raise Http404
    name = f"{shown.committee.title}{shown.held_on:%Y%m%d}"
    return word_response(minutes_word(meeting=shown), name)


def _chosen(request: Any, items: list[AgendaItem]) -> AgendaItem | None:
    """The case at hand: the one in the address (?case=number), else the first."""
    number = request.GET.get("case", "")
    if not number:
        return items[0] if items else None
    found = next((item for item in items if item.case.number == number), None)
    if found is None:
        raise BadInput("“%(number)s” is not on the agenda.", number=number[:20])
    return found


def _row(each: Any) -> dict[str, Any]:
    return {
        "meeting": each,
        "chip": ("ok" if each.state == MeetingState.CLOSED else "due", each.get_state_display()),
    }


def _state_chip(shown: Meeting, today: Any) -> tuple[str, Any]:
    if shown.state == MeetingState.CLOSED:
        return "ok", shown.get_state_display()
    if shown.held_on > today:
        return "due", shown.get_state_display()
    return "check", pgettext("meeting", "in session")


def _actions(
    request: Any,
    shown: Meeting,
    items: list[AgendaItem],
    item: AgendaItem | None,
    *,
    keeps: bool,
) -> list[dict[str, Any]]:
    if shown.state == MeetingState.CLOSED:
        url = reverse("gazetteer:minutes", args=[shown.pk])
        return [{"label": _("Minutes (Word, Chinese)"), "url": url, "enabled": True}]
    if request.day != request.today:
        return []
    reason = ""
    if not keeps:
        reason = _("Meetings are closed by reviewers of this jurisdiction.")
    elif shown.held_on > request.today:
        reason = _("The meeting is held on %(day)s.") % {"day": shown.held_on.isoformat()}
    elif not items:
        reason = _("No case is on the agenda.")
    elif open_ := [each.case.title for each in items if not each.opinions.all()]:
        reason = _("Nobody has voted yet on: %(names)s.") % {"names": ", ".join(open_)}
    own = next((row for row in _own(request, item) if row["url"]), None)
    vote = []
    if own is not None:
        vote = [{"label": own["label"], "url": own["url"], "enabled": True, "primary": True}]
    close = {
        "label": _("Close the meeting"),
        "url": reverse("gazetteer:meeting_close", args=[shown.pk]),
        "enabled": not reason,
        "reason": reason,
        "primary": keeps and not own,
    }
    return [*vote, close]


def _own(request: Any, item: AgendaItem | None) -> list[dict[str, Any]]:
    if item is None:
        return []
    seats = [seat for seat in seats_of(item=item) if seat.member.user_id == request.user.pk]
    return [seat_row(request, seat, item) for seat in seats]
