"""What the states, clocks and steps of naming cases are called on pages."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from gazetteer.domain.clocks import Clock
from gazetteer.models import CASE_PAPERS, CaseKind, CaseState

_S = CaseState
# The shell's state (colour and symbol) of a step; a running deadline says more than a step.
STATE_CHIPS = {
    _S.DRAFT: "unknown",
    _S.RETURNED: "check",
    _S.STANDARD: "ok",
    _S.REJECTED: "wrong",
    _S.WITHDRAWN: "unknown",
}
CLOCKS = {
    "comment": gettext_lazy("Public comment"),
    "filing": gettext_lazy("Filing"),
    "announcement": gettext_lazy("Announcement"),
    "effect": pgettext_lazy("clock", "Taking effect"),
}
KIND_ICONS = {
    CaseKind.NAMING: "plus",
    CaseKind.RENAMING: "replace",
    CaseKind.ABOLITION: "ban",
}
PAPERS = dict(CASE_PAPERS)
LIKENESS = {
    "same": gettext_lazy("duplicate"),
    "homophone": gettext_lazy("homophone"),
    "shape": gettext_lazy("alike in shape"),
    "near": gettext_lazy("near-homophone"),
}


def state_chip(state: str) -> dict[str, Any]:
    return {"state": STATE_CHIPS.get(CaseState(state), "due"), "text": CaseState(state).label}


def days_words(due_on: date, at: date) -> str:
    """How long there is still: 3 days left, due today, 2 days late."""
    days = (due_on - at).days
    if days < 0:
        return _("%(days)d days late") % {"days": -days}
    return _("%(days)d days left") % {"days": days} if days else pgettext("deadline", "due today")


def clock_row(clock: Clock, at: date) -> dict[str, Any]:
    """A deadline as pages show it; one that was met says whether it was met in time."""
    if clock.running:
        text = days_words(clock.due_on, at)
        if clock.kind == "comment":
            text = _("runs until %(day)s") % {"day": clock.due_on.isoformat()}
    else:
        text = pgettext("deadline", "in time") if clock.state == "ok" else _("done too late")
    return {
        "clock": clock,
        "title": CLOCKS.get(clock.kind, clock.kind),
        "state": clock.state,
        "text": text,
    }
