"""Judge signs, streets and places by a rule book: what a check then keeps as findings.

The bulk way and the single way are this code over different sets of signs.
"""

import gc
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from signage.domain.rules import Checker, Outcome, RuleBook, Scope, Verdict
from signage.domain.rules.registry import FAIL, shown
from signage.domain.rules.spacing import PlaceSigns
from signage.domain.street import Gap, Junction, StreetSigns
from signage.models import Sign
from signage.queries.facts import PlaceGroup, SignFacts, groups, street_of
from signage.queries.place_facts import PlaceRow, back_to_degrees, junctions_of, place_rows


@dataclass(frozen=True, slots=True)
class Missing:
    """A sign that is not there: where, for which place, by which verdict."""

    place_id: UUID
    spot: str
    division_code: str
    lon: float | None
    lat: float | None
    verdict: Verdict


@dataclass(slots=True)
class Tally:
    """Counts while the signs stream by."""

    signs: int = 0
    failed_signs: int = 0
    unknown: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    missing: list[Missing] = field(default_factory=list)
    places: set[UUID] = field(default_factory=set)


# One sign: its id, verdicts that fail, ids of rules that are unknown.
Judged = tuple[UUID, list[Verdict], list[str]]


def judged(
    *,
    signs: Any,
    at: date,
    book: RuleBook,
    tally: Tally,
    places: Mapping[UUID, PlaceRow],
    needing: Iterable[UUID] = (),
) -> Generator[Judged, None, None]:
    """Every sign with what it fails; signs that are missing are gathered in the tally.

    ``places``: those of the signs and of ``needing``, the places that are looked at even where
    no sign stands.
    """
    with seldom_collected():
        yield from _judged(
            signs=signs, at=at, book=book, tally=tally, places=places, needing=needing
        )


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Millions of values that die at once: to look for circles among them takes a fifth longer."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], SELDOM), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _judged(
    *,
    signs: Any,
    at: date,
    book: RuleBook,
    tally: Tally,
    places: Mapping[UUID, PlaceRow],
    needing: Iterable[UUID],
) -> Generator[Judged, None, None]:
    junctions = junctions_of(places=places, at=at)
    missing, seen = tally.missing, tally.places
    for group in groups(signs=signs, places=places, at=at):
        if group.key is not None:
            seen.add(group.key)
        met = junctions.get(group.key or _NO_PLACE, ())
        for found in judged_group(group=group, junctions=met, book=book, missing=missing):
            _, failed, unknown = found
            tally.signs += 1
            tally.unknown += len(unknown)
            if failed:
                tally.failed_signs += 1
                tally.counts.update([verdict.rule_id for verdict in failed])
            yield found
    without = [key for key in needing if key not in seen and key in places]
    without_any_sign(
        places={key: places[key] for key in without},
        junctions=junctions,
        book=book,
        missing=missing,
    )
    seen.update(without)
    tally.counts.update([each.verdict.rule_id for each in missing])


_NO_PLACE = UUID(int=0)
SELDOM = 50_000


def judged_group(
    *, group: PlaceGroup, junctions: Sequence[Junction], book: RuleBook, missing: list[Missing]
) -> Iterator[Judged]:
    """The signs of a place, by the rules of one sign and of a street; gaps go to ``missing``."""
    along = _street_verdicts(group, junctions, book, missing)
    for turn, sign in enumerate(group.signs):
        failed, unknown = book.judged(sign.value)
        if along and turn in along:
            failed = sorted([*failed, *along[turn]], key=lambda verdict: verdict.rule_id)
        yield sign.key, failed, unknown


def _street_verdicts(
    group: PlaceGroup, junctions: Sequence[Junction], book: RuleBook, missing: list[Missing]
) -> dict[int, list[Verdict]]:
    """What the rules of a street say of its signs, by their place in the group."""
    street = street_of(group, junctions)
    if street is None or group.place is None or group.key is None:
        return {}
    return _over_street(street, group.key, group.place, book, missing)


def _over_street(
    street: StreetSigns, key: UUID, place: PlaceRow, book: RuleBook, missing: list[Missing]
) -> dict[int, list[Verdict]]:
    found: dict[int, list[Verdict]] = {}
    checker = book.for_code(place.division_code)
    for applied in checker.over(Scope.STREET):
        for fault in applied.judge(street, applied.parameters):
            verdict = Verdict(FAIL, shown(fault.measured), shown(fault.expected), applied.edition)
            if isinstance(fault, Gap):
                # Only a named street owes signs to those who pass.
                if place.course is None or not street.name:
                    continue
                lon, lat = back_to_degrees(place.course, fault.x, fault.y)
                missing.append(Missing(key, fault.spot, place.division_code, lon, lat, verdict))
            else:
                found.setdefault(fault.sign, []).append(verdict)
    return found


def without_any_sign(
    *,
    places: Mapping[UUID, PlaceRow],
    junctions: Mapping[UUID, Sequence[Junction]],
    book: RuleBook,
    missing: list[Missing],
) -> None:
    """Streets and other places for which no sign stands at all."""
    surveyed = _surveyed_counties()
    for key, place in places.items():
        if not place.facts.standard_name:
            continue
        if place.course is not None:
            group = PlaceGroup(key, place, ())
            _street_verdicts(group, junctions.get(key, ()), book, missing)
        _duty(key, place, surveyed, book.for_code(place.division_code), missing)


def _duty(
    key: UUID, place: PlaceRow, surveyed: set[str], checker: Checker, missing: list[Missing]
) -> None:
    value = PlaceSigns(place.category, place.class_code, 0, place.division_code[:6] in surveyed)
    for applied in checker.over(Scope.PLACE):
        outcome, measured, expected = applied.judge(value, applied.parameters)
        if outcome is Outcome.FAIL:
            verdict = Verdict(FAIL, shown(measured), shown(expected), applied.edition)
            missing.append(Missing(key, "", place.division_code, place.lon, place.lat, verdict))


def _surveyed_counties() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT left(division_code, 6) FROM signage_sign")
        return {code for (code,) in cursor.fetchall()}


MAY_NEED_SIGNS = """
    SELECT place.id FROM gazetteer_place place
    WHERE place.division_code LIKE %(within)s AND place.secrecy <> 'secret'
      AND place.legal_category = ANY(%(categories)s)
      AND (place.ended_on IS NULL OR place.ended_on > %(at)s::date)
      AND left(place.division_code, 6) IN (SELECT left(division_code, 6) FROM signage_sign)
"""


def places_needing_signs(*, at: date, within: str) -> dict[UUID, PlaceRow]:
    """Every place of a jurisdiction that may need a sign.

    Where no sign at all was recorded in a county, nobody has looked yet: the absence of one says
    nothing, and the county is left aside.
    """
    values = {"within": f"{within}%", "categories": list(NEEDING), "at": at}
    return place_rows(places=MAY_NEED_SIGNS, values=values, at=at)


NEEDING = (
    "STREET",
    "COMMITTEE_SEAT",
    "RES_BUILDING",
    "FACILITY",
    "PARK_RESERVE",
    "NATURAL",
    "OTHER",
)


def verdicts_of(
    *, key: UUID, found: Iterable[SignFacts], along: Mapping[int, list[Verdict]], book: RuleBook
) -> tuple[SignFacts | None, list[Verdict]]:
    """Every verdict of one sign of a group: those of the rules of one sign and of its street."""
    for turn, facts in enumerate(found):
        if facts.key == key:
            verdicts = [*book.verdicts(facts.value), *along.get(turn, [])]
            return facts, sorted(verdicts, key=lambda verdict: verdict.rule_id)
    return None, []


def all_verdicts(*, sign: Sign, signs: Any, places: Any, at: date, book: RuleBook) -> Any:
    """One sign as it is now recorded: its value and what every rule says of it."""
    junctions = junctions_of(places=places, at=at)
    for group in groups(signs=signs, places=places, at=at):
        along = _street_verdicts(group, junctions.get(group.key or _NO_PLACE, ()), book, [])
        facts, verdicts = verdicts_of(key=sign.pk, found=group.signs, along=along, book=book)
        if facts is not None:
            return facts.value, verdicts
    return None, []
