"""Coverage targets before and after an adjustment, as lines of its simulation."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from boundaries.domain.adjusting import Outcome as Adjusted
from boundaries.queries.adjusting import Passage
from boundaries.queries.touched import Measure
from facilities.exports.target_words import outcome_word, short_text, state_of, value_text
from facilities.queries.adjusted_targets import TargetChange, target_changes
from facilities.queries.targets import Standing


def measure_targets(*, outcome: Adjusted, passages: Sequence[Passage], on: date) -> list[Measure]:
    """Targets whose standing changes, one line each, and how many stay as they are."""
    if not passages:
        return []
    changes = target_changes(outcome=outcome, passages=passages, on=on)
    if changes is None:
        fate = _("Not measured: no one city holds all that changes.")
        return [Measure(_("Coverage targets"), "", "", fate, "unknown")]
    found = [_measure(change) for change in changes if not change.same]
    if same := sum(change.same for change in changes):
        fate = _("Stand as before.")
        found.append(Measure(_("Other coverage targets"), str(same), str(same), fate))
    return found


def _measure(change: TargetChange) -> Measure:
    shown = change.after if change.after and change.after.edition else change.before
    edition = shown.edition if shown else None
    measured = change.after.measured if change.after else None
    lack = short_text(edition, measured) if edition and measured else ""
    return Measure(
        label=_("Target %(target)s, %(unit)s: %(title)s")
        % {
            "target": edition.target_id if edition else "",
            "unit": change.name,
            "title": edition.title if edition else "",
        },
        before=_told(change.before),
        after=_told(change.after),
        fate=lack if change.after else _("The division ends."),
        state=state_of(measured.outcome if measured else None, edition),
        synthetic=bool(measured and measured.synthetic),
    )


def _told(standing: Standing | None) -> str:
    if standing is None or standing.edition is None or standing.measured is None:
        return "—"
    words = outcome_word(standing.measured.outcome)
    value = value_text(standing.edition, standing.measured)
    return f"{words}: {value}" if value else words
