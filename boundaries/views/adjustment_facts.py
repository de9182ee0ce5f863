"""What the page and the paper of an adjustment tell of it, as of a day."""

from datetime import date

from django.utils.translation import gettext as _

from boundaries.domain.adjustments import Approver
from boundaries.models import Adjustment, AdjustmentState
from boundaries.views.adjustment_words import approver_words, effect_words, material_words


def effects_of(adjustment: Adjustment) -> list[tuple[str, int]]:
    words = effect_words()
    return sorted((words[row.key], len(row.rows)) for row in adjustment.effects.all())


def materials_of(adjustment: Adjustment) -> list[tuple[str, str]]:
    return [(word, adjustment.materials.get(key, "")) for key, word in material_words().items()]


def approved_by(adjustment: Adjustment, day: date) -> date | None:
    """The day of the approval, where it was entered by a day."""
    entered = adjustment.steps.filter(after=AdjustmentState.APPROVED, on__lte=day).exists()
    return adjustment.approved_on if entered else None


def facts_of(adjustment: Adjustment, approver: Approver | None, day: date) -> list[tuple[str, str]]:
    facts = [
        (_("Takes effect on"), adjustment.happens_on.isoformat()),
        (_("Drawn up by"), f"{adjustment.drawn_by} · {adjustment.drawn_on.isoformat()}"),
    ]
    if approver is not None:
        facts.append((_("Approved by law by"), approver_words(approver)))
    if approved_on := approved_by(adjustment, day):
        document = f"{adjustment.authority} {adjustment.document}"
        facts += [
            (_("Approval"), f"{document} · {approved_on.isoformat()}"),
            (_("Entered by"), str(adjustment.approved_by)),
        ]
    if adjustment.reason:
        facts.append((_("Reason"), adjustment.reason))
    return facts
