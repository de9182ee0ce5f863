"""A notice is drafted, its text changed, its steps taken, its Word document handed out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require, require_somewhere, within
from common.documents import word_response
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from gazetteer.domain.notice_flow import STEPS, Step
from gazetteer.exports.notice_document import notice_document
from gazetteer.forms.notice import (
    CorrectionForm,
    InquiryForm,
    IssueForm,
    NoteForm,
    NoticeForm,
    OutcomeForm,
    PenaltyForm,
    ReasonForm,
    ServeForm,
)
from gazetteer.models import Breach, Complaint, Notice, NoticeState
from gazetteer.operations import enforcement, notices
from gazetteer.operations.concern import Target
from gazetteer.operations.notices import NoticeText, default_deadline, draft_notice, edit_notice
from gazetteer.views.concern import about, target_of
from gazetteer.views.notice_wording import STEP_DONE, STEP_LABELS, fine_words


@dataclass(frozen=True, slots=True)
class StepPage:
    """The form of a step and the operation that takes what it says."""

    form: type[Any]
    operation: Callable[..., Any]


PAGES = {
    "approve": StepPage(NoteForm, notices.approve_notice),
    "issue": StepPage(IssueForm, notices.issue_notice),
    "serve": StepPage(ServeForm, notices.serve_notice),
    "inquire": StepPage(InquiryForm, enforcement.record_inquiry),
    "correct": StepPage(CorrectionForm, notices.record_correction),
    "verify": StepPage(NoteForm, notices.verify_correction),
    "penalise": StepPage(PenaltyForm, enforcement.penalise),
    "close": StepPage(OutcomeForm, notices.close_notice),
    "withdraw": StepPage(ReasonForm, notices.withdraw_notice),
}


def notice_new(request: Any) -> HttpResponse:
    """Draft a notice on a place, a sign or a point, perhaps out of a complaint."""
    complaint = _complaint(request)
    target = _of_complaint(complaint) if complaint else target_of(request)
    shown = about(target, request.today)
    code = complaint.division_code if complaint else shown["code"]
    if code:
        require(by=request.user, capability=Capability.WRITE_NOTICE, codes=[code])
    else:
        require_somewhere(by=request.user, capability=Capability.WRITE_NOTICE)
    first = {"usage": target.usage, "facts": complaint.facts if complaint else ""}
    if complaint and complaint.breach_id:
        first["breaches"] = [complaint.breach_id]
    form = _text_form(request, initial=first, placed=bool(code))
    refused = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        typed = {"position": values.pop("position", target.position), "usage": values.pop("usage")}
        try:
            made = draft_notice(
                by=request.user,
                at=timezone.now(),
                text=NoticeText(**{**values, "breaches": list(values["breaches"])}),
                target=Target(target.place, target.thing_kind, target.thing_key, **typed),
                complaint=complaint,
            )
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The notice is drafted; another person approves it."))
            return redirect("gazetteer:notice", made.pk)
    back = ("gazetteer:complaint", [complaint.pk]) if complaint else ("gazetteer:notices", [])
    values = {
        "form": form,
        "about": shown,
        "complaint": complaint,
        "sentence": refused,
        "cancel_url": reverse(back[0], args=back[1]),
        "breaches": _breach_cards(),
        "heading": _("Draft a notice"),
    }
    return render(request, "gazetteer/notice_form.html", values, status=409 if refused else 200)


def notice_edit(request: Any, pk: UUID) -> HttpResponse:
    notice = _notice(request, pk, STEPS["edit"])
    first = {
        "organisation": notice.organisation,
        "breaches": list(notice.breaches.all()),
        "usage": notice.usage,
        "facts": notice.facts,
        "correction": notice.correction,
        "legal_basis": notice.legal_basis,
    }
    form = _text_form(request, initial=first, placed=True)
    del form.fields["usage"]
    refused = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        text = NoticeText(**{**values, "breaches": list(values["breaches"])})
        refused = _refusal(
            edit_notice, by=request.user, at=timezone.now(), notice=notice, text=text
        )
        if not refused:
            messages.success(request, STEP_DONE["edit"][1])
            return redirect("gazetteer:notice", pk)
    values = {
        "form": form,
        "notice": notice,
        "sentence": refused,
        "cancel_url": reverse("gazetteer:notice", args=[pk]),
        "breaches": _breach_cards(),
        "heading": STEP_LABELS["edit"],
    }
    return render(request, "gazetteer/notice_form.html", values, status=409 if refused else 200)


def notice_step(request: Any, pk: UUID, step: str) -> HttpResponse:
    """One step of the way; the form asks what its operation wants to know."""
    page = PAGES.get(step)
    if page is None:
        raise Http404
    notice = _notice(request, pk, STEPS[step])
    # A note may be empty: an empty POST is one all the same.
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = page.form(*sent, initial=_initial(request, notice))
    refused = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        if step == "verify":
            values["accepted"] = "send_back" not in request.POST
        refused = _refusal(
            page.operation, by=request.user, at=timezone.now(), notice=notice, **values
        )
        if not refused:
            done = "send_back" if values.get("accepted") is False else step
            messages.success(request, STEP_DONE[done][1])
            return redirect("gazetteer:notice", pk)
    values = {
        "form": form,
        "notice": notice,
        "step": step,
        "heading": STEP_LABELS[step],
        "submit_label": STEP_LABELS[step],
        "state_text": NoticeState(notice.state).label,
        "sentence": refused,
        "cancel_url": reverse("gazetteer:notice", args=[pk]),
        "fines": fine_words(notice.breaches.all()) if step == "penalise" else [],
        "last_step": notice.steps.select_related("by").last() if step == "verify" else None,
    }
    return render(request, "gazetteer/notice_step.html", values, status=409 if refused else 200)


@require_GET
def notice_word(request: Any, pk: UUID) -> HttpResponse:
    """The notice as a Word document, for those who handle notices there."""
    mine = within(Notice.objects.shown(), request.user)
    notice: Notice = get_object_or_404(mine, pk=pk)
    require(by=request.user, capability=Capability.READ_COMPLAINT, codes=[notice.division_code])
    content = notice_document(notice=notice, at=notice.issued_on or request.today)
    return word_response(content, f"限期改正通知书-{notice.number or notice.pk.hex[:8]}")


def _notice(request: Any, pk: UUID, step: Step) -> Notice:
    """The notice, if it lies in this person's jurisdiction and their role takes the step."""
    mine = within(Notice.objects.shown().select_related("complaint"), request.user)
    notice: Notice = get_object_or_404(mine, pk=pk)
    require(by=request.user, capability=step.capability, codes=[notice.division_code])
    return notice


def _initial(request: Any, notice: Notice) -> dict[str, Any]:
    today = request.today
    first = {"issued_on": today, "served_on": today, "held_on": today}
    if notice.state == NoticeState.APPROVED:
        first["deadline"] = default_deadline(notice=notice, issued_on=today)
    return first


def _text_form(request: Any, **options: Any) -> NoticeForm:
    rows = Breach.objects.on(request.today).order_by("key")
    return NoticeForm(request.POST or None, breaches=rows, **options)


def _breach_cards() -> list[dict[str, Any]]:
    rows = Breach.objects.on(timezone.localdate()).order_by("key")
    return [{"breach": row, "fines": fine_words([row])} for row in rows]


def _complaint(request: Any) -> Complaint | None:
    text = request.GET.get("complaint", "")
    if not text:
        return None
    try:
        key = UUID(text)
    except ValueError:
        raise Http404 from None
    rows = within(Complaint.objects.shown().select_related("place"), request.user)
    found: Complaint = get_object_or_404(rows, pk=key)
    require(by=request.user, capability=Capability.WRITE_NOTICE, codes=[found.division_code])
    return found


def _of_complaint(complaint: Complaint) -> Target:
    point = complaint.location
    return Target(
        place=complaint.place,
        thing_kind=complaint.thing_kind,
        thing_key=complaint.thing_key,
        position=f"{point.x:.6f}, {point.y:.6f}" if point else "",
        usage=complaint.usage,
    )


def _refusal(operation: Callable[..., Any], **values: Any) -> str:
    """Carry out an operation; the sentence to show where it refuses, else nothing."""
    try:
        operation(**values)
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return sentence(error)
    return ""
