"""What has changed since a day, so that a check looks at exactly what that can have touched."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from common.models import Rule
from signage.domain.rules import registered_rules
from signage.models import RectificationOrder, ShownPlace, Sign


@dataclass(frozen=True, slots=True)
class Changes:
    """``everything``: an edition of a rule began or ended, by which every sign asked is judged.

    ``jurisdictions``: where only a local edition began or ended; there every sign and every place
    is looked at.
    """

    everything: bool
    signs: frozenset[UUID] = frozenset()
    places: frozenset[UUID] = frozenset()
    counties: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()

    def narrowed(self, signs: Any) -> Any:
        """Those of these signs that a change touched, with all that stands on their streets."""
        touched = Q(pk__in=self.signs) | Q(place_id__in=self.places)
        for code in sorted(self.counties | self.jurisdictions):
            touched |= Q(division_code__startswith=code)
        for code in sorted(self.jurisdictions):
            # A street is judged by the rules where it is recorded, wherever its signs stand.
            touched |= Q(place__division_code__startswith=code)
        shown = ShownPlace.objects.filter(place_id__in=self.places).values("sign_id")
        changed = Sign.objects.filter(touched | Q(pk__in=shown))
        streets = changed.filter(place__isnull=False).values("place_id")
        return signs.filter(Q(pk__in=changed.values("pk")) | Q(place_id__in=streets))


def changes_since(*, since: date, at: date, within: str) -> Changes:
    """What changed from the morning of ``since`` to the end of ``at``, told by periods and history.

    Signs entered by an import are checked by the import itself.
    """
    editions = _editions_changed(since, at, within)
    if any(within.startswith(code) for code in editions):
        return Changes(everything=True)
    values = {
        "since": since,
        "at": at,
        "morning": timezone.make_aware(datetime.combine(since, time.min)),
    }
    return Changes(
        everything=False,
        signs=frozenset(_column(SIGNS, values)),
        places=frozenset(_column(PLACES, values)),
        counties=frozenset(_column(COUNTIES, values)),
        jurisdictions=editions,
    )


def _editions_changed(since: date, at: date, within: str) -> frozenset[str]:
    """The jurisdictions, in or around ``within``, of the editions that began or ended."""
    bounds = Q(period__startswith__range=(since, at)) | Q(period__endswith__range=(since, at))
    rows = Rule.objects.filter(bounds, rule_id__in=list(registered_rules()))
    return frozenset(
        code
        for code in rows.values_list("jurisdiction", flat=True)
        if code.startswith(within) or within.startswith(code)
    )


def _column(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [value for (value,) in cursor.fetchall()]


_TURNED = (
    "(lower({period}) BETWEEN %(since)s AND %(at)s OR upper({period}) BETWEEN %(since)s AND %(at)s)"
)
SIGNS = f"""
    SELECT pgh_obj_id FROM signage_signevent WHERE pgh_created_at >= %(morning)s
    UNION SELECT id FROM signage_sign WHERE {_TURNED.format(period="period")}
"""
PLACES = f"""
    SELECT place_id FROM gazetteer_placename WHERE {_TURNED.format(period="period")}
    UNION SELECT place_id FROM gazetteer_placenameevent WHERE pgh_created_at >= %(morning)s
    UNION SELECT pgh_obj_id FROM gazetteer_placeevent WHERE pgh_created_at >= %(morning)s
"""
COUNTIES = f"""
    SELECT DISTINCT left(code, 6) FROM boundaries_divisionversion
    WHERE level >= 3 AND {_TURNED.format(period="period")}
"""


def open_orders_of_place(*, place_id: Any, at: date) -> list[RectificationOrder]:
    """Orders under way on a day for the signs that show a place."""
    night = timezone.make_aware(datetime.combine(at + timedelta(days=1), time.min))
    shown = ShownPlace.objects.filter(place_id=place_id).values("sign_id")
    rows = (
        RectificationOrder.objects.shown()
        .filter(Q(sign__place_id=place_id) | Q(sign__in=shown), ordered_at__lt=night)
        .filter(Q(closed_at__isnull=True) | Q(closed_at__gte=night))
    )
    rows = rows.filter(Q(waived_at__isnull=True) | Q(waived_at__gte=night))
    return list(rows.select_related("sign").order_by("due_on", "pk"))
