"""Named roads of Guangzhou with synthetic geometry, and landmarks by public knowledge."""

import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.ops

from boundaries.models import DivisionVersion
from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from demo import built_up
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions
from gazetteer.models import LegalCategory
from gazetteer.operations.names import NewName, create_names_in_bulk

DATA = Path(__file__).resolve().parent.parent / "data"
NAMESPACE = uuid.UUID("2f6b7a1c-91d7-5c0e-8a4e-6f1a3d5b7c90")
CITY = "4401"
SMALL_PER_DISTRICT = 15
SHORTEST_M = 120.0
JOIN_M = 350.0  # an end this near to another road is drawn on to meet it
OVERSHOOT_M = 15.0
SYNTHETIC = "demo-synthetic"


@dataclass(frozen=True, slots=True)
class Road:
    """A row of ``road_names.tsv``."""

    name: str
    district: str
    bearing: str
    lon: float
    lat: float
    km: float
    name_source: str


def load(options: DemoOptions) -> str:
    districts = _districts()
    roads = list(_chosen(options))
    lines = _draw(roads, districts)
    rows = [_street(road, line) for road, line in zip(roads, lines, strict=True)]
    landmarks = list(_landmarks(districts))
    create_names_in_bulk([*rows, *landmarks])
    areas = built_up.draw(
        [(road.district, line) for road, line in zip(roads, lines, strict=True)],
        dict(DivisionVersion.objects.on(RECORDS_BEGIN).within(CITY).values_list("code", "name")),
        CITY,
    )
    known = sum(road.name_source != SYNTHETIC for road in roads)
    return (
        f"{len(rows)} roads ({known} real names, {len(rows) - known} made up; "
        f"synthetic geometry), {len(landmarks)} landmarks, {areas} built-up areas drawn round them"
    )


def _districts() -> dict[str, Any]:
    """District code → polygon in metres of the city's Gauss–Krüger zone."""
    rows = DivisionVersion.objects.on(RECORDS_BEGIN).within(CITY).at_level(3).with_geometry()
    return {
        code: project(shapely.from_wkb(bytes(geometry.wkb)), CGCS2000, GUANGZHOU_ZONE)
        for code, geometry in rows.order_by("code").values_list("code", "geometry")
    }


def _chosen(options: DemoOptions) -> Iterator[Road]:
    count: dict[str, int] = {}
    for row in _read("road_names.tsv"):
        name, district, bearing, lon, lat, km, source = row
        count[district] = count.get(district, 0) + 1
        if not options.small or count[district] <= SMALL_PER_DISTRICT:
            yield Road(name, district, bearing, float(lon), float(lat), float(km), source)


def _draw(roads: list[Road], districts: dict[str, Any]) -> list[Any]:
    """One line per road, inside its district, ends drawn on to roads close by."""
    lines = [_line(road, districts[road.district]) for road in roads]
    tree = shapely.STRtree(lines)
    joined = []
    for number, (road, line) in enumerate(zip(roads, lines, strict=True)):
        area = districts[road.district]
        coordinates = [tuple(xy) for xy in shapely.get_coordinates(line)]
        for end in (0, -1):
            reached = _reach(coordinates, end, number, lines, tree)
            if reached is not None and area.covers(shapely.LineString([coordinates[end], reached])):
                coordinates.insert(0 if end == 0 else len(coordinates), reached)
        joined.append(shapely.LineString(coordinates))
    return joined


def _line(road: Road, area: Any) -> Any:
    """A gently bent line through the road's middle point, cut to its district."""
    stable = uuid.uuid5(NAMESPACE, road.district + road.name).int % 2**32
    rng = np.random.default_rng([SEED, stable])
    middle = project(shapely.Point(road.lon, road.lat), CGCS2000, GUANGZHOU_ZONE)
    if not area.buffer(-60).covers(middle):
        middle = shapely.ops.nearest_points(area.buffer(-60), middle)[0]
    angle = rng.normal(0, math.radians(5)) + (0 if road.bearing == "EW" else math.pi / 2)
    length = road.km * 1000
    along = np.linspace(-length / 2, length / 2, max(3, min(12, int(road.km * 4))))
    aside = np.sin(along / length * math.pi * rng.uniform(0.5, 1.5)) * length * 0.03
    x = middle.x + along * math.cos(angle) - aside * math.sin(angle)
    y = middle.y + along * math.sin(angle) + aside * math.cos(angle)
    inside = shapely.intersection(shapely.LineString(np.column_stack([x, y])), area.buffer(-20))
    pieces = [piece for piece in shapely.get_parts(inside) if piece.geom_type == "LineString"]
    piece = min(pieces, key=lambda part: part.distance(middle))
    if piece.length < SHORTEST_M:
        piece = max(pieces, key=lambda part: part.length)
    return piece


def _reach(
    coordinates: list[Any], end: int, number: int, lines: list[Any], tree: shapely.STRtree
) -> tuple[float, float] | None:
    """A point just beyond the nearest road ahead of this end, if one is near."""
    tip = np.array(coordinates[end])
    before = np.array(coordinates[1 if end == 0 else -2])
    direction = (tip - before) / max(float(np.hypot(*(tip - before))), 1e-9)
    ray = shapely.LineString([tip, tip + direction * JOIN_M])
    hits = []
    for other in tree.query(ray, predicate="intersects"):
        if other != number and not lines[other].intersects(shapely.LineString([before, tip])):
            hits.append(shapely.Point(tip).distance(shapely.intersection(ray, lines[other])))
    if not hits:
        return None
    reached = tip + direction * (min(hits) + OVERSHOOT_M)
    return float(reached[0]), float(reached[1])


def _street(road: Road, line: Any) -> NewName:
    return NewName(
        text=road.name,
        legal_category=LegalCategory.STREET,
        # City roads (GB/T 18521); the level of each is known to nobody here.
        class_code="23400",
        division_code=road.district,
        geometry=project(line, GUANGZHOU_ZONE, CGCS2000),
        period_from=RECORDS_BEGIN,
        source=SYNTHETIC,
        synthetic=True,
        approximate=True,
        name_source=road.name_source,
        name_synthetic=road.name_source == SYNTHETIC,
        place_id=uuid.uuid5(NAMESPACE, road.district + road.name),
    )


def _landmarks(districts: dict[str, Any]) -> Iterator[NewName]:
    for name, district, category, lon, lat in _read("landmarks.tsv"):
        point = project(shapely.Point(float(lon), float(lat)), CGCS2000, GUANGZHOU_ZONE)
        if not districts[district].covers(point):
            point = shapely.ops.nearest_points(districts[district].buffer(-30), point)[0]
        yield NewName(
            text=name,
            legal_category=category,
            division_code=district,
            geometry=project(point, GUANGZHOU_ZONE, CGCS2000),
            period_from=RECORDS_BEGIN,
            source="public-knowledge",
            approximate=True,
            place_id=uuid.uuid5(NAMESPACE, district + name),
        )


def _read(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
