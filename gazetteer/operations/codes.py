"""A place gets its 20-digit place-name code; the code before ends and is never given again."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.domain.classes import place_classes
from gazetteer.domain.codes import (
    check_code,
    code_prefix,
    next_code,
    prefix_still_fits,
)
from gazetteer.models import Place, PlaceCode
from gazetteer.queries.known_names import divisions_known

# The sequence of a division and class is counted by one at a time.
LOCK = 44_010_512


class CannotGiveCode(Refusal):
    """The place cannot have this code from that day on."""


class CodeTaken(Refusal):
    template = "The code %(code)s belongs to another place, now or before: codes are never reused."


@transaction.atomic
def give_code(
    *, by: Any, place: Place, on: date, code: str = "", document: str = "", reason: str = ""
) -> PlaceCode:
    """The place has a code from a day on: the one given, or the next of its division and class.

    The code names the division and class of the place, and both must exist on that day. The
    standard has no check digit: its parts are what can be judged.
    """
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    place = Place.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if place.ended_on is not None and place.ended_on <= on:
        raise CannotGiveCode("The place is no more on that day.")
    code = "".join(code.split()) or suggested_code(place=place)
    _check(place, code, on)
    if PlaceCode.objects.filter(code=code).exclude(place=place).exists():
        raise CodeTaken(code=code)
    former = _end_former(place, code, on)
    given = PlaceCode.objects.create(place=place, code=code, period=DateRange(on, place.ended_on))
    audit.record(
        by=by,
        operation="give_code",
        subject=place,
        jurisdiction=place.division_code,
        reason=reason.strip(),
        before=former,
        after=code,
        on=on.isoformat(),
        document=document.strip(),
    )
    return given


@transaction.atomic
def end_code(*, by: Any, code: PlaceCode, on: date, reason: str) -> PlaceCode:
    """A code is valid no more from a day on, without another in its place."""
    place = code.place
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    code = PlaceCode.objects.select_for_update(of=("self",)).get(pk=code.pk)
    if code.period.upper is not None:
        raise CannotGiveCode("The code has ended already.")
    if code.period.lower is not None and on <= code.period.lower:
        raise BadInput("The end must come after the beginning.")
    code.period = DateRange(code.period.lower, on)
    audit.record(
        by=by,
        operation="end_code",
        subject=place,
        jurisdiction=place.division_code,
        reason=reason.strip(),
        before=code.code,
        on=on.isoformat(),
    )
    code.save()
    return code


def suggested_code(*, place: Place) -> str:
    """The next code of the place's division and class; every code ever given counts."""
    prefix = code_prefix(division_code=place.division_code, class_code=place.class_code)
    last = PlaceCode.objects.filter(code__startswith=prefix).aggregate(last=Max("code"))["last"]
    return next_code(
        division_code=place.division_code, class_code=place.class_code, last=last or ""
    )


def _check(place: Place, code: str, on: date) -> None:
    def exists(division: str) -> bool:
        in_force, _ever = divisions_known(codes=[division], at=on)
        return division in in_force

    parts = check_code(code, classes=place_classes(), division_exists=exists)
    if place.class_code and parts.class_code != place.class_code:
        raise CannotGiveCode(
            "The code names the class %(part)s, the place is of the class %(own)s.",
            part=parts.class_code,
            own=place.class_code,
        )
    if not prefix_still_fits(code, division_code=place.division_code):
        raise CannotGiveCode(
            "The code names the division %(part)s, the place lies in %(own)s.",
            part=parts.division_code,
            own=place.division_code,
        )


def _end_former(place: Place, code: str, on: date) -> str:
    """The code of the days before ends on the day; one that begins later is in the way."""
    later = place.codes.filter(period__startswith__gte=on)
    if later.exists():
        raise CannotGiveCode("The place has a code that begins on that day or later.")
    former = place.codes.select_for_update(of=("self",)).on(on).first()
    if former is None:
        return ""
    if former.code == code:
        raise CannotGiveCode("The place has this code already.")
    former.period = DateRange(former.period.lower, on)
    former.save()
    return str(former.code)
