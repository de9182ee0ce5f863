"""Values of the rules and states of signs in the reader's words."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from signage.domain.evidence import Doubt, Evidence
from signage.models import Colour

STATE_LABELS = {
    "overdue": gettext_lazy("overdue"),
    "due": gettext_lazy("being put right"),
    "wrong": gettext_lazy("non-standard"),
    "check": gettext_lazy("to be looked at"),
    "unknown": gettext_lazy("no place known"),
    "ok": pgettext_lazy("sign", "in order"),
}
ORDER_LABELS = {
    "ordered": pgettext_lazy("order", "ordered"),
    "fixed": pgettext_lazy("order", "fixed"),
    "verified": pgettext_lazy("order", "verified"),
    "closed": pgettext_lazy("order", "closed"),
}
OUTCOME_STATES = {"pass": "ok", "fail": "wrong", "unknown": "unknown"}


def shown_value(rule_id: str, value: str, names: Mapping[str, str]) -> str:
    """A measured or expected value as people read it: colours and divisions by name."""
    if rule_id == "R13":
        return str(Colour(value).label) if value in Colour.values else value
    if rule_id == "R29":
        return _("or").join(f" {names.get(code, '')} {code} " for code in value.split()).strip()
    return value


def outcome_word(outcome: str) -> str:
    return {
        "pass": pgettext("check", "passes"),
        "fail": pgettext("check", "fails"),
        "unknown": pgettext("check", "unknown"),
    }[outcome]


def due_words(due_on: date, at: date) -> str:
    """When an order is due, as seen on a day."""
    days = (due_on - at).days
    if days < 0:
        return _("due %(day)s, %(days)s days late") % {"day": due_on.isoformat(), "days": -days}
    return _("due %(day)s, %(days)s days left") % {"day": due_on.isoformat(), "days": days}


def doubts(evidence: Evidence) -> list[str]:
    """What speaks against a photo, one sentence each."""
    metres = number_format(round(evidence.distance_m or 0), force_grouping=True)
    sentences = {
        Doubt.NO_POSITION: _("The photo names no position."),
        Doubt.FAR_AWAY: _("Taken %(metres)s m from the sign.") % {"metres": metres},
        Doubt.NO_TIME: _("The photo names no time."),
        Doubt.BEFORE_THE_ORDER: _("Taken before the fix was ordered."),
        Doubt.IN_THE_FUTURE: _("Its time lies after the upload."),
        Doubt.LONG_BEFORE_UPLOAD: _("Taken long before it was uploaded."),
    }
    return [sentences[doubt] for doubt in evidence.doubts]
