"""What a measured correction would move, before anything is written; which there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from boundaries.domain.agreed import departures
from boundaries.domain.correcting import CannotCorrect, children_after, corrected
from boundaries.domain.lines import shared_edges
from boundaries.domain.repair import Move, move_of, together
from boundaries.models import DivisionVersion, LineAgreement, LineCorrection
from boundaries.queries.agreements import EDGE_RULE, edge_rules, get_agreement
from common.crs import area_km2
from common.errors import Refusal


class NothingAgreed(Refusal):
    template = (
        "No agreement is on record for line %(code)s on %(day)s: there is nothing to move to."
    )


@dataclass(frozen=True, slots=True)
class MovedDivision:
    """A division that a correction changes; ``name`` as of the day, areas km²."""

    version: DivisionVersion
    before: BaseGeometry
    move: Move

    @property
    def before_km2(self) -> float:
        return area_km2(self.before)

    @property
    def after_km2(self) -> float:
        return area_km2(self.move.shape)


@dataclass(frozen=True, slots=True)
class ProposedCorrection:
    """``most_before_m``, ``most_after_m``: how far edge and agreed line lie apart at most."""

    agreement: LineAgreement
    moved: Sequence[MovedDivision]
    joined_m: float
    most_before_m: float
    most_after_m: float


def correction_of(*, line_code: str, at: date) -> ProposedCorrection:
    """The polygons of both sides with the agreed line as their edge, parents and parts with them.

    Raises :class:`NothingAgreed` without an agreement, :class:`CannotCorrect` where the agreed line
    cannot be their edge.
    """
    agreement = get_agreement(line_code=line_code, at=at)
    if agreement is None:
        raise NothingAgreed(code=line_code, day=at.isoformat())
    cells = DivisionVersion.objects.on(at).county_cells()
    sides = {row.code: row for row in cells.filter(code__in=[agreement.code_a, agreement.code_b])}
    if len(sides) < 2:
        raise CannotCorrect("The shapes of both sides are not known on this day.")
    shapes = {code: _shape(row) for code, row in sides.items()}
    agreed = shapely.from_wkb(bytes(agreement.geometry.wkb))
    found = corrected(shapes, agreed)
    moved: list[MovedDivision] = []
    for code, row in sides.items():
        if (move := move_of(code, shapes[code], found.shapes[code])) is not None:
            moved.append(MovedDivision(row, shapes[code], move))
            moved += _parts(row, shapes[code], move.shape, at)
    moved += _parents(sides, found.shapes, at)
    return ProposedCorrection(
        agreement=agreement,
        moved=sorted(moved, key=lambda each: (each.version.level, each.version.code)),
        joined_m=found.joined_m,
        most_before_m=_apart(shapes, agreed, at),
        most_after_m=_apart(found.shapes, agreed, at),
    )


def corrections_of(*, line_code: str, until: date) -> QuerySet[LineCorrection]:
    """Every correction that was proposed for a line up to the day, the latest first."""
    rows = LineCorrection.objects.filter(line_code=line_code, proposed_at__date__lte=until)
    return rows.select_related("proposed_by", "decided_by", "undone_by", "agreement")


def _shape(row: DivisionVersion) -> BaseGeometry:
    return shapely.from_wkb(bytes(row.geometry.wkb))


def _apart(shapes: Mapping[str, BaseGeometry], agreed: BaseGeometry, at: date) -> float:
    """By the rule's tolerance; 0 where nothing is farther apart than that."""
    rule = edge_rules(on=at).get(EDGE_RULE)
    tolerance = rule.parameters["tolerance_m"] if rule else 1.0
    (edge,) = shared_edges(shapes)
    both = (
        *departures(agreed, edge.geometry, tolerance),
        *departures(edge.geometry, agreed, tolerance),
    )
    return max((each.most_m for each in both), default=0.0)


def _parts(
    row: DivisionVersion, before: BaseGeometry, after: BaseGeometry, at: date
) -> list[MovedDivision]:
    """Townships of a side, whose land follows the edge."""
    rows = DivisionVersion.objects.on(at).children_of(row.division_id).with_geometry()
    children = {child.code: child for child in rows}
    shapes = {code: _shape(child) for code, child in children.items()}
    changed = children_after(
        shapes, lost=shapely.difference(before, after), gained=shapely.difference(after, before)
    )
    found = []
    for code, shape in changed.items():
        if (move := move_of(code, shapes[code], shape)) is not None:
            found.append(MovedDivision(children[code], shapes[code], move))
    return found


def _parents(
    sides: Mapping[str, DivisionVersion], shapes: Mapping[str, BaseGeometry], at: date
) -> list[MovedDivision]:
    """Cities and provinces of one side only: made of their children as they are afterwards."""
    known: dict[Any, BaseGeometry] = {row.division_id: shapes[code] for code, row in sides.items()}
    found: list[MovedDivision] = []
    above = {row.parent_id for row in sides.values()}
    while len(above - {None}) > 1:
        parents = list(DivisionVersion.objects.on(at).with_geometry().filter(division__in=above))
        for parent in parents:
            rows = DivisionVersion.objects.on(at).children_of(parent.division_id).with_geometry()
            whole = together({row.code: known.get(row.division_id, _shape(row)) for row in rows})
            before = _shape(parent)
            if (move := move_of(parent.code, before, whole)) is not None:
                known[parent.division_id] = move.shape
                found.append(MovedDivision(parent, before, move))
        above = {parent.parent_id for parent in parents}
    return found
