"""Signs as the rules see them, read in bulk: a handful of statements for any number of signs.

Signs come grouped by place, so that a street is judged at once with all that stands along it. The
truth column of the demonstration set is never read here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db.models import F, FloatField, Func, Q, TextField
from django.db.models.functions import Cast

from signage.domain.faces import SignFace, read_faces
from signage.domain.sign import Sign as SignValue
from signage.domain.sign import Site
from signage.domain.street import Junction, StreetSign, StreetSigns
from signage.models import ShownPlace, Sign
from signage.queries.place_facts import Course, PlaceRow, metres_per_degree, rows_of_places

CHUNK = 4000
SITE_FIELDS = Site._fields
FACT_FIELDS = (
    "id",
    "number",
    "place_id",
    "sign_class",
    "written_faces",
    "street_bearing",
    "division_code",
    "door_number",
    "door_suffix",
    "street_side",
    "lon",
    "lat",
    *SITE_FIELDS,
)
FIRST_SITE = FACT_FIELDS.index(SITE_FIELDS[0])


class _Ordinate(Func):
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class SignFacts:
    """A sign with its key and, where its street has a line, its place along it."""

    key: UUID
    number: str
    value: SignValue
    lon: float
    lat: float
    door: tuple[int | None, str, str]
    # along, to the left, x and y in metres of the street's own; None without a line
    position: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """A place with all its signs; ``key`` None gathers signs that are linked to no place."""

    key: UUID | None
    place: PlaceRow | None
    signs: Sequence[SignFacts]


def signs_to_check(
    *,
    at: date,
    within: str = "",
    numbers: Sequence[str] | None = None,
    places: Sequence[Any] | None = None,
) -> Any:
    """The signs to look at on ``at``: of a jurisdiction, of some numbers, or of some places.

    A street is judged as a whole, so that every other sign of a place that one of them is linked
    to comes with it, wherever it stands. Hidden signs rest.
    """
    signs = Sign.objects.on(at).existing().shown()
    if places is not None or numbers is not None:
        # Each by an index of its own: conditions joined by OR would read every sign there is.
        ids = Sign.objects.order_by().values("pk")
        shown = ShownPlace.objects.filter(place__in=places or ()).values("sign_id")
        chosen = ids.filter(number__in=numbers or ()).union(shown)
        streets = Sign.objects.order_by().filter(pk__in=chosen, place__isnull=False)
        of_places = ids.filter(place__in=places or ())
        of_streets = ids.filter(place__in=streets.values("place_id"))
        return signs.filter(pk__in=chosen.union(of_places, of_streets))
    if not within:
        return signs
    touched = signs.within(within).filter(place__isnull=False).values("place_id")
    mine = Q(division_code__startswith=within) | Q(place__division_code__startswith=within)
    return signs.filter(mine | Q(place_id__in=touched))


def places_of(
    *, signs: Any, at: date, known: Mapping[UUID, PlaceRow] | None = None
) -> dict[UUID, PlaceRow]:
    """What the gazetteer requires of the signs of each place that these signs are linked to.

    ``known``: places that have been read already; they come back with the others.
    """
    found = dict(known or {})
    linked = signs.filter(place__isnull=False).order_by().values_list("place_id", flat=True)
    further = ShownPlace.objects.filter(sign__in=signs.order_by().values("pk"))
    keys = linked.union(further.values_list("place_id", flat=True))
    return found | rows_of_places(places=set(keys) - found.keys(), at=at)


def groups(*, signs: Any, places: Mapping[UUID, PlaceRow], at: date) -> Iterator[PlaceGroup]:
    """The signs streamed, place by place: a million need no more memory than one street."""
    ordinates = {
        name: _Ordinate(F("location"), function=f"ST_{axis}", output_field=FloatField())
        for name, axis in (("lon", "X"), ("lat", "Y"))
    }
    # As text: the signs of a street often show the same, and are then read once.
    written = Cast("faces", TextField())
    rows = (
        signs.annotate(written_faces=written, **ordinates)
        .order_by("place_id", "number")
        .values_list(*FACT_FIELDS)
    )
    found = rows.iterator(chunk_size=CHUNK)
    elsewhere = _elsewhere(places)
    key: Any = None
    gathered: list[SignFacts] = []
    while chunk := list(islice(found, CHUNK)):
        for place_id, facts in _read(chunk, places, at, elsewhere):
            if place_id != key and gathered:
                yield PlaceGroup(key, places.get(key), gathered)
                gathered = []
            key = place_id
            gathered.append(facts)
    if gathered:
        yield PlaceGroup(key, places.get(key), gathered)


@lru_cache(maxsize=CHUNK)
def _faces(written: str) -> tuple[SignFace, ...]:
    return read_faces(json.loads(written))


def _elsewhere(places: Mapping[UUID, PlaceRow]) -> dict[str, Any]:
    return {str(key): row.facts for key, row in places.items()}


def _read(
    chunk: list[Any], places: Mapping[UUID, PlaceRow], at: date, elsewhere: Mapping[str, Any]
) -> Iterator[tuple[Any, SignFacts]]:
    positions = _positions(chunk, places)
    for turn, row in enumerate(chunk):
        place = places.get(row[2])
        faces = _faces(row[4])
        further = {
            line.place: elsewhere[line.place]
            for face in faces
            for panel in face.panels
            for line in panel.lines
            if line.place and line.place in elsewhere
        }
        position = positions.get(turn)
        value = SignValue(
            row[3],
            faces,
            None if place is None else place.facts,
            row[6],
            row[5],
            None if position is None else position[4],
            Site._make(row[FIRST_SITE:]),
            at,
            further,
        )
        yield (
            row[2],
            SignFacts(
                row[0],
                row[1],
                value,
                row[10],
                row[11],
                (row[7], row[8], row[9]),
                None if position is None else position[:4],
            ),
        )


def _positions(
    chunk: list[Any], places: Mapping[UUID, PlaceRow]
) -> dict[int, tuple[float, float, float, float, float]]:
    """Along, left, x, y and distance of every sign whose place is a street, all at once."""
    on_street = [
        (turn, course)
        for turn, row in enumerate(chunk)
        if (place := places.get(row[2])) is not None and (course := place.course) is not None
    ]
    if not on_street:
        return {}
    turns = [turn for turn, _ in on_street]
    lines = np.array([course.line for _, course in on_street], dtype=object)
    origin = np.array([(course.lon, course.lat) for _, course in on_street])
    at = np.array([(chunk[turn][10], chunk[turn][11]) for turn in turns])
    east, north = metres_per_degree(origin[:, 1])
    xy = (at - origin) * np.column_stack([east, north])
    points = shapely.points(xy)
    along = shapely.line_locate_point(lines, points)
    apart = shapely.distance(lines, points)
    before = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, np.maximum(along - 1, 0))
    )
    after = shapely.get_coordinates(shapely.line_interpolate_point(lines, along + 1))
    way, aside = after - before, xy - before
    left = np.sign(way[:, 0] * aside[:, 1] - way[:, 1] * aside[:, 0]) * apart
    columns = zip(
        along.tolist(),
        left.tolist(),
        xy[:, 0].tolist(),
        xy[:, 1].tolist(),
        apart.tolist(),
        strict=True,
    )
    return dict(zip(turns, columns, strict=True))


def street_of(group: PlaceGroup, junctions: Sequence[Junction]) -> StreetSigns | None:
    """The group as the rules of a street see it; None where the place has no line."""
    course = group.place.course if group.place is not None else None
    if course is None or group.place is None:
        return None
    return street_signs(course, group.place.facts.standard_name, group.signs, junctions)


def street_signs(
    course: Course, name: str, signs: Sequence[SignFacts], junctions: Sequence[Junction]
) -> StreetSigns:
    line = course.line
    coordinates = shapely.get_coordinates(line)
    return StreetSigns(
        name,
        float(line.length),
        (float(coordinates[0][0]), float(coordinates[0][1])),
        (float(coordinates[-1][0]), float(coordinates[-1][1])),
        [_street_sign(facts) for facts in signs],
        junctions,
    )


def _street_sign(facts: SignFacts) -> StreetSign:
    assert facts.position is not None
    number, suffix, side = facts.door
    value = facts.value
    plate = "" if number is None else f"{number}{suffix}"
    return StreetSign(
        facts.number,
        value.sign_class,
        *facts.position,
        f"{value.hanzi}|{value.pinyin}|{plate}",
        number,
        suffix,
        side,
    )
