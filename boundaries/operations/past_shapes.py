"""Shapes for versions of the past, where somebody has drawn them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

from boundaries.models import DivisionVersion
from boundaries.operations.shapes import rebuild_shapes
from common import audit
from common.crs import CGCS2000, area_km2
from common.errors import BadInput


@transaction.atomic
def set_past_shapes(*, shapes: Mapping[str, tuple[str, Any]], at: date) -> dict[str, Any]:
    """Set the shapes of the versions in force on the day, marked approximate; areas in km².

    A version that has a shape keeps it. Refuses codes and names that the day does not know.
    """
    versions = {
        row.code: row
        for row in DivisionVersion.objects.on(at).light().filter(code__in=list(shapes))
    }
    for code, (name, drawn) in shapes.items():
        version = versions.get(code)
        if version is None or (name and version.name != name):
            raise BadInput(
                "There is no division %(code)s %(name)s on %(day)s.",
                code=code,
                name=name,
                day=at.isoformat(),
            )
        if version.area_km2 is not None:
            raise BadInput("The shape of %(code)s is known already.", code=code)
        version.geometry = GEOSGeometry(shapely.to_wkt(drawn), srid=CGCS2000)
        version.point = GEOSGeometry(shapely.to_wkt(drawn.representative_point()), srid=CGCS2000)
        version.area_km2 = area_km2(drawn)
        version.approximate = True
        version.save(update_fields=["geometry", "point", "area_km2", "approximate"])
    rebuild_shapes(at=at, levels=sorted({row.level for row in versions.values()}))
    if versions:
        audit.record(
            by=None,
            operation="set_past_shapes",
            subject=next(iter(versions.values())),
            day=at.isoformat(),
            shapes=sorted(versions),
        )
    return {"area_km2": {code: round(row.area_km2, 3) for code, row in sorted(versions.items())}}
