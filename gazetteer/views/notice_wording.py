"""Notices, complaints and suggestions in the reader's words: clocks, steps, fields."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from common.models import cited
from gazetteer.domain.notice_flow import Clock, FineRange
from gazetteer.models import Breach, ComplaintState, SuggestionState
from gazetteer.queries.complaints import answer_due
from gazetteer.queries.notices import fine_ranges

# What a button says, and what the timeline says once it is done.
STEP_LABELS = {
    "edit": gettext_lazy("Change the text"),
    "approve": pgettext_lazy("notice", "Approve"),
    "issue": gettext_lazy("Issue"),
    "serve": gettext_lazy("Record the service"),
    "inquire": gettext_lazy("Record an inspection or talk"),
    "correct": gettext_lazy("Record the correction"),
    "verify": gettext_lazy("Verify the correction"),
    "penalise": gettext_lazy("Record a penalty"),
    "close": pgettext_lazy("notice", "Close"),
    "withdraw": gettext_lazy("Withdraw"),
}
STEP_DONE = {
    "draft": ("unknown", gettext_lazy("Drafted")),
    "edit": ("unknown", gettext_lazy("Text changed")),
    "approve": ("ok", gettext_lazy("Approved")),
    "issue": ("due", gettext_lazy("Issued")),
    "serve": ("due", gettext_lazy("Served")),
    "inquire": ("check", gettext_lazy("Inspection or talk recorded")),
    "correct": ("due", gettext_lazy("Correction recorded")),
    "verify": ("ok", gettext_lazy("Correction accepted")),
    "send_back": ("wrong", gettext_lazy("Correction sent back")),
    "penalise": ("wrong", gettext_lazy("Penalty recorded")),
    "close": ("ok", pgettext_lazy("notice", "Closed")),
    "withdraw": ("unknown", gettext_lazy("Withdrawn")),
}
# What the map tells apart; the clock of a notice gives the state.
CLOCK_LABELS = {
    "overdue": gettext_lazy("overdue"),
    "due": gettext_lazy("in time, or a correction to look at"),
    "check": gettext_lazy("not issued yet"),
    "wrong": gettext_lazy("penalised"),
    "ok": gettext_lazy("closed"),
    "unknown": gettext_lazy("withdrawn"),
}


def clock_words(clock: Clock) -> str:
    """Days left or gone by; "" where no clock runs."""
    if clock.days is None:
        return ""
    if clock.days == 0:
        return _("last day today")
    if clock.days < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -clock.days) % {
            "days": -clock.days
        }
    return ngettext("%(days)d day left", "%(days)d days left", clock.days) % {"days": clock.days}


def fine_words(rows: Iterable[Breach]) -> list[str]:
    """What each article allows, as one line each."""
    return [_range_words(each) for each in fine_ranges(list(rows))]


def _range_words(each: FineRange) -> str:
    values = {
        "article": cited(each.article),
        "least": f"{each.least:,}",
        "most": f"{each.most:,}",
    }
    if each.after_deadline:
        return _("%(article)s: %(least)s to %(most)s yuan, once the deadline went by") % values
    return _("%(article)s: %(least)s to %(most)s yuan, beside the order itself") % values


# The shell's state of a complaint that nobody waits for any more, or whose notice is in hand.
COMPLAINT_STATES = {
    ComplaintState.IN_HAND: "due",
    ComplaintState.SETTLED: "ok",
    ComplaintState.DISMISSED: "unknown",
    ComplaintState.TRANSFERRED: "unknown",
}


def complaint_clock(complaint: Any, day: Any) -> Clock:
    """Days until the answer is due; none runs once it is answered or a notice is in hand."""
    if complaint.state_then != ComplaintState.NEW:
        return Clock(COMPLAINT_STATES[ComplaintState(complaint.state_then)], None)
    days = (answer_due(received_at=complaint.received_at, at=day) - day).days
    return Clock("overdue" if days < 0 else "due", days)


SUGGESTION_STATES = {
    SuggestionState.ACCEPTED: "ok",
    SuggestionState.PARTLY: "ok",
    SuggestionState.DECLINED: "unknown",
    SuggestionState.DUPLICATE: "unknown",
}


def suggestion_clock(suggestion: Any, day: Any) -> Clock:
    """Days until the answer is due; none runs once it is decided."""
    if suggestion.state_then != SuggestionState.NEW:
        return Clock(SUGGESTION_STATES[SuggestionState(suggestion.state_then)], None)
    days = (answer_due(received_at=suggestion.suggested_at, at=day) - day).days
    return Clock("overdue" if days < 0 else "due", days)
