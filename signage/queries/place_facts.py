"""What the gazetteer requires of the signs of each place on a day, with the line of a street."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from common.crs import GEOD
from gazetteer.models import LegalCategory, Place
from signage.domain.sign import FormerName, PlaceFacts
from signage.domain.street import Junction

COUNTY = 3
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """The line of a street in metres about its first point (``lon``, ``lat``)."""

    lon: float
    lat: float
    line: Any


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as checks need it; ``course`` is None where it has no one line."""

    facts: PlaceFacts
    category: str
    class_code: str
    division_code: str
    course: Course | None
    lon: float | None = None
    lat: float | None = None


def metres_per_degree(lat: Any) -> tuple[Any, Any]:
    """Metres of one degree of longitude and of latitude on the ellipsoid at a latitude.

    About a street's own first point this is exact to some centimetres over ten kilometres, in
    whatever zone of projection the street lies.
    """
    radians = np.radians(lat)
    squared = GEOD.es * np.sin(radians) ** 2
    east = GEOD.a * np.cos(radians) / np.sqrt(1 - squared)
    north = GEOD.a * (1 - GEOD.es) / (1 - squared) ** 1.5
    return np.radians(1) * east, np.radians(1) * north


def course_of(geometry: Any) -> Course | None:
    """The line of a street in metres of its own; None for points, areas and parted lines."""
    if geometry is not None and geometry.geom_type == "MultiLineString":
        geometry = shapely.line_merge(geometry)
    if geometry is None or geometry.geom_type != "LineString":
        return None
    coordinates = shapely.get_coordinates(geometry)
    lon, lat = coordinates[0]
    east, north = metres_per_degree(lat)
    return Course(
        float(lon), float(lat), shapely.linestrings((coordinates - coordinates[0]) * (east, north))
    )


def on_course(course: Course, lon: float, lat: float) -> tuple[float, float]:
    east, north = metres_per_degree(course.lat)
    return (lon - course.lon) * float(east), (lat - course.lat) * float(north)


def back_to_degrees(course: Course, x: float, y: float) -> tuple[float, float]:
    east, north = metres_per_degree(course.lat)
    return course.lon + x / float(east), course.lat + y / float(north)


STATEMENT = f"""
    WITH asked AS MATERIALIZED (
        SELECT id, legal_category, class_code, division_code, geometry, attributes
        FROM gazetteer_place WHERE id IN ({{places}})
    ),
    reached AS (
        -- A street may cross a county line; its signs may then stand on either side.
        SELECT asked.id, array_agg(DISTINCT version.code ORDER BY version.code) AS codes
        FROM asked
        JOIN boundaries_divisionpiece piece ON ST_Intersects(piece.geometry, asked.geometry)
        JOIN boundaries_divisionversion version ON version.id = piece.version_id
        WHERE version.level = {COUNTY} AND version.period @> %(at)s::date
        GROUP BY asked.id
    ),
    earlier AS (
        SELECT name.place_id, array_agg(name.text ORDER BY upper(name.period) DESC) AS texts,
               array_agg(upper(name.period) ORDER BY upper(name.period) DESC) AS ends
        FROM gazetteer_placename name JOIN asked ON asked.id = name.place_id
        WHERE name.kind = 'standard' AND upper(name.period) <= %(at)s::date
        GROUP BY name.place_id
    ),
    present AS (
        SELECT name.place_id, min(name.status) AS status
        FROM gazetteer_placename name JOIN asked ON asked.id = name.place_id
        WHERE name.period @> %(at)s::date GROUP BY name.place_id
    )
    SELECT asked.id, coalesce(name.text, ''), coalesce(name.pinyin_sign, ''),
           asked.division_code, coalesce(reached.codes, '{{{{}}}}'),
           coalesce(present.status, ''), earlier.texts, earlier.ends,
           coalesce(asked.attributes ->> 'unsuitable', ''), asked.legal_category, asked.class_code,
           CASE WHEN asked.legal_category = 'STREET' THEN ST_AsBinary(asked.geometry) END,
           ST_X(ST_PointOnSurface(asked.geometry)), ST_Y(ST_PointOnSurface(asked.geometry))
    FROM asked
    LEFT JOIN gazetteer_placename name ON name.place_id = asked.id
        AND name.kind = 'standard' AND name.status = 'standard' AND name.period @> %(at)s::date
    LEFT JOIN reached ON reached.id = asked.id
    LEFT JOIN earlier ON earlier.place_id = asked.id
    LEFT JOIN present ON present.place_id = asked.id
"""


def place_rows(*, places: str, values: Mapping[str, Any], at: date) -> dict[UUID, PlaceRow]:
    """The places that a statement selects (``places``: SQL for their ids, with ``values``)."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(places=places), {**values, "at": at})
        return dict(map(_row, cursor.fetchall()))


def rows_of_places(*, places: Iterable[Any], at: date) -> dict[UUID, PlaceRow]:
    """The places of these ids."""
    keys = [str(key) for key in places]
    if not keys:
        return {}
    return place_rows(places="SELECT unnest(%(keys)s::uuid[])", values={"keys": keys}, at=at)


def _row(row: Any) -> tuple[UUID, PlaceRow]:
    (
        key,
        text,
        spelling,
        code,
        reached,
        status,
        texts,
        ends,
        flag,
        category,
        class_code,
        wkb,
        lon,
        lat,
    ) = row
    facts = PlaceFacts(
        text,
        spelling,
        tuple(dict.fromkeys([c for c in (code, *reached) if c])),
        "standard" if text else status,
        tuple(FormerName(*each) for each in zip(texts or (), ends or (), strict=True)),
        flag,
    )
    course = course_of(shapely.from_wkb(bytes(wkb))) if wkb is not None else None
    return UUID(str(key)), PlaceRow(facts, category, class_code, code, course, lon, lat)


# The category is not asked of its index (|| ''): PostgreSQL would read every street there is once
# for each of them.
JUNCTIONS = """
    WITH met AS (
        SELECT one.id AS street, other.id AS other, name.text AS name,
               ST_Intersection(one.geometry, other.geometry) AS shared
        FROM gazetteer_place one
        JOIN gazetteer_place other ON other.id <> one.id AND other.legal_category || '' = 'STREET'
             AND other.secrecy <> 'secret'
             AND ST_Intersects(one.geometry, other.geometry)
        JOIN gazetteer_placename name ON name.place_id = other.id AND name.kind = 'standard'
             AND name.status = 'standard' AND name.period @> %(at)s::date
        WHERE one.id = ANY(%(streets)s::uuid[])
    )
    SELECT street, other, name, ST_X(point.geom), ST_Y(point.geom)
    FROM met CROSS JOIN LATERAL ST_DumpPoints(shared) point
    WHERE ST_Dimension(shared) = 0
    ORDER BY street, other
"""


def streets_met(*, place: Place) -> list[UUID]:
    """The other streets that a street touches or crosses."""
    if place.legal_category != LegalCategory.STREET or place.geometry is None:
        return []
    others = Place.objects.shown().filter(legal_category=LegalCategory.STREET).exclude(pk=place.pk)
    met = others.filter(geometry__intersects=place.geometry)
    return list(met.values_list("pk", flat=True))


def junctions_of(*, places: Mapping[UUID, PlaceRow], at: date) -> dict[UUID, list[Junction]]:
    """Where each of these streets meets another named street, along the street."""
    streets = [str(key) for key, row in places.items() if row.course is not None]
    with connection.cursor() as cursor:
        cursor.execute(JUNCTIONS, {"streets": streets, "at": at})
        met = cursor.fetchall()
    found: dict[UUID, list[Junction]] = {}
    for street, junctions in _by_street(met):
        course = places[street].course
        assert course is not None
        points = [on_course(course, lon, lat) for _, _, lon, lat in junctions]
        along = shapely.line_locate_point(course.line, shapely.points(points))
        turns: dict[str, int] = {}
        listed = []
        for far, (x, y), (other, name, _, _) in sorted(
            zip(along.tolist(), points, junctions, strict=True)
        ):
            turns[other] = turns.get(other, 0) + 1
            # A street that is met twice makes two spots, in the order of the street.
            spot = other if turns[other] == 1 else f"{other}/{turns[other]}"
            listed.append(Junction(spot, far, x, y, name))
        found[street] = listed
    return found


def _by_street(met: Iterable[Any]) -> Iterable[tuple[UUID, list[tuple[str, str, float, float]]]]:
    streets: dict[UUID, list[tuple[str, str, float, float]]] = {}
    for street, other, name, lon, lat in met:
        streets.setdefault(UUID(str(street)), []).append((str(other), name, lon, lat))
    return streets.items()
