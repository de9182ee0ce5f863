"""Correct what is recorded about a sign, and check it again at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput
from gazetteer.models import Place, PlaceName
from signage.models import Colour, Manager, Sign, SignClass, SignState
from signage.operations.check import recheck_sign
from signage.operations.orders import move_sign


class NoSuchPlace(BadInput):
    template = "No place in this city has the standard name “%(name)s” on %(day)s."


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

    empty for none; of several places of that name in the city the nearest is taken.
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
    if record.sign_class not in SignClass.values:
        raise BadInput("“%(kind)s” is not a class of sign.", kind=record.sign_class)
    if record.ground_colour not in Colour.values:
        raise BadInput("“%(colour)s” is not a ground colour.", colour=record.ground_colour)
    if record.street_bearing is not None and not 0 <= record.street_bearing <= 180:
        raise BadInput("The bearing of a street lies between 0 and 180 degrees.")
    if not reason.strip():
        raise BadInput("Say why the record is changed.")
    if (record.longitude, record.latitude) != (sign.location.x, sign.location.y):
        move_sign(sign, record.longitude, record.latitude, at)
        # Moving a sign into another jurisdiction needs the role there as well.
        require(by=by, capability=Capability.EDIT_SIGN, codes=[sign.division_code])
    for name in ("sign_class", "street_bearing", "responsible_body", *SITE_FACTS):
        setattr(sign, name, getattr(record, name))
    sign.show_texts(
        hanzi=record.hanzi.strip(),
        pinyin=record.pinyin.strip(),
        ground=record.ground_colour,
        width=record.width_mm,
        height=record.height_mm,
    )
    left = sign.place_id
    sign.planted_defects = None  # the truth was told of the former record
    sign.place = _place_named(record.place_name.strip(), sign, at)
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


def _place_named(name: str, sign: Sign, at: date) -> Place | None:
    if not name:
        return None
    bearing_it = PlaceName.objects.standard().on(at).filter(text=name)
    current = bearing_it.filter(place_id=sign.place_id).first() if sign.place_id else None
    if current is not None:
        return current.place
    city = sign.division_code[:4]
    places = Place.objects.within(city).filter(pk__in=bearing_it.values("place_id"))
    nearest = places.annotate(distance=Distance("geometry", sign.location)).order_by("distance")
    place = nearest.first()
    if place is None:
        raise NoSuchPlace(name=name[:40], day=at.isoformat())
    return place
