"""What was changed and is public, in order, for those who keep a copy: read from the audit log.

An entry is told only once every transaction that began before it has ended: numbers are given
before a transaction commits, and who reads in between would miss a smaller one for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from boundaries.models import BoundaryLine, JointInspection
from gazetteer.models import Place
from signage.models import Sign

# Type of the subject in the audit log → what an address that lasts calls it.
KINDS = {
    "gazetteer.place": "place",
    "signage.sign": "sign",
    "facilities.facility": "facility",
    "boundaries.boundaryline": "line",
    "boundaries.jointinspection": "line",
    "common.importbatch": "import",
}
# Of imports only what was written counts.
WRITTEN = ("commit_import", "undo_import")
# Reading, and acts on a place that change nothing that is public.
QUIET = ("read_informant", "recheck_signs_of_name")

# Written by a transaction before the oldest one that still runs.
SETTLED = "age(entry.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)"


@dataclass(frozen=True, slots=True)
class Change:
    """``key`` names the thing in its address; "" for an import, which concerns a jurisdiction."""

    number: int
    at: datetime
    operation: str
    kind: str
    key: str
    jurisdiction: str

    def told(self, site: str) -> dict[str, Any]:
        """As JSON; of an import the jurisdiction says what is to be read anew."""
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
    """Changes with a greater number, in their order."""
    sql = f"""
        SELECT entry.id, entry.at, entry.operation, entry.subject_type, entry.subject_id,
               entry.jurisdiction
        FROM common_auditentry entry
        WHERE entry.id > %(number)s AND entry.subject_type = ANY(%(types)s)
          AND (entry.subject_type <> 'common.importbatch' OR entry.operation = ANY(%(written)s))
          AND entry.operation <> ALL(%(quiet)s)
          AND {SETTLED}
        ORDER BY entry.id LIMIT %(limit)s
    """
    values = {
        "number": number,
        "types": list(KINDS),
        "written": list(WRITTEN),
        "quiet": list(QUIET),
        "limit": limit + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    more, rows = len(rows) > limit, rows[:limit]
    keys = _keys(rows)
    changes = [
        Change(number, at, operation, KINDS[type_], keys[type_, subject], jurisdiction)
        for number, at, operation, type_, subject, jurisdiction in rows
        if (type_, subject) in keys
    ]
    return ChangePage(changes, rows[-1][0] if rows else number, more)


def _keys(rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    """(type, subject) → key in the address; secret places and what is gone have none."""
    asked: dict[str, set[str]] = {}
    for _number, _at, _operation, type_, subject, _jurisdiction in rows:
        asked.setdefault(type_, set()).add(subject)
    keys: dict[tuple[str, str], str] = {}
    for subject in asked.get("common.importbatch", ()):
        keys["common.importbatch", subject] = ""
    for subject in asked.get("facilities.facility", ()):
        keys["facilities.facility", subject] = subject
    places = _uuids(asked.get("gazetteer.place", ()))
    for pk in Place.objects.shown().filter(pk__in=places).values_list("pk", flat=True):
        keys["gazetteer.place", str(pk)] = str(pk)
    signs = Sign.objects.filter(pk__in=_uuids(asked.get("signage.sign", ())))
    for pk, number in signs.exclude(place__secrecy="secret").values_list("pk", "number"):
        keys["signage.sign", str(pk)] = number
    lines = BoundaryLine.objects.filter(pk__in=_uuids(asked.get("boundaries.boundaryline", ())))
    for pk, code in lines.values_list("pk", "code"):
        keys["boundaries.boundaryline", str(pk)] = code
    inspected = [each for each in asked.get("boundaries.jointinspection", ()) if each.isdigit()]
    found = JointInspection.objects.filter(pk__in=inspected).values_list("pk", "line__code")
    for pk, code in found:
        keys["boundaries.jointinspection", str(pk)] = code
    return keys


def _uuids(texts: Any) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
