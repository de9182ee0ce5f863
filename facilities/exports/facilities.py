"""Facilities of a filtered list."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.attribute_fields import property_title, value_words
from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from facilities.domain.attributes import all_properties
from facilities.models import Facility
from facilities.queries.facilities import latest_counts
from facilities.queries.standard_names import standard_names

STREAM = 2_000


def facilities_export(*, rows: QuerySet[Facility], at: date, datum: Datum) -> Export:
    return listed(
        name="facilities",
        title=_("Facilities"),
        columns=[
            Column("facility", _("Facility")),
            Column("name", _("Name")),
            Column("category", _("Category")),
            Column("competent", _("Competent authority")),
            Column("division", _("Division code")),
            Column("address", _("Address")),
            Column("operator", _("Operator")),
            # What is unknown is an empty cell, not none.
            Column("beds", _("Beds")),
            Column("occupied", _("Beds occupied")),
            Column("counted_on", _("Counted on")),
            Column("opened_on", _("In service from")),
            Column("standard_name", _("Standard name in the gazetteer"), short="std_name"),
            Column(
                "standard_street", _("Standard name that the address names"), short="std_street"
            ),
            *(
                Column(key, property_title(key, rule), short=rule.get("short", ""))
                for key, rule in all_properties().items()
            ),
            *flags(),
        ],
        rows=lambda: _rows(rows, at),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[Facility], at: date) -> Iterator[dict[str, Any]]:
    counts = latest_counts(at=at)
    names = standard_names(
        places=rows.values_list("place", flat=True).union(rows.values_list("street", flat=True)),
        at=at,
    )
    for row in rows.iterator(chunk_size=STREAM):
        counted = counts.get(row.identity)
        yield {
            "facility": str(row.identity),
            "name": row.name,
            "category": str(row.category),
            "competent": held.authority if (held := row.category.authority_on(at)) else "",
            "division": row.division_code,
            "address": row.address,
            "operator": str(row.get_operator_display()),
            "beds": "" if row.beds is None else str(row.beds),
            "occupied": str(counted.occupied) if counted else "",
            "counted_on": counted.counted_on.isoformat() if counted else "",
            "opened_on": row.period.lower.isoformat() if row.period.lower else "",
            "standard_name": names.get(row.place_id, ""),
            "standard_street": names.get(row.street_id, ""),
            **{
                key: value_words(rule, row.attributes[key]) if key in row.attributes else ""
                for key, rule in all_properties().items()
            },
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.location),
        }
