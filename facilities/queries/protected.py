"""Rules on where a facility may not stand, and the zones that they keep free on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon

from common.crs import CGCS2000, GUANGZHOU_ZONE, project_points
from facilities.domain.exclusions import DISTANCES, Keep, Zone, zone
from facilities.models import ProtectedArea, Target

DISTANCE, LAND = "F01", "F02"
OWN = "own"
# Metres that a degree has at least, on either axis, within the country.
METRES_A_DEGREE = 60_000.0


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """A rule that places have to keep, with what it asks for; nothing: no limit is set."""

    edition: Target
    keeps: tuple[Keep, ...]

    def key(self, keep: Keep) -> str:
        return f"{self.edition.target_id}:{keep.name}"


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """What is kept free near an area; ``areas`` were read at all."""

    zones: tuple[Zone, ...]
    synthetic: bool = False
    approximate: bool = False


def place_rules(*, category: str, within: str, at: date) -> list[PlaceRule]:
    """Rules on distances and land (F01, F02) for the category; the narrowest edition of each."""
    rows: dict[str, Target] = {}
    editions = Target.objects.on(at).holding(within).filter(target_id__in=(DISTANCE, LAND))
    for edition in sorted(editions, key=lambda row: len(row.jurisdiction)):
        rows[edition.target_id] = edition
    return [
        PlaceRule(edition, _keeps(edition.parameters))
        for edition in rows.values()
        if category in edition.parameters.get("categories", ())
    ]


def _keeps(parameters: Mapping[str, Any]) -> tuple[Keep, ...]:
    land = tuple(Keep(kind, (kind,), 0.0) for kind in parameters.get("land", ()))
    limits = parameters.get("limits", {})
    return land + tuple(
        Keep(name, DISTANCES[name], float(metres))
        for name, metres in limits.items()
        if name in DISTANCES
    )


def zones_of(
    *, rules: Sequence[PlaceRule], own: Sequence[tuple[str, float]], at: date, lonlat: Any
) -> Zones:
    """The zones of the rules, and of ``own`` distances (kind, metres), around these points. Takes
    1 query, none where nothing is asked."""
    wanted = [(rule.key(keep), keep) for rule in rules for keep in rule.keeps]
    wanted += [(f"{OWN}:{kind}", Keep(kind, (kind,), metres)) for kind, metres in own]
    if not wanted or not len(lonlat):
        return Zones(())
    margin = max(keep.metres for _key, keep in wanted) / METRES_A_DEGREE
    low, high = lonlat.min(axis=0) - margin, lonlat.max(axis=0) + margin
    kinds = {kind for _key, keep in wanted for kind in keep.kinds}
    rows = ProtectedArea.objects.on(at).filter(
        kind__in=kinds, geometry__bboverlaps=Polygon.from_bbox((*low.tolist(), *high.tolist()))
    )
    areas: dict[str, list[Any]] = {}
    marks = [False, False]
    for kind, geometry, synthetic, approximate in rows.values_list(
        "kind", "geometry", "synthetic", "approximate"
    ):
        areas.setdefault(kind, []).append(_metres(shapely.from_wkb(bytes(geometry.wkb))))
        marks = [marks[0] or synthetic, marks[1] or approximate]
    found = (zone(key, keep, areas) for key, keep in wanted)
    return Zones(tuple(each for each in found if each is not None), *marks)


def outlines_of(zones: Sequence[Zone], xy: Any) -> list[dict[str, Any]]:
    """Each zone as the result keeps it, drawn where the people are."""
    margin = 5_000.0
    low, high = xy.min(axis=0) - margin, xy.max(axis=0) + margin
    frame = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    told = []
    for each in zones:
        shape = each.outline(frame)
        told.append(
            {
                "key": each.key,
                "name": each.keep.name,
                "metres": each.keep.metres,
                "areas": each.areas,
                "shape": None if shape is None else _geojson(shape),
            }
        )
    return told


def _metres(shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: project_points(xy, CGCS2000, GUANGZHOU_ZONE))


def _geojson(shape: Any) -> Any:
    degrees = shapely.transform(
        shape, lambda xy: np.round(project_points(xy, GUANGZHOU_ZONE, CGCS2000), 5)
    )
    return shapely.geometry.mapping(degrees)
