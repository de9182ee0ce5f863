"""The dry run: every row is judged and kept with what it would do; nothing else is written."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.copying import copy_rows, ewkb
from common.datums import get_datum
from common.errors import BadInput
from common.importing.declared import refuse_contradiction
from common.importing.fit import FitReport, check_fit
from common.importing.rows import CheckedRow, Context, GivenRow, given_rows
from common.imports.uploads import import_kind, table_of
from common.models import ImportBatch, ImportRow
from common.registries import ImportKind

Report = Callable[[int, int, str], None]
COLUMNS = (
    "batch",
    "number",
    "outcome",
    "subject",
    "title",
    "remarks",
    "values",
    "before",
    "geometry",
)
COUNTY_DIGITS = 6


def quiet(done: int, total: int, doing: str = "") -> None:
    """A report that nobody reads."""


@transaction.atomic
def check_batch(*, batch: ImportBatch, by: Any, report: Report = quiet) -> ImportBatch:
    """Judge every row of a batch as it is declared; the former dry run is replaced.

    Raises BadInput for faults of the whole file (a contradicted datum, no rows, too many).
    """
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state not in (ImportBatch.State.DRAFT, ImportBatch.State.CHECKED):
        raise BadInput("This import has gone on already: upload the file again to change it.")
    kind = import_kind(batch.kind)
    if by is not None:
        kind.require(by=by, codes=[batch.jurisdiction])
    table, datum = table_of(batch), get_datum(batch.datum)
    refuse_contradiction(table.crs, datum)
    fields = frozenset(batch.mapping)
    context = Context(batch.day, batch.jurisdiction, datum, fields, Path(batch.file.path))
    batch.rows.all().delete()
    seen = _Seen(kind.division_field)
    checker = kind.checker(context)
    for chunk in given_rows(table, batch.mapping, datum):
        checked = checker.check(chunk)
        seen.take(chunk, checked)
        copy_rows(ImportRow, COLUMNS, [_copied(batch, row) for row in checked])
        report(seen.rows, max(seen.rows, 1), _("Checking row by row"))
    if not seen.rows:
        raise BadInput("The file holds no rows to import.")
    report(seen.rows, seen.rows, _("Comparing the positions with the divisions"))
    batch.counts = {"rows": seen.rows, **seen.outcomes, "remarks": dict(seen.remarks)}
    left = [text for text in table.headings if text and text not in batch.mapping.values()]
    batch.findings = [*_findings(batch, seen, kind, left), *checker.findings()]
    batch.state, batch.checked_at = ImportBatch.State.CHECKED, timezone.now()
    batch.save()
    return batch


class _Seen:
    """Counts, and positions for comparing datums, while the rows stream by."""

    def __init__(self, division_field: str) -> None:
        self.division_field = division_field
        self.rows = 0
        self.outcomes: Counter[str] = Counter()
        self.remarks: Counter[str] = Counter()
        self.points: list[tuple[float, float]] = []
        self.codes: list[str] = []
        self.without_position = 0

    def take(self, given: Iterable[GivenRow], checked: Iterable[CheckedRow]) -> None:
        for row in given:
            if row.raw is None:
                self.without_position += row.geometry is None
                continue
            self.points.append(row.raw)
            self.codes.append(row.values.get(self.division_field, "")[:COUNTY_DIGITS])
        for row in checked:
            self.rows += 1
            self.outcomes[row.outcome] += 1
            self.remarks.update({remark["code"] for remark in row.remarks})


def _copied(batch: ImportBatch, row: CheckedRow) -> tuple[Any, ...]:
    return (
        batch.pk,
        row.number,
        row.outcome,
        row.subject,
        row.title[:200],
        _json(row.remarks),
        _json(row.values),
        None if row.before is None else _json(row.before),
        ewkb(row.geometry),
    )


def _json(value: Any) -> str:
    # PostgreSQL's jsonb holds no null character.
    return json.dumps(value, ensure_ascii=False, default=str).replace("\\u0000", "")


def _findings(
    batch: ImportBatch, seen: _Seen, kind: ImportKind, left: Sequence[str]
) -> list[Mapping[str, Any]]:
    """What is to be known of the file as a whole; ``left``: headings that are not taken over."""
    found: list[Mapping[str, Any]] = []
    if left:
        found.append({"code": "left", "values": {"headings": ", ".join(left), "count": len(left)}})
    if seen.without_position:
        values = {"count": seen.without_position, "rows": seen.rows}
        found.append({"code": "without_position", "values": values})
    # Within a whole country a wrong datum moves no point outside: there is nothing to compare.
    if kind.polygons is not None and seen.points and (any(seen.codes) or batch.jurisdiction):
        polygons = kind.polygons(
            codes=sorted({code for code in seen.codes if code}),
            within=batch.jurisdiction,
            at=batch.day,
        )
        fit = check_fit(
            points=np.array(seen.points),
            codes=seen.codes,
            polygons=polygons,
            declared=batch.datum,
        )
        if fit is not None:
            found.append(_fit_finding(fit))
    if get_datum(batch.datum).shifted and seen.points:
        found.append({"code": "shifted", "values": {"declared": batch.datum}})
    return found


def _fit_finding(fit: FitReport) -> dict[str, Any]:
    inside = f"{fit.declared.inside:.1%}"
    if not fit.better:
        return {"code": "fits", "values": {"inside": inside}}
    values = {
        "best": fit.best.datum,
        "best_inside": f"{fit.best.inside:.1%}",
        "declared": fit.declared.datum,
        "inside": inside,
    }
    distance = round(float(np.hypot(*fit.declared.shift_m)))
    # Beyond the shifts that are tried, how far it is would be a guess.
    if not distance:
        return {"code": "fits_elsewhere", "values": values}
    return {"code": "fits_better", "values": values | {"distance": distance}}
