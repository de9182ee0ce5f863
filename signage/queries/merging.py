"""What of the signs goes with a place when it merges into another."""

import json
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gazetteer.models import Place
from gazetteer.queries.merging import Movable, Stays, to_survivor
from signage.models import Absence, Sign


def _faces_of(row: Sign, ended: Place, survivor: Place) -> dict[str, Any]:
    """The lines that show the place lead to the survivor; the database keeps the links."""
    text = json.dumps(row.faces, ensure_ascii=False)
    return {"faces": json.loads(text.replace(str(ended.pk), str(survivor.pk)))}


def _absence_stays(row: Absence, survivor: Place, on: date) -> Stays | None:
    same = Absence.objects.filter(
        place=survivor, rule_id_text=row.rule_id_text, spot=row.spot, resolved_on__isnull=True
    )
    if row.resolved_on is None and same.exists():
        return Stays(gettext_noop("The survivor lacks the same sign already."), {"resolved_on": on})
    return None


MOVABLES = (
    Movable(
        key="signs",
        label=_("signs"),
        rows=lambda place: Sign.objects.filter(place=place).order_by("number"),
        title=lambda row: str(row.number),
        moved=to_survivor(),
    ),
    Movable(
        key="shown_on",
        label=_("signs that show the place on a further line"),
        rows=lambda place: Sign.objects.filter(shown_places__place=place).order_by("number"),
        title=lambda row: str(row.number),
        moved=_faces_of,
    ),
    Movable(
        key="missing_signs",
        label=_("missing signs"),
        rows=lambda place: Absence.objects.filter(place=place).order_by("pk"),
        title=lambda row: f"{row.rule_id_text} {row.spot}",
        moved=to_survivor(),
        stays=_absence_stays,
    ),
)
