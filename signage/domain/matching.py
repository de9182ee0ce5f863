"""Whose name stands on a sign: free text of a face held against names of the gazetteer.

Pure over candidates, which a query has gathered wide; each gets a kind of match, a score and the
reasons in short keys with their values, best first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz

from gazetteer.domain.characters import substitutions
from gazetteer.domain.similarity import (
    Likeness,
    Sound,
    likeness,
    plain_key,
    same_key,
)


class Match(StrEnum):
    """From the closest: what the sign most likely means, and what is wrong with it then."""

    RIGHT = "right"
    WRONG_FORM = "wrong_form"
    FORMER = "former"
    OTHER_DISTRICT = "other_district"
    HOMOPHONE = "homophone"
    LOOK_ALIKE = "look_alike"
    NEARLY = "nearly"
    UNKNOWN = "unknown"


BASE = {
    Match.RIGHT: 1.0,
    Match.WRONG_FORM: 0.94,
    Match.FORMER: 0.86,
    Match.HOMOPHONE: 0.8,
    Match.LOOK_ALIKE: 0.74,
    Match.OTHER_DISTRICT: 0.66,
    Match.NEARLY: 0.6,
}
# Another spelling beside the characters speaks against a name, a great way to it as well.
SPELLING_AGREES, SPELLING_DIFFERS = 0.03, -0.06
NEAR_M, FAR_M, FAR_AWAY = 300.0, 5000.0, -0.15
ELSEWHERE = -0.1
TOO_UNLIKE = 75.0
COUNTY = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of the gazetteer on the day. ``current``: it is the standard name, not a former one.

    ``standard_name``: what the place is called that day; ``distance_m`` from the sign, None where
    either has no position.
    """

    place_id: Any
    text: str
    toned: str
    current: bool
    standard_name: str
    division_code: str
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against; ``key`` is worded by the page, ``values`` shown."""

    key: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    candidate: Candidate
    match: Match
    score: float
    reasons: tuple[Reason, ...]


def matches(
    *,
    text: str,
    pinyin: str = "",
    toned: str = "",
    division_code: str = "",
    candidates: Iterable[Candidate],
) -> list[Scored]:
    """Candidates that the text may mean, best first; empty where it is unknown.

    ``toned``: how the text itself reads, in pinyin with tone marks; "" compares no sounds.
    """
    shown = "".join(text.split())
    best: dict[Any, Scored] = {}
    for candidate in candidates:
        scored = _scored(shown, pinyin, toned, division_code, candidate)
        if scored is None:
            continue
        known = best.get(candidate.place_id)
        if known is None or scored.score > known.score:
            best[candidate.place_id] = scored
    return sorted(
        best.values(),
        key=lambda each: (
            -each.score,
            each.candidate.distance_m is None,
            each.candidate.distance_m or 0.0,
            str(each.candidate.place_id),
        ),
    )


def best_match(scored: list[Scored]) -> Match:
    return scored[0].match if scored else Match.UNKNOWN


def _scored(
    shown: str, pinyin: str, toned: str, division_code: str, candidate: Candidate
) -> Scored | None:
    found = _compared(shown, toned, candidate)
    if found is None:
        return None
    match, reasons = found
    elsewhere = _elsewhere(division_code, candidate.division_code)
    if elsewhere and match is Match.RIGHT:
        match = Match.OTHER_DISTRICT
        reasons.append(Reason("other_district", (candidate.division_code[:COUNTY],)))
        score = BASE[match]
    else:
        score = BASE[match] + (ELSEWHERE if elsewhere else 0.0)
    if pinyin and candidate.toned:
        agrees = plain_key(pinyin) == plain_key(candidate.toned)
        score += SPELLING_AGREES if agrees else SPELLING_DIFFERS
        reasons.append(Reason("spelling_agrees" if agrees else "spelling_differs", (pinyin,)))
    if candidate.distance_m is not None:
        score += FAR_AWAY * _far(candidate.distance_m)
        reasons.append(Reason("distance", (f"{candidate.distance_m:.0f}",)))
    return Scored(candidate, match, round(max(0.0, min(1.0, score)), 3), tuple(reasons))


def _compared(shown: str, toned: str, candidate: Candidate) -> tuple[Match, list[Reason]] | None:
    """The kind of match by characters and sounds alone, with why."""
    name = candidate.text
    if not shown or not name:
        return None
    if shown == name:
        if candidate.current:
            return Match.RIGHT, []
        return Match.FORMER, [Reason("former", (name, candidate.standard_name))]
    if same_key(shown) == same_key(name):
        kept = Match.WRONG_FORM if candidate.current else Match.FORMER
        changes = [
            f"{each.character}→{each.standard}" for each in substitutions(shown, local=False)
        ]
        return kept, [Reason("wrong_form", tuple(changes) or (shown, name))]
    alike = likeness(Sound(shown, toned), Sound(name, candidate.toned))
    differing = tuple(
        f"{one}→{other}" for one, other in zip(shown, name, strict=False) if one != other
    )
    if alike in (Likeness.HOMOPHONE, Likeness.NEAR) and len(shown) == len(name):
        return Match.HOMOPHONE, [Reason("homophone", differing)]
    if alike is Likeness.SHAPE:
        return Match.LOOK_ALIKE, [Reason("look_alike", differing)]
    if fuzz.ratio(shown, name) >= TOO_UNLIKE and min(len(shown), len(name)) >= 2:
        return Match.NEARLY, [Reason("nearly", (name,))]
    return None


def _elsewhere(one: str, other: str) -> bool:
    if not one or not other:
        return False
    short = min(len(one), len(other), COUNTY)
    return one[:short] != other[:short]


def _far(distance_m: float) -> float:
    """0 where the sign stands at the place, 1 from some kilometres on."""
    return min(1.0, max(0.0, (distance_m - NEAR_M) / (FAR_M - NEAR_M)))
