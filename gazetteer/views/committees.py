"""Committees of experts (地名专家委员会): who sits on them, how long, what waits for them."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, require_somewhere, within
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from common.queries import row_changes
from gazetteer.forms.meeting import CommitteeForm, EndTermForm, MeetingForm, MemberForm
from gazetteer.models import Committee, CommitteeMember, MeetingState
from gazetteer.operations.committees import add_member, call_meeting, end_term, found_committee
from gazetteer.queries.divisions import division_chains, division_choices, path_text
from gazetteer.queries.meetings import (
    experts_of,
    get_committee,
    meetings_on,
    members_of,
    other_members,
    waiting_cases,
)
from gazetteer.views.case_wording import days_words

ENDS_SOON_DAYS = 90


@require_GET
def committee(request: Any, pk: int) -> HttpResponse:
    shown = get_committee(pk=pk, at=request.day)
    if shown is None:
        raise Http404
    at, code = request.day, shown.jurisdiction
    area = code.ljust(6, "0")
    members = members_of(committee=shown, at=at)
    meetings = list(meetings_on(at=at, today=request.today, committee=shown))
    keeps = may_here(by=request.user, capability=Capability.REVIEW_NAME, codes=[code])
    values = {
        "committee": shown,
        "members": [_member_row(member, at) for member in members],
        "others": other_members(committee=shown, at=at),
        "meetings": meetings,
        "waiting": waiting_cases(committee=shown) if at == request.today else [],
        "keeps": keeps and at == request.today,
        "facts": [
            (_("Jurisdiction"), path_text(division_chains(codes=[area], at=at)[area]), ""),
            (_("Founded on"), shown.founded_on.isoformat(), ""),
            (_("Document"), shown.document, ""),
            (_("Members on this day"), len(members), ""),
        ],
        "events": [_meeting_event(each) for each in meetings],
        "actions": _actions(shown, keeps, members=len(members), now=at == request.today),
        "changes": row_changes(shown),
    }
    return render(request, "gazetteer/committee_record.html", values)


def committee_new(request: Any) -> HttpResponse:
    user = request.user
    home = division_choices(home=settings.HOME_JURISDICTION, at=request.today)
    areas = [
        (each.code, each.shown)
        for each in home
        if may_here(by=user, capability=Capability.REVIEW_NAME, codes=[each.code])
    ]
    if not areas:
        require_somewhere(by=user, capability=Capability.REVIEW_NAME)
    form = CommitteeForm(request.POST or None, areas=areas, initial={"founded_on": request.today})
    return _work(
        request,
        form,
        lambda: found_committee(by=user, at=timezone.now(), **form.cleaned_data),
        heading=_("Found a committee"),
        submit=_("Found the committee"),
        back=reverse("gazetteer:meetings"),
    )


def member_new(request: Any, pk: int) -> HttpResponse:
    shown = _mine(request, pk)
    accounts = experts_of(committee=shown, at=request.today)
    form = MemberForm(request.POST or None, accounts=accounts, initial={"start": request.today})
    return _work(
        request,
        form,
        lambda: add_member(
            by=request.user, at=timezone.now(), committee=shown, **form.cleaned_data
        ),
        heading=_("Appoint a member"),
        submit=_("Appoint the member"),
        back=reverse("gazetteer:committee", args=[pk]),
        intro=shown.title,
    )


def member_end(request: Any, pk: int) -> HttpResponse:
    member = get_object_or_404(
        within(CommitteeMember.objects.all(), request.user, field="committee__jurisdiction"), pk=pk
    )
    shown = member.committee
    require(by=request.user, capability=Capability.REVIEW_NAME, codes=[shown.jurisdiction])
    form = EndTermForm(request.POST or None, initial={"on": request.today})
    return _work(
        request,
        form,
        lambda: end_term(
            by=request.user,
            at=timezone.now(),
            member=member,
            # Periods are half-open: the last day still belongs to the term.
            on=form.cleaned_data["on"] + timedelta(days=1),
            reason=form.cleaned_data["reason"],
        ),
        heading=_("End a term"),
        submit=_("End the term"),
        back=reverse("gazetteer:committee", args=[shown.pk]),
        intro=f"{shown.title} · {member.person}",
    )


def meeting_new(request: Any, pk: int) -> HttpResponse:
    shown = _mine(request, pk)
    form = MeetingForm(request.POST or None, initial={"held_on": request.today})
    return _work(
        request,
        form,
        lambda: call_meeting(
            by=request.user, at=timezone.now(), committee=shown, **form.cleaned_data
        ),
        heading=_("Call a meeting"),
        submit=_("Call the meeting"),
        back=reverse("gazetteer:committee", args=[pk]),
        after="gazetteer:meeting",
        intro=shown.title,
    )


def refusal_of(operation: Any, **values: Any) -> str:
    """Carry out an operation; the sentence to show where it refuses, else nothing."""
    try:
        operation(**values)
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return sentence(error)
    return ""


def _mine(request: Any, pk: int) -> Committee:
    """The committee, where this person may keep it; refused otherwise."""
    rows = within(Committee.objects.all(), request.user, field="jurisdiction")
    shown: Committee = get_object_or_404(rows, pk=pk)
    require(by=request.user, capability=Capability.REVIEW_NAME, codes=[shown.jurisdiction])
    return shown


def _work(
    request: Any,
    form: Any,
    act: Any,
    *,
    heading: str,
    submit: str,
    back: str,
    after: str = "",
    intro: str = "",
) -> HttpResponse:
    """A form with one act: to ``after`` the thing it made, or ``back``."""
    refusal, made = "", []
    if request.method == "POST" and form.is_valid():
        refusal = refusal_of(lambda: made.append(act()))
        if not refusal:
            messages.success(request, _("Recorded."))
            return redirect(reverse(after, args=[made[0].pk]) if after else back)
    values = {
        "form": form,
        "heading": heading,
        "intro": intro,
        "sentence": refusal,
        "submit_label": submit,
        "cancel_url": back,
    }
    return render(request, "gazetteer/committee_form.html", values, status=409 if refusal else 200)


def _member_row(member: CommitteeMember, at: Any) -> dict[str, Any]:
    """A member with the end of the term: near, or far off, or none."""
    until = member.term.upper
    left = (until - at).days if until else None
    soon = left is not None and left <= ENDS_SOON_DAYS
    return {
        "member": member,
        "last_day": until - timedelta(days=1) if until else None,
        "soon": days_words(until, at) if soon else "",
    }


def _meeting_event(each: Any) -> dict[str, Any]:
    closed = each.state == MeetingState.CLOSED
    cases = ngettext("%(count)d case", "%(count)d cases", each.cases) % {"count": each.cases}
    carried = _("%(count)d in favour") % {"count": each.carried} if closed else ""
    return {
        "on": each.held_on,
        "title": each.get_state_display(),
        "text": " · ".join(part for part in (each.venue, cases, carried) if part),
        "state": "ok" if closed else "due",
        "url": reverse("gazetteer:meeting", args=[each.pk]),
    }


def _actions(shown: Committee, keeps: bool, *, members: int, now: bool) -> list[dict[str, Any]]:
    reason = ""
    if not now:
        reason = _("The page shows another day: go back to today first.")
    elif not keeps:
        reason = _("Committees and their meetings are kept by reviewers of this jurisdiction.")
    no_members = "" if members else _("The committee has no members on this day.")
    return [
        {
            "label": _("Call a meeting"),
            "url": reverse("gazetteer:meeting_new", args=[shown.pk]),
            "enabled": not reason and not no_members,
            "reason": reason or no_members,
            "primary": True,
        },
        {
            "label": _("Appoint a member"),
            "url": reverse("gazetteer:member_new", args=[shown.pk]),
            "enabled": not reason,
            "reason": reason,
        },
    ]
