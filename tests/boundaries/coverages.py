"""Random coverages of Voronoi cells, and faults planted in them."""

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from boundaries.domain.lines import shared_edges

FRAME = box(113, 23, 113.5, 23.5)
Cells = dict[str, BaseGeometry]


def voronoi(seed: int, count: int) -> Cells:
    """``count`` convex cells that fill the frame, vertices shared exactly; codes from 440101."""
    rng = np.random.default_rng(seed)
    seeds = rng.uniform((113, 23), (113.5, 23.5), (count, 2))
    walls = shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=FRAME, only_edges=True)
    noded = shapely.union_all([shapely.intersection(walls, FRAME), FRAME.exterior])
    faces = shapely.get_parts(shapely.polygonize([*shapely.get_parts(noded)]))
    return {f"44{number:04d}": face for number, face in enumerate(faces, 101)}


@st.composite
def cells(draw: st.DrawFn, least: int = 4, most: int = 30) -> Cells:
    return voronoi(draw(st.integers(0, 2**32 - 1)), draw(st.integers(least, most)))


def roomy(cells: Cells) -> str:
    """The largest cell: room for a planted fault."""
    return max(cells, key=lambda code: cells[code].area)


def spot(shape: BaseGeometry, share: float = 0.3) -> BaseGeometry:
    """A disc well inside of the shape."""
    middle = shapely.maximum_inscribed_circle(shape)
    return Point(middle.coords[0]).buffer(middle.length * share)


def longest_border(cells: Cells) -> tuple[str, str, BaseGeometry]:
    """The two cells with the longest shared edge, and the edge."""
    edge = max(shared_edges(cells), key=lambda line: line.length_m)
    return edge.code_a, edge.code_b, edge.geometry
