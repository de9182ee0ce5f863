"""Land from which a facility of a kind is within the limit, with how its ways were measured."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from common.crs import CGCS2000, GUANGZHOU_ZONE, project
from facilities.domain.isochrones import isochrone, reached_by
from facilities.domain.networks import MODES
from facilities.queries.cells import in_metres
from facilities.queries.coverage import CoverageQuestion
from facilities.queries.networks import (
    FURTHEST_M,
    METRES_A_MINUTE,
    lies_on,
    metres,
    networks_for,
    travel_on,
)
from facilities.queries.sites import sites_of

Floats = NDArray[np.float64]
NETWORK, LINE = "network", "line"
# Corners of a quarter of a circle: its area comes out 0.2 % too small.
CORNERS = 16
# Nothing on a map of a city shows that outlines left out bends of less.
LEAST_BEND_M = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """One zone in degrees of CGCS2000. ``way``: "network" (land beside the streets from which a
    facility is reached in time, of the network ``name``) or "line" (circles)."""

    way: str
    name: str
    geometry: Any
    synthetic: bool
    approximate: bool
    credit: str


def zones_reached(*, question: CoverageQuestion) -> tuple[Reached, ...]:
    """Where as many facilities as are asked are within the limit of the question, whoever lives
    there: on each network by its streets, elsewhere by straight lines. A facility that lies on no
    network is reached by a straight line from everywhere, as it is when people are counted: where
    more than one is asked, the zone of a network counts it in. Empty where there are too few."""
    sites = sites_of(at=question.at, category=question.category)
    if not len(sites.keys):
        return ()
    radius = _radius_m(question)
    circles = shapely.buffer(shapely.points(in_metres(sites.lonlat)), radius, quad_segs=CORNERS)
    many = question.at_least
    zones: list[Reached] = []
    taken = shapely.Polygon()
    by_line = []
    made_up, rough = bool(sites.synthetic.any()), bool(sites.approximate.any())
    for row in networks_for(at=question.at, mode=question.mode) if question.in_minutes else ():
        degrees = shapely.from_wkb(bytes(row.area.wkb))
        land = shapely.difference(project(degrees, CGCS2000, GUANGZHOU_ZONE), taken)
        here = np.flatnonzero(lies_on(degrees, sites.lonlat))
        travelled, _ = travel_on(row.pk, question.mode)
        attached = travelled.attach(metres(sites.lonlat[here], row.epsg), furthest_m=FURTHEST_M)
        joined = np.flatnonzero(attached.street >= 0)
        # Each facility by itself only where it matters which ones are reached.
        groups = [joined] if many == 1 else list(joined[:, None])
        own = np.array(
            [
                project(
                    isochrone(attached, each, cutoff_s=question.minutes * 60),
                    row.epsg,
                    GUANGZHOU_ZONE,
                )
                for each in groups
            ],
            dtype=object,
        )
        beyond = circles[np.setdiff1d(np.arange(len(circles)), here[joined])]
        if many > 1:
            own, beyond = np.concatenate([own, beyond]), beyond[:0]
        zones += _zone(
            shapely.intersection(reached_by(own, many), land),
            way=NETWORK,
            name=row.name,
            marks=(row.synthetic or made_up, row.approximate or rough),
            credit=row.source.credit if row.source else "",
        )
        by_line.append(shapely.intersection(shapely.union_all(beyond), land))
        taken = shapely.union(taken, land)
    rest = shapely.difference(reached_by(circles, many), taken)
    rest = shapely.union_all([rest, *by_line])
    zones += _zone(rest, way=LINE, name="", marks=(made_up, rough), credit="")
    return tuple(zones)


def _radius_m(question: CoverageQuestion) -> float:
    """How far a straight line reaches, with its detour, at the usual speed of the mode."""
    if question.in_minutes:
        pace = MODES[question.mode].default_kmh * METRES_A_MINUTE
        return question.minutes * pace / question.detour
    return question.distance_m / (1.0 if question.mode == "straight" else question.detour)


def _zone(
    land: Any, *, way: str, name: str, marks: tuple[bool, bool], credit: str
) -> list[Reached]:
    """None where nothing is reached."""
    simple = shapely.simplify(land, LEAST_BEND_M)
    parts = [part for part in shapely.get_parts(simple) if part.geom_type == "Polygon"]
    if not parts:
        return []
    degrees = project(shapely.MultiPolygon(parts), GUANGZHOU_ZONE, CGCS2000)
    return [Reached(way, name, degrees, *marks, credit)]
