"""Built-up areas of Guangzhou, drawn round the streets of the demonstration set.

No outline of the city's 建成区 is in any package: these are made, approximate and marked synthetic.
"""

from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db.backends.postgresql.psycopg_any import DateRange

from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from demo.parts import RECORDS_BEGIN
from gazetteer.models import BuiltUpArea

# Streets nearer to each other than twice the reach are of one area, which ends REACH - BACK out.
REACH_M, BACK_M, ROUND_M = 700.0, 400.0, 50.0
FEWEST_STREETS = 5
SYNTHETIC = "demo-synthetic"


def draw(streets: list[tuple[str, Any]], districts: dict[str, str], city: str) -> int:
    """Make the areas from (district code, line in metres); named by the district most are in."""
    if not streets:
        return 0
    lines = [line for _district, line in streets]
    grown = shapely.union_all(shapely.buffer(lines, REACH_M, quad_segs=3))
    areas = shapely.get_parts(grown.buffer(-BACK_M, quad_segs=3).simplify(ROUND_M))
    tree = shapely.STRtree(lines)
    rows = []
    for area in sorted(areas, key=lambda each: -each.area):
        inside = [streets[n][0] for n in tree.query(area, predicate="intersects")]
        if len(inside) < FEWEST_STREETS:
            continue
        most = max(sorted(set(inside)), key=inside.count)
        shape = project(shapely.make_valid(area), GUANGZHOU_ZONE, CGCS2000)
        rows.append(
            BuiltUpArea(
                name=f"{districts.get(most, most)}建成区（示例）",
                division_code=city.ljust(6, "0"),
                period=DateRange(RECORDS_BEGIN, None),
                geometry=GEOSGeometry(
                    memoryview(shapely.to_wkb(shapely.MultiPolygon([shape]))), srid=CGCS2000
                ),
                source_id=SYNTHETIC,
                synthetic=True,
                approximate=True,
            )
        )
    BuiltUpArea.objects.bulk_create(rows)
    return len(rows)
