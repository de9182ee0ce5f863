"""A sign's record: its face beside the required one, findings, orders with photos, history."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require, require_somewhere, within
from common.errors import DimingError, NotInScope
from common.middleware import sentence
from common.queries import row_changes
from signage.domain.rectification import STEPS, Step
from signage.domain.rules import Verdict
from signage.forms.sign import NewSignForm, SignForm, record_of
from signage.models import RectificationOrder, Sign, SignState
from signage.operations.edit import SignRecord, edit_sign, record_sign
from signage.queries.editions import rules_on
from signage.queries.faces import face_alone, face_comparison
from signage.queries.record import (
    as_it_was,
    division_names,
    get_sign,
    hidden_until,
    names_of_places,
    orders_of,
    photos_of,
    place_of,
    shown_places,
    sign_verdicts,
    standard_name,
)
from signage.queries.signs import findings_on, last_check, night_of
from signage.views.faces import comparison_panel
from signage.views.matches import match_rows
from signage.views.pieces import face_lines, finding_row, photo_cards
from signage.views.timeline import timeline
from signage.views.wording import (
    ORDER_LABELS,
    ORDER_STATES,
    OUTCOME_STATES,
    due_words,
    outcome_word,
    shown_value,
)


@require_GET
def sign(request: Any, number: str) -> HttpResponse:
    found = get_sign(number=number)
    since = hidden_until(sign=found) if found else None
    shown = as_it_was(sign=found, at=request.day, since=since) if found else None
    if shown is None:
        raise Http404
    facts, verdicts = sign_verdicts(sign=shown, at=request.day)
    comparison = face_comparison(
        sign=facts or face_alone(sign=shown), place_id=shown.place_id, at=request.day
    )
    orders = orders_of(sign=shown, at=request.day, since=since)
    findings = findings_on(at=request.day, numbers=[number])
    codes = {shown.division_code, shown.division_code[:6], shown.division_code[:4] + "00"}
    codes |= set(facts.place.division_codes) if facts and facts.place else set()
    for finding in findings:
        if finding.rule_id_text == "R29":
            codes |= {*finding.measured.split(), *finding.expected.split()}
    names = division_names(codes=sorted(codes), at=request.day)
    place = place_of(sign=shown)
    titles = {rule.rule_id: rule.title for rule in rules_on(at=request.day)}
    values = {
        "sign": shown,
        "standing": facts is not None,
        "comparison": comparison_panel(comparison, number=number, at=request.day),
        "findings": [finding_row(finding, names) for finding in findings],
        "checks": [_check_row(v, names, titles) for v in verdicts if v.outcome != "fail"],
        "lines": face_lines(shown, names_of_places(ids=shown_places(shown), at=request.day)),
        "last": last_check(at=request.day, code=shown.division_code),
        "crumbs": [
            (code, names[code])
            for code in (shown.division_code[:4] + "00", shown.division_code[:6])
            if code in names
        ],
        "place": place,
        "name": standard_name(place_id=place, at=request.day),
        "facts": _facts(shown, names),
        "photos": photo_cards(photos_of(sign=shown, at=request.day, since=since), shown),
        "orders": [_order_card(order, shown, request.day) for order in orders],
        "actions": actions(
            request.user, shown, orders, any(finding.waiver_id is None for finding in findings)
        ),
        "chips": _chips(orders, findings, request.day),
        "events": timeline(shown, orders, names, request.day),
        "changes": row_changes(shown, until=night_of(request.day), since=since),
        "focus": {"type": "Point", "coordinates": [shown.location.x, shown.location.y]},
        "bounds": around(shown),
    }
    return render(request, "signage/sign_record.html", values)


def sign_edit(request: Any, number: str) -> HttpResponse:
    shown = get_object_or_404(within(Sign.objects.shown(), request.user), number=number)
    require(by=request.user, capability=Capability.EDIT_SIGN, codes=[shown.division_code])
    name = standard_name(place_id=shown.place_id, at=request.today)
    form = SignForm(request.POST or None, initial=record_of(shown, name.text if name else ""))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason")
        try:
            edit_sign(
                by=request.user,
                at=request.today,
                sign=shown,
                record=SignRecord(**values),
                reason=reason,
            )
        except NotInScope:
            raise
        except DimingError as error:
            refusal = sentence(error)
        else:
            return redirect("signage:sign", number)
    values = {
        "form": form,
        "sign": shown,
        "sentence": refusal,
        "cancel_url": reverse("signage:sign", args=[number]),
        "matches": match_rows(shown, request.today),
    }
    return render(request, "signage/sign_form.html", values)


def sign_new(request: Any) -> HttpResponse:
    """Record one sign that stands already; where a role is held, the operation asks."""
    require_somewhere(by=request.user, capability=Capability.EDIT_SIGN)
    form = NewSignForm(request.POST or None, initial={"state": SignState.STANDING})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        number = values.pop("number")
        try:
            made = record_sign(
                by=request.user, at=request.today, number=number, record=SignRecord(**values)
            )
        except DimingError as error:
            refusal = sentence(error)
        else:
            return redirect("signage:sign", made.number)
    values = {"form": form, "sentence": refusal, "cancel_url": reverse("signage:signs")}
    return render(request, "signage/sign_new.html", values)


def actions(
    user: Any, shown: Sign, orders: list[RectificationOrder], wrong: bool
) -> list[dict[str, Any]]:
    """What can be done with a sign, in the order of the work, each with its reason if not."""
    running = next((order for order in orders if not order.over), None)
    order_reason = ""
    if running is not None:
        order_reason = _("An order is open already, due on %(day)s.") % {
            "day": running.due_on.isoformat()
        }
    elif not wrong:
        order_reason = _("The sign has no open finding.")
    items = [
        _action(
            user,
            shown,
            _("Order a fix"),
            Capability.ORDER_FIX,
            reverse("signage:order_new", args=[shown.number]),
            order_reason,
        )
    ]
    labels = {
        "record_fix": (_("Record the fix"), "signage:order_fix"),
        "verify_fix": (_("Verify the fix"), "signage:order_verify"),
        "close_order": (_("Close the order"), "signage:order_close"),
        "waive_order": (_("Waive the order"), "signage:order_waive"),
    }
    for key, (label, url_name) in labels.items():
        step = STEPS[key]
        if running is None:
            url, reason = "", _("No order is open.")
        elif running.state != step.before:
            url = ""
            reason = _("The order is “%(state)s”; this step needs “%(needed)s”.") % {
                "state": ORDER_LABELS[running.state],
                "needed": ORDER_LABELS[step.before],
            }
        else:
            url = reverse(url_name, args=[running.pk])
            reason = _own_work(step, running, user)
        items.append(_action(user, shown, label, step.capability, url, reason))
    edit = reverse("signage:sign_edit", args=[shown.number])
    items.append(_action(user, shown, _("Correct the record"), Capability.EDIT_SIGN, edit, ""))
    for item in items[:-1]:
        if item["enabled"]:
            item["primary"] = True
            break
    return items


def _own_work(step: Step, order: RectificationOrder, user: Any) -> str:
    if step.not_by_the_fixer and order.fixed_by_id == user.pk:
        return _("You recorded this fix yourself.")
    if step.not_by_the_orderer and order.ordered_by_id == user.pk:
        return _("You gave this order yourself.")
    return ""


def _action(
    user: Any, shown: Sign, label: str, capability: Capability, url: str, reason: str
) -> dict[str, Any]:
    try:
        require(by=user, capability=capability, codes=[shown.division_code])
    except NotInScope:
        reason = _("This sign lies outside your jurisdiction.")
    except DimingError as error:
        reason = sentence(error)
    return {
        "label": label,
        "url": url,
        "method": "get",
        "enabled": not reason,
        "reason": reason,
        "primary": False,
    }


def _check_row(verdict: Verdict, names: dict[str, str], titles: dict[str, str]) -> dict[str, Any]:
    return {
        "rule_id": verdict.rule_id,
        "title": titles.get(verdict.rule_id, ""),
        "measured": shown_value(verdict.rule_id, verdict.measured, names),
        "state": OUTCOME_STATES[verdict.outcome],
        "word": outcome_word(verdict.outcome),
        "article": verdict.article,
        "authority": verdict.edition.authority,
    }


def _facts(shown: Sign, names: dict[str, str]) -> list[tuple[str, Any, str]]:
    source = str(shown.source) if shown.source else ""
    codes = [code for code in (shown.division_code[:6], shown.division_code) if code]
    division = " ".join(dict.fromkeys(names[code] for code in codes if code in names))
    bearing = shown.street_bearing
    size = f"{shown.width_mm} × {shown.height_mm}" if shown.width_mm and shown.height_mm else ""
    position = f"{shown.location.x:.6f}, {shown.location.y:.6f} (CGCS2000)"
    since = shown.period.lower.isoformat() if shown.period and shown.period.lower else ""
    return [
        (_("Sign number"), shown.number, ""),
        (_("Class"), shown.get_sign_class_display(), source),
        (_("Division"), f"{division} {shown.division_code}".strip(), source),
        (_("Position"), position, source),
        (
            _("Bearing of the street"),
            "" if bearing is None else f"{number_format(round(bearing, 1), 1)}°",
            source,
        ),
        (_("Ground colour"), shown.get_ground_colour_display(), source),
        (_("Size (mm)"), size, source),
        (_("Responsible body"), shown.responsible_body, source),
        (_("Managed by"), shown.get_managed_by_display(), source),
        *_site_facts(shown, source),
        (_("Standing since"), since, source),
    ]


def _site_facts(shown: Sign, source: str) -> list[tuple[str, Any, str]]:
    """What was recorded at the site; what nobody recorded takes no room."""
    plate = "" if shown.door_number is None else f"{shown.door_number}{shown.door_suffix}"
    facts = [
        (pgettext("of a sign", "State"), shown.get_state_display()),
        (_("Number on the plate"), plate),
        (_("Support"), shown.get_support_display()),
        (_("Material"), shown.get_material_display()),
        (_("Class of reflective film"), shown.film_class),
        (_("Installed on"), shown.installed_on and shown.installed_on.isoformat()),
        (_("Service life (years)"), shown.service_life_years),
        (_("Height of the underside (m)"), shown.underside_m),
        (_("Distance to the kerb (m)"), shown.kerb_m),
        (_("Condition (0–100)"), shown.condition),
        (_("Set up by"), shown.set_by),
    ]
    return [(label, value, source) for label, value in facts if value not in ("", None)]


def _order_card(order: RectificationOrder, shown: Sign, at: date) -> dict[str, Any]:
    return {
        "order": order,
        "state_label": ORDER_LABELS[order.state],
        "open": not order.over,
        "due": "" if order.over else due_words(order.due_on, at),
        "late": not order.over and order.due_on < at,
        "state": ORDER_STATES[order.state],
        "photos": photo_cards(list(order.photos.all()), shown, order),
    }


def _chips(orders: list[Any], findings: list[Any], at: date) -> list[tuple[str, str]]:
    chips = []
    running = next((order for order in orders if not order.over), None)
    if findings:
        enforced = any(finding.rule.status == "verified" for finding in findings)
        count = len(findings)
        text = ngettext("%(count)s finding", "%(count)s findings", count) % {"count": count}
        chips.append(("wrong" if enforced else "check", text))
    elif running is None:
        chips.append(("ok", _("no finding")))
    if running is not None:
        late = running.due_on < at
        text = f"{ORDER_LABELS[running.state]} · {due_words(running.due_on, at)}"
        chips.append(("overdue" if late else "due", text))
    return chips


def around(shown: Sign, degrees: float = 0.004) -> list[float]:
    x, y = shown.location.x, shown.location.y
    return [x - degrees, y - degrees, x + degrees, y + degrees]
