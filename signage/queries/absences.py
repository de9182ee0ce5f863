"""Signs that ought to stand and do not: streets, their ends and junctions, places that need one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from signage.models import SHOWN_ABSENCES_SQL
from signage.queries.record import names_of_places
from signage.queries.signs import day_values

# A street that nobody's sign names; an end or a junction of another; a place that must have one.
KINDS = ("bare", "end", "junction", "duty")

ROWS = f"""
    SELECT absence.id, absence.place_id, absence.rule_id_text, absence.rule_id, absence.spot,
           absence.division_code, absence.planned_id, place.legal_category, place.synthetic,
           place.approximate, coalesce(name.text, '') AS name,
           coalesce(name.pinyin_sign, '') AS pinyin,
           ST_X(absence.location) AS lon, ST_Y(absence.location) AS lat, absence.found_on,
           planned.number AS planned_number,
           CASE WHEN absence.rule_id_text <> 'R30' THEN 'duty'
                WHEN NOT EXISTS (
                    SELECT FROM signage_sign sign
                    WHERE sign.place_id = absence.place_id AND sign.period @> %(at)s::date
                      AND sign.state IN ('standing', 'damaged')
                      AND sign.sign_class IN ('STREET', 'LANE')) THEN 'bare'
                WHEN absence.spot IN ('start', 'end') THEN 'end'
                ELSE 'junction' END AS kind
    FROM signage_absence absence
    JOIN gazetteer_place place ON place.id = absence.place_id
    LEFT JOIN signage_sign planned ON planned.id = absence.planned_id
    LEFT JOIN gazetteer_placename name ON name.place_id = place.id AND name.kind = 'standard'
         AND name.status = 'standard' AND name.period @> %(at)s::date
    WHERE absence.found_on <= %(at)s::date
      AND (absence.resolved_on IS NULL OR absence.resolved_on > %(at)s::date)
      AND absence.division_code LIKE %(within)s AND {SHOWN_ABSENCES_SQL}
"""


@dataclass(frozen=True, slots=True)
class MissingFilter:
    kind: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class MissingSign:
    """``lon`` and ``lat`` are None where the place's position is unknown."""

    id: int
    place_id: UUID
    rule_id_text: str
    rule_id: int
    spot: str
    division_code: str
    planned_id: UUID | None
    category: str
    synthetic: bool
    approximate: bool
    name: str
    pinyin: str
    lon: float | None
    lat: float | None
    found_on: date
    planned_number: str | None
    kind: str


def _values(at: date, chosen: MissingFilter) -> dict[str, Any]:
    return {**day_values(at), "within": f"{chosen.within}%", "kind": chosen.kind}


def missing_signs(
    *, at: date, chosen: MissingFilter, size: int, after: int = 0, waiting: bool = False
) -> list[MissingSign]:
    """Spots without a sign; ``waiting``: only those for which none was ordered."""
    where = ["id > %(after)s"]
    if chosen.kind:
        where.append("kind = %(kind)s")
    if waiting:
        where.append("planned_id IS NULL")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT * FROM ({ROWS}) missing WHERE {" AND ".join(where)}
                ORDER BY id LIMIT %(size)s""",
            {**_values(at, chosen), "after": after, "size": size},
        )
        return [MissingSign(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class MissingCounts:
    """``spots`` by kind; streets that no sign names; ``ordered`` spots."""

    spots: dict[str, int]
    bare_streets: int
    ordered: int
    by_county: dict[str, int]


def missing_counts(*, at: date, chosen: MissingFilter) -> MissingCounts:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT kind, left(division_code, 6), count(*), count(planned_id),
                       count(DISTINCT place_id)
                FROM ({ROWS}) missing GROUP BY 1, 2 ORDER BY 1, 2""",
            _values(at, chosen),
        )
        rows = cursor.fetchall()
    spots: dict[str, int] = {}
    counties: dict[str, int] = {}
    for kind, county, count, _ordered, _places in rows:
        spots[kind] = spots.get(kind, 0) + count
        if not chosen.kind or chosen.kind == kind:
            counties[county] = counties.get(county, 0) + count
    return MissingCounts(
        spots,
        sum(places for kind, *_rest, places in rows if kind == "bare"),
        sum(row[3] for row in rows),
        counties,
    )


def other_streets(*, rows: Sequence[MissingSign], at: date) -> dict[str, str]:
    """Spot → name of the street that is met there."""
    ids = {row.spot: row.spot.partition("/")[0] for row in rows if row.kind in ("junction", "bare")}
    known = {spot: key for spot, key in ids.items() if key not in ("start", "end", "")}
    names = names_of_places(ids=sorted(set(known.values())), at=at)
    return {spot: names.get(key, "") for spot, key in known.items()}
