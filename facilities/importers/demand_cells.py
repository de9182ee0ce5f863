"""Rows of people become cells: parted, spread over squares, placed in divisions, brought to totals.

Nobody is lost on the way: what sticks out of the divisions stays with the rest of its row.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from common.crs import CGCS2000, project_points
from facilities.domain.allocate import allocate
from facilities.domain.interpolate import (
    Pieces,
    area_weights,
    control_weights,
    controlled,
    intersect,
    shares,
    spread,
    squares,
)
from facilities.importers.demand_files import Control, DemandRows, Fault, in_metres
from facilities.operations.demand import DemandCells
from facilities.queries.demand import codes_of

Floats = NDArray[np.float64]
# How far a number may lie from a whole one and still count as whole.
WHOLE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """``notes`` count by reason the rows that people ought to be told of."""

    cells: DemandCells
    faults: tuple[Fault, ...]
    notes: dict[str, int]


def place(
    rows: DemandRows,
    *,
    at: date,
    within: str = "",
    grid_m: float | None = None,
    control: Control | None = None,
    totals: Mapping[str, int] | None = None,
) -> Placed:
    """Cells of the rows, each in the division that holds its middle on the day.

    ``grid_m``: people are spread over squares of that side, evenly or as ``control`` has it.
    ``totals``: whole people by the beginning of a division's code that the cells are brought to.
    Rows outside ``within`` or outside every division are faults. Raises BadInput.
    """
    metres, epsg = in_metres(rows.shapes)
    pieces = _pieces(metres, grid_m)
    middles = shapely.transform(
        shapely.point_on_surface(pieces.shapes), lambda xy: project_points(xy, epsg, CGCS2000)
    )
    codes = codes_of(lonlat=shapely.get_coordinates(middles), at=at)
    inside = (codes != "") & np.char.startswith(codes, within)
    lived_in = rows.groups.sum(axis=1) > 0
    homeless = lived_in & ~np.isin(np.arange(len(metres)), pieces.source[inside])
    faults = [
        Fault(int(rows.numbers[i]), _why_outside(codes[pieces.source == i], within, at))
        for i in np.flatnonzero(homeless)
    ]
    notes: Counter[str] = Counter()
    notes["rows partly outside the divisions: their people stay in the rest"] = len(
        np.intersect1d(pieces.source[~inside], pieces.source[inside])
    )
    pieces = Pieces(pieces.shapes[inside], pieces.source[inside], pieces.target[inside])
    codes, middles = codes[inside], middles[inside]
    weights = area_weights(pieces)
    if control is not None and len(weights):
        shapes = shapely.transform(control.shapes, lambda xy: project_points(xy, CGCS2000, epsg))
        weights, blank = control_weights(pieces, shapes, control.amounts)
        notes["rows without any weight: their people are spread by area"] = len(blank)
    parted = np.bincount(pieces.source, minlength=len(metres)) > 1
    people = rows.groups.sum(axis=1)
    whole = np.abs(people - np.round(people)) <= WHOLE
    if totals is None and not faults:
        faults += [
            Fault(int(rows.numbers[i]), f"{people[i]:g} people cannot be parted whole: give totals")
            for i in np.flatnonzero(parted & ~whole)
        ]
    groups = np.zeros((len(codes), 3))
    if not faults:
        groups = _parted(rows.groups, whole, pieces, weights, parted)
    if totals is not None and not faults:
        groups = controlled(groups, codes, totals).astype(np.float64)
    kept = groups.sum(axis=1) > 0
    degrees = shapely.transform(pieces.shapes[kept], lambda xy: project_points(xy, epsg, CGCS2000))
    modelled = parted[pieces.source[kept]] | (not rows.ages_told)
    cells = DemandCells(degrees, middles[kept], codes[kept], groups[kept], modelled)
    return Placed(cells, tuple(faults), {why: count for why, count in notes.items() if count})


def _pieces(metres: NDArray[np.object_], grid_m: float | None) -> Pieces:
    if grid_m is not None:
        return intersect(metres, squares(metres, grid_m))
    parts, source = shapely.get_parts(metres, return_index=True)
    return Pieces(parts, source, np.arange(len(parts)))


def _why_outside(codes: NDArray[np.str_], within: str, at: date) -> str:
    elsewhere = sorted({str(code) for code in codes if code})
    if elsewhere:
        return f"it lies in {elsewhere[0]}, outside {within}"
    return f"it lies in no division on {at}"


def _parted(
    groups: Floats, whole: NDArray[np.bool_], pieces: Pieces, weights: Floats, parted: Floats
) -> Floats:
    """People of each piece by group: whole ones where the row has whole people."""
    own = np.zeros_like(groups)
    own[~whole] = groups[~whole]
    for i in np.flatnonzero(whole & (groups.sum(axis=1) > 0)):
        own[i] = allocate(round(float(groups[i].sum())), groups[i])
    found = own[pieces.source] * _safe_shares(pieces, weights, len(groups))[:, None]
    in_whole = np.where((whole & parted)[:, None], own, 0).astype(np.int64)
    of_whole = (whole & parted)[pieces.source]
    for column in range(groups.shape[1]):
        counts = spread(in_whole[:, column], pieces.source, weights)
        found[of_whole, column] = counts[of_whole]
    return found


def _safe_shares(pieces: Pieces, weights: Floats, rows: int) -> Floats:
    """Shares among the rows that have pieces; a row without people may have none."""
    numbers, source = np.unique(pieces.source, return_inverse=True)
    return shares(source, weights, len(numbers))
