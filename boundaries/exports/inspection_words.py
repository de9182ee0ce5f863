"""What joint inspections are called in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.domain.displacement import Verdict
from boundaries.domain.joint_record import Missing, Stage

# Word and state of the shell.
STAGES: dict[Stage, tuple[Any, str]] = {
    Stage.FIELD: (_("in the field"), "due"),
    Stage.SUBMITTED: (_("to be signed"), "check"),
    Stage.SIGNED: (_("signed by both sides"), "ok"),
    Stage.FILED: (_("filed"), "ok"),
    Stage.GIVEN_UP: (_("given up"), "unknown"),
}
MISSING: dict[Missing, Any] = {
    Missing.ORGANISERS: _("who organised it"),
    Missing.PEOPLE: _("the field group"),
    Missing.SECTIONS: _("a section of the line"),
    Missing.MARKERS: _("a visit to marker"),
    Missing.DAY: _("the day on which the field check ended"),
    Missing.LATER: _("a day of its end that is not before your visits and sections"),
    Missing.BASIS: _("the basis documents"),
}
# A marker beside the agreed line.
OFF_LINE: dict[Verdict, tuple[Any, str]] = {
    Verdict.IN_PLACE: (_("on the line"), "ok"),
    Verdict.UNDECIDED: (_("undecided: measure again"), "check"),
    Verdict.MOVED: (_("off the agreed line"), "wrong"),
}
VERDICTS: dict[Verdict, tuple[Any, str]] = {
    Verdict.IN_PLACE: (_("in place"), "ok"),
    Verdict.UNDECIDED: (_("undecided: measure again"), "check"),
    Verdict.MOVED: (pgettext_lazy("verdict", "moved"), "wrong"),
}
