"""Visits to markers: what was found and done, with photos; in a side's record or at any time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.domain.markers import Witness
from boundaries.models import (
    BoundaryLine,
    Inspection,
    InspectionSide,
    Marker,
    MarkerPhoto,
    MarkerVisit,
    Work,
)
from boundaries.operations.inspections import editable, require_its_days
from boundaries.operations.markers import check_position
from boundaries.queries.markers import SHOWN, marker_rules
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal
from common.photos import ReadPhoto, keep_file


class NoOtherSide(Refusal):
    template = "Work on a marker counts only with the other side present (Decree 353, Article 6)."


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

    A marker that was moved by agreement takes the measured position as its own: at once, or when
    the joint inspection is filed. Raises BadInput for a day to come or before the inspection, a
    measurement without accuracy or far from the line, a photo given twice, a move that the other
    side has recorded already; :class:`NoOtherSide` for work without the other side.
    """
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=marker.codes)
    side = None
    if inspection is not None:
        # The inspection is locked before its markers, as where it is filed.
        work, side = editable(by=by, inspection=inspection)
        if not Marker.objects.of_line(work.line_code).filter(pk=marker.pk).exists():
            raise BadInput(
                "Marker %(number)s is not one of the inspected line.", number=marker.number
            )
        require_its_days(work, facts.visited_on, at=at)
    elif facts.visited_on > at:
        raise BadInput(
            "%(day)s is still to come: record the visit afterwards.",
            day=facts.visited_on.isoformat(),
        )
    if facts.work and not facts.both_present:
        raise NoOtherSide
    held = Marker.objects.select_for_update().get(pk=marker.pk)
    measured = _measured(facts)
    if facts.work == Work.MOVED:
        if measured is None:
            raise BadInput("A marker that was moved needs its new position and accuracy.")
        _refuse_second_move(held, side, facts.visited_on)
    if measured is not None:
        _check_place(held, measured, facts, at=at)
    _refuse_twice([photo for _face, photo in photos])
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
        keep_file(MarkerPhoto(marker=held, visit=visit, face=face, uploaded_by=by), photo)
    if facts.work == Work.MOVED and side is None:
        held.place_at(measured, facts.accuracy_m)
    audit.record(
        by=by,
        operation="visit_marker",
        subject=visit,
        jurisdiction=own_side(by=by, capability=Capability.RECORD_INSPECTION, codes=held.codes),
        number=held.number,
        condition=facts.condition,
        work=facts.work,
    )
    return visit


@transaction.atomic
def remove_visit(*, by: Any, inspection: Inspection, pk: UUID) -> None:
    """Take back a visit that was recorded by mistake in one's own record, with its photos."""
    held, side = editable(by=by, inspection=inspection)
    visit = side.visits.select_related("marker").filter(pk=pk).first()
    if visit is None:
        raise BadInput("This visit is not in the record of your side.")
    files = [photo.image for photo in visit.photos.all()]
    visit.photos.all().delete()
    audit.record(
        by=by,
        operation="remove_visit",
        subject=visit,
        jurisdiction=side.code,
        line=held.line_code,
        number=visit.marker.number,
        visited_on=visit.visited_on.isoformat(),
    )
    visit.delete()
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in files])


def _refuse_second_move(marker: Marker, side: InspectionSide | None, on: date) -> None:
    """One inspection gives a marker one new position: both sides stood there together.

    Outside of one, a move that is recorded late does not undo a later one.
    """
    others = MarkerVisit.objects.filter(marker=marker, work=Work.MOVED)
    if side is None:
        later = others.filter(SHOWN, visited_on__gt=on).order_by("-visited_on").first()
        if later is not None:
            raise BadInput(
                "Marker %(number)s was moved again on %(day)s: record this visit without the move.",
                number=marker.number,
                day=later.visited_on.isoformat(),
            )
        return
    if others.filter(side__inspection=side.inspection_id).exists():
        raise BadInput(
            "The move of marker %(number)s stands in the record of this inspection already: one "
            "side records it for both.",
            number=marker.number,
        )


def _check_place(marker: Marker, measured: Point, facts: VisitFacts, *, at: date) -> None:
    """Against the line of the day; on a day without one, against the last that is on record.

    A marker may be found on the wrong side; it is not put there.
    """
    lines = BoundaryLine.objects.filter(code=marker.line_code)
    line = lines.on(facts.visited_on).first() or lines.order_by("-period").first()
    if line is not None:
        check_position(
            line=line,
            post=marker.post if facts.work == Work.MOVED else "",
            longitude=measured.x,
            latitude=measured.y,
            at=facts.visited_on,
            rules=marker_rules(on=at, code=marker.code_a),
            third_code=marker.third_code,
        )


def _refuse_twice(photos: Sequence[ReadPhoto]) -> None:
    """Before any file is written."""
    if len({photo.sha256 for photo in photos}) < len(photos):
        raise BadInput("The same photo was given twice: choose another one for each face.")


def _measured(facts: VisitFacts) -> Point | None:
    given = [facts.longitude, facts.latitude, facts.accuracy_m]
    if all(value is None for value in given):
        return None
    if facts.longitude is None or facts.latitude is None or facts.accuracy_m is None:
        raise BadInput("A measured position has longitude, latitude and accuracy, all three.")
    if not facts.accuracy_m > 0:
        raise BadInput("An accuracy is a positive number of metres.")
    return Point(facts.longitude, facts.latitude, srid=CGCS2000)
