"""Whether children fill their parent: the same land, or what is missing and what is too much.

In exact data the outline of the children together is the parent's, segment by segment: inner
edges are held twice and fall out. So a whole country is compared by sorting segments, and only
parents whose outline differs are overlaid.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.domain.lines import segments_of
from boundaries.domain.topology import (
    MOST_CODES,
    Fault,
    FaultKind,
    area_fault,
    in_order,
    lands,
    mended,
)


def check_nesting(shapes: Mapping[str, BaseGeometry], parent_of: Mapping[str, str]) -> list[Fault]:
    """Land that a parent or its children hold alone, the largest areas first.

    ``parent_of``: code of a child → code of its parent; both in ``shapes``. Parents without
    children in it are not judged. A fault names the parent, then the children on or beside the
    land, the one that holds most of it first.
    """
    families: dict[str, list[str]] = {}
    for child, parent in parent_of.items():
        families.setdefault(parent, []).append(child)
    faults: list[Fault] = []
    for parent in _unequal(shapes, families):
        children = sorted(families[parent])
        parts = np.array([_valid(shapes[code]) for code in children], dtype=object)
        whole, together = _valid(shapes[parent]), shapely.union_all(parts)
        for kind, land in (
            (FaultKind.UNFILLED, shapely.difference(whole, together)),
            (FaultKind.BEYOND, shapely.difference(together, whole)),
        ):
            for part in lands(land):
                near = np.flatnonzero(shapely.intersects(parts, part))
                held = shapely.area(shapely.intersection(parts[near], part))
                most = near[np.argsort(-held, kind="stable")][:MOST_CODES]
                codes = (parent, *(children[n] for n in most))
                faults += [fault] if (fault := area_fault(kind, codes, part)) else []
    return in_order(faults)


def _valid(shape: BaseGeometry) -> BaseGeometry:
    return shape if shapely.is_valid(shape) else mended(shape)


def _unequal(shapes: Mapping[str, BaseGeometry], families: Mapping[str, list[str]]) -> list[str]:
    """Parents whose rings are not exactly those of their children together."""
    if not families:
        return []
    parents = sorted(families)
    members = [(code, n) for n, parent in enumerate(parents) for code in families[parent]]
    members += [(parent, n) for n, parent in enumerate(parents)]
    segments = segments_of([shapes[code] for code, _ in members])
    family = np.array([n for _, n in members])[segments.owner]
    order = np.lexsort((segments.high, segments.low, family))
    keys: Any = np.stack([family, segments.low, segments.high], axis=1)[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    # An inner edge is held by two children, an outer one by a child and the parent.
    held = np.diff(np.append(np.flatnonzero(begins), len(order)))
    odd = keys[begins][held % 2 == 1]
    return [parents[n] for n in np.unique(odd[:, 0])]
