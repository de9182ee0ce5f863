"""In which division people live on a day, and what is known about them already."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from boundaries.domain.lookup import Lookup
from boundaries.models import DivisionVersion, Level
from facilities.models import PopulationCell


def codes_of(*, lonlat: NDArray[np.float64], at: date) -> NDArray[np.str_]:
    """The code of the street or town that holds each point on the day, else that of its county,
    "" where none does. Degrees of CGCS2000."""
    codes = np.full(len(lonlat), "", dtype="<U12")
    if not len(lonlat):
        return codes
    frame = Polygon.from_bbox((*lonlat.min(axis=0).tolist(), *lonlat.max(axis=0).tolist()))
    versions = DivisionVersion.objects.on(at).filter(geometry__bboverlaps=frame)
    for rows in (versions.county_cells(), versions.with_geometry().at_level(Level.TOWNSHIP)):
        shapes = {
            code: shapely.from_wkb(bytes(geometry.wkb))
            for code, geometry in rows.values_list("code", "geometry")
        }
        found = np.array(Lookup(shapes).codes_of(lonlat), dtype="<U12")
        codes = np.where(found != "", found, codes)
    return codes


def cells_from(*, within: Sequence[str], since: date) -> QuerySet[Any]:
    """Cells in any of the divisions that count on ``since`` or later."""
    inside = Q(pk__in=[])
    for code in within:
        inside |= Q(division_code__startswith=code)
    later = DateRange(since, None)
    found: QuerySet[Any] = PopulationCell.objects.filter(inside, period__overlap=later)
    return found
