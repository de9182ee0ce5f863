"""Faults of the polygons in force on a day: of counties, of towns, and against their parents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from shapely.geometry.base import BaseGeometry

from accounts.domain.scope import jurisdiction_of
from boundaries.domain.codes import is_county_cell
from boundaries.domain.nesting import check_nesting
from boundaries.domain.topology import Fault, FaultKind, check_coverage, in_order, mended
from boundaries.models import CoverageCheck, DivisionVersion, Level
from boundaries.queries.disputes import disputes, shape_of
from common.crs import CGCS2000, length_m

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TopologyCheck:
    """``unknown``: counties and what lies above whose shape is unknown on the day: not judged."""

    divisions: int
    vertices: int
    unknown: int
    faults: list[Fault]


def check_topology(
    *, at: date, within: str = "", report: Report = lambda doing: None
) -> TopologyCheck:
    """Every fault of the polygons within a jurisdiction: among counties, among towns, and of

    parents that their children do not fill. Counties are one coverage together with cities that
    have none, towns another one where their shapes are known. A parent is judged where it lies
    within the jurisdiction as a whole and the shape of each of its children is known. Disputed
    areas are told too: they stay until a document settles them.
    """
    report("reading the polygons")
    coverage = read_coverage(at=at, within=within)
    faults = faults_of(coverage=coverage, shapes=coverage.shapes, report=report)
    faults += _disputed(at, jurisdiction_of(within))
    return TopologyCheck(
        divisions=len(coverage.shapes),
        vertices=int(shapely.get_num_coordinates(np.array(list(coverage.shapes.values()))).sum()),
        unknown=coverage.unknown,
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

    ``towns``: codes of those whose shape is known; ``shapes``: cells, towns and what lies above
    them; ``rows``: the version of each. ``unknown``: how many from the county up have no shape.
    ``enclaves``: land of cells of others that lies in a hole of the jurisdiction: no gap is there.
    """

    cells: dict[str, BaseGeometry]
    towns: frozenset[str]
    shapes: dict[str, BaseGeometry]
    parents: dict[str, str]
    rows: dict[str, int]
    unknown: int
    enclaves: dict[str, BaseGeometry]


def read_coverage(*, at: date, within: str = "") -> Coverage:
    """What :func:`check_topology` judges."""
    wanted = DivisionVersion.objects.on(at).within(jurisdiction_of(within))
    wanted = wanted.filter(level__lte=Level.TOWNSHIP)
    family = _read(wanted)
    shapes = {row.code: row.shape for row in family.values()}
    unknown = list(wanted.filter(geometry__isnull=True).values_list("parent_id", "level"))
    partly = {parent for parent, _level in unknown}
    cells = {row.code: row.shape for row in family.values() if is_county_cell(row.level, row.kind)}
    return Coverage(
        cells=cells,
        towns=frozenset(row.code for row in family.values() if row.level == Level.TOWNSHIP),
        shapes=shapes,
        # Of families that are known whole.
        parents={
            row.code: family[row.parent].code
            for row in family.values()
            if row.parent in family and row.parent not in partly
        },
        rows={row.code: row.pk for row in family.values()},
        unknown=sum(level <= Level.COUNTY for _parent, level in unknown),
        enclaves=_enclaves(cells, at) if within else {},
    )


def _enclaves(cells: Mapping[str, BaseGeometry], at: date) -> dict[str, BaseGeometry]:
    land = shapely.get_parts(shapely.union_all([mended(shape) for shape in cells.values()]))
    rings = [ring for part in land for ring in part.interiors]
    if not rings:
        return {}
    holes = shapely.polygons(rings)
    # Several may share a hole.
    area = GEOSGeometry(memoryview(shapely.multipolygons(holes).wkb), srid=CGCS2000)
    rows = DivisionVersion.objects.on(at).county_cells().exclude(code__in=list(cells))
    rows = rows.filter(geometry__intersects=area)
    tree, found = shapely.STRtree(holes), {}
    for code, geometry in rows.values_list("code", "geometry"):
        parts = shapely.get_parts(shapely.from_wkb(bytes(geometry.wkb)))
        inner = np.unique(tree.query(shapely.point_on_surface(parts), predicate="intersects")[0])
        if len(inner):
            found[code] = shapely.multipolygons(parts[inner])
    return found


def faults_of(
    *,
    coverage: Coverage,
    shapes: Mapping[str, BaseGeometry],
    report: Report = lambda doing: None,
) -> list[Fault]:
    """The faults that the divisions of a coverage have with these shapes, in no order."""
    report("counties among each other")
    cells = {code: shapes[code] for code in coverage.cells}
    every = check_coverage({**coverage.enclaves, **cells})
    faults = [fault for fault in every if not coverage.enclaves.keys() >= set(fault.codes)]
    report("towns among each other")
    # Land between towns is told by the county that they do not fill, where all are known.
    towns = check_coverage({code: shapes[code] for code in coverage.towns})
    faults += [fault for fault in towns if fault.of != FaultKind.GAP]
    report("children and their parents")
    return faults + check_nesting(shapes, coverage.parents)


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    code: str
    parent: Any
    level: int
    kind: str
    shape: BaseGeometry


def _read(rows: Any) -> dict[Any, _Row]:
    columns = ("division_id", "pk", "code", "parent_id", "level", "kind", "geometry")
    return {
        key: _Row(*values, shapely.from_wkb(bytes(geometry.wkb)))
        for key, *values, geometry in rows.with_geometry()
        .values_list(*columns)
        .iterator(chunk_size=500)
    }


def last_check(*, at: date, within: str) -> CoverageCheck | None:
    """The latest kept check of that jurisdiction or a wider one, of the polygons up to the day."""
    wider = [within[:n] for n in range(len(within) + 1)]
    rows = CoverageCheck.objects.filter(within__in=wider, day__lte=at)
    return rows.select_related("by").order_by("-day", "-checked_at").first()


# What the row history keeps is the state before: a shape or a period that is another one now.
REWRITTEN = """
    SELECT EXISTS (
        SELECT FROM boundaries_divisionversionevent former
        LEFT JOIN boundaries_divisionversion version ON version.id = former.pgh_obj_id
        WHERE former.pgh_created_at > %(checked_at)s AND former.code LIKE %(within)s
          AND former.level <= %(deepest)s AND lower(former.period) <= %(at)s::date
          AND (version.id IS NULL OR version.period <> former.period
               OR version.geometry IS DISTINCT FROM former.geometry)
    )
"""


def reshaped_since(*, check: CoverageCheck, within: str, at: date) -> bool:
    """Whether a shape began after the day of the check, or was written anew since it was made."""
    rows = DivisionVersion.objects.within(within).with_geometry().filter(level__lte=Level.TOWNSHIP)
    if rows.filter(period__startswith__gt=check.day, period__startswith__lte=at).exists():
        return True
    values = {"checked_at": check.checked_at, "within": f"{within}%", "deepest": Level.TOWNSHIP}
    with connection.cursor() as cursor:
        cursor.execute(REWRITTEN, {**values, "at": at})
        return bool(cursor.fetchone()[0])
