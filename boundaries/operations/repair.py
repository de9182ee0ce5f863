"""Repair of the polygons of a day: first shown, then written as one correction of the record."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from accounts.domain.scope import jurisdiction_of
from boundaries.domain.nesting import check_nesting
from boundaries.domain.repair import GAP_WIDTH_M, SNAP_M, Move, move_of, repaired, together
from boundaries.domain.topology import check_coverage
from boundaries.models import DivisionVersion
from boundaries.operations.shapes import rebuild_shapes
from boundaries.operations.topology import NothingToCheck
from boundaries.queries.topology import Coverage, read_coverage
from common.crs import CGCS2000, area_km2
from common.errors import BadInput

WIDEST_M = 2000.0


@dataclass(frozen=True, slots=True)
class Repair:
    """What would change, the widest first; faults before and after it."""

    coverage: Coverage
    moves: list[Move]
    faults_before: int
    faults_after: int


def propose_repair(
    *, at: date, within: str = "", gap_width_m: float = GAP_WIDTH_M, snap_m: float = SNAP_M
) -> Repair:
    """A clean coverage of the counties within a jurisdiction, and the parents that they then fill.

    Raises BadInput for widths that make no sense, :class:`NothingToCheck` where no shape is known.
    """
    if not (0 <= gap_width_m <= WIDEST_M and 0 <= snap_m <= WIDEST_M):
        raise BadInput("A width is between 0 and %(most)d m.", most=int(WIDEST_M))
    coverage = read_coverage(at=at, within=jurisdiction_of(within))
    if not coverage.cells:
        raise NothingToCheck(day=at.isoformat())
    moves = repaired(coverage.cells, gap_width_m=gap_width_m, snap_m=snap_m)
    shapes = {**coverage.shapes, **{move.code: move.shape for move in moves}}
    touched = {move.code for move in moves}
    # From the counties upwards, so that a province is made of cities that are right already.
    faulty = {fault.codes[0] for fault in check_nesting(coverage.shapes, coverage.parents)}
    for parent in sorted(set(coverage.parents.values()), reverse=True):
        children = {code: shapes[code] for code, of in coverage.parents.items() if of == parent}
        if parent in faulty or touched & children.keys():
            move = move_of(parent, shapes[parent], together(children))
            if move is not None:
                moves.append(move)
                shapes[parent] = move.shape
                touched.add(parent)
    return Repair(
        coverage=coverage,
        moves=sorted(moves, key=lambda move: (-move.width_m, move.code)),
        faults_before=_faults(coverage, coverage.shapes),
        faults_after=_faults(coverage, shapes),
    )


def _faults(coverage: Coverage, shapes: dict[str, Any]) -> int:
    cells = {code: shapes[code] for code in coverage.cells}
    return len(check_coverage(cells)) + len(check_nesting(shapes, coverage.parents))


@transaction.atomic
def write_repair(*, repair: Repair, at: date) -> int:
    """Write the proposed shapes into the versions in force; row history keeps the old ones."""
    rows = (
        DivisionVersion.objects.on(at)
        .light()
        .in_bulk([repair.coverage.rows[move.code] for move in repair.moves])
    )
    by_code = {row.code: row for row in rows.values()}
    for move in repair.moves:
        row = by_code[move.code]
        row.geometry = GEOSGeometry(memoryview(move.shape.wkb), srid=CGCS2000)
        row.area_km2 = area_km2(move.shape)
        row.save(update_fields=["geometry", "area_km2"])
    if rows:
        rebuild_shapes(at=at, levels=sorted({row.level for row in rows.values()}))
    return len(rows)
