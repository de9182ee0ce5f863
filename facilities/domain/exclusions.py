"""Land on which nothing may be built, or not nearer than so many metres: zones around areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# What areas can be, with the word that files use for it (Art 10 of the funeral regulation).
KINDS: Mapping[str, str] = {
    "reserve": "自然保护区",
    "park": "公园",
    "scenic": "风景名胜区",
    "heritage": "文物保护单位",
    "water": "水域",
    "water_protection": "水源保护区",
    "road": "主要道路",
    "cultivated": "耕地",
    "forest": "林地",
}
# The attribute that a rule on distances (F01) sets a limit for → what is meant.
DISTANCES: Mapping[str, tuple[str, ...]] = {
    "distance_reserve_m": ("reserve", "park", "scenic", "heritage"),
    "distance_water_m": ("water", "water_protection"),
    "distance_road_m": ("road",),
}
SIMPLIFY_M = 20.0


@dataclass(frozen=True, slots=True)
class GivenArea:
    """An area of a file; ``shape`` is in CGCS2000."""

    kind: str
    name: str
    shape: Any


@dataclass(frozen=True, slots=True)
class Keep:
    """What a rule asks for: ``metres`` away from areas of these kinds; 0: not on them. ``name``
    is the rule's own word for them."""

    name: str
    kinds: tuple[str, ...]
    metres: float


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """The areas that one rule keeps free, all in metres; ``key`` says which rule and what."""

    key: str
    keep: Keep
    areas: int
    land: Any

    def holds(self, xy: Floats) -> NDArray[np.bool_]:
        """Which points lie in it. One on the very distance is far enough."""
        points = shapely.points(xy)
        if not self.keep.metres:
            return np.asarray(shapely.intersects(self.land, points), dtype=bool)
        near = shapely.distance(self.land, points) < self.keep.metres
        return np.asarray(near, dtype=bool)

    def outline(self, frame: tuple[float, float, float, float]) -> Any:
        """As it is drawn, to about 20 m, within a frame of metres; None where nothing is left."""
        wide = shapely.buffer(self.land, self.keep.metres) if self.keep.metres else self.land
        shown = shapely.intersection(shapely.make_valid(wide), shapely.box(*frame))
        shown = shapely.simplify(shown, SIMPLIFY_M)
        return None if shapely.is_empty(shown) else shown


def zone(key: str, keep: Keep, areas: Mapping[str, list[Any]]) -> Zone | None:
    """``areas``: shapes in metres by kind. None where there is none of these kinds."""
    shapes = [shape for kind in keep.kinds for shape in areas.get(kind, ())]
    if not shapes:
        return None
    land = shapely.union_all(shapely.make_valid(np.array(shapes, dtype=object)))
    shapely.prepare(land)
    return Zone(key, keep, len(shapes), land)
