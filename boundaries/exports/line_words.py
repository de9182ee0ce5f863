"""What the states, works and levels of boundary lines are called in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from boundaries.queries.lines import AT_WORK, DISPUTED


def state_words() -> dict[str, str]:
    """What the states mean for a line, by urgency."""
    return {
        "wrong": _("overdue"),
        "due": _("due within a year"),
        "unknown": _("no inspection known"),
        "ok": _("inspected in time"),
    }


def level_words() -> dict[str, str]:
    """Whose line a county line is part of, by level."""
    return {"1": _("provincial line"), "2": _("city line"), "3": _("county line")}


def works_words() -> list[tuple[str, str, str]]:
    """What goes on at a line, its mark in the shell and its word."""
    return [
        (DISPUTED, "wrong", pgettext("line", "disputed")),
        (AT_WORK, "due", pgettext("line", "in inspection")),
    ]
