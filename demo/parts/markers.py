"""Markers on the lines of Guangdong's counties at generated intervals: all made up, all marked so.

Every marker has three witness objects and, where its line was inspected, one visit on that day.
What is planted is known: of the visited ones a share is damaged, tilted, covered, buried, lost or
moved, the moved ones by 8 to 40 m, far beyond the accuracy of both measurements. Those of a
provincial line are numbered as one (4445012Q), of any other by its two counties.
"""

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.courses import Course
from boundaries.domain.lines import line_level
from boundaries.models import BoundaryLine, Marker, MarkerVisit, WitnessObject
from boundaries.queries.lines import inspections
from common.crs import CGCS2000, GEOD
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions

PROVINCE, CITY = "44", "4401"
INTERVAL_M = 5_000
PROVINCIAL = 1
# Shares of the visited markers; the rest was found intact.
PLANTED = (
    ("damaged", 0.05),
    ("tilted", 0.03),
    ("covered", 0.04),
    ("buried", 0.02),
    ("lost", 0.02),
    ("moved", 0.03),
)
MOVED_M = (8.0, 40.0)
REGISTERED_M, MEASURED_M = 1.0, (0.03, 0.3)
OBJECTS = ("榕树", "电线杆", "水泥桥头", "民房墙角", "石坎", "涵洞口")
NOTE = "模拟数据"
SOURCE: dict[str, Any] = {"source_id": "demo-synthetic", "synthetic": True}


def load(options: DemoOptions) -> str:
    markers: list[Marker] = []
    witnesses: list[WitnessObject] = []
    visits: list[MarkerVisit] = []
    lines = list(BoundaryLine.objects.on(RECORDS_BEGIN).touching(PROVINCE).order_by("code"))
    junctions = _junctions(lines)
    begun = _begun_before(lines)
    for line in lines:
        rng = np.random.default_rng([SEED, 11, int(line.code_a), int(line.code_b)])
        course = Course(shapely.from_wkb(bytes(line.geometry.wkb)))
        count = _count(line.length_m)
        # (metres along the line, where, third side)
        spots = [
            (at, course.at(at), "")
            for at in (course.length_m * (n + 0.5) / count for n in range(count))
        ]
        if line.code in junctions:
            third, where = junctions[line.code]
            spots.append((course.locate(*where).chainage, where, third))
        last = inspections(code=line.code, until=date.max).first()
        for serial, (_, where, third) in enumerate(sorted(spots), start=1 + begun[line.code]):
            marker = _marker(line, serial, where, rng)
            if third:
                marker.kind, marker.third_code = "junction", third
            markers.append(marker)
            witnesses += _witnesses(marker, rng)
            if last is not None:
                visits.append(_visit(marker, last.inspected_on, rng))
    Marker.objects.bulk_create(markers, batch_size=2000)
    WitnessObject.objects.bulk_create(witnesses, batch_size=5000)
    MarkerVisit.objects.bulk_create(visits, batch_size=2000)
    moved = sum(1 for visit in visits if visit.condition == "moved")
    return (
        f"{len(markers)} synthetic markers on {len(lines)} lines, {len(visits)} visits, "
        f"{moved} moved, {len(junctions)} at tri-junctions"
    )


def _marker(
    line: BoundaryLine, serial: int, where: tuple[float, float], rng: np.random.Generator
) -> Marker:
    manager = line.code_a if serial % 2 else line.code_b
    return Marker(
        line_code=line.code,
        code_a=line.code_a,
        code_b=line.code_b,
        number=f"{_unit(line)}{serial:03}Q",
        serial=serial,
        post="Q",
        kind="single",
        material="stone" if rng.random() < 0.7 else "concrete",
        location=Point(*where, srid=CGCS2000),
        accuracy_m=REGISTERED_M,
        measured_by="rtk",
        manager_code=manager,
        note=NOTE,
        period=DateRange(line.period.lower or RECORDS_BEGIN, None),
        **SOURCE,
    )


def _unit(line: BoundaryLine) -> str:
    """What its markers are numbered under: a provincial line as a whole (domain §5.5), 4445."""
    if line_level(line.code_a, line.code_b) == PROVINCIAL:
        return line.code_a[:2] + line.code_b[:2]
    return line.code


def _count(length_m: float) -> int:
    return min(max(1, round(length_m / INTERVAL_M)), 998)


def _begun_before(lines: list[BoundaryLine]) -> dict[str, int]:
    """Line → markers on the sections before it, from west to east or from north to south."""
    units: dict[str, list[BoundaryLine]] = defaultdict(list)
    for line in lines:
        units[_unit(line)].append(line)
    begun = {}
    for sections in units.values():
        extents = np.array([line.geometry.extent for line in sections])
        west, south = extents[:, :2].min(axis=0)
        east, north = extents[:, 2:].max(axis=0)
        middles = (extents[:, :2] + extents[:, 2:]) / 2
        along = middles[:, 0] if east - west >= north - south else -middles[:, 1]
        before = 0
        for n in np.argsort(along):
            begun[sections[n].code] = before
            before += _count(sections[n].length_m)
    return begun


def _witnesses(marker: Marker, rng: np.random.Generator) -> list[WitnessObject]:
    return [
        WitnessObject(
            marker=marker,
            order=order,
            what=str(rng.choice(OBJECTS)),
            distance_m=round(float(rng.uniform(3, 40)), 1),
            azimuth=round(float(rng.uniform(0, 359.9)), 1),
        )
        for order in (1, 2, 3)
    ]


def _visit(marker: Marker, day: Any, rng: np.random.Generator) -> MarkerVisit:
    draw, condition = float(rng.random()), "intact"
    for planted, share in PLANTED:
        if draw < share:
            condition = planted
            break
        draw -= share
    accuracy = round(float(rng.uniform(*MEASURED_M)), 2)
    error = float(np.hypot(REGISTERED_M, accuracy)) / np.sqrt(2)
    east, north = rng.normal(0, error, 2)
    if condition == "moved":
        angle, shift = rng.uniform(0, 2 * np.pi), rng.uniform(*MOVED_M)
        east, north = east + shift * np.sin(angle), north + shift * np.cos(angle)
    # A lost, buried or covered marker cannot be measured.
    seen = condition not in ("lost", "buried", "covered")
    azimuth, distance = float(np.degrees(np.arctan2(east, north))), float(np.hypot(east, north))
    lon, lat, _ = GEOD.fwd(marker.location.x, marker.location.y, azimuth, distance)
    return MarkerVisit(
        marker=marker,
        visited_on=day,
        condition=condition,
        legible=condition == "intact" if seen else None,
        measured=Point(lon, lat, srid=CGCS2000) if seen else None,
        measured_accuracy_m=accuracy if seen else None,
        registered=marker.location,
        registered_accuracy_m=marker.accuracy_m,
        note=NOTE,
        **SOURCE,
    )


def _junctions(lines: list[BoundaryLine]) -> dict[str, tuple[str, tuple[float, float]]]:
    """Line → the third side and the place, for tri-junctions within the city's own lines.

    A place where the lines of three pairs of three divisions end; it is counted for the line of
    the two smaller codes.
    """
    ends: dict[tuple[float, float], set[str]] = defaultdict(set)
    for line in lines:
        if line.code_a.startswith(CITY) and line.code_b.startswith(CITY):
            for part in line.geometry:
                for end in (part[0], part[-1]):
                    ends[(round(end[0], 7), round(end[1], 7))].add(line.code)
    found: dict[str, tuple[str, tuple[float, float]]] = {}
    for spot, codes in sorted(ends.items()):
        sides = sorted({side for code in codes for side in code.split("-")})
        if len(codes) == 3 and len(sides) == 3:
            found.setdefault(f"{sides[0]}-{sides[1]}", (sides[2], spot))
    return found
