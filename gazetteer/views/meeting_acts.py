"""What is done at a meeting: the agenda filled, votes recorded, the meeting closed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.scoping import require, within
from gazetteer.exports.minutes import draft_minutes
from gazetteer.forms.meeting import RECUSED, CloseForm, OpinionForm, RemoveForm
from gazetteer.models import AgendaItem, Meeting, NamingCase
from gazetteer.operations.committees import (
    add_to_agenda,
    close_meeting,
    record_opinion,
    remove_from_agenda,
)
from gazetteer.queries.meetings import Seat, agenda_of, seats_of
from gazetteer.views.committees import refusal_of
from gazetteer.views.meeting_pieces import address_of, agenda_row, case_at_hand, focus_of


@require_POST
def agenda_add(request: Any, pk: UUID) -> HttpResponse:
    shown = _mine(request, pk)
    number = request.POST.get("case", "").replace("\x00", "")
    case = get_object_or_404(NamingCase.objects.shown(), number=number[:20])
    item = add_to_agenda(by=request.user, at=timezone.now(), meeting=shown, case=case)
    messages.success(request, _("%(name)s is on the agenda.") % {"name": case.title})
    return redirect(address_of(shown, item))


def agenda_remove(request: Any, pk: int) -> HttpResponse:
    item = _item(pk)
    shown = _mine(request, item.meeting_id)
    form, refusal = RemoveForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        refusal = refusal_of(
            remove_from_agenda,
            by=request.user,
            at=timezone.now(),
            item=item,
            reason=form.cleaned_data["reason"],
        )
        if not refusal:
            messages.success(request, _("The case is off the agenda."))
            return redirect("gazetteer:meeting", shown.pk)
    return _work(request, shown, form, refusal, item=item, heading=_("Take off the agenda"))


def opinion(request: Any, pk: int, member: int) -> HttpResponse:
    """A member's vote on one case: in person, or written down by whoever keeps the minutes."""
    item = _item(pk)
    shown = item.meeting
    code = shown.committee.jurisdiction
    require(by=request.user, capability=Capability.READ, codes=[code])
    seat = next((each for each in seats_of(item=item) if each.member.pk == member), None)
    if seat is None:
        raise Http404
    capability = Capability.REVIEW_NAME if seat.member.user_id is None else Capability.GIVE_OPINION
    require(by=request.user, capability=capability, codes=[code])
    form, refusal = OpinionForm(request.POST or None, initial=_given(seat)), ""
    if request.method == "POST" and form.is_valid():
        refusal = refusal_of(
            record_opinion,
            by=request.user,
            at=timezone.now(),
            item=item,
            member=seat.member,
            **form.values(),
        )
        if not refusal:
            messages.success(
                request, _("The vote of %(person)s is recorded.") % {"person": seat.member}
            )
            return redirect(address_of(shown, item))
    heading = _("Vote of %(person)s") % {"person": seat.member}
    return _work(request, shown, form, refusal, item=item, seat=seat, heading=heading)


def meeting_close(request: Any, pk: UUID) -> HttpResponse:
    shown = _mine(request, pk)
    form = CloseForm(request.POST or None, initial={"minutes": draft_minutes(meeting=shown)})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        refusal = refusal_of(
            close_meeting,
            by=request.user,
            at=timezone.now(),
            meeting=shown,
            minutes=form.cleaned_data["minutes"],
        )
        if not refusal:
            messages.success(request, _("The meeting is closed; every case has its result."))
            return redirect("gazetteer:meeting", pk)
    return _work(request, shown, form, refusal, heading=_("Close the meeting"))


def _mine(request: Any, pk: UUID) -> Meeting:
    """The meeting, where this person keeps it; refused otherwise."""
    rows = Meeting.objects.select_related("committee")
    mine = within(rows, request.user, field="committee__jurisdiction")
    shown: Meeting = get_object_or_404(mine, pk=pk)
    code = shown.committee.jurisdiction
    require(by=request.user, capability=Capability.REVIEW_NAME, codes=[code])
    return shown


def _item(pk: int) -> AgendaItem:
    rows = AgendaItem.objects.select_related("meeting__committee", "case__place")
    found: AgendaItem = get_object_or_404(
        rows.exclude(case__place__secrecy="secret").prefetch_related("opinions"), pk=pk
    )
    return found


def _given(seat: Seat) -> dict[str, Any]:
    given = seat.opinion
    if given is None:
        return {"vote": RECUSED} if seat.applicant else {}
    if given.recused:
        return {"vote": RECUSED, "text": given.recusal_reason}
    return {"vote": given.ballot, "text": given.text}


def _work(
    request: Any,
    shown: Meeting,
    form: Any,
    refusal: str,
    *,
    heading: str,
    item: AgendaItem | None = None,
    seat: Seat | None = None,
) -> HttpResponse:
    values = {
        "meeting": shown,
        "form": form,
        "heading": heading,
        "sentence": refusal,
        "case": case_at_hand(request, item) if item else None,
        "applicant": seat.applicant if seat else False,
        "focus": focus_of(item.case) if item else None,
        "results": [agenda_row(shown, each, None) for each in agenda_of(meeting=shown)]
        if item is None
        else [],
        "submit_label": heading if seat is None else _("Record the vote"),
        "cancel_url": address_of(shown, item)
        if item
        else reverse("gazetteer:meeting", args=[shown.pk]),
    }
    return render(request, "gazetteer/meeting_form.html", values, status=409 if refusal else 200)
