"""The steps of an order: order a fix, record it, verify it, close it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.scoping import require, within
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from signage.domain.rectification import STEPS
from signage.forms.sign import FixForm, OrderForm, VerifyForm, WaiveForm, face_of
from signage.models import RectificationOrder, Sign
from signage.operations import orders as operations
from signage.operations.evidence import add_photo_before
from signage.operations.orders import NewFace, default_due_day
from signage.queries.faces import face_comparison
from signage.queries.record import get_order, sign_verdicts
from signage.queries.signs import findings_on
from signage.views.pieces import faces, finding_row, photo_cards


def order_new(request: Any, number: str) -> HttpResponse:
    shown = get_object_or_404(within(Sign.objects.shown(), request.user), number=number)
    require(by=request.user, capability=Capability.ORDER_FIX, codes=[shown.division_code])
    first = {
        "responsible_body": shown.responsible_body,
        "due_on": default_due_day(sign=shown, at=request.today),
    }
    form = OrderForm(request.POST or None, initial=first)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        refusal = _refusal(
            operations.order_fix,
            by=request.user,
            at=timezone.now(),
            sign=shown,
            **form.cleaned_data,
        )
        if not refusal:
            return redirect("signage:sign", number)
    return _form_page(request, "signage/order_form.html", shown, form, refusal)


def order_fix(request: Any, pk: Any) -> HttpResponse:
    order = _order_or_404(request, pk, "record_fix")
    form = FixForm(request.POST or None, request.FILES or None, initial=face_of(order.sign))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        photo, before = values.pop("photo"), values.pop("photo_before")
        refusal = _refusal(
            operations.record_fix,
            by=request.user,
            at=timezone.now(),
            order=order,
            face=NewFace(**values),
            photo=photo,
            photo_before=before,
        )
        if not refusal:
            return redirect("signage:sign", order.sign.number)
    return _form_page(request, "signage/fix_form.html", order.sign, form, refusal, order=order)


def order_verify(request: Any, pk: Any) -> HttpResponse:
    order = _order_or_404(request, pk, "verify_fix")
    form = VerifyForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        refusal = _refusal(
            operations.verify_fix,
            by=request.user,
            at=timezone.now(),
            order=order,
            accepted="send_back" not in request.POST,
            note=form.cleaned_data["note"],
        )
        if not refusal:
            return redirect("signage:sign", order.sign.number)
    return _form_page(request, "signage/verify_form.html", order.sign, form, refusal, order=order)


def order_waive(request: Any, pk: Any) -> HttpResponse:
    order = _order_or_404(request, pk, "waive_order")
    form = WaiveForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        refusal = _refusal(
            operations.waive_order,
            by=request.user,
            at=timezone.now(),
            order=order,
            reason=form.cleaned_data["reason"],
        )
        if not refusal:
            return redirect("signage:order", order.pk)
    return _form_page(request, "signage/waive_form.html", order.sign, form, refusal, order=order)


@require_POST
def order_photo(request: Any, pk: Any) -> HttpResponse:
    """Add a photo from before the fix; a refusal is shown on a page of its own."""
    order = get_order(key=pk)
    if order is None:
        raise Http404
    add_photo_before(
        by=request.user, at=timezone.now(), order=order, photo=request.FILES.get("photo")
    )
    return redirect("signage:order", order.pk)


def order_close(request: Any, pk: Any) -> HttpResponse:
    order = _order_or_404(request, pk, "close_order")
    form = VerifyForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        refusal = _refusal(
            operations.close_order,
            by=request.user,
            at=timezone.now(),
            order=order,
            accepted="send_back" not in request.POST,
            note=form.cleaned_data["note"],
        )
        if not refusal:
            return redirect("signage:sign", order.sign.number)
    return _form_page(request, "signage/close_form.html", order.sign, form, refusal, order=order)


def _order_or_404(request: Any, pk: Any, step: str) -> RectificationOrder:
    """The order, if it lies in this person's jurisdiction and their role takes the step."""
    orders = RectificationOrder.objects.shown()
    orders = orders.select_related("sign", "fixed_by", "ordered_by")
    mine = within(orders, request.user, field="sign__division_code")
    order = get_object_or_404(mine, pk=pk)
    codes = [order.sign.division_code]
    require(by=request.user, capability=STEPS[step].capability, codes=codes)
    return order


def _refusal(operation: Any, **values: Any) -> str:
    """Carry out an operation; the sentence to show where it refuses, else nothing."""
    try:
        operation(**values)
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return sentence(error)
    return ""


def _form_page(
    request: Any,
    template: str,
    shown: Sign,
    form: Any,
    refusal: str,
    order: RectificationOrder | None = None,
) -> HttpResponse:
    facts, _verdicts = sign_verdicts(sign=shown, at=request.today)
    findings = findings_on(at=request.today, numbers=[shown.number])
    values = {
        "form": form,
        "sign": shown,
        "order": order,
        "sentence": refusal,
        "cancel_url": reverse("signage:sign", args=[shown.number]),
        "faces": faces(
            shown, face_comparison(sign=facts, place_id=shown.place_id, at=request.today)
        )
        if facts
        else [],
        "findings": [finding_row(finding, {}) for finding in findings],
        "photos": photo_cards(list(order.photos.all()), shown, order) if order else [],
        "submit_label": {
            "signage/order_form.html": _("Order the fix"),
            "signage/fix_form.html": _("Record the fix"),
            "signage/waive_form.html": _("Waive the order"),
        }.get(template, ""),
    }
    return render(request, template, values, status=409 if refusal else 200)
