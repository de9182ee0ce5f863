"""Street signs at ends, junctions and between them, and door plates along some streets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from demo.parts import RECORDS_BEGIN
from demo.sign_defects import Face
from demo.sign_drafts import CITY, Areas, Draft, metres
from gazetteer.models import LegalCategory, PlaceName
from signage.queries.place_facts import junctions_of, place_rows

SPACING_M = 230.0  # so dense that the street does not miss one sign between two spots
SAME_SPOT_M = 12.0
SERVED_M = 32.0
PLATE_FIRST_M, PLATE_STEP_M, PLATE_ASIDE_M, MOST_PLATES = 30.0, 22.0, 12.0, 22
SHORTEST_WITH_PLATES_M = 420.0


@dataclass(frozen=True, slots=True)
class Spot:
    """An end of a street or a junction: its key as checks know it, and metres along."""

    key: str
    along: float


@dataclass(frozen=True, slots=True)
class Street:
    """A road of the set in metres, with its name and what is needed to make faults of it."""

    place_id: Any
    county: str
    line: Any
    face: Face
    made_up: bool
    spots: tuple[Spot, ...]


def streets_of_the_city() -> list[Street]:
    names = PlaceName.objects.standard().on(RECORDS_BEGIN).within(CITY)
    streets = names.filter(
        place__legal_category=LegalCategory.STREET, place__geometry__isnull=False
    ).exclude(pinyin_sign="")
    rows = list(streets.select_related("place").order_by("place__division_code", "text"))
    rows = [name for name in rows if name.place.geometry.geom_type == "LineString"]
    spots = _spots([str(name.place_id) for name in rows])
    return [
        Street(
            name.place_id,
            name.place.division_code[:6],
            line := metres(name.place.geometry),
            Face(name.text, name.pinyin_sign, "", name.specific, name.generic, name.pinyin_toned),
            name.synthetic,
            (Spot("start", 0.0), Spot("end", line.length), *_inner(spots, name, line)),
        )
        for name in rows
    ]


def _spots(keys: list[str]) -> Mapping[Any, Any]:
    values = {"keys": keys}
    places = place_rows(places="SELECT unnest(%(keys)s::uuid[])", values=values, at=RECORDS_BEGIN)
    return junctions_of(places=places, at=RECORDS_BEGIN)


def _inner(spots: Mapping[Any, Any], name: PlaceName, line: Any) -> Iterator[Spot]:
    """Junctions that no sign of an end serves."""
    for junction in spots.get(name.place_id, ()):
        if SERVED_M < junction.along_m < line.length - SERVED_M:
            yield Spot(junction.spot, junction.along_m)


def street_signs(street: Street, areas: Areas, left_out: set[str], rng: Any) -> list[Draft]:
    """Signs at every spot but those left out, and between them where the way is long."""
    alongs: list[tuple[float, bool]] = []
    for spot in sorted(street.spots, key=lambda each: each.along):
        near = alongs and abs(alongs[-1][0] - spot.along) < SAME_SPOT_M
        if spot.key not in left_out and not near:
            alongs.append((spot.along, False))
    alongs.sort()
    between = []
    for (one, _), (other, _) in pairwise(alongs):
        pieces = int(np.ceil((other - one) / SPACING_M))
        between += [(one + (other - one) * n / pieces, True) for n in range(1, pieces)]
    made = []
    for along, mid_block in sorted([*alongs, *between]):
        if mid_block and any(
            abs(spot.along - along) < SERVED_M + 3 for spot in street.spots if spot.key in left_out
        ):
            continue
        shifted = along if mid_block else min(max(along, 4.0), street.line.length - 4.0)
        aside = float(rng.choice([-1, 1])) * rng.uniform(5, 9)
        point, bearing = beside(street.line, shifted, aside)
        colour = "blue" if abs(bearing - 90) < 45 else "green"
        lane = street.face.generic.endswith(("巷", "里"))
        made.append(
            Draft(
                "LANE" if lane else "STREET",
                street.place_id,
                street.county,
                areas.code_at(point),
                point,
                replace(street.face, ground_colour=colour),
                round(bearing, 1),
                mid_block=mid_block,
            )
        )
    return made


def beside(line: Any, along: float, aside: float) -> tuple[Any, float]:
    """A point so far along a line and to its left, and the bearing of the line there."""
    before = line.interpolate(max(0.0, along - 10))
    after = line.interpolate(min(line.length, along + 10))
    dx, dy = after.x - before.x, after.y - before.y
    length = float(np.hypot(dx, dy)) or 1.0
    here = line.interpolate(along)
    point = shapely.Point(here.x - dy / length * aside, here.y + dx / length * aside)
    return point, float(np.degrees(np.arctan2(dx, dy)) % 180)


def door_plates(street: Street, areas: Areas, rng: Any) -> list[list[Draft]]:
    """Plates of the odd and of the even side, each in the order of their numbers.

    East–west streets number from the east with the odd numbers on the north, north–south streets
    from the north with the odd ones on the west (the defaults of R22 and R23).
    """
    start, end = (street.line.interpolate(at) for at in (0.0, street.line.length))
    dx, dy = end.x - start.x, end.y - start.y
    east_west = abs(dx) >= abs(dy)
    backwards = dx >= 0 if east_west else dy >= 0
    # To the left of the line lies the north of one that runs east, the west of one to the north.
    odd_left = dx >= 0 if east_west else dy >= 0
    many = min(MOST_PLATES, int((street.line.length - 2 * PLATE_FIRST_M) / PLATE_STEP_M))
    sides = []
    for parity in (1, 0):
        aside = PLATE_ASIDE_M if (parity == 1) == odd_left else -PLATE_ASIDE_M
        side = []
        for turn in range(many):
            far = PLATE_FIRST_M + turn * PLATE_STEP_M
            along = street.line.length - far if backwards else far
            point, bearing = beside(street.line, along, aside)
            number = 2 * turn + (1 if parity else 2)
            kind = "DOOR_L" if turn % 9 == 0 else "DOOR_M" if turn % 2 else "DOOR_S"
            side.append(
                Draft(
                    kind,
                    street.place_id,
                    street.county,
                    areas.code_at(point),
                    point,
                    replace(street.face, ground_colour="blue"),
                    round(bearing, 1),
                    number_text=f"{number}号",
                    door_number=number,
                )
            )
        sides.append(side)
    return sides


def with_plates(streets: Sequence[Street], count: int) -> list[Street]:
    """Streets long enough, spread over the districts."""
    long = [street for street in streets if street.line.length >= SHORTEST_WITH_PLATES_M]
    step = max(1, len(long) // max(1, count))
    return long[::step][:count]


def across(street: Street, draft: Draft) -> Any:
    """The same place on the other side of the street."""
    along = street.line.project(draft.point)
    here = street.line.interpolate(along)
    return shapely.Point(2 * here.x - draft.point.x, 2 * here.y - draft.point.y)


def in_degrees(points: Sequence[Any]) -> list[Any]:
    return list(project(shapely.MultiPoint(points), GUANGZHOU_ZONE, CGCS2000).geoms)
