"""A checked register of markers is written as a whole, and taken back as a whole."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from boundaries.domain.markers import MarkerNumber, Witness
from boundaries.models import BoundaryLine, Marker, WitnessObject
from boundaries.operations.markers import MarkerFacts, fill, witness_rows
from common.errors import Refusal
from common.imports.committing import ChangedMeanwhile, listed
from common.models import ImportBatch, ImportRow

Report = Callable[[int, int, str], None]
AT_ONCE = 1_000


class BuiltUpon(Refusal):
    template = (
        "The import cannot be undone: %(count)d of its markers have been changed or visited since "
        "(%(numbers)s)."
    )


@transaction.atomic
def commit_markers(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Write the markers of a batch; part of the operation that asked."""
    rows = batch.rows.filter(outcome="add").order_by("number")
    total, done = rows.count(), 0
    codes = set(rows.values_list("values__line_code", flat=True))
    standing = BoundaryLine.objects.on(batch.day).filter(code__in=codes)
    lines = {line.code: line for line in standing}
    for start in range(0, total, AT_ONCE):
        chunk = list(rows[start : start + AT_ONCE])
        _refuse_changed(chunk, lines, batch.day)
        made = [_marker(row, lines[row.values["line_code"]], batch) for row in chunk]
        Marker.objects.bulk_create([marker for marker, _witnesses in made])
        WitnessObject.objects.bulk_create(
            [each for marker, found in made for each in witness_rows(marker, found)]
        )
        done += len(chunk)
        report(done, total, _("Writing markers"))


@transaction.atomic
def undo_markers(*, batch: ImportBatch, by: Any, report: Report) -> None:
    """Remove what the import brought, unless it was corrected or visited since."""
    added = batch.rows.filter(outcome="add").values("subject")
    own = Marker.objects.filter(pk__in=added)
    used = own.exclude(version=1) | own.filter(visits__isnull=False)
    used = used | own.filter(photos__isnull=False)
    numbers = set(used.values_list("number", flat=True))
    if numbers:
        raise BuiltUpon(count=len(numbers), numbers=listed(numbers))
    own.delete()
    report(1, 1, _("Removing what was added"))


def _marker(row: ImportRow, line: BoundaryLine, batch: ImportBatch) -> tuple[Marker, list[Witness]]:
    values = dict(row.values)
    parsed = MarkerNumber(line.code_a, line.code_b, values.pop("serial"), values.pop("post"))
    values.pop("line_code")
    witnesses = [Witness(**each) for each in values.pop("witnesses", ())]
    set_on = values.pop("set_on", None)
    begins = date.fromisoformat(set_on) if set_on else None
    facts = MarkerFacts(longitude=row.geometry.x, latitude=row.geometry.y, set_on=begins, **values)
    marker = Marker(
        pk=row.subject, period=DateRange(begins or batch.day, None), source=batch.source
    )
    fill(marker, line, parsed, facts)
    return marker, witnesses


def _refuse_changed(rows: list[ImportRow], lines: dict[str, BoundaryLine], at: date) -> None:
    """A number that has come on record, or a line that has gone, since the check."""
    numbers = {row.values["number"] for row in rows}
    wrong = set(Marker.objects.on(at).filter(number__in=numbers).values_list("number", flat=True))
    wrong |= {row.values["number"] for row in rows if row.values["line_code"] not in lines}
    if wrong:
        raise ChangedMeanwhile(count=len(wrong), numbers=listed(wrong))
