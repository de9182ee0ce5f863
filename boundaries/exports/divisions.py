"""Divisions of a filtered list with their shapes."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from boundaries.models import DivisionVersion
from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of

# Shapes may be megabytes: few at a time.
STREAM = 50


def divisions_export(*, rows: QuerySet[DivisionVersion], at: date, datum: Datum) -> Export:
    return listed(
        name="divisions",
        title=_("Divisions"),
        columns=[
            Column("code", _("Code")),
            Column("name", _("Name")),
            Column("name_en", _("Name in Latin letters")),
            Column("level", _("Level")),
            Column("kind", _("Kind")),
            Column("parent", _("Belongs to")),
            Column("area_km2", _("Area (km²)"), kind="number"),
            *flags(),
        ],
        rows=lambda: _rows(rows, at),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[DivisionVersion], at: date) -> Iterator[dict[str, Any]]:
    above = dict(
        DivisionVersion.objects.on(at)
        .filter(division_id__in=rows.order_by().values("parent_id"))
        .values_list("division_id", "code")
    )
    whole = rows.defer(None).select_related("source")
    for row in whole.iterator(chunk_size=STREAM):
        yield {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "level": str(row.get_level_display()),
            "kind": str(row.get_kind_display()),
            "parent": above.get(row.parent_id, ""),
            "area_km2": row.area_km2,
            "synthetic": row.synthetic,
            "approximate": row.approximate,
            "source": str(row.source or ""),
            "geometry": shape_of(row.geometry),
        }
