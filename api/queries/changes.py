"""What was changed and is public, in order, for those who keep a copy: read from the audit log.

An entry is told only once no smaller number can come any more (``common.audit``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from boundaries.models import BoundaryLine, JointInspection, Marker, MarkerVisit
from boundaries.queries.adjusting import jurisdiction_over
from boundaries.queries.markers import SHOWN
from common import audit
from facilities.models import Facility
from gazetteer.models import Place
from signage.models import OrderSheet, RectificationOrder, Sign

# Type of the subject in the audit log → what an address that lasts calls it.
KINDS = {
    "gazetteer.place": "place",
    "signage.sign": "sign",
    "signage.rectificationorder": "sign",
    "facilities.facility": "facility",
    "boundaries.boundaryline": "line",
    "boundaries.jointinspection": "line",
    "boundaries.marker": "marker",
    "boundaries.markervisit": "marker",
}
# Acts on many things at once, by type of the subject and operation: all of a kind in the
# jurisdiction is to be read anew.
ANEW = {
    "common.importbatch commit_import": "import",
    "common.importbatch undo_import": "import",
    "common.source load_demand": "demand",
    "boundaries.adjustment adjustment_in_force": "divisions",
    "boundaries.adjustment adjustment_undone": "divisions",
    "boundaries.linecorrection write_correction": "divisions",
    "boundaries.linecorrection undo_correction": "divisions",
    "boundaries.divisionversion write_repair": "divisions",
    "boundaries.divisionversion load_history": "divisions",
    "boundaries.divisionversion set_past_shapes": "divisions",
    "boundaries.boundaryline derive_lines": "lines",
    "boundaries.boundaryline take_in_agreements": "lines",
    "gazetteer.placename respell_names": "places",
    "signage.checkrun check_signs": "signs",
    "signage.ordersheet order_signs": "signs",
    "signage.ordersheet order_new_signs": "signs",
    "boundaries.adjustment recheck_signs_of_adjustment": "signs",
    # Its visits are shown once a side submits them; what it moved stands there once it is filed.
    "boundaries.inspection submit_inspection_side": "markers",
    "boundaries.inspection reopen_inspection": "markers",
    "boundaries.inspection file_inspection": "markers",
}
# What lies on the line that an entry names lies on both its sides.
OF_A_LINE = ("boundaries.linecorrection", "boundaries.inspection")
SHEET = "signage.ordersheet"
# Reading, and acts that change nothing that is public.
QUIET = ("read_informant", "recheck_signs_of_name", "read_contact", "write_contact")

LARGEST = 2**63 - 1  # number that a change can have


@dataclass(frozen=True, slots=True)
class Change:
    """``key`` names the thing in its address; "" where all of a kind in a jurisdiction changed."""

    number: int
    at: datetime
    operation: str
    kind: str
    key: str
    jurisdiction: str

    def told(self, site: str) -> dict[str, Any]:
        """As JSON; without a key the jurisdiction says what is to be read anew."""
        values: dict[str, Any] = {
            "number": self.number,
            "at": self.at.isoformat(),
            "operation": self.operation,
            "kind": self.kind,
            "jurisdiction": self.jurisdiction,
        }
        return values | ({"id": f"{site}/id/{self.kind}/{self.key}"} if self.key else {})


@dataclass(frozen=True, slots=True)
class ChangePage:
    """``last``: the number to go on from; ``more``: there is a further page now."""

    changes: list[Change]
    last: int
    more: bool


def changes_since(*, number: int, limit: int) -> ChangePage:
    """Changes with a greater number, in their order.

    ``last`` is the number of a change that is told: what is left out moves nothing.
    """
    found: list[Change] = []
    after, rows = number, None
    while rows is None or (len(rows) > limit >= len(found)):
        rows = _entries(after, limit + 1)
        found += _told(rows)
        after = rows[-1][0] if rows else after
    more, found = len(found) > limit, found[:limit]
    return ChangePage(found, found[-1].number if found else number, more)


def _entries(number: int, limit: int) -> list[Any]:
    sql = """
        SELECT entry.id, entry.at, entry.operation, entry.subject_type, entry.subject_id,
               entry.jurisdiction, entry.details ->> 'line'
        FROM common_auditentry entry
        WHERE entry.id > %(number)s AND entry.id <= %(settled)s
          AND (entry.subject_type = ANY(%(types)s)
               OR entry.subject_type || ' ' || entry.operation = ANY(%(anew)s))
          AND entry.operation <> ALL(%(quiet)s)
        ORDER BY entry.id LIMIT %(limit)s
    """
    values = {
        "number": number,
        "settled": audit.settled(),
        "types": list(KINDS),
        "anew": list(ANEW),
        "quiet": list(QUIET),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
        return rows


def _told(rows: Sequence[Any]) -> list[Change]:
    """Entries as changes, without those of secret places and of what is gone."""
    keys = _keys(rows)
    found = []
    for number, at, operation, type_, subject, jurisdiction, line in rows:
        anew = ANEW.get(f"{type_} {operation}")
        key = keys.get((type_, subject))
        if key is None and (not anew or type_ == SHEET):
            continue
        key = "" if anew else key
        if type_ in OF_A_LINE:
            jurisdiction = jurisdiction_over(line.split("-"))
        found.append(Change(number, at, operation, anew or KINDS[type_], key, jurisdiction))
    return found


def _keys(rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    """(type, subject) → key in the address; secret places and what is gone have none."""
    asked: dict[str, set[str]] = {}
    for _number, _at, _operation, type_, subject, *_more in rows:
        asked.setdefault(type_, set()).add(subject)

    def held(type_: str, rows: Any, field: str) -> dict[tuple[str, str], str]:
        found = fields_of(rows, asked.get(type_, ()), field)
        return {(type_, subject): str(key) for subject, key in found.items()}

    return {
        **held("gazetteer.place", Place.objects.shown(), "pk"),
        **held("signage.sign", Sign.objects.shown(), "number"),
        **held("signage.rectificationorder", RectificationOrder.objects.shown(), "sign__number"),
        **held("facilities.facility", Facility.objects.shown(), "identity"),
        **held("boundaries.boundaryline", BoundaryLine.objects.all(), "code"),
        **held("boundaries.jointinspection", JointInspection.objects.all(), "line__code"),
        **held("boundaries.marker", Marker.objects.all(), "number"),
        **held("boundaries.markervisit", MarkerVisit.objects.filter(SHOWN), "marker__number"),
        **held(
            SHEET, OrderSheet.objects.filter(orders__in=RectificationOrder.objects.shown()), "pk"
        ),
    }


def fields_of(rows: Any, subjects: Iterable[str], field: str) -> dict[str, Any]:
    """Subject of the audit log → a field of its row, for those of ``rows``."""
    whole = rows.model._meta.pk.get_internal_type() != "UUIDField"
    known = [each for each in subjects if each.isdigit()] if whole else uuids(subjects)
    return (
        {str(pk): value for pk, value in rows.filter(pk__in=known).values_list("pk", field)}
        if known
        else {}
    )


def uuids(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are UUIDs."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
