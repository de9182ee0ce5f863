"""The day comes on which an announced name becomes standard: the gazetteer is written.

A naming makes the place and its name; a renaming ends the old name, which is a former one from
that day on; an abolition ends the name, and the place where it has vanished. Apps above hear of
it by :data:`name_changed`, once all is committed.
"""

import logging
from datetime import date
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.dispatch import Signal
from django.utils import timezone

from boundaries.models import DivisionVersion
from common import audit
from gazetteer.domain.classes import own_properties
from gazetteer.domain.workflow import CannotMove
from gazetteer.models import (
    CaseKind,
    NameKind,
    NameMove,
    NameRelation,
    NameRelationKind,
    NameStatus,
    NamingCase,
    Place,
    PlaceName,
)
from gazetteer.operations.end_place import write_end
from gazetteer.operations.spell import spell

# Sent after commit with ``case``, ``place`` (id), ``on`` (day of effect) and ``at`` (today).
name_changed = Signal()
log = logging.getLogger(__name__)


def apply_to_gazetteer(*, case: NamingCase, by: Any, on: date) -> None:
    """Write what the case decided, from its day of effect on; part of the step's transaction."""
    place = case.place or _new_place(case)
    place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    _refuse_division(case, place, on)
    if place.ended_on is not None and place.ended_on <= on:
        raise CannotMove("The place is no more since %(day)s.", day=place.ended_on.isoformat())
    standard = place.names.on(on).standard().select_for_update(of=("self",)).first()
    if standard is not None and standard.text != case.current_text:
        raise CannotMove(
            "The place has another name now, “%(name)s”: the case does not fit any more.",
            name=standard.text,
        )
    if case.kind != CaseKind.NAMING and standard is None:
        raise CannotMove("The place has no standard name that could be changed or abolished.")
    _refuse_later_names(place, standard, on)
    if case.kind == CaseKind.ABOLITION:
        case.name = _abolish(case, place, standard, on)
    else:
        if standard is not None:
            _end(standard, on)
        case.name = _give(case, place, on)
        if standard is not None:
            _keep_former(case, standard, case.name, on)
    case.place = place
    audit.record(
        by=by,
        operation="name_takes_effect",
        subject=place,
        jurisdiction=place.division_code,
        reason=case.number,
        before=case.current_text,
        after=case.text,
        on=on.isoformat(),
    )
    _tell(case, place, on)


def _new_place(case: NamingCase) -> Place:
    known = own_properties(case.class_code)
    place = Place(
        legal_category=case.category,
        class_code=case.class_code,
        division_code=case.division_code,
        geometry=case.geometry,
        description=case.position,
        attributes={key: value for key, value in case.details.items() if key in known},
        source=case.source,
        synthetic=case.synthetic,
        approximate=case.approximate,
    )
    place.save(force_insert=True)
    return place


def _refuse_division(case: NamingCase, place: Place, on: date) -> None:
    """A division's name is changed by an adjustment of divisions; the gazetteer follows it."""
    if place.division_id is None:
        return
    version = DivisionVersion.objects.on(on).filter(division_id=place.division_id).first()
    ended = version is None and case.kind == CaseKind.ABOLITION
    if not ended and (version is None or version.name != case.text):
        raise CannotMove(
            "The name of a division changes with an adjustment of divisions: enter that first."
        )


def _refuse_later_names(place: Place, standard: PlaceName | None, on: date) -> None:
    """Nothing may lie on the days that the name is to hold, and the old one must have begun."""
    later = place.names.standard().filter(period__overlap=DateRange(on, None))
    if standard is not None:
        later = later.exclude(pk=standard.pk)
        lower = standard.period.lower
        if lower is not None and lower >= on:
            raise CannotMove(
                "The name “%(name)s” began on %(day)s itself.",
                name=standard.text,
                day=lower.isoformat(),
            )
    other = later.first()
    if other is not None:
        raise CannotMove(
            "The place has the standard name “%(name)s” on later days already.", name=other.text
        )


def status_after(*, case: NamingCase, before: str, on: date) -> str:
    """The status that a case of this kind may give to a name that had ``before``."""
    rows = NameMove.objects.on(on).for_code(case.division_code)
    row = rows.filter(case_kind=case.kind, before=before).last()
    if row is None or not row.allowed:
        raise CannotMove("No rule lets a case of this kind change the status of the name.")
    return str(row.after)


def _give(case: NamingCase, place: Place, on: date) -> PlaceName:
    for proposed in place.names.on(on).filter(kind=NameKind.PROPOSED, text=case.text):
        _end(proposed, on)
    name = PlaceName(
        place=place,
        text=case.text,
        kind=NameKind.STANDARD,
        status=status_after(case=case, before=NameStatus.PROPOSED, on=on),
        period=DateRange(on, None),
        meaning=case.meaning,
        approved_by=case.approving_body,
        document=case.approval_document,
        approved_on=case.approved_on,
        source=case.source,
        synthetic=case.synthetic,
    )
    spell(name, place.legal_category, place.division_code, case.reading)
    name.save()
    return name


def _keep_former(case: NamingCase, standard: PlaceName, name: PlaceName, on: date) -> None:
    status = status_after(case=case, before=NameStatus.STANDARD, on=on)
    _again(standard, NameKind.FORMER, status, on)
    NameRelation.objects.create(
        name=standard,
        kind=NameRelationKind.RENAMED_TO,
        other=name,
        note=case.number,
        source=case.source,
        synthetic=case.synthetic,
    )


def _abolish(case: NamingCase, place: Place, standard: Any, on: date) -> PlaceName:
    """Only the name ends, or the place with all that holds of it where it has vanished."""
    status = status_after(case=case, before=NameStatus.STANDARD, on=on)
    if case.vanished:
        write_end(place=place, on=on, document=case.approval_document)
        ended = place.names.filter(kind=NameKind.ABOLISHED, text=standard.text, period__contains=on)
        name: PlaceName = ended.latest("pk")
    else:
        _end(standard, on)
        name = _again(standard, NameKind.ABOLISHED, status, on)
    name.approved_by, name.document = case.approving_body, case.approval_document
    name.approved_on = case.approved_on
    name.save()
    return name


def _again(old: PlaceName, kind: NameKind, status: str, on: date) -> PlaceName:
    """The same name once more, as what it is from a day on, with the time of its use."""
    name = PlaceName.objects.get(pk=old.pk)
    name.pk, name._state.adding = None, True
    name.kind, name.status, name.period = kind, status, DateRange(on, None)
    lower = old.period.lower
    name.began = name.began or (lower.isoformat() if lower else "")
    name.ended = on.isoformat()
    name.save(force_insert=True)
    return name


def _end(name: PlaceName, on: date) -> None:
    """Close the period of a name; a proposed one that began on the day itself never held."""
    lower = name.period.lower
    if lower is not None and lower >= on:
        name.delete()
        return
    name.period = DateRange(lower, on)
    name.save()


def _tell(case: NamingCase, place: Place, on: date) -> None:
    case_id, place_id, today = case.pk, place.pk, timezone.localdate()

    def send() -> None:
        told = name_changed.send_robust(
            sender=NamingCase, case=case_id, place=place_id, on=on, at=today
        )
        for receiver, outcome in told:
            if isinstance(outcome, Exception):
                log.error("%s failed after a change of name", receiver, exc_info=outcome)

    transaction.on_commit(send)
