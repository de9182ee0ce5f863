"""Names that may answer, read from the search keys: bounded work whatever is typed.

A condition that few keys meet is read whole and sorted; one that many meet is answered by walking
the index of ranks, where a match comes soon. What lies near is asked on its own, so that the
near ones are there however many far ones there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from common.postgis import distance_sql, near_sql, near_values
from common.prepared import prepared_rows
from gazetteer.models import NOTABLE

# More matching keys than this are not sorted: the walk over ranks finds the first ones faster.
FEW = 1200
# Of keys that merely contain what is typed, no more are looked at (beside the notable ones).
MOST_READ = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """What every name has to meet: the day, the division, the class, the distance to a point."""

    at: date
    within: str = ""
    category: str = ""
    point: tuple[float, float] | None = None
    within_m: float | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Why a name answers (an SQL expression), the condition on its key ``k``, the values.

    ``first``: what is sorted by before the rank. ``many`` may match: walk the ranks.

    ``steady``: whatever the values, the best plan is the same, so it is planned once.
    ``widely``: read through the index of characters, which knows no order. ``rows`` stands in
    for the keys where the condition is a join; ``cap`` bounds what is read. ``at_home``: so many
    meet it everywhere that, where a home is known, only the names there are read.
    """

    why: str
    condition: str
    values: dict[str, Any] = field(default_factory=dict)
    many: bool = False
    steady: bool = False
    widely: bool = False
    first: str = ""
    rows: str = "gazetteer_searchkey k"
    cap: int = 0
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    name_id: int
    why: str
    rank: int
    near: bool
    folded: str
    distance_m: float | None


def candidates(ways: Sequence[Way], *, filters: Filters, near: str, limit: int) -> list[Candidate]:
    """For each way the first ``limit`` names near and far, by distance where asked, then rank."""
    parts, values = [], _values(filters, near, limit)
    for number, way in enumerate(ways):
        renamed = {key: f"{key}_{number}" for key in way.values}
        values |= {renamed[key]: value for key, value in way.values.items()}
        parts += [_renamed(part, renamed) for part in _parts(way, filters, near)]
    if not parts:
        return []
    sql = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS found"
    if filters.point is None and all(way.steady for way in ways):
        return [Candidate(*row) for row in prepared_rows(sql, values)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _renamed(part: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        part = part.replace(f"%({old})s", f"%({new})s")
    return part


def _parts(way: Way, filters: Filters, near: str) -> list[str]:
    condition = way.condition
    near_too = bool(near) and not filters.within.startswith(near) and filters.point is None
    parts = []
    if near_too:
        parts.append(_sorted(way, f"{condition} AND k.division_code LIKE %(near)s", filters))
        if way.at_home:
            return parts
    if way.widely:
        notable = f"{condition} AND k.rank < {NOTABLE}"
        common = f"{condition} AND k.rank >= {NOTABLE}"
        parts.append(_sorted(way, notable, filters))
        parts.append(_sorted(way, common, filters, cap=way.cap or MOST_READ))
    elif way.many and not (filters.within or filters.point):
        parts.append(_walked(way, condition, filters))
    else:
        parts.append(_sorted(way, condition, filters, cap=way.cap))
    return parts


def _sorted(way: Way, condition: str, filters: Filters, cap: int = 0) -> str:
    bound = f"LIMIT {cap}" if cap else "OFFSET 0"
    order = ", ".join(filter(None, ("distance", way.first, "k.rank", "k.name_id")))
    return f"""
        (SELECT k.name_id, {way.why} AS why, k.rank, is_near, k.folded, distance FROM (
            SELECT k.*, k.division_code LIKE %(near)s AS is_near,
                   {_distance(filters)} AS distance
            FROM {_rows(way.rows, filters)} WHERE {condition} AND {_met(filters)} {bound}
         ) AS k ORDER BY {order} LIMIT %(limit)s)
    """


def _walked(way: Way, condition: str, filters: Filters) -> str:
    return f"""
        (SELECT k.name_id, {way.why} AS why, k.rank, k.division_code LIKE %(near)s, k.folded,
                NULL::float8
         FROM gazetteer_searchkey k WHERE {condition} AND {_met(filters)}
         ORDER BY k.rank LIMIT %(limit)s)
    """


def many_match(condition: str, values: dict[str, Any]) -> bool:
    """Whether more keys than a few meet the condition; reads no more than it has to."""
    sql = f"SELECT 1 FROM gazetteer_searchkey k WHERE {condition} OFFSET {FEW} LIMIT 1"
    return bool(prepared_rows(sql, values))


def _rows(keys: str, filters: Filters) -> str:
    return keys if filters.point is None else f"{keys} JOIN gazetteer_place p ON p.id = k.place_id"


def _met(filters: Filters) -> str:
    met = ["k.period @> %(at)s::date"]
    if filters.within:
        met.append("k.division_code LIKE %(within)s")
    if filters.category:
        met.append("k.category = %(category)s")
    if filters.point is not None and filters.within_m is not None:
        met.append(near_sql("p.geometry"))
    elif filters.point is not None:
        met.append("p.geometry IS NOT NULL")
    return " AND ".join(met)


def _distance(filters: Filters) -> str:
    if filters.point is None:
        return "NULL::float8"
    return distance_sql("p.geometry")


def _values(filters: Filters, near: str, limit: int) -> dict[str, Any]:
    values: dict[str, Any] = {
        "at": filters.at,
        "within": f"{filters.within}%",
        "category": filters.category,
        # A code that no division has: without a jurisdiction nothing is near.
        "near": f"{near}%" if near else "-",
        "limit": limit,
    }
    if filters.point is not None:
        values |= near_values(filters.point, filters.within_m or 0)
    return values
