"""The list of notices on its way out: what the list shows, without notes, persons, complaints."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from gazetteer.models import Notice, NoticeState
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.notices import as_then
from gazetteer.queries.suggestions import names_of


def notices_export(*, rows: QuerySet[Notice], at: date, datum: Datum) -> Export:
    return listed(
        name="notices",
        title=_("Notices"),
        columns=[
            Column("number", _("Number")),
            Column("organisation", _("Organisation")),
            Column("state", _("State")),
            Column("articles", _("Articles")),
            Column("place", _("Place")),
            Column("division", _("Division")),
            Column("issued_on", _("Day of issue")),
            Column("deadline", _("To be put right by")),
            Column("days_left", _("Days left"), kind="number"),
            *flags(),
        ],
        rows=lambda: _rows(rows, at),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[Notice], at: date) -> Iterator[Mapping[str, Any]]:
    whole = rows.select_related("source").prefetch_related("breaches").order_by("due", "pk")
    found = list(whole)
    names = names_of(places=[row.place_id for row in found if row.place_id], at=at)
    chains = division_chains(codes=[row.division_code for row in found], at=at)
    for row in found:
        then = as_then(row, at)
        out = then.state not in ("draft", "approved")
        spot = row.spot  # type: ignore[attr-defined]
        yield {
            "number": row.number if out else "",
            "organisation": row.organisation,
            "state": str(NoticeState(then.state).label),
            "articles": " ".join(each.article for each in row.breaches.all()),
            "place": names.get(row.place_id, ""),
            "division": path_text(chains[row.division_code]),
            "issued_on": row.issued_on.isoformat() if out and row.issued_on else "",
            "deadline": row.deadline.isoformat() if out and row.deadline else "",
            "days_left": then.clock.days,
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(spot),
        }
