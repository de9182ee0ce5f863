"""Outlines of divisions as GeoJSON geometries, small enough to travel inside a page."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from boundaries.models import DivisionVersion

MADE_UP = "demo-synthetic"
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


def outline_sources(*, at: date, codes: Sequence[str]) -> set[str]:
    """The sources to name under a map of these outlines: a made-up shape is not that of the list
    of codes which its division comes from."""
    rows = DivisionVersion.objects.on(at).filter(code__in=codes, geometry__isnull=False)
    return {
        MADE_UP if synthetic else source
        for source, synthetic in rows.values_list("source_id", "synthetic").distinct()
        if synthetic or source
    }
