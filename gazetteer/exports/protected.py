"""Protected names of a filtered list, as the lists stood on the day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from gazetteer.models import Protection
from gazetteer.queries.divisions import division_chains, path_text


def protected_export(*, rows: QuerySet[Protection], at: date, datum: Datum) -> Export:
    return listed(
        name="protected_names",
        title=_("Protected names"),
        columns=[
            Column("place", _("Place")),
            Column("list", _("List of protected names")),
            Column("division", _("Division")),
            Column("begins_on", _("Protected from"), short="begins"),
            Column("ends_on", _("Protected until"), short="ends"),
            Column("reason", _("Reason")),
            Column("document", _("Document")),
            *flags(),
        ],
        rows=lambda: _rows(rows, at),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[Protection], at: date) -> Iterator[Mapping[str, Any]]:
    found = list(rows.select_related("source", "place"))
    chains = division_chains(codes=[row.place.division_code for row in found], at=at)
    for row in found:
        lower, upper = row.period.lower, row.period.upper
        yield {
            "place": row.name or "",  # type: ignore[attr-defined]
            "list": row.list_name,
            "division": path_text(chains[row.place.division_code]),
            "begins_on": lower.isoformat() if lower else "",
            # What had not been settled by the day is not told.
            "ends_on": upper.isoformat() if upper and upper <= at else "",
            "reason": row.reason,
            "document": row.document,
            "synthetic": row.synthetic or row.place.synthetic,
            "approximate": row.approximate or row.place.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.spot),  # type: ignore[attr-defined]
        }
