"""The list of notices as a file: what the list shows, without notes, persons or complaints."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from django.utils.translation import gettext as _

from common.datums import get_datum
from common.exporting.sheets import Column, Export
from common.exporting.writing import SUFFIXES, write_export
from gazetteer.models import Notice, NoticeState
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.queries.notices import as_then, filtered_notices
from gazetteer.queries.suggestions import names_of

FORMATS = ("csv", "xlsx", "geojson")


def notices_file(*, at: date, format: str, most: int, **filters: Any) -> bytes:
    """The file's content: the first ``most`` notices of the list, what is due first."""
    rows = filtered_notices(at=at, **filters).prefetch_related("breaches").order_by("due", "pk")
    found = list(rows[:most])
    export = Export(
        name="notices",
        title=_("Notices"),
        columns=_columns(),
        rows=lambda: _rows(found, at),
        datum=get_datum("CGCS2000"),
        day=at,
        yes=_("yes"),
        no=_("no"),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"notices{SUFFIXES.get(format, '')}"
        write_export(export, format=format, path=path)
        return path.read_bytes()


def _columns() -> list[Column]:
    return [
        Column("number", _("Number")),
        Column("organisation", _("Organisation")),
        Column("state", _("State")),
        Column("articles", _("Articles")),
        Column("place", _("Place")),
        Column("division", _("Division")),
        Column("issued_on", _("Day of issue")),
        Column("deadline", _("To be put right by")),
        Column("days_left", _("Days left"), kind="number"),
        Column("synthetic", _("synthetic"), kind="flag"),
    ]


def _rows(found: list[Notice], at: date) -> Iterator[Mapping[str, Any]]:
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
            "geometry": shapely.Point(spot.x, spot.y) if spot else None,
        }
