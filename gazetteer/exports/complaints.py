"""The list of complaints on its way out: never who complained, nor the facts in their words."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from gazetteer.models import Complaint, ComplaintState
from gazetteer.queries.complaints import answer_due
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.suggestions import names_of


def complaints_export(*, rows: QuerySet[Complaint], at: date, datum: Datum) -> Export:
    return listed(
        name="complaints",
        title=_("Complaints"),
        columns=[
            Column("received_on", _("Received on"), short="received"),
            Column("channel", _("Received by")),
            Column("state", _("State")),
            Column("article", _("Articles")),
            Column("place", _("Place")),
            Column("division", _("Division")),
            Column("due_on", _("To be answered by")),
            *flags(),
        ],
        rows=lambda: _rows(rows, at),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[Complaint], at: date) -> Iterator[Mapping[str, Any]]:
    found = list(rows.select_related("source", "breach").order_by("received_at", "pk"))
    names = names_of(places=[row.place_id for row in found if row.place_id], at=at)
    chains = division_chains(codes=[row.division_code for row in found], at=at)
    for row in found:
        state = ComplaintState(row.state_then)  # type: ignore[attr-defined]
        due = answer_due(received_at=row.received_at, at=at)
        yield {
            "received_on": timezone.localdate(row.received_at).isoformat(),
            "channel": row.get_channel_display(),
            "state": str(state.label),
            "article": row.breach.article if row.breach else "",
            "place": names.get(row.place_id, ""),
            "division": path_text(chains[row.division_code]),
            "due_on": due.isoformat() if state == ComplaintState.NEW else "",
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.spot),  # type: ignore[attr-defined]
        }
