"""One search box over all names: characters, pinyin with or without tones, initials, codes.

Every way in has an index: equality and prefix by ``varchar_pattern_ops``; contained characters
by a GIN index over the single characters of a name, because trigrams cannot help one or two
characters. Each way gives at most :data:`CANDIDATES` rows before places are joined and ranked.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from gazetteer.domain.search_keys import SearchQuery, literal_pattern, matches_tones, read_query
from gazetteer.queries.divisions import NamedCode, division_chains, path_text

CANDIDATES = 300
# Of the names that contain what nearly all contain (委会, 社区) no more are read than this.
MOST_READ = 5000
SHORTEST_INITIALS = 2
SCORES = {
    "exact": 0.9,
    "prefix": 0.7,
    "contains": 0.5,
    "pinyin": 0.45,
    "initials": 0.3,
    "code": 0.8,
}
WHOLE = {"pinyin": 0.15, "initials": 0.1}
# Importance by what the place is, 0 to 9; the nearer home, the more (share of 0.09).
IMPORTANCE = """
CASE WHEN p.legal_category = 'DIVISION' AND length(p.division_code) = 6 THEN
          CASE WHEN p.division_code LIKE '%%0000' THEN 9
               WHEN p.division_code LIKE '%%00' THEN 8 ELSE 7 END
     WHEN p.legal_category = 'DIVISION' THEN 5
     WHEN p.legal_category IN ('STREET', 'NATURAL', 'PARK_RESERVE') THEN 4
     WHEN p.legal_category = 'COMMITTEE_SEAT' THEN 1
     ELSE 3 END
+ CASE WHEN %(near)s <> '' AND p.division_code LIKE %(near)s || '%%' THEN 1.5 ELSE 0 END
"""


# Why, the condition on the name, its parameters.
Way = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name that answers the query, why, and how well (higher is better, below 1)."""

    place_id: uuid.UUID
    text: str
    pinyin: str
    kind: str
    category: str
    division_code: str
    division_id: uuid.UUID | None
    within: str
    why: str
    score: float
    point: tuple[float, float] | None
    synthetic: bool
    approximate: bool


def search_names(
    *, text: str, at: date, within: str = "", near: str = "", limit: int = 20
) -> list[FoundName]:
    """Names in force on ``at`` that answer ``text``, the best first.

    Exact before prefix before contained before pinyin before initials; then by importance and
    length. ``within`` keeps only places of that jurisdiction, ``near`` prefers them.
    """
    query = read_query(text)
    ways = _ways(query)
    if not ways:
        return []
    rows: list[dict[str, Any]] = []
    for stage in ways:
        if len(rows) < limit:
            rows += _fetch(
                stage,
                at=at,
                within=within,
                near=near,
                apostrophes=query.apostrophes,
                limit=CANDIDATES if query.tones else limit - len(rows),
            )
    if query.tones:
        rows = [row for row in rows if matches_tones(query.tones, row["pinyin_toned"])][:limit]
    chains = division_chains(codes=[row["division_code"] for row in rows], at=at)
    return [_found(row, chains[row["division_code"]]) for row in rows]


def _ways(query: SearchQuery) -> list[list[Way]]:
    """The ways in which this query may match, in stages: a later one never beats an earlier."""
    if query.empty:
        return []
    if query.hanzi:
        prefix = literal_pattern(query.text)
        starts = {"starts": f"{prefix}%"}
        inside = {"characters": list(set(query.text)), "inside": f"%{prefix}%"}
        return [
            [
                ("exact", "n.text = %(text)s", {"text": query.text}),
                ("prefix", "n.text LIKE %(starts)s AND n.text <> %(text)s", starts),
            ],
            [
                (
                    "contains",
                    "string_to_array(n.text, NULL) @> %(characters)s::text[]"
                    " AND n.text LIKE %(inside)s AND n.text NOT LIKE %(starts)s",
                    inside | starts,
                )
            ],
        ]
    letters = query.spellings[0] if query.spellings else ""
    if letters.isdigit():
        return [
            [
                (
                    "code",
                    "p.division_id IS NOT NULL AND p.division_code LIKE %(code)s",
                    {"code": f"{letters}%"},
                )
            ]
        ]
    ways: list[Way] = [
        ("pinyin", f"n.search_pinyin LIKE %(letters{number})s", {f"letters{number}": f"{each}%"})
        for number, each in enumerate(query.spellings)
    ]
    if len(letters) >= SHORTEST_INITIALS and not query.tones:
        initials = {"initials": f"{letters}%"}
        ways.append(("initials", "n.search_initials LIKE %(initials)s", initials))
    return [ways] if ways else []


def _fetch(
    ways: list[Way], *, at: date, within: str, near: str, apostrophes: str, limit: int
) -> list[dict[str, Any]]:
    inside = "AND p.division_code LIKE %(within)s" if within else ""
    # The place is asked first only where it decides which candidates count.
    join = "JOIN gazetteer_place p ON p.id = n.place_id"
    place = join if within or ways[0][0] == "code" else ""
    parts = [
        f"""(SELECT id, '{why}' AS why FROM (
                 SELECT n.id, length(n.text) AS size FROM gazetteer_placename n {place}
                 WHERE {condition} AND n.period @> %(at)s::date
                   AND n.status <> 'proposed' {inside}
                 LIMIT {MOST_READ}
             ) AS read ORDER BY size LIMIT {CANDIDATES})"""
        for why, condition, _ in ways
    ]
    params: dict[str, Any] = {"at": at, "within": f"{within}%", "near": near, "limit": limit}
    params |= {"apostrophes": apostrophes, "whole": []}
    for _, _, values in ways:
        params |= values
    params["whole"] = [
        value.removesuffix("%")
        for _, _, values in ways
        for value in values.values()
        if isinstance(value, str)
    ]
    scores = " ".join(f"WHEN '{why}' THEN {score}" for why, score in SCORES.items())
    sql = f"""
        WITH hits AS ({" UNION ALL ".join(parts)}),
        scored AS (
            SELECT DISTINCT ON (n.place_id, n.text) h.why, n.text, n.pinyin_toned, n.kind,
                   p.id AS place_id, p.legal_category, p.division_code, p.division_id,
                   p.geometry, p.synthetic OR n.synthetic AS synthetic,
                   p.approximate OR n.approximate AS approximate,
                   CASE h.why {scores} END
                   + CASE WHEN h.why = 'pinyin' AND n.search_pinyin = ANY(%(whole)s)
                          THEN {WHOLE["pinyin"]}
                          WHEN h.why = 'initials' AND n.search_initials = ANY(%(whole)s)
                          THEN {WHOLE["initials"]} ELSE 0 END
                   + CASE WHEN %(apostrophes)s <> ''
                           AND starts_with(lower(n.pinyin_plain), %(apostrophes)s)
                          THEN {WHOLE["pinyin"]} ELSE 0 END
                   + ({IMPORTANCE}) * 0.0085 - least(length(n.text), 20) * 0.0002 AS score
            FROM hits h
            JOIN gazetteer_placename n ON n.id = h.id
            JOIN gazetteer_place p ON p.id = n.place_id
            ORDER BY n.place_id, n.text, score DESC
        ),
        best AS (SELECT * FROM scored ORDER BY score DESC, text, place_id LIMIT %(limit)s)
        SELECT why, text, pinyin_toned, kind, place_id, legal_category, division_code,
               division_id, synthetic, approximate, score,
               ST_X(ST_PointOnSurface(geometry)) AS x, ST_Y(ST_PointOnSurface(geometry)) AS y
        FROM best ORDER BY score DESC, text, place_id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _found(row: dict[str, Any], chain: list[NamedCode]) -> FoundName:
    itself = row["division_code"] if row["division_id"] else ""
    return FoundName(
        place_id=row["place_id"],
        text=row["text"],
        pinyin=row["pinyin_toned"],
        kind=row["kind"],
        category=row["legal_category"],
        division_code=row["division_code"],
        division_id=row["division_id"],
        within=path_text(chain, without=itself),
        why=row["why"],
        score=float(row["score"]),
        point=None if row["x"] is None else (row["x"], row["y"]),
        synthetic=row["synthetic"],
        approximate=row["approximate"],
    )
