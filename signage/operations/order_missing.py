"""Order new signs for spots that have none: the sign is planned until it stands."""

import math
from datetime import datetime
from typing import Any

import shapely
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.domain.scope import any_covers
from common.crs import CGCS2000
from common.errors import Refusal
from common.models import Rule
from gazetteer.models import Place
from signage.domain.faces import plain_face, write_faces
from signage.domain.rectification import ORDERED, due_day, estimated_cost
from signage.domain.rules.colour import ColourParameters, required_colour
from signage.models import Absence, OrderKind, OrderSheet, RectificationOrder, Sign, SignState
from signage.operations.order_many import (
    ListChanged,
    Terms,
    new_sheet,
    record_sheet,
    where_ordering,
)
from signage.queries.absences import MissingFilter, MissingSign, missing_signs
from signage.queries.editions import COST, DEADLINE, edition, rule_book
from signage.queries.place_facts import course_of, on_course
from signage.queries.record import code_at

MOST_AT_ONCE = 300
NUMBERS = 44_010_419
# What kind of sign a place of a legal category gets.
CLASSES = {
    "STREET": "STREET",
    "COMMITTEE_SEAT": "VILLAGE",
    "RES_BUILDING": "ESTATE",
    "FACILITY": "STATION",
    "PARK_RESERVE": "SCENIC",
    "NATURAL": "NATURAL",
}


class NothingMissing(Refusal):
    template = "No spot of this list waits for a new sign whose position is known."


def spots_to_order(*, by: Any, at: Any, chosen: MissingFilter) -> list[MissingSign]:
    """The spots of a list that this person may order a sign for, at most so many at once."""
    scopes = where_ordering(by=by, within=chosen.within)
    rows = missing_signs(at=at, chosen=chosen, size=MOST_AT_ONCE * 4, waiting=True)
    mine = [
        row
        for row in rows
        if row.lon is not None and row.name and any_covers(scopes, row.division_code)
    ]
    return mine[:MOST_AT_ONCE]


@transaction.atomic
def order_new_signs(
    *, by: Any, at: datetime, chosen: MissingFilter, seen: int, body: str, terms: Terms
) -> OrderSheet:
    """One sheet to one body: a planned sign with the face it has to show at each spot."""
    day = timezone.localdate(at)
    spots = spots_to_order(by=by, at=day, chosen=chosen)
    if not spots:
        raise NothingMissing
    if len(spots) != seen:
        raise ListChanged(now=len(spots), seen=seen)
    sheet = new_sheet(by=by, at=at, body=body, terms=terms)
    numbers = _numbers(spots)
    severities = dict(Rule.objects.values_list("pk", "severity"))
    shapes = _shapes(spots)
    signs = [
        _planned(spot, number, sheet, day, shapes)
        for spot, number in zip(spots, numbers, strict=True)
    ]
    Sign.objects.bulk_create(signs, batch_size=500)
    orders = []
    for spot, sign in zip(spots, signs, strict=True):
        Absence.objects.filter(pk=spot.id).update(planned=sign)
        days = edition(rule_id=DEADLINE, at=day, code=sign.division_code).parameters
        costs = edition(rule_id=COST, at=day, code=sign.division_code).parameters
        orders.append(
            RectificationOrder(
                sign=sign,
                sheet=sheet,
                kind=OrderKind.NEW,
                state=ORDERED,
                responsible_body=sheet.responsible_body,
                instruction=sheet.instruction,
                rules=[spot.rule_id_text],
                cost=estimated_cost(sign.sign_class, None, costs),
                due_on=terms.due_on or due_day(day, [severities[spot.rule_id]], days),
                ordered_at=at,
                ordered_by=by,
            )
        )
    RectificationOrder.objects.bulk_create(orders, batch_size=500)
    record_sheet(
        by=by,
        sheet=sheet,
        operation="order_new_signs",
        codes=[sign.division_code for sign in signs],
        numbers=numbers,
    )
    return sheet


def _planned(
    spot: MissingSign, number: str, sheet: OrderSheet, day: Any, shapes: dict[Any, Any]
) -> Sign:
    point = Point(spot.lon, spot.lat, srid=CGCS2000)
    code = code_at(point=point, at=day) or spot.division_code
    bearing = _bearing(shapes.get(spot.place_id), spot)
    rule = rule_book(at=day).for_code(code).edition("R13")
    ground = required_colour(bearing, ColourParameters.read(rule.parameters)) if rule else ""
    face = plain_face(hanzi=spot.name, pinyin=spot.pinyin, ground=ground or "blue")
    return Sign(
        number=number,
        sign_class=CLASSES.get(spot.category, "SCENIC"),
        location=point,
        division_code=code,
        place_id=spot.place_id,
        street_bearing=bearing,
        faces=write_faces(face),
        period=DateRange(day, None),
        state=SignState.PLANNED,
        responsible_body=sheet.responsible_body,
        set_by=sheet.responsible_body,
        set_with_authority=True,
        synthetic=spot.synthetic,
    )


def _shapes(spots: list[MissingSign]) -> dict[Any, Any]:
    streets = {spot.place_id for spot in spots if spot.category == "STREET"}
    rows = Place.objects.filter(pk__in=streets, geometry__isnull=False)
    return {
        key: course_of(shapely.from_wkb(bytes(shape.wkb)))
        for key, shape in rows.values_list("pk", "geometry")
    }


def _bearing(course: Any, spot: MissingSign) -> float | None:
    """The azimuth of the street at the spot, 0 to 180; None where the line is not known."""
    if course is None or spot.lon is None or spot.lat is None:
        return None
    along = course.line.project(shapely.Point(on_course(course, spot.lon, spot.lat)))
    before = course.line.interpolate(max(along - 15, 0))
    after = course.line.interpolate(min(along + 15, course.line.length))
    east, north = after.x - before.x, after.y - before.y
    return round(math.degrees(math.atan2(east, north)) % 180, 1)


def _numbers(spots: list[MissingSign]) -> list[str]:
    """XS-440106-00001: numbers of new signs run on in each county."""
    counties = sorted({spot.division_code[:6] for spot in spots})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
        cursor.execute(
            """SELECT substr(number, 4, 6), max(right(number, 5)::int) FROM signage_sign
               WHERE number ~ '^XS-[0-9]{6}-[0-9]{5}$' AND substr(number, 4, 6) = ANY(%s)
               GROUP BY 1""",
            [counties],
        )
        last = dict(cursor.fetchall())
    numbers = []
    for spot in spots:
        county = spot.division_code[:6]
        last[county] = last.get(county, 0) + 1
        numbers.append(f"XS-{county}-{last[county]:05d}")
    return numbers
