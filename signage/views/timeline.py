"""Everything that had happened to a sign by a day, newest first."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from signage.models import TOLD, Finding, RectificationOrder, Sign
from signage.queries.record import order_events
from signage.views.wording import shown_value

EVENT_TITLES = {
    "order_fix": ("due", lambda: _("Fix ordered")),
    "record_fix": ("due", lambda: _("Fix recorded")),
    "verify_fix": ("check", lambda: _("Fix verified")),
    "send_back_fix": ("wrong", lambda: _("Sent back")),
    "send_back_order": ("wrong", lambda: _("Sent back")),
    "close_order": ("ok", lambda: _("Order closed")),
    "waive_order": ("waived", lambda: _("Order waived")),
    "reopen_order": ("wrong", lambda: _("Order opened again")),
    "add_photo_before": ("unknown", lambda: _("Photo added")),
}


def timeline(
    shown: Sign, orders: list[RectificationOrder], names: Mapping[str, str], at: date
) -> list[dict[str, Any]]:
    findings = list(shown.findings.select_related("rule").filter(TOLD, found_on__lte=at))
    events = [
        {
            "on": finding.found_on,
            "title": _("Found: %(rule)s") % {"rule": finding.rule.title},
            "text": _values(finding, names),
            "state": "wrong",
        }
        for finding in findings
    ]
    told = set()
    for entry in order_events(orders=orders, at=at):
        state, title = EVENT_TITLES.get(entry.operation, ("unknown", lambda: ""))
        told.add((entry.subject_id, entry.operation))
        text = " · ".join(part for part in (str(entry.user), entry.reason) if part)
        events.append(
            {"on": timezone.localdate(entry.at), "title": title(), "text": text, "state": state}
        )
    for order in orders:
        events += _steps_without_audit(order, told)
    events += [
        {
            "on": finding.resolved_on,
            "title": _("Resolved: %(rule)s") % {"rule": finding.rule.title},
            "text": "",
            "state": "ok",
        }
        for finding in findings
        if finding.resolved_on is not None and finding.resolved_on <= at
    ]
    if shown.period and shown.period.lower:
        events.append(
            {"on": shown.period.lower, "title": _("Recorded"), "text": "", "state": "unknown"}
        )
    # On one day the later step stands above the earlier one.
    return sorted(events, key=lambda event: event["on"])[::-1]


def _steps_without_audit(order: RectificationOrder, told: set[Any]) -> list[dict[str, Any]]:
    """Steps of orders that came in with data (imports, the demonstration set)."""
    steps = [
        ("reopen_order" if order.reopens_id else "order_fix", order.ordered_at, order.ordered_by),
        ("record_fix", order.fixed_at, order.fixed_by),
        ("verify_fix", order.verified_at, order.verified_by),
        ("close_order", order.closed_at, order.closed_by),
        ("waive_order", order.waived_at, order.waived_by),
    ]
    return [
        {
            "on": timezone.localdate(moment),
            "title": EVENT_TITLES[name][1](),
            "text": str(person or ""),
            "state": EVENT_TITLES[name][0],
        }
        for name, moment, person in steps
        if moment is not None and (str(order.pk), name) not in told
    ]


def _values(finding: Finding, names: Mapping[str, str]) -> str:
    rule_id = finding.rule_id_text
    measured = shown_value(rule_id, finding.measured, names)
    return f"{measured} → {shown_value(rule_id, finding.expected, names)}"
