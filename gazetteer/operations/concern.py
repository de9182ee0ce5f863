"""What a complaint or a notice is about is found and checked: a place, a thing, a point."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point

from boundaries.queries.divisions import division_at
from common.crs import CGCS2000
from common.errors import BadInput, NotInScope
from gazetteer.domain.differences import read_position
from gazetteer.models import Place, Secrecy, UsageContext
from gazetteer.queries.things import get_thing


@dataclass(frozen=True, slots=True)
class Target:
    """``position``: “longitude, latitude” as typed; the first of the three that is given leads."""

    place: Place | None = None
    thing_kind: str = ""
    thing_key: str = ""
    position: str = ""
    usage: str = ""


def fields_of(target: Target, *, at: date, public: bool = False) -> dict[str, Any]:
    """Field values of a :class:`~gazetteer.models.concern.Concern`; refuses what cannot be found.

    ``public``: asked without sign-in, where only public places exist.
    """
    place, point, code = target.place, None, ""
    if target.usage and target.usage not in UsageContext.values:
        raise BadInput("“%(usage)s” is no use of a name.", usage=target.usage[:20])
    if target.thing_key:
        thing = get_thing(kind=target.thing_kind, key=target.thing_key)
        if thing is None:
            raise BadInput("There is no such thing: “%(key)s”.", key=target.thing_key[:40])
        place, code = place or thing.place, thing.division_code
        point = Point(*thing.point, srid=CGCS2000) if thing.point else None
    if place is not None:
        if place.secrecy == Secrecy.SECRET or (public and place.secrecy != Secrecy.PUBLIC):
            raise NotInScope
        code = code or place.division_code
    if target.position.strip():
        point, code = _point(target.position, at, code)
    if not code:
        raise BadInput("Say where it is: a place, a sign, or a position.")
    return {
        "place": place,
        "thing_kind": target.thing_kind if target.thing_key else "",
        "thing_key": target.thing_key,
        "location": point,
        "division_code": code,
        "usage": target.usage,
    }


def _point(text: str, at: date, code: str) -> tuple[Point, str]:
    found = read_position(text)
    if found is None:
        raise BadInput("Give the position as longitude, latitude: 113.324500, 23.129100.")
    if not code:
        division = division_at(longitude=found[0], latitude=found[1], at=at)
        if division is None:
            raise BadInput("No division is known at this position: %(text)s.", text=text[:40])
        code = division.code
    return Point(*found, srid=CGCS2000), code
