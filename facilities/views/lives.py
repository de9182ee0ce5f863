"""Pages on which what happens to a facility is recorded: opened, changed, counted, closed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.domain.roles import Capability
from accounts.scoping import require_somewhere
from common.middleware import attempted
from facilities.forms import typed
from facilities.forms.lives import (
    AuthorityForm,
    ChangeForm,
    CloseForm,
    ContactForm,
    CountForm,
    OpenForm,
    PurposeForm,
)
from facilities.models import Facility, FacilityCategory
from facilities.operations.contacts import read_contact, write_contact
from facilities.operations.facilities import require_editable
from facilities.operations.lives import (
    change_authority,
    change_facility,
    close_facility,
    count_occupancy,
    open_facility,
    require_for_all,
)
from facilities.views.record import around, drawing_of, record_url, states_or_404
from facilities.views.wording import address, day_query


@require_http_methods(["GET", "POST"])
def facility_new(request: Any) -> HttpResponse:
    """A facility comes into service."""
    # Where the position lies is not known yet: anywhere in the person's jurisdictions.
    require_somewhere(by=request.user, capability=Capability.EDIT_FACILITY)
    form = OpenForm(request.POST or None, initial={"on": request.day.isoformat()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        made, refusal = attempted(
            open_facility,
            by=request.user,
            at=request.today,
            facts=form.facts(),
            opened_on=form.cleaned_data["on"],
            document=form.cleaned_data["document"],
        )
        if not refusal:
            messages.success(request, _("The facility is on record."))
            return redirect(record_url(request, made))
    listed = address(reverse("facilities:facilities"), day_query(request))
    return _form(request, form, refusal, _("New facility"), listed)


@require_http_methods(["GET", "POST"])
def facility_change(request: Any, pk: UUID) -> HttpResponse:
    """From a day on it has another place, name, operator, number of beds or attribute."""
    held = _editable(request, pk)
    form = ChangeForm(
        request.POST or None,
        facility=held,
        initial=typed(held) | {"on": request.day.isoformat()},
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        made, refusal = attempted(
            change_facility,
            by=request.user,
            at=request.today,
            identity=held.identity,
            change=form.cleaned_data["change"],
            facts=form.facts(),
            on=form.cleaned_data["on"],
            document=form.cleaned_data["document"],
        )
        if not refusal:
            messages.success(request, _("The change is recorded; what was before is kept."))
            return redirect(record_url(request, made))
    intro = _("From the day on the record reads as below; the state before ends there and is kept.")
    return _form(request, form, refusal, _("Record a change"), "", held, intro)


@require_http_methods(["GET", "POST"])
def facility_close(request: Any, pk: UUID) -> HttpResponse:
    held = _editable(request, pk)
    form = CloseForm(request.POST or None, initial={"on": request.day.isoformat()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        _done, refusal = attempted(
            close_facility,
            by=request.user,
            at=request.today,
            identity=held.identity,
            **form.cleaned_data,
        )
        if not refusal:
            messages.success(request, _("It is out of service from that day on."))
            return redirect(record_url(request, held))
    return _form(request, form, refusal, _("Out of service"), "", held)


@require_http_methods(["GET", "POST"])
def facility_count(request: Any, pk: UUID) -> HttpResponse:
    held = _editable(request, pk)
    form = CountForm(request.POST or None, initial={"counted_on": request.day.isoformat()})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        _done, refusal = attempted(
            count_occupancy,
            by=request.user,
            at=request.today,
            identity=held.identity,
            **form.cleaned_data,
        )
        if not refusal:
            messages.success(request, _("The count is recorded."))
            return redirect(record_url(request, held))
    return _form(request, form, refusal, _("Count of occupied beds"), "", held)


@require_http_methods(["GET", "POST"])
def facility_contact(request: Any, pk: UUID) -> HttpResponse:
    """The contact, shown once for a purpose; or another one, written."""
    held = _editable(request, pk)
    writes = request.POST.get("write") == "1"
    purpose = PurposeForm(None if writes else request.POST or None)
    form = ContactForm(request.POST if writes else None)
    contact, refusal = None, ""
    if writes and form.is_valid():
        write_contact(by=request.user, facility=held, **form.cleaned_data)
        messages.success(request, _("The contact is kept."))
        return redirect(record_url(request, held))
    if request.method == "POST" and not writes and purpose.is_valid():
        contact, refusal = attempted(
            read_contact,
            by=request.user,
            facility=held,
            purpose=purpose.cleaned_data["purpose"],
        )
    response = render(
        request,
        "facilities/facility_contact.html",
        {
            "facility": held,
            "form": purpose,
            "other": form,
            "contact": contact,
            "sentence": refusal,
            "cancel_url": record_url(request, held),
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def authority_new(request: Any, code: str) -> HttpResponse:
    """Another authority is competent for a category from a day on."""
    require_for_all(by=request.user)
    category = FacilityCategory.objects.filter(code=code[:12]).first()
    if category is None:
        raise Http404
    form = AuthorityForm(request.POST or None, initial={"on": request.day.isoformat()})
    refusal = ""
    listed = address(
        reverse("facilities:facilities"), {"category": category.code}, day_query(request)
    )
    if request.method == "POST" and form.is_valid():
        _made, refusal = attempted(
            change_authority, by=request.user, category=category, **form.cleaned_data
        )
        if not refusal:
            messages.success(request, _("The authority is recorded; the one before is kept."))
            return redirect(listed)
    held = category.authority_on(request.day)
    intro = _("%(category)s, today: %(authority)s") % {
        "category": category.name,
        "authority": held.authority if held else "—",
    }
    return _form(request, form, refusal, _("Another competent authority"), listed, None, intro)


def _editable(request: Any, pk: UUID) -> Facility:
    """The last state of a facility that this person may edit."""
    held = states_or_404(pk, by=request.user)[-1]
    require_editable(by=request.user, facility=held, at=request.today)
    return held


def _form(
    request: Any,
    form: Any,
    refusal: str,
    heading: str,
    cancel_url: str,
    facility: Facility | None = None,
    intro: str = "",
) -> HttpResponse:
    values = {
        "form": form,
        "sentence": refusal,
        "heading": heading,
        "intro": intro,
        "facility": facility,
        "cancel_url": record_url(request, facility) if facility else cancel_url,
        "bounds": around(facility) if facility else None,
        "drawing": drawing_of(facility) if "longitude" in form.fields else None,
    }
    return render(request, "facilities/facility_life.html", values)
