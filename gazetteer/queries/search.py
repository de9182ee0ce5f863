"""One search box over all names: characters, pinyin with or without tones, initials, codes.

Stages, each only as long as there is room: what is written the same, begins so or contains it;
pinyin and initials; variants of the characters; the same sound, a character that looks alike, one
wrong, missing or swapped character. A later stage never stands before an earlier one, but for
people at home: who works in a county finds what answers there before what answers elsewhere
(:data:`AT_HOME` names at most, and after the first names that are written exactly so).
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rapidfuzz.distance import OSA

from accounts.domain.scope import jurisdiction_of
from common.prepared import prepared_rows
from gazetteer.domain.folding import fold
from gazetteer.domain.search_keys import SearchQuery, matches_tones, read_query
from gazetteer.models import SHOWN_SQL
from gazetteer.queries.divisions import NamedCode, division_chains, path_text
from gazetteer.queries.search_candidates import Candidate, Filters, candidates
from gazetteer.queries.search_ways import stages

# Where each way begins; what the name is and how near it lies adds up to QUALITY.
SCORES = {
    "exact": 0.9,
    "code": 0.8,
    "prefix": 0.66,
    "short": 0.59,
    "contains": 0.52,
    "pinyin": 0.46,
    "pinyin_whole": 0.49,
    "initials": 0.37,
    "initials_whole": 0.38,
    "variant": 0.45,
    "variant_prefix": 0.4,
    "variant_contains": 0.32,
    "sound": 0.2,
    "shape": 0.14,
    "typo": 0.07,
    "typo_beside_suffix": 0.0,
}
REASONS = {
    "pinyin_whole": "pinyin",
    "initials_whole": "initials",
    "variant_prefix": "variant",
    "variant_contains": "variant",
    "typo_beside_suffix": "typo",
}
QUALITY = 0.07
# Ranks that being near is worth: a village at hand before a town far away.
NEAR = 120
RANKS = 300 + NEAR
# A jurisdiction of so many digits is somebody's county; so many names of it are lifted.
COUNTY, AT_HOME = 6, 5
# Exact names come first; hundreds of villages elsewhere would hide a slip that means one at home.
EXACT_BEFORE_HOME = 2
# Tones are compared after reading, so more is read than shown.
WITH_TONES = 300
# Suggestions go on to sounds and slips only where hardly anything was found, and not the name.
ENOUGH_TO_SUGGEST = 3


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name that answers the query, why, and how well (higher is better, below 1)."""

    place_id: uuid.UUID
    text: str
    pinyin: str
    kind: str
    status: str
    category: str
    division_code: str
    division_id: uuid.UUID | None
    chain: tuple[NamedCode, ...]
    why: str
    score: float
    distance_m: float | None
    point: tuple[float, float] | None
    synthetic: bool
    approximate: bool

    @property
    def within(self) -> str:
        """The divisions above, which tell equals apart: 广东省广州市番禺区."""
        return path_text(list(self.chain), without=self.division_code if self.division_id else "")

    @property
    def standard(self) -> bool:
        return self.kind == "standard" and self.status == "standard"


def search_names(
    *,
    text: str,
    at: date,
    within: str = "",
    near: str = "",
    category: str = "",
    near_point: tuple[float, float] | None = None,
    within_m: float | None = None,
    limit: int = 20,
    suggest: bool = False,
) -> list[FoundName]:
    """Names in force on ``at`` that answer ``text``, the best first.

    ``within`` keeps only places of that jurisdiction, ``near`` prefers them; ``category`` is one
    of the law's; ``near_point`` (degrees) sorts by distance inside a way, ``within_m`` bounds it.
    ``suggest`` answers as fast as people type.
    """
    query = read_query(text)
    filters = Filters(at, jurisdiction_of(within), category, near_point, within_m)
    wanted = WITH_TONES if query.tones else limit
    ranked = _ranked(query, filters, near=near, limit=wanted, suggest=suggest)
    rows = _read(ranked[:wanted], at)
    if query.tones:
        rows = [row for row in rows if matches_tones(query.tones, row["pinyin_toned"])]
    rows = rows[:limit]
    chains = division_chains(codes=[row["division_code"] for row in rows], at=at)
    return [_found(row, chains[row["division_code"]]) for row in rows]


Ranked = list[tuple[float, Candidate]]
READ = {
    "id": "n.id",
    "text": "n.text",
    "pinyin_toned": "n.pinyin_toned",
    "kind": "n.kind",
    "status": "n.status",
    "place_id": "p.id",
    "legal_category": "p.legal_category",
    "division_code": "p.division_code",
    "division_id": "p.division_id",
    "synthetic": "p.synthetic OR n.synthetic",
    "approximate": "p.approximate OR n.approximate",
    "x": "ST_X(ST_PointOnSurface(p.geometry))",
    "y": "ST_Y(ST_PointOnSurface(p.geometry))",
}


def _ranked(
    query: SearchQuery, filters: Filters, *, near: str, limit: int, suggest: bool
) -> Ranked:
    """Candidates of as many stages as there is room for, the best first."""
    home = near if len(near) >= COUNTY and near.startswith(filters.within) else ""
    found: dict[int, tuple[float, Candidate]] = {}
    folded = fold(query.text)
    enough = ENOUGH_TO_SUGGEST if suggest else limit
    asked = filters
    for stage in stages(query):
        for each in candidates(stage, filters=asked, near=near, limit=limit):
            score = _score(each, folded)
            if each.name_id not in found or found[each.name_id][0] < score:
                found[each.name_id] = (score, each)
        exact = any(each.why == "exact" for _, each in found.values())
        if len(found) >= enough or (suggest and exact):
            # Elsewhere there is enough; at home it may be a slip that was typed.
            if not home or sum(each.near for _, each in found.values()) >= AT_HOME:
                break
            asked = replace(filters, within=home)
    ranked = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].rank, pair[1].name_id))
    return _home_first(ranked) if home else ranked


def _home_first(ranked: Ranked) -> Ranked:
    first = [pair for pair in ranked if pair[1].why == "exact"][:EXACT_BEFORE_HOME]
    taken = {each.name_id for _, each in first}
    lifted = [pair for pair in ranked if pair[1].near and pair[1].name_id not in taken]
    lead = first + lifted[:AT_HOME]
    taken = {each.name_id for _, each in lead}
    return lead + [pair for pair in ranked if pair[1].name_id not in taken]


def _score(candidate: Candidate, folded: str) -> float:
    why = candidate.why
    # One slip in the whole name is likelier than one beside another form of its suffix.
    if why == "typo" and OSA.distance(folded, candidate.folded, score_cutoff=1) > 1:
        why = "typo_beside_suffix"
    quality = (299 - candidate.rank + NEAR * candidate.near) / RANKS
    if candidate.distance_m is not None:
        quality = 1 / (1 + candidate.distance_m / 1000)
    return SCORES[why] + QUALITY * quality


def _read(ranked: Ranked, at: date) -> list[dict[str, Any]]:
    """The names themselves, once more asked for the day and for what may be shown."""
    if not ranked:
        return []
    sql = f"""SELECT {", ".join(READ.values())}
        FROM gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id
        WHERE n.id = ANY(%(ids)s::bigint[]) AND n.period @> %(at)s::date AND {SHOWN_SQL}
    """
    asked = {"ids": [each.name_id for _, each in ranked], "at": at}
    rows = {row[0]: dict(zip(READ, row, strict=True)) for row in prepared_rows(sql, asked)}
    return list(_merged(ranked, rows))


def _merged(ranked: Ranked, rows: dict[int, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows in their order; a place that has one text twice is shown once."""
    seen = set()
    for score, each in ranked:
        row = rows.get(each.name_id)
        if row is None or (row["place_id"], row["text"]) in seen:
            continue
        seen.add((row["place_id"], row["text"]))
        why = REASONS.get(each.why, each.why)
        yield row | {"score": score, "why": why, "distance_m": each.distance_m}


def _found(row: dict[str, Any], chain: list[NamedCode]) -> FoundName:
    return FoundName(
        place_id=row["place_id"],
        text=row["text"],
        pinyin=row["pinyin_toned"],
        kind=row["kind"],
        status=row["status"],
        category=row["legal_category"],
        division_code=row["division_code"],
        division_id=row["division_id"],
        chain=tuple(chain),
        why=row["why"],
        score=row["score"],
        distance_m=row["distance_m"],
        point=None if row["x"] is None else (row["x"], row["y"]),
        synthetic=row["synthetic"],
        approximate=row["approximate"],
    )
