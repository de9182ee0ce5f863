"""The Reconciliation Service API (0.2 and the draft of 1.0): queries read, candidates scored; pure.

A score is 0 to 100 and the sum of what the features say: how the name answers (100 for the same
name), less for a division that is not the one asked and for distance. ``match`` is set where one
candidate alone is certain.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from rapidfuzz import fuzz

from api.domain.asked import read_json
from common.errors import BadInput, TooMuch
from common.periods import parse_day

# A batch holds a thread of the server: ``BATCH`` is what clients are asked to send, more than
# ``MOST_QUERIES`` are refused, and so is one that is not answered within ``PATIENCE_S``.
BATCH, MOST_QUERIES, PATIENCE_S = 50, 100, 20
MOST_CANDIDATES, DEFAULT_CANDIDATES = 50, 5
LONGEST_NAME = 80
YEAR = re.compile(r"[0-9]{4}")
CERTAIN, CLEAR = 95.0, 8.0
# How well a name answers that is found in this way (gazetteer.queries.search).
WAYS = {
    "exact": 100,
    "code": 100,
    "short": 96,
    "variant": 95,
    "prefix": 82,
    "pinyin": 84,
    "contains": 74,
    "shape": 72,
    "sound": 70,
    "typo": 68,
    "initials": 45,
}
PARTIAL = ("prefix", "contains")
OTHER_DIVISION, OTHER_KIND = 25, 3
MOST_AWAY, AWAY_M = 40, 20_000
NAME = "name"
PROPERTIES = ("division", "code", "point", "day")


@dataclass(frozen=True, slots=True)
class NameQuery:
    """One row of a list: a name and what is known of it.

    ``types``: legal categories. ``required``: of ``division`` and ``code`` those without which
    nothing is a candidate. ``fault``: why the row cannot be read; the others of a batch can.
    """

    text: str
    types: Sequence[str] = ()
    limit: int = DEFAULT_CANDIDATES
    division: str = ""
    code: str = ""
    point: tuple[float, float] | None = None
    day: date | None = None
    required: frozenset[str] = frozenset()
    fault: BadInput | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a candidate, as the search found it.

    ``within``: the divisions above in every language that a list may be written in. ``coded``: it
    has the code of the row.
    """

    name: str
    why: str
    standard: bool
    category: str
    division_code: str
    within: str
    distance_m: float | None = None
    coded: bool = False


@dataclass(slots=True)
class Score:
    value: float
    features: dict[str, Any] = field(default_factory=dict)


def score_of(query: NameQuery, found: Evidence) -> Score:
    value = float(WAYS.get(found.why, 50))
    by_code_alone = found.why == "code" and found.coded and query.text != query.code
    if found.why == "code" and found.division_code != (query.code or query.text):
        value = float(WAYS["contains"])  # its code only begins so
    elif found.why in PARTIAL or by_code_alone:
        # The longer the part that was given, the better.
        value = 55 + 40 * fuzz.ratio(query.text, found.name) / 100
    features: dict[str, Any] = {"name": value}
    if not found.standard:
        value -= OTHER_KIND
    if query.division:
        held = _holds(query.division, found)
        features["division"] = held
        value -= 0 if held else OTHER_DIVISION
    if query.code and query.text:
        features["code"] = found.coded
        value -= 0 if found.coded else OTHER_DIVISION
    if query.point is not None and found.distance_m is not None:
        away = min(MOST_AWAY, MOST_AWAY * found.distance_m / AWAY_M)
        features["distance_m"] = round(found.distance_m)
        value -= away
    return Score(round(max(0.0, value), 1), features)


def _holds(division: str, found: Evidence) -> bool:
    if division.isdigit():
        prefix = division
        while len(prefix) in (4, 6) and prefix.endswith("00"):
            prefix = prefix[:-2]
        return found.division_code.startswith(prefix)
    return division.casefold() in found.within.casefold()


def certain(scores: Sequence[float]) -> bool:
    """Whether the first of these scores, best first, is beyond doubt."""
    if not scores or scores[0] < CERTAIN:
        return False
    return len(scores) == 1 or scores[0] - scores[1] >= CLEAR


def read_batch(text: str) -> dict[str, NameQuery]:
    """``queries`` of 0.2: an object of queries by key."""
    batch = _json(text)
    if not isinstance(batch, dict) or not all(isinstance(q, dict) for q in batch.values()):
        raise _unreadable()
    _count(len(batch))
    return {str(key): _query_02(query) for key, query in batch.items()}


def read_draft(text: str | bytes) -> list[NameQuery]:
    """The body of the draft of 1.0: ``{"queries": [{"conditions": […]}]}``."""
    body = _json(text)
    queries = body.get("queries") if isinstance(body, dict) else None
    if not isinstance(queries, list) or not all(isinstance(q, dict) for q in queries):
        raise _unreadable()
    _count(len(queries))
    return [_query_10(query) for query in queries]


def _json(text: str | bytes) -> Any:
    try:
        return read_json(text)
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> BadInput:
    return BadInput(
        'The queries cannot be read: send {"q0": {"query": "…"}} or'
        ' {"queries": [{"conditions": […]}]}.'
    )


def _count(number: int) -> None:
    if number > MOST_QUERIES:
        raise TooMuch("At most %(most)s queries at once.", most=MOST_QUERIES)


def _query_02(query: Mapping[str, Any]) -> NameQuery:
    told: dict[str, Any] = {}
    properties = query.get("properties")
    for each in properties if isinstance(properties, list) else []:
        if isinstance(each, dict):
            told[str(each.get("pid"))] = each.get("v")
    return _made(query, str(query.get("query") or ""), told)


def _query_10(query: Mapping[str, Any]) -> NameQuery:
    name, told, required = "", {}, set()
    conditions = query.get("conditions")
    for each in conditions if isinstance(conditions, list) else []:
        if not isinstance(each, dict):
            continue
        value = each.get("propertyValue", each.get("v"))
        if each.get("matchType") == NAME:
            name = str(_first(value) or "")
        else:
            key = str(each.get("propertyId", each.get("pid")))
            told[key] = value
            if each.get("required") is True:
                required.add(key)
    return _made(query, name, told, required)


def _made(
    query: Mapping[str, Any],
    text: str,
    told: Mapping[str, Any],
    required: Collection[str] = (),
) -> NameQuery:
    types = query.get("type") or []
    types = [types] if isinstance(types, str | dict) else types
    if not isinstance(types, list):
        raise _unreadable()
    names = [str(t.get("id")) if isinstance(t, dict) else str(t) for t in types]
    try:
        point, day = _point(told.get("point")), _day(told.get("day"))
    except BadInput as fault:
        return NameQuery("", fault=fault)
    limit = query.get("limit")
    number = limit if isinstance(limit, int) and not isinstance(limit, bool) else 0
    return NameQuery(
        text=" ".join(text.split())[:LONGEST_NAME],
        types=tuple(dict.fromkeys(names)),  # each is a search of its own
        limit=min(number, MOST_CANDIDATES) if number > 0 else DEFAULT_CANDIDATES,
        division=_word(told.get("division")),
        code=_word(told.get("code")),
        point=point,
        day=day,
        required=frozenset(required),
    )


def _first(value: Any) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    return value


def _word(value: Any) -> str:
    value = _first(value)
    if isinstance(value, dict):
        value = value.get("id") or value.get("name")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:LONGEST_NAME] if value is not None else ""


def _day(value: Any) -> date | None:
    text = _word(value)
    if not text:
        return None
    return parse_day(f"{text}-01-01" if YEAR.fullmatch(text) else text)


def _point(value: Any) -> tuple[float, float] | None:
    """``lon,lat`` as text, or an object with lon and lat."""
    value = value if isinstance(value, list) and len(value) == 2 else _first(value)
    pair: Any
    try:
        if value in (None, ""):
            return None
        if isinstance(value, dict):
            pair = value["lon"], value["lat"]
        else:
            pair = value.replace("，", ",").split(",") if isinstance(value, str) else value
        lon, lat = (float(each) for each in pair)
    except (TypeError, ValueError, KeyError):
        lon = lat = float("nan")
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput("“%(point)s” is no point: write longitude,latitude.", point=str(value)[:40])
    return lon, lat
