"""Neighbours of an adjustment that lack a vertex where a new edge meets theirs."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from boundaries.domain.adjusting import Outcome
from boundaries.domain.codes import is_county_cell
from boundaries.domain.draft_shapes import SNAP_DEG, insertable, vertices_lacking
from boundaries.models import DivisionVersion, Level
from common.crs import CGCS2000


@dataclass(frozen=True, slots=True)
class Lacking:
    """A version and the vertices (degrees) to be put into its edges: no land moves by them."""

    version: Any
    places: list[tuple[float, float]]


def lacking_vertices(*, outcome: Outcome) -> list[Lacking]:
    """Versions of any day whose edges run through a vertex that an adjustment sets.

    Of any day: neighbours share an edge on all days on which both had it, and it has to match on
    each. Told for the two levels that tile the land: county cells, and towns.
    """
    rows = DivisionVersion.objects
    found = []
    for belongs, versions in (
        (lambda unit: is_county_cell(unit.level, unit.kind), rows.county_cells()),
        (lambda unit: unit.level == Level.TOWNSHIP, rows.with_geometry().at_level(Level.TOWNSHIP)),
    ):
        before, after = (
            [unit.shape for unit in side.values() if belongs(unit) and unit.shape is not None]
            for side in (outcome.before, outcome.after)
        )
        places = vertices_lacking(before, after) if before else None
        if places is not None:
            found += _lacking(versions, places)
    return found


def _lacking(versions: Any, places: BaseGeometry) -> list[Lacking]:
    mark = GEOSGeometry(memoryview(places.wkb), srid=CGCS2000)
    found = []
    for row in versions.filter(geometry__dwithin=(mark, SNAP_DEG)).order_by("pk"):
        mine = insertable(shapely.from_wkb(bytes(row.geometry.wkb)), places)
        if mine:
            found.append(Lacking(row, mine))
    return found
