"""What the pages of an import show: batches, rows by outcome, points, the list of faults."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Q
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils.translation import gettext as _

from common.errors import NotInScope
from common.exporting.sheets import safe_cell
from common.imports.uploads import import_kind
from common.imports.wording import shown_remark
from common.models import ImportBatch, ImportRow
from common.registries import Bounds, ImportKind, import_kinds

PAGE = 50
MOST_POINTS = 20_000
BAD = (ImportRow.Outcome.FAULT, ImportRow.Outcome.CONFLICT)


@dataclass(frozen=True, slots=True)
class RowPage:
    """``before`` and ``after`` are row numbers of the pages beside this one, 0 where none is."""

    rows: Sequence[ImportRow]
    before: int
    after: int


def kinds_for(user: Any) -> list[ImportKind]:
    ordered = sorted(import_kinds().values(), key=lambda kind: kind.order)
    return [kind for kind in ordered if user.may(kind.capability)]


def batches_for(user: Any) -> Any:
    """Batches of the jurisdictions in which this person may import, newest first."""
    condition = Q(pk__in=[])
    for kind in kinds_for(user):
        for jurisdiction in user.jurisdictions_for(kind.capability):
            condition |= Q(kind=kind.key, jurisdiction__startswith=jurisdiction)
    return ImportBatch.objects.filter(condition).select_related("by", "job")


def get_batch(*, user: Any, pk: UUID) -> ImportBatch:
    """The batch, if it lies in a jurisdiction of this person: scope first, then the role."""
    batch = ImportBatch.objects.filter(pk=pk).select_related("by", "job").first()
    if batch is None:
        raise NotInScope
    import_kind(batch.kind).require(by=user, codes=[batch.jurisdiction])
    return batch


def rows_page(
    *, batch: ImportBatch, outcome: str, code: str, after: int = 0, before: int = 0
) -> RowPage:
    """A page of rows by number; ``code`` keeps those with one remark, "" all."""
    rows = _chosen(batch, outcome, code)
    if before:
        found = list(rows.filter(number__lt=before).order_by("-number")[: PAGE + 1])
        more, shown = len(found) > PAGE, found[:PAGE][::-1]
        first, last = more, True
    else:
        found = list(rows.filter(number__gt=after).order_by("number")[: PAGE + 1])
        first, last, shown = bool(after), len(found) > PAGE, found[:PAGE]
    return RowPage(
        rows=shown,
        before=shown[0].number if shown and first else 0,
        after=shown[-1].number if shown and last else 0,
    )


def _not_hidden(batch: ImportBatch) -> str:
    return f"(subject IS NULL OR subject NOT IN ({import_kind(batch.kind).hidden}))"


def _shown(batch: ImportBatch) -> Any:
    return batch.rows.filter(RawSQL(_not_hidden(batch), (), output_field=BooleanField()))


def shown_counts(batch: ImportBatch) -> dict[str, Any]:
    """The counts of the check, as if rows about what became hidden since were not."""
    counts, remarks = Counter(batch.counts), Counter(batch.counts.get("remarks", {}))
    hidden = batch.rows.filter(subject__in=RawSQL(import_kind(batch.kind).hidden, ()))
    for outcome, told in hidden.values_list("outcome", "remarks"):
        counts.subtract(("rows", outcome))
        remarks.subtract({remark["code"] for remark in told})  # counted once a row
    return {**counts, "remarks": +remarks}


def _chosen(batch: ImportBatch, outcome: str, code: str) -> Any:
    rows = _shown(batch).annotate(spot=Func(F("geometry"), function="ST_PointOnSurface"))
    if outcome:
        rows = rows.filter(outcome=outcome)
    if code:
        rows = rows.filter(remarks__contains=[{"code": code}])
    return rows.defer("geometry")


def extent(*, batch: ImportBatch) -> Bounds | None:
    """Where the rows lie, with a margin, in degrees; None where none has a position."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
            FROM (SELECT ST_Expand(ST_Extent(geometry)::geometry, 0.005) AS box
                  FROM common_importrow WHERE batch_id = %s AND {_not_hidden(batch)}) AS found
            """,
            [batch.pk],
        )
        west, south, east, north = cursor.fetchone()
    return None if west is None else (west, south, east, north)


def points(*, batch: ImportBatch, outcome: str, code: str) -> list[dict[str, Any]]:
    """GeoJSON features of the rows that have a position; what needs work comes first."""
    conditions, params = ["geometry IS NOT NULL", _not_hidden(batch)], {"batch": batch.pk}
    if outcome:
        conditions.append("outcome = %(outcome)s")
        params["outcome"] = outcome
    if code:
        conditions.append("remarks @> jsonb_build_array(jsonb_build_object('code', %(code)s))")
        params["code"] = code
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT number, outcome, title, ST_X(spot), ST_Y(spot)
            FROM (SELECT number, outcome, title, ST_PointOnSurface(geometry) AS spot
                  FROM common_importrow
                  WHERE batch_id = %(batch)s AND {" AND ".join(conditions)}
                  ORDER BY outcome NOT IN ('fault', 'conflict'), number
                  LIMIT {MOST_POINTS}) AS shown
            """,
            params,
        )
        found = cursor.fetchall()
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
            "properties": {"key": str(number), "name": title, "outcome": state},
        }
        for number, state, title, x, y in found
    ]


def fault_lines(*, batch: ImportBatch) -> Iterator[str]:
    """A CSV of the rows that need work: as they came, with what is wrong and what helps."""
    kind = import_kind(batch.kind)
    labels = kind.field_labels()
    fields = [key for key in labels if key in batch.mapping]
    line = csv.writer(_Echo())
    heads = [_("Row"), _("Outcome"), *(batch.mapping[key] for key in fields)]
    yield "\ufeff" + line.writerow([*map(safe_cell, heads), _("What is wrong"), _("What helps")])
    for row in _shown(batch).filter(outcome__in=BAD).order_by("number").iterator():
        remarks = [shown_remark(kind, remark, labels) for remark in row.remarks]
        given: Mapping[str, Any] = row.values
        yield line.writerow(
            [
                row.number,
                row.get_outcome_display(),
                *(safe_cell(given.get(key, "")) for key in fields),
                safe_cell(" ".join(remark["text"] for remark in remarks)),
                safe_cell(" ".join(remark["hint"] for remark in remarks if remark["hint"])),
            ]
        )


def outcome_or_404(text: str) -> str:
    if text not in ("", *ImportRow.Outcome.values):
        raise Http404
    return text


class _Echo:
    write: Callable[[str], str] = staticmethod(lambda text: text)
