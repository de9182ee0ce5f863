"""Synthetic signs along the roads, a quarter of them with planted faults, and orders at work.

Signs are right by construction; the faults put into them are the truth by which detection is
scored. Days are counted back from the day of loading, so that some orders are always overdue.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import shapely
import shapely.ops
from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from boundaries.models import DivisionVersion
from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions
from demo.sign_defects import (
    Face,
    plant_colour,
    plant_english,
    plant_name,
    plant_spelling,
)
from demo.sign_orders import write_orders
from gazetteer.models import LegalCategory, PlaceName
from signage.domain.faces import plain_face, write_faces
from signage.models import Sign
from signage.operations.check import check_signs

CITY = "4401"
NAMESPACE = uuid.UUID("8e0c7c53-52f4-5a51-9d5a-3a7d7d1f6b10")
SIGNS, SIGNS_SMALL = 2000, 300
FAULTY_SHARE = 0.25
TWO_FAULTS_SHARE = 0.12
MISPLACED_SHARE = 0.09
UNKNOWN_BEARING_SHARE = 0.02
# Streets nearer to a diagonal than this are left without a sign: both colours can be defended.
DIAGONAL_DEG = 5.0
FIRST_CHECK_DAYS_AGO = 60
PLANTERS = (
    (0.30, "R01", plant_name),
    (0.30, "R05", plant_spelling),
    (0.22, "R10", plant_english),
    (0.18, "R13", plant_colour),
)


@dataclass(frozen=True, slots=True)
class Street:
    """A road of the set in metres, with its name and what is needed to make faults of it."""

    place_id: Any
    county: str
    line: Any
    face: Face


@dataclass(frozen=True, slots=True)
class Standing:
    """A sign before it is written: where, for which place, what it shows, what is wrong."""

    street: Street
    point: Any
    bearing: float
    face: Face
    place_id: Any
    division_code: str


def load(options: DemoOptions) -> str:
    rng = np.random.default_rng([SEED, 7])
    streets = list(_streets())
    if not streets:
        return "no streets, so no signs"
    areas = _Areas()
    count = SIGNS_SMALL if options.small else SIGNS
    standing = [_spoil(each, areas, streets, rng) for each in _set_up(streets, areas, count, rng)]
    rows = list(_rows(standing, areas, rng))
    Sign.objects.bulk_create(rows, batch_size=5000)
    options.report("checking the signs")
    first = timezone.localdate() - timedelta(days=FIRST_CHECK_DAYS_AGO)
    summary = check_signs(by=None, at=first, within=CITY)
    orders = write_orders(today=timezone.localdate(), small=options.small)
    check_signs(by=None, at=timezone.localdate(), within=CITY)
    faulty = sum(bool(sign.planted_defects) for sign in rows)
    return (
        f"{len(rows)} signs, {faulty} with planted faults, "
        f"{summary.failed_signs} found by the first check; {orders} orders"
    )


class _Areas:
    """Districts and street cells of the city in metres."""

    def __init__(self) -> None:
        rows = DivisionVersion.objects.on(RECORDS_BEGIN).within(CITY).with_geometry()
        values = list(rows.order_by("code").values_list("code", "level", "name", "geometry"))
        shapes = {code: _metres(geometry) for code, _, _, geometry in values}
        self.names = {code: name for code, _, name, _ in values}
        self.counties = {code: shapes[code] for code, level, _, _ in values if level == 3}
        cells = [code for code, level, _, _ in values if level == 4]
        self._codes = cells
        self._cells = shapely.STRtree([shapes[code] for code in cells])

    def code_at(self, point: Any) -> str:
        """The nine-digit code of the cell that holds a point, else the county's, else empty."""
        found = sorted(self._codes[index] for index in self._cells.query(point, "intersects"))
        if found:
            return found[0]
        return next((c for c, area in self.counties.items() if area.covers(point)), "")


def _metres(geometry: Any) -> Any:
    return project(shapely.from_wkb(bytes(geometry.wkb)), CGCS2000, GUANGZHOU_ZONE)


def _streets() -> Iterator[Street]:
    names = PlaceName.objects.standard().on(RECORDS_BEGIN).within(CITY)
    streets = names.filter(
        place__legal_category=LegalCategory.STREET, place__geometry__isnull=False
    ).exclude(pinyin_sign="")
    for name in streets.select_related("place").order_by("place__division_code", "text"):
        if name.place.geometry.geom_type == "LineString":
            face = Face(
                name.text, name.pinyin_sign, "", name.specific, name.generic, name.pinyin_toned
            )
            yield Street(
                name.place_id, name.place.division_code[:6], _metres(name.place.geometry), face
            )


def _set_up(streets: list[Street], areas: _Areas, count: int, rng: Any) -> Iterator[Standing]:
    """Sound signs: at the ends of streets first, then along them; more on the longer ones."""
    weights = np.sqrt([street.line.length for street in streets])
    made = 0
    while made < count:
        index = made if made < len(streets) else rng.choice(len(streets), p=weights / weights.sum())
        sign = _sound(streets[int(index)], areas, rng)
        # A street that runs diagonally, or along the edge of its district, gives no sign here.
        if sign is None and made < len(streets):
            streets = [*streets[:made], *streets[made + 1 :]]
            weights = np.delete(weights, made)
            continue
        if sign is not None:
            made += 1
            yield sign


def _sound(street: Street, areas: _Areas, rng: Any) -> Standing | None:
    share = float(rng.choice([0.03, 0.97, rng.uniform(0.1, 0.9)]))
    along = street.line.length * share
    before = street.line.interpolate(max(0.0, along - 10))
    after = street.line.interpolate(min(street.line.length, along + 10))
    dx, dy = after.x - before.x, after.y - before.y
    length = float(np.hypot(dx, dy)) or 1.0
    bearing = float(np.degrees(np.arctan2(dx, dy)) % 180)
    if abs(abs(bearing - 90) - 45) < DIAGONAL_DEG:
        return None
    aside = float(rng.choice([-1, 1])) * rng.uniform(5, 9)
    here = street.line.interpolate(along)
    point = shapely.Point(here.x - dy / length * aside, here.y + dx / length * aside)
    code = areas.code_at(point)
    if code[:6] != street.county:
        return None
    colour = "blue" if abs(bearing - 90) < 45 else "green"
    face = replace(street.face, ground_colour=colour)
    return Standing(street, point, round(bearing, 1), face, street.place_id, code)


def _spoil(sign: Standing, areas: _Areas, streets: list[Street], rng: Any) -> Standing:
    if rng.random() >= FAULTY_SHARE:
        return sign
    if rng.random() < MISPLACED_SHARE:
        moved = _misplaced(sign, areas, streets, rng)
        if moved is not None:
            return moved
    faults = 2 if rng.random() < TWO_FAULTS_SHARE else 1
    weights = np.array([share for share, _, _ in PLANTERS])
    for index in rng.choice(len(PLANTERS), size=len(PLANTERS), replace=False, p=weights):
        _, rule_id, planter = PLANTERS[int(index)]
        # An English generic takes the place of the spelling: the two are not told apart there.
        if rule_id in ("R05", "R10") and {"R05", "R10"} & set(sign.face.defects):
            continue
        planted = planter(sign.face, rng)
        if planted is not None:
            sign = replace(sign, face=planted)
        if len(sign.face.defects) >= faults:
            break
    return sign


def _misplaced(sign: Standing, areas: _Areas, streets: list[Street], rng: Any) -> Standing | None:
    """R29: linked to the street of the same name elsewhere, or set up beyond the county line."""
    face = replace(sign.face, defects=(*sign.face.defects, "R29"))
    namesakes = [
        street
        for street in streets
        if street.face.hanzi == sign.face.hanzi and street.county != sign.street.county
    ]
    if namesakes:
        return replace(sign, face=face, place_id=namesakes[0].place_id)
    others = [(area.distance(sign.point), code) for code, area in areas.counties.items()]
    _, code = min(pair for pair in others if pair[1] != sign.street.county)
    inner = areas.counties[code].buffer(-80)
    point = shapely.ops.nearest_points(inner, sign.point)[0]
    stands_in = areas.code_at(point)
    if stands_in[:6] in ("", sign.street.county):
        return None
    return replace(sign, face=face, point=point, division_code=stands_in)


def _rows(standing: list[Standing], areas: _Areas, rng: Any) -> Iterator[Sign]:
    """Numbers run within the district that set the sign up, in the order of making."""
    serial: dict[str, int] = {}
    points = project(
        shapely.MultiPoint([sign.point for sign in standing]), GUANGZHOU_ZONE, CGCS2000
    )
    for sign, point in zip(standing, points.geoms, strict=True):
        county = sign.street.county
        serial[county] = serial.get(county, 0) + 1
        number = f"GZ-{county}-{serial[county]:05d}"
        hide_bearing = "R13" not in sign.face.defects and rng.random() < UNKNOWN_BEARING_SHARE
        lane = sign.face.generic.endswith(("巷", "里"))
        yield Sign(
            id=uuid.uuid5(NAMESPACE, number),
            number=number,
            sign_class="LANE" if lane else "STREET",
            location=Point(round(point.x, 7), round(point.y, 7), srid=CGCS2000),
            division_code=sign.division_code,
            place_id=sign.place_id,
            street_bearing=None if hide_bearing else sign.bearing,
            faces=write_faces(
                plain_face(
                    hanzi=sign.face.hanzi,
                    pinyin=sign.face.pinyin,
                    ground=sign.face.ground_colour,
                    width=900 if lane else 1500,
                    height=300 if lane else 450,
                )
            ),
            period=DateRange(RECORDS_BEGIN, None),
            responsible_body=f"{areas.names[county]}民政局",
            planted_defects=sorted(sign.face.defects),
            source_id="demo-synthetic",
            synthetic=True,
        )
