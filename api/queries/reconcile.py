"""Names of a list matched with places: the search that people use, with scores that explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import override

from api.domain.reconcile import Evidence, NameQuery, certain, score_of
from common.searching import FARTHEST_M
from gazetteer.models import LegalCategory
from gazetteer.queries.search import FoundName, search_names

# A division or a class is a wish where nothing is found with it.
READ_MORE = 10
# Found in these ways, a name is the one that was written: no slip need be looked for.
SURE = ("exact", "code")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant; ``match``: it alone is certain."""

    found: FoundName
    score: float
    features: dict[str, Any]
    match: bool

    @property
    def place_id(self) -> str:
        return str(self.found.place_id)


def candidates(query: NameQuery, *, at: date, near: str = "") -> list[Candidate]:
    """Places that may be meant by a row of a list, the best first; ``near`` comes first."""
    text = query.text or query.code
    if not text:
        return []
    day = query.day or at
    types = [each for each in query.types if each in LegalCategory.values]
    if query.types and not types:
        return []
    coded: list[FoundName] = []
    if query.text and query.code:
        there = _search(text=query.code, at=day, near=near, limit=query.limit)
        coded = [each for each in there if each.why == "code" and each.division_code == query.code]
    with_code = {each.place_id for each in coded}
    scored = []
    for found in [*_found(query, text, day, types, near), *coded]:
        evidence = Evidence(
            name=found.text,
            why=found.why,
            standard=found.standard,
            category=found.category,
            division_code=found.division_code,
            within="" if query.division.isdigit() or not query.division else _within(found),
            distance_m=found.distance_m,
            coded=found.place_id in with_code,
        )
        score = score_of(query, evidence)
        if any(score.features.get(each) is False for each in query.required):
            continue
        scored.append((score.value, score.features, found))
    # The search has put better known places first; scores alone do not tell them apart.
    scored.sort(key=lambda each: -each[0])
    best: dict[Any, tuple[float, dict[str, Any], FoundName]] = {}
    for each in scored:
        best.setdefault(each[2].place_id, each)
    values = list(best.values())
    sure = certain([value for value, _, _ in values])
    return [
        Candidate(found, value, features, match=sure and number == 0)
        for number, (value, features, found) in enumerate(values[: query.limit])
    ]


def _within(found: FoundName) -> str:
    """The divisions above a name as readers of either language write them."""
    told = []
    for language in ("zh-hans", "en"):
        with override(language):
            told.append(found.within)
    return "\n".join(told)


def _found(
    query: NameQuery, text: str, day: date, types: Sequence[str], near: str
) -> list[FoundName]:
    asked: dict[str, Any] = {"text": text, "at": day, "near": near}
    asked["limit"] = query.limit + READ_MORE
    if query.point is not None:
        asked |= {"near_point": query.point, "within_m": FARTHEST_M}
    within = query.division if query.division.isdigit() else ""
    found: list[FoundName] = []
    for category in types or [""]:
        found += _search(**asked, within=within, category=category)
    if not found and within:
        for category in types or [""]:
            found += _search(**asked, category=category)
    if not found and query.point is not None:
        return _search(text=text, at=day, near=near, limit=asked["limit"])
    return found


def _search(**asked: Any) -> list[FoundName]:
    """The quick search where it finds the name itself; every way in only where it does not."""
    quick = search_names(**asked, suggest=True)
    if any(each.why in SURE for each in quick):
        return quick
    return search_names(**asked)
