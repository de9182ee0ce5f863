"""Which county holds each of many points on a day."""

from datetime import date

import shapely

from boundaries.domain.lookup import Lookup
from boundaries.models import DivisionVersion


def county_lookup(*, at: date, within: str = "") -> tuple[Lookup, dict[str, str]]:
    """The counties in force on a day (and cities without any), and what they are called.

    Counties whose shape is unknown that day are left out: their points are in none.
    """
    rows = DivisionVersion.objects.on(at).county_cells().within(within)
    shapes, names = {}, {}
    for code, name, geometry in rows.values_list("code", "name", "geometry"):
        shapes[code], names[code] = shapely.from_wkb(bytes(geometry.wkb)), name
    return Lookup(shapes), names
