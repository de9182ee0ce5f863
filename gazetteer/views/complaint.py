"""One complaint (Art 33): the open page, the record, its answer, who complained."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from common.queries import row_changes
from gazetteer.forms.complaint import AnswerForm, ComplaintForm
from gazetteer.models import Breach, Channel, Complaint, ComplaintState
from gazetteer.operations.complaints import answer_complaint, report_breach
from gazetteer.operations.concern import Target
from gazetteer.queries.complaints import WAITING, answer_due, get_complaint
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.law_numbers import ANSWER, number_of
from gazetteer.queries.notices import night_of, notices_on
from gazetteer.queries.suggestions import acts_on
from gazetteer.views.concern import about, target_of
from gazetteer.views.evidence import file_cards
from gazetteer.views.informant import informant_page, may_read_informant
from gazetteer.views.notice_wording import COMPLAINT_STATES, clock_words, complaint_clock
from gazetteer.views.open_pages import address_of, find_place


@login_not_required
@sensitive_post_parameters("name", "contact")
@sensitive_variables("values", "form")
def complaint_new(request: Any) -> HttpResponse:
    """Report a breach; needs no sign-in. Officers also take down calls, letters and visits."""
    target = target_of(request) if request.user.is_authenticated else _open_target(request)
    shown = about(target, request.today)
    by = request.user if request.user.is_authenticated else None
    takes_down = by is not None and by.may(Capability.WRITE_NOTICE)
    by_point = bool(request.GET.get("by_point"))
    if not shown["code"] and not by_point:
        return find_place(
            request,
            heading=_("Report a breach"),
            intro=_("Which place, street or sign is it about?"),
            other_url=f"{reverse('gazetteer:complaint_new')}?by_point=1",
        )
    rows = Breach.objects.on(request.today).order_by("key")
    options = {"breaches": rows, "placed": bool(shown["code"]), "takes_down": takes_down}
    first = {"channel": Channel.PHONE}
    form = ComplaintForm(request.POST or None, request.FILES or None, initial=first, **options)
    refused = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        typed = {"position": values.pop("position", target.position), "usage": values.pop("usage")}
        try:
            made = report_breach(
                by=by,
                at=timezone.now(),
                target=Target(target.place, target.thing_kind, target.thing_key, **typed),
                address=address_of(request),
                **values,
            )
        except DimingError as error:
            if isinstance(error, NotInScope | NotPermitted):
                raise
            refused = sentence(error)
        else:
            if takes_down and may_here(
                by=by, capability=Capability.READ_COMPLAINT, codes=[made.division_code]
            ):
                messages.success(request, _("The complaint is recorded."))
                return redirect("gazetteer:complaint", made.pk)
            return redirect("gazetteer:receipt", made.pk)
    values = {
        "form": form,
        "about": shown,
        "sentence": refused,
        "takes_down": takes_down,
        "answer_days": number_of(ANSWER, "days", at=request.today),
        "submit_label": _("Send"),
    }
    return render(request, "gazetteer/complaint_form.html", values, status=409 if refused else 200)


@require_GET
def complaint_record(request: Any, pk: UUID) -> HttpResponse:
    complaint = _complaint(request, pk)
    user, code = request.user, complaint.division_code
    state: str = complaint.state_then  # type: ignore[attr-defined]
    clock = complaint_clock(complaint, request.day)
    chain = division_chains(codes=[code], at=request.day)[code]
    shape = complaint.location or (complaint.place.geometry if complaint.place else None)
    values = {
        "complaint": complaint,
        "state": clock.state,
        "state_text": ComplaintState(state).label,
        "clock": clock_words(clock),
        "chain": chain,
        "facts": _facts(request, complaint, state, path_text(chain)),
        "files": file_cards(complaint.files.all()),
        "notices": list(notices_on(at=request.day).filter(complaint=complaint)),
        "events": _events(complaint, request.day),
        "changes": row_changes(complaint, until=night_of(request.day)),
        "actions": _actions(user, complaint),
        "may_read_informant": may_read_informant(user, code),
        "focus": shape
        and {"type": "Feature", "geometry": json.loads(shape.geojson), "properties": {}},
    }
    return render(request, "gazetteer/complaint_record.html", values)


def complaint_answer(request: Any, pk: UUID) -> HttpResponse:
    complaint = _complaint(request, pk)
    code = complaint.division_code
    require(by=request.user, capability=Capability.WRITE_NOTICE, codes=[code])
    form = AnswerForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            answer_complaint(
                by=request.user, at=timezone.now(), complaint=complaint, **form.cleaned_data
            )
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The complaint is answered."))
            return redirect("gazetteer:complaint", pk)
    values = {
        "form": form,
        "complaint": complaint,
        "sentence": refused,
        "cancel_url": reverse("gazetteer:complaint", args=[pk]),
        "submit_label": _("Answer"),
    }
    return render(
        request, "gazetteer/complaint_answer.html", values, status=409 if refused else 200
    )


def complaint_informant(request: Any, pk: UUID) -> HttpResponse:
    complaint = _complaint(request, pk)
    code = complaint.division_code
    require(by=request.user, capability=Capability.READ_INFORMANT, codes=[code])
    back = reverse("gazetteer:complaint", args=[pk])
    day = complaint.received_at.date().isoformat()
    heading = _("Complaint of %(day)s") % {"day": day}
    return informant_page(request, complaint, cancel_url=back, heading=heading)


def _complaint(request: Any, pk: UUID) -> Complaint:
    """Outside the person's jurisdiction there is none; inside it needs the role."""
    codes = request.user.jurisdictions()
    found = get_complaint(pk=pk, at=request.day, codes=codes)
    if found is None:
        raise Http404
    require(by=request.user, capability=Capability.READ_COMPLAINT, codes=[found.division_code])
    return found


def _open_target(request: Any) -> Target:
    """Without sign-in only a public place can be named; signs are found inside."""
    return target_of(request) if request.GET.get("place") else Target()


def _facts(
    request: Any, complaint: Complaint, state: str, where: str
) -> list[tuple[Any, Any, str]]:
    target = Target(complaint.place, complaint.thing_kind, complaint.thing_key)
    shown = about(target, request.day)
    due = answer_due(received_at=complaint.received_at, at=request.day)
    facts: list[tuple[Any, Any, str]] = [
        (_("Received by"), complaint.get_channel_display(), ""),
        (
            _("Received on"),
            timezone.localtime(complaint.received_at).strftime("%Y-%m-%d %H:%M"),
            "",
        ),
        (_("Lies in"), f"{where} {complaint.division_code}", ""),
        (_("What it is about"), complaint.breach, ""),
    ]
    if shown["title"]:
        facts.insert(0, (shown["kind"] or _("Place"), shown["title"], ""))
    if complaint.usage:
        facts.append((_("Where the name was used (Art 18)"), complaint.get_usage_display(), ""))
    if state in WAITING:
        facts.append((_("Answer due by"), due.isoformat(), "L-ANSWER"))
    elif complaint.answer:
        facts.append((_("Answer"), complaint.answer, ""))
    return facts


def _events(complaint: Complaint, day: Any) -> list[dict[str, Any]]:
    """Acts of the bureau; reading the name is told as well, reporting names nobody."""
    events = []
    for act in acts_on(subject=complaint):
        if act.at >= night_of(day):
            continue
        text = " · ".join(filter(None, [str(act.user or ""), act.reason]))
        if act.operation == "answer_complaint":
            state = ComplaintState(act.details["state"])
            events.append(_event(act.at, state.label, text, COMPLAINT_STATES.get(state, "due")))
        elif act.operation == "read_informant":
            events.append(_event(act.at, _("Who complained was read"), text, "check"))
    received = _event(complaint.received_at, _("Received"), "", "unknown")
    return [*reversed(events), received]


def _event(at: Any, title: Any, text: str, state: str) -> dict[str, Any]:
    return {"on": timezone.localdate(at), "title": title, "text": text, "state": state}


def _actions(user: Any, complaint: Complaint) -> list[dict[str, Any]]:
    reason = ""
    try:
        code = complaint.division_code
        require(by=user, capability=Capability.WRITE_NOTICE, codes=[code])
    except DimingError as error:
        reason = sentence(error)
    if complaint.state != ComplaintState.NEW:
        reason = _("This complaint was dealt with already: it is “%(state)s”.") % {
            "state": complaint.get_state_display()
        }
    draft = f"{reverse('gazetteer:notice_new')}?complaint={complaint.pk}"
    answer = reverse("gazetteer:complaint_answer", args=[complaint.pk])
    return [
        {
            "label": label,
            "url": url,
            "method": "get",
            "enabled": not reason,
            "reason": reason,
            "primary": first,
        }
        for label, url, first in (
            (_("Draft a notice"), draft, True),
            (_("Answer without a notice"), answer, False),
        )
    ]
