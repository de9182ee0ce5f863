"""Questions about joint inspections: which are under way, what they say, who reads them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.domain.scope import any_covers
from accounts.scoping import may_here
from boundaries.domain.displacement import displacement
from boundaries.domain.joint_record import SideState, Stage, content_hash, stage_of
from boundaries.models import (
    Handling,
    Inspection,
    InspectionSide,
    Marker,
    MarkerVisit,
    OpenPoint,
    WitnessObject,
)
from boundaries.queries.agreements import get_agreement
from boundaries.queries.lines import inspections as finished
from boundaries.queries.markers import MARKER_RULE, beside, course_of, marker_rules
from common.models import Rule
from common.rules import RuleEdition

PLAN_RULE, PATROL_RULE = "B-PLAN", "B-PATROL"


def inspection_works(*, at: date, within: str = "") -> QuerySet[Inspection]:
    """Joint inspections begun by the day, the newest first, with their sides."""
    rows: Any = Inspection.objects.filter(begun_on__lte=at).touching(within)  # type: ignore[attr-defined]
    found: QuerySet[Inspection] = rows.select_related("line", "result").prefetch_related("sides")
    return found


def works_of(*, code: str, at: date) -> QuerySet[Inspection]:
    """The joint inspections of one line, begun by the day, the newest first."""
    rows = Inspection.objects.filter(line_code=code, begun_on__lte=at)
    return rows.prefetch_related("sides")


def get_inspection(*, pk: UUID) -> Inspection | None:
    # Markers of three lines have serials of their own line: its code stands before.
    order = ("marker__line_code", "marker__serial", "marker__post", "visited_on", "pk")
    visits = MarkerVisit.objects.select_related("marker").prefetch_related("photos")
    sides = InspectionSide.objects.select_related("submitted_by", "signed_by").prefetch_related(
        "sections", Prefetch("visits", visits.order_by(*order))
    )
    rows = Inspection.objects.select_related("line", "result")
    return rows.prefetch_related(Prefetch("sides", sides), "points").filter(pk=pk).first()


def stage(inspection: Inspection, *, at: date) -> Stage:
    """How far it was on the day, by what stands on record; a record opened again counts as open."""
    sides = [
        SideState(
            by_then(side.submitted_at, at) is not None,
            side.signed_hash if by_then(side.signed_at, at) else "",
        )
        for side in inspection.sides.all()
    ]
    return stage_of(
        sides,
        filed=by_then(inspection.filed_on, at) is not None,
        given_up=by_then(inspection.given_up_on, at) is not None,
    )


def by_then(when: Any, at: date) -> Any:
    """A day or a moment of the record as it was known on a day: None where it came later."""
    if when is None:
        return None
    day = timezone.localdate(when) if isinstance(when, datetime) else when
    return when if day <= at else None


def particulars_hash(inspection: Inspection) -> str:
    """What a person saw of the particulars that both sides write."""
    day = inspection.inspected_on
    return content_hash(
        {
            "inspected_on": day.isoformat() if day else "",
            "basis": inspection.basis,
            "suggestions": inspection.suggestions,
        }
    )


def open_points(*, at: date, by: Any, line_code: str = "") -> QuerySet[OpenPoint]:
    """Problems that are open on the day, of one line or of all, as far as a person reads them.

    Whatever inspection found them. What a side has not submitted yet stands in its own record only.
    """
    rows = OpenPoint.objects.filter(shown_to(by), raised_on__lte=at)
    if line_code:
        rows = rows.filter(line_code=line_code)
    return rows.filter(Q(closed_on=None) | Q(closed_on__gt=at)).select_related("inspection")


def points_of(inspection: Inspection, *, by: Any) -> QuerySet[OpenPoint]:
    """The problems of an inspection and those carried on to it, as far as a person reads them."""
    return _points(inspection).filter(shown_to(by)).select_related("inspection")


def _laid_open() -> Q:
    """Problems in a record that its side has submitted."""
    sides = InspectionSide.objects.filter(
        inspection=OuterRef("inspection"), code=OuterRef("raised_by"), submitted_at__isnull=False
    )
    return Q(Exists(sides))


def shown_to(by: Any) -> Q:
    """Problems that a person reads: submitted ones, and those of one's own jurisdiction."""
    shown = _laid_open()
    for own in by.jurisdictions():
        shown |= Q(raised_by__startswith=own)
    return shown


def stands_above(by: Any, codes: Sequence[str]) -> bool:
    """Whether a person inspects lines for all of these sides: the common superior."""
    allowed = by.jurisdictions_for(Capability.RECORD_INSPECTION)
    return all(any_covers(allowed, code) for code in codes)


def side_for(by: Any, inspection: Inspection, capability: Capability) -> str:
    """The side that a person acts for, "" for who has none or who stands above both."""
    allowed = by.jurisdictions_for(capability)
    held = [code for code in inspection.codes if any_covers(allowed, code)]
    return held[0] if len(held) == 1 else ""


def readable_sides(by: Any, inspection: Inspection) -> list[str]:
    """Whose record a person reads: one's own, the superior both, everybody what is submitted."""
    everywhere = by.jurisdictions()
    return [
        side.code
        for side in inspection.sides.all()
        if side.submitted_at is not None or any_covers(everywhere, side.code)
    ]


def may_settle(by: Any, point: OpenPoint) -> bool:
    """For buttons: whether a person may close a problem that is open."""
    codes = point.inspection.codes
    if point.closed_on is not None:
        return False
    if point.handling == Handling.MEDIATION:
        return stands_above(by, codes)
    return may_here(by=by, capability=Capability.RECORD_INSPECTION, codes=codes)


def content_of(inspection: Inspection) -> dict[str, Any]:
    """What both sides sign: everything that stands in the report, and nothing else.

    What was signed stays as it was signed.
    """
    if inspection.frozen is not None:
        kept: dict[str, Any] = inspection.frozen
        return kept
    day = inspection.inspected_on or inspection.begun_on
    markers = list(
        Marker.objects.on(day)
        .of_line(inspection.line_code)
        .order_by("line_code", "serial", "post")
        .values_list("number", "location", "accuracy_m")
    )
    witnesses: dict[str, list[list[Any]]] = {}
    objects = WitnessObject.objects.filter(
        marker__number__in=[number for number, _where, _accuracy in markers],
        marker__period__contains=day,
    )
    # In one order always: the hash is of what is told, not of how it came.
    for each in objects.select_related("marker").order_by("marker__number", "order"):
        told = [each.what, each.distance_m, each.azimuth]
        witnesses.setdefault(each.marker.number, []).append(told)
    limits = marker_rules(on=day, code=inspection.code_a)[MARKER_RULE].parameters
    agreement = get_agreement(line_code=inspection.line_code, at=day)
    course = course_of(line_code=inspection.line_code, at=day) if agreement else None
    agreed = (course, agreement.accuracy_m if agreement else None)
    before = finished(code=inspection.line_code, until=inspection.begun_on).first()
    return {
        "line": inspection.line_code,
        "sides_named": [inspection.line.name_a, inspection.line.name_b],
        "length_m": round(inspection.line.length_m, 1),
        "kind": inspection.kind,
        "section": inspection.section,
        "lead": inspection.lead_code,
        "begun_on": inspection.begun_on.isoformat(),
        "inspected_on": inspection.inspected_on.isoformat() if inspection.inspected_on else "",
        "last_on": before.inspected_on.isoformat() if before else "",
        "basis": inspection.basis,
        "suggestions": inspection.suggestions,
        "synthetic": inspection.synthetic or inspection.line.synthetic,
        "markers": [number for number, _where, _accuracy in markers],
        "positions": {
            number: [*(round(value, 9) for value in where.coords), accuracy]
            for number, where, accuracy in markers
        },
        "witnesses": witnesses,
        "sides": {side.code: _side(side, limits, agreed) for side in inspection.sides.all()},
        "points": [_point(point) for point in _points(inspection)],
    }


def hash_of(inspection: Inspection) -> str:
    return content_hash(content_of(inspection))


def _points(inspection: Inspection) -> QuerySet[OpenPoint]:
    """Points of this inspection, and those of earlier ones that were open when it began.

    What a side has not submitted in another inspection is not told in this one.
    """
    own = Q(inspection=inspection)
    carried = Q(line_code=inspection.line_code, raised_on__lt=inspection.begun_on) & (
        Q(closed_on=None) | Q(closed_on__gte=inspection.begun_on)
    )
    carried &= _laid_open()
    return OpenPoint.objects.filter(own | carried).order_by("raised_on", "pk")


def _side(side: InspectionSide, limits: Any, agreed: Any) -> dict[str, Any]:
    return {
        "organisers": side.organisers,
        "people": side.people,
        "sections": [
            {
                "from": each.begins,
                "to": each.ends,
                "walked_on": each.walked_on.isoformat(),
                "state": each.state,
                "features": each.features,
                "crossing": each.crossing,
                "note": each.note,
            }
            for each in side.sections.all()
        ],
        "visits": [_visit(each, limits, agreed) for each in side.visits.all()],
    }


def _visit(visit: MarkerVisit, limits: Any, agreed: Any) -> dict[str, Any]:
    """``agreed``: the course of the agreed line and its accuracy, None where there is none."""
    course, line_accuracy = agreed
    told: dict[str, Any] = {
        "marker": visit.marker.number,
        "visited_on": visit.visited_on.isoformat(),
        "condition": visit.condition,
        "legible": visit.legible,
        "work": visit.work,
        "both_present": visit.both_present,
        "people": visit.people,
        "note": visit.note,
        "witnesses": visit.witness_check,
        "photos": sorted(photo.sha256 for photo in visit.photos.all()),
    }
    if visit.measured is not None:
        told["measured"] = [round(value, 9) for value in visit.measured.coords]
        told["accuracy_m"] = visit.measured_accuracy_m
        if visit.registered_accuracy_m is not None and visit.measured_accuracy_m is not None:
            found = displacement(
                visit.registered.coords,
                visit.registered_accuracy_m,
                visit.measured.coords,
                visit.measured_accuracy_m,
                in_place_within=limits["in_place_within"],
                moved_beyond=limits["moved_beyond"],
            )
            told["displacement"] = {
                "metres": round(found.distance_m, 3),
                "azimuth": round(found.azimuth, 1) % 360,
                "sigma_m": round(found.sigma_m, 3),
                "verdict": str(found.verdict),
            }
        if course is not None:
            offset = course.locate(*visit.measured.coords).offset
            off = beside(
                visit.marker.kind, offset, visit.measured_accuracy_m, line_accuracy, limits
            )
            if off is not None:
                told["off_line"] = {
                    "metres": round(off.distance_m, 3),
                    "sigma_m": round(off.sigma_m, 3),
                    "verdict": str(off.verdict),
                }
    return told


def _point(point: OpenPoint) -> dict[str, Any]:
    return {
        "about": point.about,
        "what": point.what,
        "raised_by": point.raised_by,
        "raised_on": point.raised_on.isoformat(),
        "handling": point.handling,
        "closed_on": point.closed_on.isoformat() if point.closed_on else "",
        "outcome": point.outcome,
        "both_present": point.both_present,
    }


def plan_rule(*, on: date, code: str) -> RuleEdition | None:
    """By which day of a year a plan is filed."""
    return Rule.objects.filter(rule_id=PLAN_RULE).in_force(on=on, code=code).get(PLAN_RULE)


def patrol_rules(*, on: date) -> Callable[[str], RuleEdition | None]:
    """The edition about patrols for a code; one query, however many codes are asked."""
    rows = list(Rule.objects.on(on).filter(rule_id=PATROL_RULE))
    rows.sort(key=lambda row: -len(row.jurisdiction))

    def edition(code: str) -> RuleEdition | None:
        return next((r.as_edition() for r in rows if code.startswith(r.jurisdiction)), None)

    return edition
