"""Faults of the polygons of a day as a list."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from boundaries.models import CoverageFault
from boundaries.queries.divisions import division_names
from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import listed, shape_of
from common.models import in_a_row


def faults_export(*, rows: QuerySet[CoverageFault], at: date, datum: Datum) -> Export:
    """``at``: the day whose polygons were checked."""
    return listed(
        name="coverage_faults",
        title=_("Faults of the polygons"),
        columns=[
            Column("kind", _("Kind")),
            Column("codes", _("Division codes")),
            Column("names", _("Divisions")),
            Column("area_m2", _("Area (m²)"), kind="number"),
            Column("length_m", _("Length (m)"), kind="number"),
            Column("lon", _("Longitude"), kind="number"),
            Column("lat", _("Latitude"), kind="number"),
        ],
        rows=lambda: _faults(rows, at),
        datum=datum,
        day=at,
    )


def _faults(rows: QuerySet[CoverageFault], at: date) -> Iterator[dict[str, Any]]:
    names = division_names(at=at, codes={code for codes in _all_codes(rows) for code in codes})
    for fault in rows.iterator(chunk_size=500):
        yield {
            "kind": str(fault.get_kind_display()),
            "codes": " ".join(fault.codes),
            "names": in_a_row(names.get(code, code) for code in fault.codes),
            "area_m2": round(fault.area_m2, 2),
            "length_m": round(fault.length_m, 2),
            "lon": round(fault.point.x, 6),
            "lat": round(fault.point.y, 6),
            "geometry": shape_of(fault.geometry),
        }


def _all_codes(rows: QuerySet[CoverageFault]) -> Iterable[list[str]]:
    return rows.order_by().values_list("codes", flat=True)
