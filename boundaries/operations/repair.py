"""Repair of the polygons of a day: first shown, then written as one correction of the record."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import require
from boundaries.domain.draft_shapes import matched
from boundaries.domain.nesting import check_nesting
from boundaries.domain.repair import (
    GAP_WIDTH_M,
    SNAP_M,
    Move,
    as_move,
    fitted,
    move_of,
    repaired,
    together,
)
from boundaries.domain.topology import mended
from boundaries.models import DivisionVersion
from boundaries.operations.shapes import rebuild_shapes
from boundaries.operations.topology import NothingToCheck
from boundaries.queries.disputes import disputes_under
from boundaries.queries.topology import Coverage, faults_of, read_coverage
from common import audit
from common.crs import CGCS2000, area_km2
from common.errors import BadInput, Refusal

WIDEST_M = 2000.0


class OtherRepair(Refusal):
    template = "The polygons are no longer what the proposal was made for: look at it again."


@dataclass(frozen=True, slots=True)
class Repair:
    """What would change, the widest first; faults before and after it.

    ``disputed``: areas of which some land would change hands; their claims stay as they are.
    """

    coverage: Coverage
    moves: list[Move]
    faults_before: int
    faults_after: int
    disputed: list[str]


def propose_repair(
    *, at: date, within: str = "", gap_width_m: float = GAP_WIDTH_M, snap_m: float = SNAP_M
) -> Repair:
    """A clean coverage of the counties within a jurisdiction, the parents that they then fill,

    and the towns that then fill them.

    Raises BadInput for widths that make no sense, :class:`NothingToCheck` where no shape is known.
    """
    if not (0 <= gap_width_m <= WIDEST_M and 0 <= snap_m <= WIDEST_M):
        raise BadInput("A width is between 0 and %(most)d m.", most=int(WIDEST_M))
    coverage = read_coverage(at=at, within=jurisdiction_of(within))
    if not coverage.cells:
        raise NothingToCheck(day=at.isoformat())
    cells = {**coverage.enclaves, **coverage.cells}
    clean = repaired(cells, gap_width_m=gap_width_m, snap_m=snap_m)
    moves = [move for move in clean if move.code in coverage.cells]
    shapes = {**coverage.shapes, **{move.code: move.shape for move in moves}}
    touched = {move.code for move in moves}
    # From the counties upwards, so that a province is made of cities that are right already.
    made_of = {code: of for code, of in coverage.parents.items() if code not in coverage.towns}
    faulty = {fault.codes[0] for fault in check_nesting(coverage.shapes, made_of)}
    for parent in sorted(set(made_of.values()), reverse=True):
        children = {code: shapes[code] for code, of in made_of.items() if of == parent}
        if parent in faulty or touched & children.keys():
            move = move_of(parent, shapes[parent], together(children))
            if move is not None:
                moves.append(move)
                shapes[parent] = move.shape
                touched.add(parent)
    moves += _fit_towns(coverage, shapes)
    return Repair(
        coverage=coverage,
        moves=sorted(moves, key=lambda move: (-move.width_m, move.code)),
        faults_before=len(faults_of(coverage=coverage, shapes=coverage.shapes)),
        faults_after=len(faults_of(coverage=coverage, shapes=shapes)),
        disputed=_disputed(coverage, moves, at),
    )


def _fit_towns(coverage: Coverage, shapes: dict[str, Any]) -> list[Move]:
    """What towns gain and lose where they do not tile their county; ``shapes`` follow.

    One that has no land within its county keeps what it has: people judge which of them is wrong.
    """
    families: dict[str, dict[str, Any]] = {}
    for code in coverage.towns & coverage.parents.keys():
        families.setdefault(coverage.parents[code], {})[code] = shapes[code]
    nested = {town: county for county, towns in families.items() for town in towns}
    for county in sorted({fault.codes[0] for fault in check_nesting(shapes, nested)}):
        found = fitted(families[county], shapes[county])
        shapes |= {code: shape for code, shape in found.items() if not shape.is_empty}
    towns = {code: shapes[code] for code in coverage.towns}
    if any(shapes[code] is not coverage.shapes[code] for code in towns):
        towns = matched([coverage.shapes[code] for code in towns], towns)
    shapes |= towns | {move.code: move.shape for move in repaired(towns)}
    pairs = ((code, mended(coverage.shapes[code]), shapes[code]) for code in coverage.towns)
    return [
        as_move(code, before, after)
        for code, before, after in sorted(pairs, key=lambda pair: pair[0])
        if not shapely.equals_exact(before, after, tolerance=0, normalize=True)
    ]


def moved_land(coverage: Coverage, move: Move) -> Any:
    """The land that a division gains or loses, in degrees of CGCS2000."""
    return shapely.symmetric_difference(mended(coverage.shapes[move.code]), move.shape)


def _disputed(coverage: Coverage, moves: list[Move], at: date) -> list[str]:
    changed = [moved_land(coverage, move) for move in moves]
    return [area.name for area in disputes_under(shapes=changed, at=at)]


def fingerprint(repair: Repair) -> str:
    """What somebody saw of a proposal: another one has another."""
    told = [(m.code, round(m.gained_m2, 1), round(m.lost_m2, 1)) for m in repair.moves]
    return hashlib.sha256(repr(told).encode()).hexdigest()


@transaction.atomic
def write_repair(*, repair: Repair, at: date, by: Any = None, within: str = "") -> int:
    """Write the proposed shapes into the versions in force; row history keeps the old ones.

    ``by`` None: the operator at the console; else who approves, for the jurisdiction ``within``.
    """
    if by is not None:
        require(by=by, capability=Capability.APPROVE_ADJUSTMENT, codes=[within])
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
        audit.record(
            by=by,
            operation="write_repair",
            subject=next(iter(rows.values())),
            jurisdiction=jurisdiction_of(within),
            day=at.isoformat(),
            shapes=sorted(by_code),
        )
    return len(rows)
