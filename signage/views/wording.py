"""Values of the rules and states of signs in the reader's words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from gazetteer.models import NameStatus
from signage.domain.evidence import Doubt, Evidence
from signage.models import Colour, Material, SignState, StreetSide

STATE_LABELS = {
    "overdue": gettext_lazy("overdue"),
    "due": gettext_lazy("being put right"),
    "wrong": gettext_lazy("non-standard"),
    "check": gettext_lazy("to be looked at"),
    "waived": pgettext_lazy("sign", "left as it is"),
    "unknown": gettext_lazy("no place known"),
    "ok": pgettext_lazy("sign", "in order"),
}
ORDER_LABELS = {
    "ordered": pgettext_lazy("order", "ordered"),
    "fixed": pgettext_lazy("order", "fixed"),
    "verified": pgettext_lazy("order", "verified"),
    "closed": pgettext_lazy("order", "closed"),
    "waived": pgettext_lazy("order", "waived"),
}
ORDER_STATES = {
    "ordered": "due",
    "fixed": "due",
    "verified": "due",
    "closed": "ok",
    "waived": "waived",
}
OUTCOME_STATES = {"pass": "ok", "fail": "wrong", "unknown": "unknown"}


# Keys that rules measure by, in words.
WORDS: Mapping[str, Mapping[str, Any]] = {
    "R02": {status.value: status.label for status in NameStatus},
    "R13": {colour.value: colour.label for colour in Colour},
    "R14": {colour.value: colour.label for colour in Colour},
    "R23": {side.value: side.label for side in StreetSide},
    "R32": {material.value: material.label for material in Material},
    "R35": {state.value: state.label for state in SignState},
    "R41": {
        "responsible_body": gettext_lazy("a responsible body"),
        "authorised": gettext_lazy("an authorised organ"),
    },
}
UNITS = {
    "R15": "mm",
    "R16": "mm",
    "R18": "mm",
    "R26": "m",
    "R27": "m",
    "R28": "m",
    "R30": "m",
    "R31": "m",
}


def shown_value(rule_id: str, value: str, names: Mapping[str, str]) -> str:
    """A measured or expected value as people read it: colours, divisions, materials by name."""
    if rule_id in UNITS and value:
        return f"{value} {UNITS[rule_id]}"
    if rule_id in WORDS:
        return " ".join(str(WORDS[rule_id].get(word, word)) for word in value.split(" "))
    if rule_id == "R34" and value:
        return _("%(years)s years") % {"years": value}
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
        Doubt.AFTER_THE_FIX: _("Taken after the fix, though it is to show what was before."),
        Doubt.USED_ELSEWHERE: _("The very same file is the evidence of something else too."),
    }
    return [sentences[doubt] for doubt in evidence.doubts]
