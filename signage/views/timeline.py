"""Everything that ever happened to a sign, newest first."""

from typing import Any

from django.utils.translation import gettext as _

from signage.models import RectificationOrder, Sign
from signage.queries.record import order_events

EVENT_TITLES = {
    "order_fix": ("due", lambda: _("Fix ordered")),
    "record_fix": ("due", lambda: _("Fix recorded")),
    "verify_fix": ("check", lambda: _("Fix verified")),
    "send_back_fix": ("wrong", lambda: _("Sent back")),
    "close_order": ("ok", lambda: _("Order closed")),
}


def timeline(shown: Sign, orders: list[RectificationOrder]) -> list[dict[str, Any]]:
    events = [
        {
            "on": finding.found_on,
            "title": _("Found: %(rule)s") % {"rule": finding.rule.title},
            "text": f"{finding.measured} → {finding.expected}",
            "state": "wrong",
        }
        for finding in shown.findings.select_related("rule")
    ]
    events += [
        {
            "on": finding.resolved_on,
            "title": _("Resolved: %(rule)s") % {"rule": finding.rule.title},
            "text": "",
            "state": "ok",
        }
        for finding in shown.findings.select_related("rule").exclude(resolved_on=None)
    ]
    told = set()
    for entry in order_events(orders=orders):
        state, title = EVENT_TITLES.get(entry.operation, ("unknown", lambda: ""))
        told.add((entry.subject_id, entry.operation))
        text = " · ".join(part for part in (str(entry.user), entry.reason) if part)
        events.append({"on": entry.at.date(), "title": title(), "text": text, "state": state})
    for order in orders:
        events += _steps_without_audit(order, told)
    if shown.period and shown.period.lower:
        events.append(
            {"on": shown.period.lower, "title": _("Recorded"), "text": "", "state": "unknown"}
        )
    return sorted(events, key=lambda event: event["on"], reverse=True)


def _steps_without_audit(order: RectificationOrder, told: set[Any]) -> list[dict[str, Any]]:
    """Steps of orders that came in with data (imports, the demonstration set)."""
    steps = [
        ("order_fix", order.ordered_at, order.ordered_by),
        ("record_fix", order.fixed_at, order.fixed_by),
        ("verify_fix", order.verified_at, order.verified_by),
        ("close_order", order.closed_at, order.closed_by),
    ]
    return [
        {
            "on": moment.date(),
            "title": EVENT_TITLES[name][1](),
            "text": str(person or ""),
            "state": EVENT_TITLES[name][0],
        }
        for name, moment, person in steps
        if moment is not None and (str(order.pk), name) not in told
    ]
