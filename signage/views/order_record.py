"""One order with its evidence: photos before and after, what their own data say, what happened."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.queries import row_changes
from signage.forms.sign import PhotoForm
from signage.models import PhotoPhase, RectificationOrder
from signage.queries.record import as_it_was, get_order, hidden_until, orders_of
from signage.queries.signs import findings_on, night_of
from signage.views.pieces import finding_row, overlay, photo_cards
from signage.views.record import actions, around
from signage.views.timeline import timeline
from signage.views.wording import ORDER_LABELS, ORDER_STATES, due_words


@require_GET
def order(request: Any, pk: Any) -> HttpResponse:
    found = get_order(key=pk)
    if found is None:
        raise Http404
    since = hidden_until(sign=found.sign)
    sign = as_it_was(sign=found.sign, at=request.day, since=since)
    if sign is None:
        raise Http404
    orders = orders_of(sign=sign, at=request.day, since=since)
    shown = next((each for each in orders if each.pk == found.pk), None)
    if shown is None:  # given later than the day that is looked at
        raise Http404
    findings = findings_on(at=request.day, numbers=[sign.number])
    cards = photo_cards(list(shown.photos.all()), sign, shown)
    phases = {card["photo"].phase for card in cards}
    late = not shown.over and shown.due_on < request.day
    values = {
        "order": shown,
        "sign": sign,
        "state": "overdue" if late else ORDER_STATES[shown.state],
        "label": ORDER_LABELS[shown.state],
        "facts": _facts(shown, request.day),
        "actions": actions(request.user, sign, [shown], bool(findings))[1:-1],
        "photos": cards,
        "overlay": overlay(cards),
        "has_before": PhotoPhase.BEFORE in phases,
        "has_after": PhotoPhase.AFTER in phases,
        "photo_form": None if shown.over else _photo_form(request.user, sign.division_code),
        "findings": [finding_row(finding, {}) for finding in findings],
        "may_read_reports": may_here(
            by=request.user, capability=Capability.READ_COMPLAINT, codes=[sign.division_code]
        ),
        "reports": list(shown.reports.shown().order_by("received_at")),
        "events": timeline(sign, [shown], {}, request.day),
        "changes": row_changes(shown, until=night_of(request.day)),
        "focus": {"type": "Point", "coordinates": [sign.location.x, sign.location.y]},
        "bounds": around(sign),
    }
    return render(request, "signage/order_record.html", values)


def _photo_form(user: Any, code: str) -> PhotoForm | None:
    may = may_here(by=user, capability=Capability.CHECK_SIGNS, codes=[code])
    return PhotoForm() if may else None


def _facts(order: RectificationOrder, day: Any) -> list[tuple[str, Any, str]]:
    cost = "" if order.cost is None else number_format(order.cost, force_grouping=True)
    steps = [
        (_("Ordered"), order.ordered_at, order.ordered_by),
        (_("Fixed"), order.fixed_at, order.fixed_by),
        (_("Verified"), order.verified_at, order.verified_by),
        (pgettext("order", "Closed"), order.closed_at, order.closed_by),
        (_("Waived"), order.waived_at, order.waived_by),
    ]
    return [
        (_("Responsible body"), order.responsible_body, ""),
        (_("Due on"), order.due_on.isoformat() if order.over else due_words(order.due_on, day), ""),
        (_("Estimated cost (yuan)"), cost or _("unknown"), ""),
        (_("Rules that failed"), " ".join(order.rules), ""),
        *(
            (label, f"{moment:%Y-%m-%d} · {person}", "")
            for label, moment, person in steps
            if moment is not None
        ),
    ]
