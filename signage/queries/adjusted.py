"""What an adjustment of divisions touches here: signs with their codes, faces and findings."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boundaries.domain.adjusting import Outcome
from boundaries.queries.adjusting import Passage
from boundaries.queries.touched import Measure, Touched
from signage.models import Absence, Sign, SignReport
from signage.queries.editions import COST, edition

SIGNS = Touched(
    key="signs",
    label=gettext_lazy("Signs"),
    fate=gettext_lazy("Get the code of the heir and are checked again by its rules."),
    model=Sign,
    point="location",
)
ABSENCES = Touched(
    key="absences",
    label=gettext_lazy("Missing signs"),
    fate=gettext_lazy("Follow their street, with the orders for them."),
    model=Absence,
    point="location",
    where="thing.resolved_on IS NULL",
    derived=True,
)
REPORTS = Touched(
    key="reports",
    label=gettext_lazy("Open reports of the public"),
    fate=gettext_lazy("Go to the heir."),
    model=SignReport,
    point="location",
    where="thing.state IN ('new', 'in_hand')",
)


def measure_signs(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    """Signs that show a division whose name changes, with what new faces cost."""
    after = {key: unit.name for key, unit in outcome.after.items()}
    renamed = [key for key, unit in outcome.before.items() if after.get(key) != unit.name]
    eve = on - timedelta(days=1)
    shown = Q(place__division__in=renamed) | Q(shown_places__place__division__in=renamed)
    signs = list(Sign.objects.on(eve).shown().filter(shown).distinct())
    if not signs:
        return []
    costs = edition(rule_id=COST, at=eve, code=settings.HOME_JURISDICTION).parameters
    known = [
        Decimal(str(worth))
        for sign in signs
        if (worth := sign.cost if sign.cost is not None else costs.get(sign.sign_class))
    ]
    fate = _("New faces: %(cost)s yuan") % {
        "cost": number_format(sum(known), 0, force_grouping=True)
    }
    if len(known) < len(signs):
        fate += " " + _("(of %(count)d the cost is not known)") % {"count": len(signs) - len(known)}
    synthetic = any(sign.synthetic for sign in signs)
    return [
        Measure(_("Signs that show a changed name"), str(len(signs)), "", fate, "due", synthetic)
    ]
