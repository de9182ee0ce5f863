"""People known for some areas, told for others: by area (areal) or by where people can live
(dasymetric), and brought to known totals. Whole people, every total kept to the person.

All shapes are polygons in metres of one projected system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from common.errors import BadInput
from facilities.domain.allocate import allocate
from facilities.domain.coverage import check_metres

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Shapes = NDArray[np.object_]
MOST_SQUARES = 3_000_000


class NowhereToGo(BadInput):
    template = "The people of area %(area)d have no place to go: no target or weight lies in it."


class TotalsNested(BadInput):
    template = "The totals of %(code)s and %(inner)s count the same people: give one of them."


class TotalWithoutPlace(BadInput):
    template = "There is a total for %(code)s, but nobody lives there in the file."


class PlaceWithoutTotal(BadInput):
    template = "People live in %(code)s in the file, but there is no total for it."


class ControlWithoutAmounts(BadInput):
    template = "Every area of the control needs its amount."


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """What sources and targets have in common: ``shapes[i]`` is a polygon in source ``source[i]``
    and target ``target[i]``."""

    shapes: Shapes
    source: Integers
    target: Integers


def intersect(sources: Shapes, targets: Shapes) -> Pieces:
    """Every polygon that a source and a target share; mere contacts are none."""
    for shapes in (sources, targets):
        if len(shapes):
            check_metres(shapely.get_coordinates(shapes))
    source, target = shapely.STRtree(targets).query(sources, predicate="intersects")
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    shared = shapely.intersection(sources[source], targets[target])
    parts, pair = shapely.get_parts(shared, return_index=True)
    real = shapely.area(parts) > 0
    return Pieces(parts[real], source[pair[real]], target[pair[real]])


def squares(shapes: Shapes, size_m: float) -> Shapes:
    """The squares of a grid, corners on whole multiples of ``size_m``, that touch the shapes."""
    if not (np.isfinite(size_m) and size_m > 0):
        raise BadInput("The size of a square must be a number of metres above 0.")
    if not len(shapes):
        return np.empty(0, dtype=object)
    bounds = shapely.bounds(shapes) / size_m
    low, high = np.floor(bounds[:, :2]), np.ceil(bounds[:, 2:])
    count = np.prod(high - low, axis=1).sum()
    if count > MOST_SQUARES:
        raise BadInput(
            "Squares of that size would be %(count)d, %(most)d at most: take larger ones.",
            count=int(count),
            most=MOST_SQUARES,
        )
    corners = np.unique(
        np.concatenate(
            [
                np.stack(
                    np.meshgrid(*(np.arange(a, b) for a, b in zip(*ends, strict=True))), -1
                ).reshape(-1, 2)
                for ends in zip(low, high, strict=True)
            ]
        ),
        axis=0,
    )
    boxes = shapely.box(*(corners * size_m).T, *((corners + 1) * size_m).T)
    touched = shapely.STRtree(boxes).query(shapes, predicate="intersects")[1]
    return np.asarray(boxes[np.unique(touched)], dtype=object)


def area_weights(pieces: Pieces) -> Floats:
    """Areal interpolation: people are spread evenly over their area."""
    return np.asarray(shapely.area(pieces.shapes), dtype=np.float64)


def control_weights(pieces: Pieces, control: Shapes, amounts: Floats) -> tuple[Floats, Integers]:
    """Dasymetric interpolation: people are where ``control`` has something (dwellings, floor area),
    ``amounts`` of it in each polygon, spread evenly there.

    The second value names the sources in which the control has nothing: their people go by area,
    and whoever asks ought to be told.
    """
    if len(control) != len(amounts):
        raise ControlWithoutAmounts
    if not np.isfinite(amounts).all() or (amounts < 0).any():
        raise BadInput("Weights must be numbers, 0 or more.")
    weights = np.zeros(len(pieces.shapes))
    if len(control) and len(weights):
        piece, area = shapely.STRtree(control).query(pieces.shapes, predicate="intersects")
        shared = shapely.area(shapely.intersection(pieces.shapes[piece], control[area]))
        density = np.divide(
            amounts, shapely.area(control), out=np.zeros(len(control)),
            where=shapely.area(control) > 0,
        )  # fmt: skip
        np.add.at(weights, piece, shared * density[area])
    found = np.zeros(int(pieces.source.max(initial=-1)) + 1)
    np.add.at(found, pieces.source, weights)
    blank = np.setdiff1d(np.unique(pieces.source), np.flatnonzero(found > 0))
    by_area = np.isin(pieces.source, blank)
    return np.where(by_area, area_weights(pieces), weights), blank


def shares(source: Integers, weights: Floats, sources: int) -> Floats:
    """The share of its source that falls to each piece. Raises :class:`NowhereToGo` for a source
    without weight (by its number from 1 on)."""
    sums = np.bincount(source, weights=weights, minlength=sources)
    if (sums <= 0).any():
        raise NowhereToGo(area=int((sums <= 0).argmax()) + 1)
    return np.asarray(weights / sums[source], dtype=np.float64)


def spread(totals: Integers, source: Integers, weights: Floats) -> Integers:
    """Whole people for each piece: those of one source sum to its total exactly."""
    counts = np.zeros(len(source), dtype=np.int64)
    order = np.argsort(source, kind="stable")
    starts = np.searchsorted(source[order], np.arange(len(totals) + 1))
    for number in np.flatnonzero(totals).tolist():
        own = order[starts[number] : starts[number + 1]]
        if not weights[own].sum() > 0:
            raise NowhereToGo(area=number + 1)
        counts[own] = (
            allocate(int(totals[number]), weights[own]) if len(own) > 1 else totals[number]
        )
    return counts


def interpolate(
    sources: Shapes,
    totals: Integers,
    targets: Shapes,
    *,
    control: Shapes | None = None,
    amounts: Floats | None = None,
) -> Integers:
    """Whole people in each target from those of the sources: by area, or where ``control`` has its
    ``amounts``. Everybody arrives: where a source sticks out beyond all targets its people go to
    the parts inside. Targets that overlap share. Raises BadInput, :class:`NowhereToGo`."""
    if len(totals) != len(sources) or (totals < 0).any():
        raise BadInput("Every area needs its people, 0 or more.")
    if (control is None) != (amounts is None):
        raise ControlWithoutAmounts
    pieces = intersect(sources, targets)
    weights = area_weights(pieces)
    if control is not None and amounts is not None:
        weights, _ = control_weights(pieces, control, amounts)
    counts = spread(totals, pieces.source, weights)
    found = np.zeros(len(targets), dtype=np.int64)
    np.add.at(found, pieces.target, counts)
    return found


def controlled(
    groups: Floats, codes: NDArray[np.str_], totals: Mapping[str, int]
) -> NDArray[np.int64]:
    """Whole people by group in each cell, so that those of all groups within a division sum to its
    total exactly. ``groups`` is cells × groups, in any scale; ``totals`` are by the beginning of a
    division's code. The groups of a division keep their proportions. Raises BadInput."""
    prefixes = sorted(totals)
    for code, inner in pairwise(prefixes):
        if inner.startswith(code):
            raise TotalsNested(code=code, inner=inner)
    counts = np.zeros(groups.shape, dtype=np.int64)
    done = np.zeros(len(codes), dtype=bool)
    for code in prefixes:
        inside = np.char.startswith(codes, code)
        done |= inside
        own = groups[inside]
        if totals[code] and not own.sum() > 0:
            raise TotalWithoutPlace(code=code)
        by_group = allocate(totals[code], own.sum(axis=0))
        for column, total in enumerate(by_group.tolist()):
            counts[inside, column] = allocate(total, own[:, column])
    left = ~done & (groups.sum(axis=1) > 0)
    if left.any():
        raise PlaceWithoutTotal(code=str(codes[left][0]))
    return counts
