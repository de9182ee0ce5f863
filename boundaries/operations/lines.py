"""Deriving boundary lines from polygons; recording joint inspections."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import GEOSGeometry, MultiLineString, Polygon
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.domain.lines import SharedEdge, UnmatchedContact, edges_of, line_level
from boundaries.models import (
    BoundaryLine,
    DivisionKind,
    DivisionVersion,
    Inspection,
    JointInspection,
)
from boundaries.queries.divisions import names_of_sides
from boundaries.queries.lines import CYCLE_RULE, inspection_rules
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal

# Hong Kong, Macao and Taiwan: no line with them is under joint inspection by Decree 353.
OUTSIDE_JOINT_INSPECTION = ("71", "81", "82")
# Areas that no list of counties knows have no county line either.
NO_COUNTIES = (DivisionKind.OUTSIDE_CODES, DivisionKind.STATISTICAL)


@dataclass(slots=True)
class LineChanges:
    """What a derivation finds, by line code; ``unmatched`` contacts need repaired polygons.

    ``level_m``: metres that are part of provincial (1), city (2) and county lines (3).
    """

    new: list[str] = field(default_factory=list)
    redrawn: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: int = 0
    surveyed: int = 0
    unmatched: list[UnmatchedContact] = field(default_factory=list)
    length_m: float = 0.0
    level_m: dict[int, float] = field(default_factory=lambda: {1: 0.0, 2: 0.0, 3: 0.0})


class CannotRecordInspection(Refusal):
    template = "The joint inspection cannot be recorded."


@transaction.atomic
def derive_lines(
    *, within: str, by: Any, at: date, commit: bool = True, left: Collection[str] = ()
) -> LineChanges:
    """Make the lines of the counties in ``within`` agree with the polygons in force on ``at``.

    A line stands for every pair of county cells (Dongguan and Zhongshan count as such) that share
    an edge, at least one of them in ``within``. Left out are edges with Hong Kong, Macao and
    Taiwan (71, 81, 82), which are not county lines under joint inspection, and edges with areas
    that the code list does not know. Derived lines are redrawn in place, with the former shape in
    the row history, where the polygons were corrected; where a side has a new version the old
    line ends the day it begins. A line that was surveyed (not derived) is never touched.

    ``by`` may be None for the operator at the console. Without ``commit`` nothing is written.
    """
    if by is not None:
        require(by=by, capability=Capability.EDIT_LINE, codes=[within])
    cells = _cells(within=within, at=at)
    edges = edges_of(
        {code: shapely.from_wkb(bytes(cell.geometry.wkb)) for code, cell in cells.items()}
    )
    changes = LineChanges(
        unmatched=[c for c in edges.unmatched if _touches(within, c.code_a, c.code_b)]
    )
    on_the_day = BoundaryLine.objects.on(at).touching(within)
    standing = {line.code: line for line in on_the_day.select_for_update()}
    later = _later_lines(within, at)
    created, changed = [], []
    for edge in edges.shared:
        if not _is_county_line(edge, cells, within):
            continue
        changes.length_m += edge.length_m
        changes.level_m[line_level(edge.code_a, edge.code_b)] += edge.length_m
        wanted = _drawn(edge, cells[edge.code_a], cells[edge.code_b])
        wanted.period = _until(wanted.period, later.get(edge.code))
        line = standing.pop(edge.code, None)
        if line is None:
            changes.new.append(edge.code)
            created.append(wanted)
        elif not line.derived:
            changes.surveyed += 1
        elif edge.code in left or _agree(line, wanted):
            changes.unchanged += 1
        else:
            changes.redrawn.append(edge.code)
            changed.append((line, wanted))
    gone = [line for line in standing.values() if line.derived and line.code not in left]
    changes.ended = [line.code for line in gone]
    if commit:
        _end(gone, at)
        created += [successor for line, wanted in changed if (successor := _redraw(line, wanted))]
        BoundaryLine.objects.bulk_create(created, batch_size=500)
        touched = [*created, *(line for line, _ in changed), *gone]
        if touched:
            audit.record(
                by=by,
                operation="derive_lines",
                subject=touched[0],
                jurisdiction=within,
                day=at.isoformat(),
                new=changes.new,
                redrawn=changes.redrawn,
                ended=changes.ended,
            )
    return changes


def _cells(*, within: str, at: date) -> Mapping[str, DivisionVersion]:
    """County cells of ``within`` and all that may touch them."""
    everywhere = DivisionVersion.objects.on(at).county_cells()
    extent = everywhere.within(within).aggregate(box=Extent("geometry"))["box"]
    if extent is None:
        raise BadInput(
            "No county of “%(code)s” has a shape on %(day)s.", code=within, day=at.isoformat()
        )
    frame = Polygon.from_bbox(extent)
    frame.srid = CGCS2000
    return {cell.code: cell for cell in everywhere.filter(geometry__bboverlaps=frame)}


def _touches(within: str, *codes: str) -> bool:
    return any(code.startswith(within) for code in codes)


def _is_county_line(edge: SharedEdge, cells: Mapping[str, DivisionVersion], within: str) -> bool:
    sides = (edge.code_a, edge.code_b)
    return (
        _touches(within, *sides)
        and not any(code.startswith(OUTSIDE_JOINT_INSPECTION) for code in sides)
        and not any(cells[code].kind in NO_COUNTIES for code in sides)
    )


def _drawn(edge: SharedEdge, a: DivisionVersion, b: DivisionVersion) -> BoundaryLine:
    """The line as the polygons have it, for the days on which both versions are in force."""
    return BoundaryLine(
        code=edge.code,
        side_a_id=a.division_id,
        side_b_id=b.division_id,
        code_a=a.code,
        code_b=b.code,
        name_a=a.name,
        name_b=b.name,
        period=_both(a.period, b.period),
        geometry=_multi(edge),
        length_m=edge.length_m,
        derived=True,
        source_id=a.source_id,
        synthetic=a.synthetic or b.synthetic,
        approximate=a.approximate or b.approximate,
    )


def _multi(edge: SharedEdge) -> MultiLineString:
    shape = GEOSGeometry(memoryview(shapely.to_wkb(edge.geometry)), srid=CGCS2000)
    assert isinstance(shape, MultiLineString)
    return shape


def _both(one: Any, other: Any) -> DateRange:
    lower = max((day for day in (one.lower, other.lower) if day), default=None)
    upper = min((day for day in (one.upper, other.upper) if day), default=None)
    return DateRange(lower, upper)


def _agree(line: BoundaryLine, wanted: BoundaryLine) -> bool:
    return (
        line.geometry.equals_exact(wanted.geometry)
        and (line.name_a, line.name_b) == (wanted.name_a, wanted.name_b)
        and line.period.upper == wanted.period.upper
    )


def _later_lines(within: str, at: date) -> dict[str, date]:
    """Code → when the next line of these two sides begins: a survey has taken the place."""
    rows = BoundaryLine.objects.touching(within).filter(period__startswith__gt=at)
    return dict(rows.order_by("-period").values_list("code", "period__startswith"))


def _until(period: Any, later: date | None) -> Any:
    if later is None or (period.upper is not None and period.upper <= later):
        return period
    return DateRange(period.lower, later)


def _redraw(line: BoundaryLine, wanted: BoundaryLine) -> BoundaryLine | None:
    """Correct the line in place, or end it and return its successor where a side is new."""
    begins, ends = line.period.lower, wanted.period.lower
    if ends is not None and (begins is None or begins < ends):
        line.period = DateRange(begins, ends)
        line.save(update_fields=["period"])
        return wanted
    line.period = DateRange(begins, wanted.period.upper)
    line.geometry, line.length_m = wanted.geometry, wanted.length_m
    line.name_a, line.name_b = wanted.name_a, wanted.name_b
    line.save(update_fields=["period", "geometry", "length_m", "name_a", "name_b"])
    return None


def _end(gone: list[BoundaryLine], at: date) -> None:
    """Sides that no longer touch: the line ends; one that never held is taken back."""
    for line in gone:
        if line.period.lower != at:
            line.period = DateRange(line.period.lower, at)
            line.save(update_fields=["period"])
        elif line.inspections.exists() or line.works.exists():
            raise Refusal(
                "Line %(code)s has joint inspections, yet its sides do not touch on %(day)s: "
                "check the polygons.",
                code=line.code,
                day=at.isoformat(),
            )
        else:
            BoundaryLine.objects.filter(pk=line.pk).delete()


@transaction.atomic
def record_inspection(
    *, by: Any, line: BoundaryLine, inspected_on: date, lead: str, summary: str, at: date
) -> JointInspection:
    """Enter from paper, by one side, that both inspected the line together (Decree 353, Art 12).

    ``lead`` is the code of the side that led this round; that it alternates is asked for in the
    form and not enforced, as records of earlier rounds may be incomplete. Refused: a day to come,
    a day before the rule or after the line, a second inspection on one day, a lead from elsewhere,
    and any while a regular inspection is under way: that one is signed by both sides and filed.
    """
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=[line.code_a, line.code_b])
    line = BoundaryLine.objects.select_for_update().get(pk=line.pk)
    day = inspected_on.isoformat()
    under_way = Inspection.objects.under_way(at).filter(line_code=line.code, kind="regular").first()
    if under_way is not None:
        raise CannotRecordInspection(
            "A joint inspection of this line is under way since %(begun)s: both sides sign that "
            "one and file it, or give it up.",
            begun=under_way.begun_on.isoformat(),
        )
    if inspected_on > at:
        raise CannotRecordInspection("%(day)s is still to come: record it afterwards.", day=day)
    if CYCLE_RULE not in inspection_rules(on=inspected_on, code=line.code):
        raise CannotRecordInspection(
            "On %(day)s the regulation on joint inspection was not yet in force.", day=day
        )
    if line.period.upper is not None and inspected_on >= line.period.upper:
        raise CannotRecordInspection(
            "The line ended on %(end)s: it cannot be inspected on %(day)s.",
            end=line.period.upper.isoformat(),
            day=day,
        )
    sides = {line.code_a: line.side_a, line.code_b: line.side_b}
    if lead not in sides:
        names = names_of_sides(line=line, at=inspected_on)
        raise CannotRecordInspection(
            "“%(lead)s” is not a side of this line: %(a)s or %(b)s leads.",
            lead=lead,
            a=names[line.code_a],
            b=names[line.code_b],
        )
    same_day = JointInspection.objects.filter(line__code=line.code, inspected_on=inspected_on)
    if same_day.exists():
        raise CannotRecordInspection("This line already has an inspection on that day.")
    inspection = JointInspection.objects.create(
        line=line, inspected_on=inspected_on, lead=sides[lead], summary=summary.strip()
    )
    audit.record(
        by=by,
        operation="record_inspection",
        subject=inspection,
        # The log is read by jurisdiction: the line is entered for the side that recorded it.
        jurisdiction=own_side(by=by, capability=Capability.RECORD_INSPECTION, codes=sides),
        line=line.code,
        inspected_on=day,
        lead=lead,
    )
    return inspection
