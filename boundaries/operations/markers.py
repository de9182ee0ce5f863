"""Markers are recorded, corrected, visited and worked on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.domain.markers import (
    MarkerNumber,
    NumberFault,
    Witness,
    WrongNumber,
    parse_number,
)
from boundaries.models import (
    BoundaryLine,
    Inspection,
    Marker,
    MarkerKind,
    MarkerPhoto,
    MarkerVisit,
    WitnessObject,
    Work,
)
from boundaries.operations.inspections import editable
from boundaries.queries.divisions import divisions_at
from boundaries.queries.markers import (
    MARKER_RULE,
    NUMBER_RULE,
    PROVINCE_RULE,
    course_of,
    marker_rules,
)
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal
from common.photos import ReadPhoto, keep_file

KIND_OF = {"Q": MarkerKind.SINGLE, **dict.fromkeys("AB", MarkerKind.DOUBLE)}
POST_SIDES = {"A": 0, "B": 1}


class WrongMarkerNumber(BadInput):
    template = "“%(number)s” is not the number of a marker of this line."


class OffTheLine(BadInput):
    template = "The position lies %(metres)s m from the line: check the coordinates and the datum."


class OnTheOtherSide(BadInput):
    template = "Post %(post)s stands on the side of %(wanted)s, but the position lies in %(found)s."


class ChangedByOther(Refusal):
    template = (
        "Somebody else has changed this marker meanwhile (%(changes)s): nothing was saved. "
        "Compare, and save again if your values hold."
    )


class NoOtherSide(Refusal):
    template = "Work on a marker counts only with the other side present (Decree 353, Article 6)."


@dataclass(frozen=True, slots=True)
class MarkerFacts:
    """What stands in the register of a marker; positions in CGCS2000 degrees, lengths in metres."""

    number: str
    longitude: float
    latitude: float
    kind: str = ""
    material: str = ""
    accuracy_m: float | None = None
    measured_by: str = ""
    elevation_m: float | None = None
    manager_code: str = ""
    third_code: str = ""
    set_on: date | None = None
    note: str = ""
    approximate: bool = False
    witnesses: Sequence[Witness] = ()


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What was found at a marker; a measured position comes with its accuracy."""

    visited_on: date
    condition: str
    legible: bool | None = None
    longitude: float | None = None
    latitude: float | None = None
    accuracy_m: float | None = None
    work: str = ""
    both_present: bool = False
    people: str = ""
    note: str = ""
    witnesses: Sequence[Witness] = ()


def read_number(number: str, *, line: BoundaryLine, rules: Any) -> MarkerNumber:
    """What a number says, by the pattern of the province or of the county line it belongs to.

    Raises :class:`WrongMarkerNumber` with the reason.
    """
    ids = [NUMBER_RULE]
    if line.code_a[:2] != line.code_b[:2]:
        ids.insert(0, PROVINCE_RULE)
    fault = NumberFault.FORM
    for rule_id in ids:
        if rule_id not in rules:
            continue
        try:
            parsed = parse_number(number, rules[rule_id].parameters["pattern"])
        except WrongNumber as wrong:
            if wrong.fault != NumberFault.FORM:
                fault = wrong.fault
            continue
        if line.code_a.startswith(parsed.side_a) and line.code_b.startswith(parsed.side_b):
            return parsed
        fault = NumberFault.SIDES
    if fault == NumberFault.SIDES:
        raise WrongMarkerNumber(
            "“%(number)s” names other sides than this line has, or not the smaller code first.",
            number=number[:30],
        )
    if fault == NumberFault.SERIAL:
        raise WrongMarkerNumber(
            "“%(number)s” has no serial: serials begin with 001.", number=number[:30]
        )
    raise WrongMarkerNumber(
        "“%(number)s” is not written as a marker's number: %(example)s is one of this line.",
        number=number[:30],
        example=f"{line.code}001Q",
    )


def check_position(
    *, line: BoundaryLine, post: str, longitude: float, latitude: float, at: date, rules: Any
) -> float:
    """Metres beside the line; raises BadInput where no marker of this line can stand there."""
    course = course_of(line_code=line.code, at=at)
    limits = rules[MARKER_RULE].parameters
    offset = 0.0 if course is None else course.locate(longitude, latitude).offset
    if offset > limits["refuse_beyond_m"]:
        raise OffTheLine(metres=f"{offset:,.0f}")
    side = POST_SIDES.get(post)
    if side is not None:
        wanted, other = (line.code_a, line.code_b)[side], (line.code_b, line.code_a)[side]
        held = {
            each.code: each.name
            for each in divisions_at(longitude=longitude, latitude=latitude, at=at)
        }
        # Nearer to the line than the sketch polygons are true, the side cannot be told.
        if other in held and wanted not in held and offset > limits["warn_beyond_m"]:
            names = {line.code_a: line.name_a, line.code_b: line.name_b}
            raise OnTheOtherSide(post=post, wanted=names[wanted], found=names[other])
    return offset


@transaction.atomic
def save_marker(
    *,
    by: Any,
    at: date,
    line: BoundaryLine,
    facts: MarkerFacts,
    marker: Marker | None = None,
    seen: int = 0,
    reason: str = "",
) -> Marker:
    """Record a marker of a line, or correct one (``seen``: its version as the person saw it).

    Raises BadInput for numbers and positions that cannot be, :class:`ChangedByOther` where
    somebody else saved it in between.
    """
    require(by=by, capability=Capability.EDIT_LINE, codes=[line.code_a, line.code_b])
    rules = marker_rules(on=at, code=line.code_a)
    parsed = read_number(facts.number, line=line, rules=rules)
    check_position(
        line=line,
        post=parsed.post,
        longitude=facts.longitude,
        latitude=facts.latitude,
        at=at,
        rules=rules,
    )
    if marker is None:
        held = Marker(period=DateRange(facts.set_on or at, None))
    else:
        held = Marker.objects.select_for_update().get(pk=marker.pk)
        if held.version != seen:
            raise ChangedByOther(changes=_differences(held, facts))
        held.version += 1
    fill(held, line, parsed, facts)
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as error:
        raise BadInput(
            "Another marker has the number “%(number)s” on these days.", number=facts.number
        ) from error
    held.witnesses.all().delete()
    WitnessObject.objects.bulk_create(witness_rows(held, facts.witnesses))
    audit.record(
        by=by,
        operation="save_marker",
        subject=held,
        jurisdiction=own_side(
            by=by, capability=Capability.EDIT_LINE, codes=[line.code_a, line.code_b]
        ),
        reason=reason,
        number=held.number,
    )
    return held


def fill(held: Marker, line: BoundaryLine, parsed: MarkerNumber, facts: MarkerFacts) -> None:
    """Bring a row up to the facts; shared with the import."""
    held.line_code, held.code_a, held.code_b = line.code, line.code_a, line.code_b
    held.number, held.serial, held.post = facts.number, parsed.serial, parsed.post
    held.kind = facts.kind or KIND_OF.get(parsed.post, MarkerKind.TRIPLE)
    held.location = Point(facts.longitude, facts.latitude, srid=CGCS2000)
    for name in (
        "material", "accuracy_m", "measured_by", "elevation_m", "manager_code", "third_code",
        "set_on", "note", "approximate",
    ):  # fmt: skip
        setattr(held, name, getattr(facts, name))


def witness_rows(marker: Marker, witnesses: Sequence[Witness]) -> list[WitnessObject]:
    return [
        WitnessObject(marker=marker, order=order, **asdict(each))
        for order, each in enumerate(witnesses, start=1)
    ]


@transaction.atomic
def record_visit(
    *,
    by: Any,
    at: date,
    marker: Marker,
    facts: VisitFacts,
    photos: Sequence[tuple[str, ReadPhoto]] = (),
    inspection: Inspection | None = None,
) -> MarkerVisit:
    """Record how a marker was found and what was done to it; in the record of one's own side

    where it is part of a joint inspection. ``photos``: the side that the face looks to ("" for the
    whole marker) and the photo.

    A marker that was moved by agreement takes the measured position as its own. Raises BadInput
    for a day to come, a measurement without accuracy or far from the line, :class:`NoOtherSide`
    for work without the other side.
    """
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=_sides(marker))
    side = None
    if inspection is not None:
        work, side = editable(by=by, inspection=inspection)
        if marker.line_code != work.line_code:
            raise BadInput(
                "Marker %(number)s is not one of the inspected line.", number=marker.number
            )
    held = Marker.objects.select_for_update().get(pk=marker.pk)
    if facts.visited_on > at:
        raise BadInput(
            "%(day)s is still to come: record the visit afterwards.",
            day=facts.visited_on.isoformat(),
        )
    if facts.work and not facts.both_present:
        raise NoOtherSide
    measured = _measured(facts)
    if facts.work == Work.MOVED and measured is None:
        raise BadInput("A marker that was moved needs its new position and accuracy.")
    if measured is not None:
        line = BoundaryLine.objects.on(facts.visited_on).filter(code=held.line_code).first()
        if line is not None:
            check_position(
                line=line,
                post="",
                longitude=measured.x,
                latitude=measured.y,
                at=facts.visited_on,
                rules=marker_rules(on=facts.visited_on, code=held.code_a),
            )
    visit = MarkerVisit.objects.create(
        marker=held,
        side=side,
        visited_on=facts.visited_on,
        condition=facts.condition,
        legible=facts.legible,
        measured=measured,
        measured_accuracy_m=facts.accuracy_m if measured is not None else None,
        registered=held.location,
        registered_accuracy_m=held.accuracy_m,
        witness_check=[asdict(each) for each in facts.witnesses],
        work=facts.work,
        both_present=facts.both_present,
        people=facts.people.strip(),
        note=facts.note.strip(),
        recorded_by=by,
    )
    for face, photo in photos:
        keep_marker_photo(photo, marker=held, visit=visit, by=by, face=face)
    if facts.work == Work.MOVED:
        assert measured is not None
        held.location, held.accuracy_m = measured, facts.accuracy_m
        held.version += 1
        held.save(update_fields=["location", "accuracy_m", "version"])
    audit.record(
        by=by,
        operation="visit_marker",
        subject=visit,
        jurisdiction=own_side(by=by, capability=Capability.RECORD_INSPECTION, codes=_sides(held)),
        number=held.number,
        condition=facts.condition,
        work=facts.work,
    )
    return visit


def keep_marker_photo(
    read: ReadPhoto, *, marker: Marker, visit: MarkerVisit | None, by: Any, face: str = ""
) -> MarkerPhoto:
    """Keep the file with its hash; the same file is not kept twice for one marker."""
    known = MarkerPhoto.objects.filter(marker=marker, sha256=read.sha256).first()
    if known is not None:
        return known
    photo = MarkerPhoto(marker=marker, visit=visit, face=face, uploaded_by=by)
    keep_file(photo, read)
    return photo


def _sides(marker: Marker) -> list[str]:
    return [code for code in (marker.code_a, marker.code_b, marker.third_code) if code]


def _measured(facts: VisitFacts) -> Point | None:
    given = [facts.longitude, facts.latitude, facts.accuracy_m]
    if all(value is None for value in given):
        return None
    if facts.longitude is None or facts.latitude is None or facts.accuracy_m is None:
        raise BadInput("A measured position has longitude, latitude and accuracy, all three.")
    if not facts.accuracy_m > 0:
        raise BadInput("An accuracy is a positive number of metres.")
    return Point(facts.longitude, facts.latitude, srid=CGCS2000)


def _differences(held: Marker, facts: MarkerFacts) -> str:
    """What stands now where the person would write something else: both values are shown."""
    told = []
    there, wanted = held.location.coords, (facts.longitude, facts.latitude)
    if there != wanted:
        label = Marker._meta.get_field("location").verbose_name
        told.append("{}: {:.6f}, {:.6f} ≠ {:.6f}, {:.6f}".format(label, *there, *wanted))
    for name in ("number", "accuracy_m", "material", "elevation_m", "manager_code", "note"):
        if getattr(held, name) != getattr(facts, name):
            label = Marker._meta.get_field(name).verbose_name
            told.append(f"{label}: {getattr(held, name)} ≠ {getattr(facts, name)}")
    return "; ".join(told) or "—"
