"""The list of suggestions on its way out: what would change, never who suggested it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from gazetteer.models import Suggestion, SuggestionState
from gazetteer.queries.complaints import answer_due
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.suggestions import names_of


def suggestions_export(
    *, rows: QuerySet[Suggestion], at: date, datum: Datum, fields: Callable[[Any], str]
) -> Export:
    """``fields``: the changes of a suggestion → which fields it speaks of, in words."""
    return listed(
        name="suggestions",
        title=pgettext("corrections", "Suggestions"),
        columns=[
            Column("suggested_on", _("Suggested on"), short="suggested"),
            Column("place", _("Place")),
            Column("division", _("Division")),
            Column("fields", _("What would change")),
            Column("state", _("State")),
            Column("due_on", _("To be answered by")),
            *flags(),
        ],
        rows=lambda: _rows(rows, at, fields),
        datum=datum,
        day=at,
    )


def _rows(
    rows: QuerySet[Suggestion], at: date, fields: Callable[[Any], str]
) -> Iterator[Mapping[str, Any]]:
    found = list(rows.select_related("source", "place").order_by("suggested_at", "pk"))
    names = names_of(places=[row.place_id for row in found], at=at)
    chains = division_chains(codes=[row.place.division_code for row in found], at=at)
    for row in found:
        state = SuggestionState(row.state_then)  # type: ignore[attr-defined]
        due = answer_due(received_at=row.suggested_at, at=at)
        yield {
            "suggested_on": timezone.localdate(row.suggested_at).isoformat(),
            "place": names.get(row.place_id, ""),
            "division": path_text(chains[row.place.division_code]),
            "fields": fields(row.changes),
            "state": str(state.label),
            "due_on": due.isoformat() if state == SuggestionState.NEW else "",
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.spot),  # type: ignore[attr-defined]
        }
