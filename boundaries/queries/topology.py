"""Faults of the polygons in force on a day: of counties among each other, and against parents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from accounts.domain.scope import jurisdiction_of
from boundaries.domain.nesting import check_nesting
from boundaries.domain.topology import Fault, FaultKind, check_coverage, in_order
from boundaries.models import CoverageCheck, DivisionVersion, Level
from boundaries.queries.disputes import disputes, shape_of
from common.crs import length_m

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TopologyCheck:
    """``unknown``: divisions of these levels whose shape is unknown on the day: not judged."""

    divisions: int
    vertices: int
    unknown: int
    faults: list[Fault]


def check_topology(
    *, at: date, within: str = "", report: Report = lambda doing: None
) -> TopologyCheck:
    """Every fault among the counties within a jurisdiction, and of parents that they do not fill.

    Counties are one coverage together with cities that have none. A parent is judged where it
    lies within the jurisdiction as a whole and the shape of each of its children is known.
    Disputed areas are told too: they stay until a document settles them.
    """
    wanted = DivisionVersion.objects.on(at).within(jurisdiction_of(within))
    report("reading the polygons")
    cells = _read(wanted.county_cells())
    report("counties among each other")
    faults = check_coverage({row.code: row.shape for row in cells.values()})
    above = _read(wanted.with_geometry().filter(level__lt=Level.COUNTY))
    report("children and their parents")
    shapes = {row.code: row.shape for row in (*cells.values(), *above.values())}
    faults += check_nesting(shapes, _parents(wanted, cells, above))
    faults += _disputed(at, jurisdiction_of(within))
    judged = wanted.filter(level__lte=Level.COUNTY)
    return TopologyCheck(
        divisions=len(shapes),
        vertices=int(shapely.get_num_coordinates(np.array(list(shapes.values()))).sum()),
        unknown=judged.filter(geometry__isnull=True).count(),
        faults=in_order(faults),
    )


def _disputed(at: date, within: str) -> list[Fault]:
    """Land that several claim: the polygons show one view of it and are not wrong by that."""
    found = []
    for area in disputes(at=at, within=within):
        shape = shape_of(area)
        found.append(
            Fault(
                kind=FaultKind.DISPUTED,
                codes=tuple(sorted({claim.division_code for claim in area.claims.all()})),
                geometry=shape,
                area_m2=area.area_km2 * 1e6,
                length_m=float(length_m(shapely.boundary(shape))),
                of=FaultKind.DISPUTED,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """Polygons of a day by code. ``cells`` tile the country; ``parents``: child → parent.

    ``shapes``: cells and what lies above them; ``rows``: the version of each.
    """

    cells: dict[str, BaseGeometry]
    shapes: dict[str, BaseGeometry]
    parents: dict[str, str]
    rows: dict[str, int]


def read_coverage(*, at: date, within: str = "") -> Coverage:
    """What :func:`check_topology` judges."""
    wanted = DivisionVersion.objects.on(at).within(jurisdiction_of(within))
    cells = _read(wanted.county_cells())
    above = _read(wanted.with_geometry().filter(level__lt=Level.COUNTY))
    shapes = {row.code: row.shape for row in (*cells.values(), *above.values())}
    keys = wanted.filter(code__in=list(shapes)).values_list("code", "pk")
    return Coverage(
        cells={row.code: row.shape for row in cells.values()},
        shapes=shapes,
        parents=_parents(wanted, cells, above),
        rows=dict(keys),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    parent: Any
    shape: BaseGeometry


def _read(rows: Any) -> dict[Any, _Row]:
    found = rows.values_list("division_id", "code", "parent_id", "geometry")
    return {
        key: _Row(code, parent, shapely.from_wkb(bytes(geometry.wkb)))
        for key, code, parent, geometry in found.iterator(chunk_size=500)
    }


def _parents(wanted: Any, cells: dict[Any, _Row], above: dict[Any, _Row]) -> dict[str, str]:
    """Code of a child → code of its parent; of families that are known whole."""
    partly = set(
        wanted.filter(geometry__isnull=True, level__lte=Level.COUNTY).values_list(
            "parent_id", flat=True
        )
    )
    family = {**above, **cells}
    return {
        row.code: above[row.parent].code
        for row in family.values()
        if row.parent in above and row.parent not in partly
    }


def last_check(*, at: date, within: str) -> CoverageCheck | None:
    """The latest kept check of that jurisdiction or a wider one, of the polygons up to the day."""
    wider = [within[:n] for n in range(len(within) + 1)]
    rows = CoverageCheck.objects.filter(within__in=wider, day__lte=at)
    return rows.select_related("by").order_by("-day", "-checked_at").first()


def reshaped_since(*, check: CoverageCheck, within: str, at: date) -> bool:
    """Whether a version with a shape began after the day of the check."""
    rows = DivisionVersion.objects.within(within).with_geometry().filter(level__lte=Level.COUNTY)
    return bool(rows.filter(period__startswith__gt=check.day, period__startswith__lte=at).exists())


def names_on(*, at: date, codes: Iterable[str]) -> dict[str, str]:
    """Code → name of the day."""
    rows = DivisionVersion.objects.on(at).filter(code__in=set(codes))
    return dict(rows.values_list("code", "name"))
