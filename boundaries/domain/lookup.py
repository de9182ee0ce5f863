"""Which of many polygons holds each of many points, for a million points in seconds.

A grid is laid over the polygons. A cell that no boundary passes lies in one polygon or in none, so
that its points are answered by one look into an array; only points in cells with a boundary are
tested against shapes. The marking of cells errs on the side of the boundary, never the other way:
the answers are those of testing every point.
"""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

# About 2 km: few points of a country then share a cell with a boundary, and the grid of the
# country has some five million cells.
CELL_DEG = 0.02
MOST_CELLS = 50_000_000
NONE, BOUNDARY = -1, -2

Indices = NDArray[np.int64]


class Lookup:
    """Polygons prepared for :meth:`find`. ``codes`` in ascending order; shapes in degrees."""

    def __init__(self, shapes: Mapping[str, BaseGeometry], *, cell: float = CELL_DEG) -> None:
        """``cell``: the width of a cell in degrees; wider where the extent would need too many."""
        self.codes = sorted(shapes)
        self.shapes = np.array([shapes[code] for code in self.codes], dtype=object)
        shapely.prepare(self.shapes)
        self.tree = shapely.STRtree(self.shapes)
        west, south, east, north = shapely.total_bounds(self.shapes) if shapes else (0, 0, 0, 0)
        self.origin = np.array([west, south])
        self.cell = max(cell, float(np.sqrt((east - west) * (north - south) / MOST_CELLS)))
        width, height = np.floor([(east - west) / self.cell, (north - south) / self.cell]) + 1
        self.grid = np.full((int(height), int(width)), NONE, dtype=np.int32)
        if shapes:
            self._mark_boundaries()
            self._fill_cells()

    def find(self, points: NDArray[np.float64]) -> Indices:
        """Positions in ``codes``, −1 where none holds a point; ``points`` (n, 2) in degrees.

        On a shared edge the smaller code answers. Points that are not finite are in none.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        found = np.full(len(points), NONE, dtype=np.int64)
        rows, columns, inside = self._cells(points)
        found[inside] = self.grid[rows[inside], columns[inside]]
        open_ones = np.flatnonzero(found == BOUNDARY)
        found[open_ones] = self._test(points[open_ones])
        return found

    def codes_of(self, points: NDArray[np.float64]) -> list[str]:
        """The code for each point, "" where none holds it."""
        return [self.codes[n] if n >= 0 else "" for n in self.find(points)]

    def _cells(self, points: NDArray[np.float64]) -> tuple[Indices, Indices, NDArray[np.bool_]]:
        height, width = self.grid.shape
        with np.errstate(invalid="ignore"):
            places = np.floor((points - self.origin) / self.cell)
            inside = (places >= 0).all(axis=1) & (places < (width, height)).all(axis=1)
        whole = np.where(inside[:, None], places, 0).astype(np.int64)
        return whole[:, 1], whole[:, 0], inside

    def _test(self, points: NDArray[np.float64]) -> Indices:
        found = np.full(len(points), len(self.codes), dtype=np.int64)
        turns, holders = self.tree.query(shapely.points(points), predicate="intersects")
        np.minimum.at(found, turns, holders)
        return np.where(found == len(self.codes), NONE, found)

    def _mark_boundaries(self) -> None:
        """Every cell within the bounding box of a piece of ring of half a cell at most."""
        # Of a whole cell rounding could make a piece that reaches into three.
        rings = shapely.get_rings(shapely.get_parts(self.shapes))
        rings = shapely.segmentize(rings, self.cell / 2)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        rows, columns, _inside = self._cells(xy)
        first = np.flatnonzero(ring[1:] == ring[:-1])
        for row_of in (first, first + 1):
            for column_of in (first, first + 1):
                self.grid[rows[row_of], columns[column_of]] = BOUNDARY

    def _fill_cells(self) -> None:
        """One test answers a run of cells of a row between two boundaries."""
        height, width = self.grid.shape
        flat = self.grid.ravel()
        starts = np.ones(flat.size, dtype=bool)
        starts[1:] = (flat[1:] == BOUNDARY) != (flat[:-1] == BOUNDARY)
        starts[::width] = True
        firsts = np.flatnonzero(starts)
        free = flat[firsts] != BOUNDARY
        rows, columns = np.divmod(firsts[free], width)
        centres = self.origin + (np.stack([columns, rows], axis=1) + 0.5) * self.cell
        answers = np.full(len(firsts), BOUNDARY, dtype=np.int64)
        answers[free] = self._test(centres)
        lengths = np.diff(np.append(firsts, flat.size))
        self.grid = np.repeat(answers, lengths).astype(np.int32).reshape(height, width)
