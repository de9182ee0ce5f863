"""The tri-junctions of a day, from the ends of the lines in force, with their posts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from boundaries.domain.junctions import Junction, junctions_of
from boundaries.models import MarkerKind
from boundaries.queries.divisions import division_names
from boundaries.queries.markers import markers

# A post stands within some 2 km of the place, the most that a marker may be off its line.
NEAR_DEG = 0.02
# Both ends of every part of the lines of a day; of one line only those near it.
_ENDS = """
    SELECT line.code, ST_X(spot.geom), ST_Y(spot.geom)
    FROM boundaries_boundaryline line
    CROSS JOIN LATERAL ST_Dump(line.geometry) part
    CROSS JOIN LATERAL (VALUES (ST_StartPoint(part.geom)), (ST_EndPoint(part.geom))) spot (geom)
    WHERE line.period @> %(at)s::date AND (%(line)s = '' OR line.geometry && (
        SELECT ST_Expand(asked.geometry, 0.0001) FROM boundaries_boundaryline asked
        WHERE asked.code = %(line)s AND asked.period @> %(at)s::date))
"""


@dataclass(frozen=True, slots=True)
class JunctionRow:
    """``names``: of the sides in the reader's language; ``marker``: its post, with ``found``."""

    junction: Junction
    names: tuple[str, ...]
    marker: Any

    @property
    def title(self) -> str:
        return "–".join(self.names)


def junctions(*, at: date, within: str = "", line: str = "") -> list[JunctionRow]:
    """Junctions with a side in ``within``, or those at the ends of one line."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, {"at": at, "line": line})
        found = junctions_of(cursor.fetchall())
    found = [
        each
        for each in found
        if (not line or line in each.lines) and any(side.startswith(within) for side in each.sides)
    ]
    codes = {side for each in found for side in each.sides}
    names = division_names(codes=codes, at=at)
    posts = markers(at=at, within=within).filter(kind=MarkerKind.JUNCTION)
    marked: dict[tuple[str, ...], list[Any]] = {}
    for post in posts.filter(third_code__in=codes):
        marked.setdefault(tuple(sorted(post.codes)), []).append(post)
    return [
        JunctionRow(
            junction=each,
            names=tuple(names.get(side, side) for side in each.sides),
            marker=_nearest(each, marked.get(each.sides, [])),
        )
        for each in found
    ]


def _nearest(junction: Junction, posts: list[Any]) -> Any:
    """Where the same divisions meet twice, each post belongs to the nearer place."""

    def away(post: Any) -> float:
        east, north = post.location.x - junction.longitude, post.location.y - junction.latitude
        return float(east * east + north * north)

    near = [post for post in posts if away(post) < NEAR_DEG**2]
    return min(near, key=away, default=None)
