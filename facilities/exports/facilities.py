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

STREAM = 2_000


def facilities_export(*, rows: QuerySet[Facility], at: date, datum: Datum) -> Export:
    return listed(
        name="facilities",
        title=_("Facilities"),
        columns=[
            Column("name", _("Name")),
            Column("category", _("Category")),
            Column("competent", _("Competent authority")),
            Column("division", _("Division code")),
            Column("address", _("Address")),
            Column("operator", _("Operator")),
            # What is unknown is an empty cell, not none.
            Column("beds", _("Beds")),
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
    for row in rows.iterator(chunk_size=STREAM):
        yield {
            "name": row.name,
            "category": str(row.category),
            "competent": held.authority if (held := row.category.authority_on(at)) else "",
            "division": row.division_code,
            "address": row.address,
            "operator": str(row.get_operator_display()),
            "beds": "" if row.beds is None else str(row.beds),
            **{
                key: value_words(rule, row.attributes[key]) if key in row.attributes else ""
                for key, rule in all_properties().items()
            },
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.location),
        }
