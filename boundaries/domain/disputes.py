"""Claims that overlap, and the land of a division as each of the claimants sees it. Pure."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from shapely.geometry.base import BaseGeometry

from boundaries.domain.draft_shapes import common, multi, taken

LEAST_M2 = 1.0


def overlap_of(claims: Sequence[BaseGeometry]) -> BaseGeometry:
    """The land that two claims or more hold at once (CGCS2000 degrees); empty where there is none.

    Claims that only meet along an edge do not overlap.
    """
    return multi(common(a, b) for a, b in combinations(claims, 2))


def as_seen(
    record: Mapping[str, BaseGeometry], claims: Mapping[str, BaseGeometry], by: str
) -> dict[str, BaseGeometry]:
    """The shapes of all claimants as ``by`` sees them: its claim is its own, nobody else's.

    ``record``: shapes of record by code; what a claimant without known shape has is its claim.
    """
    mine = claims[by]
    seen = {code: taken(shape, mine) for code, shape in record.items() if code != by}
    seen[by] = multi([record[by], mine]) if by in record else mine
    return seen
