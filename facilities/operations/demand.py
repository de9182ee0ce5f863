"""New figures of where people live take the place of those before, from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.contrib.postgres.fields import DateRangeField
from django.db import transaction
from django.db.models import Count, F, Func, Min, Sum, Value
from numpy.typing import NDArray

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.audit import record
from common.copying import copy_rows, ewkb
from common.copying import since as period_since
from common.errors import BadInput, Refusal
from common.models import Source
from facilities.domain.names import source_key
from facilities.models import PopulationCell
from facilities.queries.demand import cells_from

COLUMNS = (
    "geometry",
    "centre",
    "division_code",
    "people_0_14",
    "people_15_59",
    "people_60_plus",
    "people",
    "approximate",
    "period",
    "base_on",
    "source_id",
    "synthetic",
)
COUNTY_DIGITS = 6


class FiguresAreThere(Refusal):
    template = (
        "For %(code)s there are figures from %(day)s on already: choose a later day, or replace "
        "them."
    )


@dataclass(frozen=True, slots=True, eq=False)
class DemandCells:
    """Polygons and centres in CGCS2000 degrees, division codes, people of 0–14, 15–59, 60 and over
    (three columns), and which cells are not known exactly."""

    shapes: NDArray[np.object_]
    centres: NDArray[np.object_]
    codes: NDArray[np.str_]
    groups: NDArray[np.float64]
    approximate: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DemandReport:
    """``people`` by county; ``ended`` and ``dropped`` cells of former figures, with ``former``
    people that counted on the day before."""

    cells: int
    people: dict[str, float]
    elders: float
    ended: int
    dropped: int
    former: float


@transaction.atomic
def replace_demand(
    *,
    by: Any,
    cells: DemandCells,
    base_on: date,
    since: date,
    within: Sequence[str],
    title: str,
    synthetic: bool = False,
    replace: bool = False,
) -> DemandReport:
    """Write cells that describe ``base_on`` and count from ``since`` on, all or nothing.

    What was known before within the divisions counts until that day. Raises NotInScope or
    NotPermitted, BadInput where the day lies before the one described, :class:`FiguresAreThere`
    where other figures begin on it or later; with ``replace`` those go.
    """
    for code in within:
        require(by=by, capability=Capability.IMPORT_DATA, codes=[code])
    if since < base_on:
        raise BadInput("Figures of %(base)s cannot count before that day.", base=base_on)
    known = cells_from(within=within, since=since)
    later = known.filter(period__startswith__gte=since)
    first = later.aggregate(day=Min("period__startswith"))["day"]
    if first and not replace:
        code = later.order_by("period").values_list("division_code", flat=True)[0]
        raise FiguresAreThere(code=code[:COUNTY_DIGITS], day=first)
    dropped, _ = later.delete()
    former = known.aggregate(cells=Count("pk"), people=Sum("people", default=0.0))
    known.update(
        period=Func(
            Func(F("period"), function="lower"),
            Value(since),
            function="daterange",
            output_field=DateRangeField(),
        )
    )
    source = _source(title)
    _write(cells, base_on, since, source, synthetic)
    for code in within:
        record(
            by=by,
            operation="load_demand",
            subject=source,
            jurisdiction=code,
            base_on=base_on.isoformat(),
            since=since.isoformat(),
            cells=len(cells.codes),
            dropped=dropped,
            replaced=former["cells"],
        )
    people = cells.groups.sum(axis=1)
    counties, county = np.unique(cells.codes.astype(f"<U{COUNTY_DIGITS}"), return_inverse=True)
    sums = np.bincount(county, weights=people, minlength=len(counties))
    return DemandReport(
        cells=len(people),
        people=dict(zip(counties.tolist(), sums.tolist(), strict=True)),
        elders=float(cells.groups[:, 2].sum()),
        ended=former["cells"],
        dropped=dropped,
        former=former["people"],
    )


def _write(cells: DemandCells, base_on: date, since: date, source: Source, synthetic: bool) -> None:
    same = period_since(since), base_on, source.pk, synthetic
    rows = zip(
        map(ewkb, cells.shapes),
        map(ewkb, cells.centres),
        cells.codes.tolist(),
        *cells.groups.T.tolist(),
        cells.groups.sum(axis=1).tolist(),
        cells.approximate.tolist(),
        strict=True,
    )
    copy_rows(PopulationCell, COLUMNS, ((*row, *same) for row in rows))


def _source(title: str) -> Source:
    key = source_key("demand", title)
    found, _ = Source.objects.get_or_create(
        key=key, defaults={"title_zh": title[:200], "title_en": title[:200]}
    )
    return found
