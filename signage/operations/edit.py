"""Correct what is recorded about a sign, and check it again at once."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, NotInScope, Refusal
from gazetteer.models import Place, PlaceName
from signage.domain.faces import read_faces, with_texts
from signage.models import Colour, Manager, Sign, SignClass, SignState
from signage.operations.check import recheck_sign
from signage.operations.orders import move_sign


class NoSuchPlace(BadInput):
    template = "No place in this city has the standard name “%(name)s” on %(day)s."


class StandsElsewhere(BadInput):
    template = "The sign stands outside your area: it is recorded by the bureau there."


class NumberTaken(Refusal):
    template = "A sign with the number %(number)s is on record already."


SIGN_NUMBER = re.compile(r"[\w.\-]{1,30}")
SITE_FACTS = (
    "state",
    "managed_by",
    "set_by",
    "support",
    "material",
    "door_number",
    "door_suffix",
    "installed_on",
    "service_life_years",
    "film_class",
    "underside_m",
    "kerb_m",
    "condition",
)


@dataclass(frozen=True, slots=True)
class SignRecord:
    """What a person may correct. ``place_name``: standard name of the place the sign is for,

    empty for none, or for the one on record that bears none on the day; of several places of that
    name in the city the nearest is taken.
    """

    sign_class: str
    hanzi: str
    pinyin: str
    ground_colour: str
    street_bearing: float | None
    place_name: str
    longitude: float
    latitude: float
    responsible_body: str
    width_mm: int | None = None
    height_mm: int | None = None
    state: str = SignState.STANDING
    managed_by: str = Manager.CIVIL_AFFAIRS
    set_by: str = ""
    support: str = ""
    material: str = ""
    door_number: int | None = None
    door_suffix: str = ""
    installed_on: date | None = None
    service_life_years: int | None = None
    film_class: int | None = None
    underside_m: float | None = None
    kerb_m: float | None = None
    condition: int | None = None


@transaction.atomic
def edit_sign(*, by: Any, at: date, sign: Sign, record: SignRecord, reason: str) -> Sign:
    """Write the corrected record; the findings follow in the same transaction."""
    require(by=by, capability=Capability.EDIT_SIGN, codes=[sign.division_code])
    sign = Sign.objects.select_for_update(no_key=True).get(pk=sign.pk)
    _refuse_unknown(record)
    if not reason.strip():
        raise BadInput("Say why the record is changed.")
    if (record.longitude, record.latitude) != (sign.location.x, sign.location.y):
        move_sign(sign, record.longitude, record.latitude, at)
        # Moving a sign into another jurisdiction needs the role there as well.
        _require_there(by=by, sign=sign)
    left = sign.place_id
    sign.planted_defects = None  # the truth was told of the former record
    _write(sign, record, at)
    audit.record(
        by=by,
        operation="edit_sign",
        subject=sign,
        jurisdiction=sign.division_code,
        reason=reason.strip(),
    )
    sign.save()
    recheck_sign(sign=sign, at=at, left=left)
    return sign


@transaction.atomic
def record_sign(*, by: Any, at: date, number: str, record: SignRecord) -> Sign:
    """Put one sign on record that stands already, and check it at once.

    Its division is that of its position; :class:`StandsElsewhere` without the role there.
    """
    number = number.strip()
    if not SIGN_NUMBER.fullmatch(number):
        raise BadInput("A sign number has letters, digits, hyphens and dots alone, at most 30.")
    _refuse_unknown(record)
    sign = Sign(number=number, period=DateRange(at, None))
    move_sign(sign, record.longitude, record.latitude, at)
    _require_there(by=by, sign=sign)
    if Sign.objects.filter(number=number).exists():
        raise NumberTaken(number=number)
    _write(sign, record, at)
    try:
        with transaction.atomic():
            sign.save()
    except IntegrityError as error:
        raise NumberTaken(number=number) from error
    audit.record(
        by=by, operation="record_sign", subject=sign, jurisdiction=sign.division_code, number=number
    )
    recheck_sign(sign=sign, at=at)
    return sign


def _require_there(*, by: Any, sign: Sign) -> None:
    """Another division is no secret: who may not record a sign in it is told so."""
    try:
        require(by=by, capability=Capability.EDIT_SIGN, codes=[sign.division_code])
    except NotInScope:
        raise StandsElsewhere from None


def _refuse_unknown(record: SignRecord) -> None:
    if record.sign_class not in SignClass.values:
        raise BadInput("“%(kind)s” is not a class of sign.", kind=record.sign_class)
    if record.ground_colour not in Colour.values:
        raise BadInput("“%(colour)s” is not a ground colour.", colour=record.ground_colour)
    if record.street_bearing is not None and not 0 <= record.street_bearing <= 180:
        raise BadInput("The bearing of a street lies between 0 and 180 degrees.")


def _write(sign: Sign, record: SignRecord, at: date) -> None:
    for name in ("sign_class", "street_bearing", "responsible_body", *SITE_FACTS):
        setattr(sign, name, getattr(record, name))
    shown = with_texts(
        read_faces(sign.faces),
        hanzi=record.hanzi.strip(),
        pinyin=record.pinyin.strip(),
        ground=record.ground_colour,
        width=record.width_mm,
        height=record.height_mm,
    )
    sign.show(shown)
    sign.place = _place_named(record.place_name.strip(), sign, at)


def _place_named(name: str, sign: Sign, at: date) -> Place | None:
    standard = PlaceName.objects.standard().on(at)
    if not name:
        # Of a place that bears no name on the day none was told: empty does not take it away.
        named = standard.filter(place_id=sign.place_id).exists()
        return None if named else sign.place
    bearing_it = standard.filter(text=name)
    current = bearing_it.filter(place_id=sign.place_id).first() if sign.place_id else None
    if current is not None:
        return current.place
    city = sign.division_code[:4]
    places = Place.objects.shown().within(city).filter(pk__in=bearing_it.values("place_id"))
    nearest = places.annotate(distance=Distance("geometry", sign.location)).order_by("distance")
    place = nearest.first()
    if place is None:
        raise NoSuchPlace(name=name[:40], day=at.isoformat())
    return place
