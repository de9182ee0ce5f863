"""Outlines of divisions as GeoJSON geometries, small enough to travel inside a page."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

OUTLINES = """
    SELECT version.code, ST_AsGeoJSON(
        coalesce(ST_Transform(outline.geometry, 4490),
                 ST_SimplifyPreserveTopology(version.geometry, 0.0003)), 5)
    FROM boundaries_divisionversion version
    LEFT JOIN boundaries_divisionoutline outline
           ON outline.version_id = version.id AND outline.detail = 2
    WHERE version.period @> %(at)s::date AND version.code = ANY(%(codes)s)
      AND version.geometry IS NOT NULL
"""


def outlines(*, at: date, codes: Sequence[str]) -> dict[str, Any]:
    """Code → geometry, simplified to about 30 m; neighbours keep their shared edges."""
    with connection.cursor() as cursor:
        cursor.execute(OUTLINES, {"at": at, "codes": list(codes)})
        return {code: json.loads(geometry) for code, geometry in cursor.fetchall()}
