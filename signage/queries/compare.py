"""Signs and places judged by two editions of a rule in one pass: what a change would do.

Only the rules whose verdicts the change can touch are applied, only to what the jurisdiction's
edition rules: its signs for a rule of one sign, its streets and places for the others.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from signage.domain.rules import RuleBook, Scope
from signage.domain.standard import Comparison
from signage.models import Sign
from signage.queries.facts import groups, places_of
from signage.queries.judge import (
    Missing,
    judged_group,
    places_needing_signs,
    seldom_collected,
    without_any_sign,
)
from signage.queries.place_facts import PlaceRow, junctions_of

EVERY = 2000
Report = Callable[[int, int], None]


def compare_editions(
    *,
    at: date,
    jurisdiction: str,
    scope: Scope,
    books: tuple[RuleBook, RuleBook],
    told: Comparison,
    report: Report = lambda done, total: None,
) -> int:
    """Judge by both books and note each difference in ``told``; returns how many signs were read.

    ``scope`` is that of the rule that changes. To be called in a transaction: the signs stream
    through a cursor of the server.
    """
    signs = _signs_ruled(at, jurisdiction, scope)
    needing = {} if scope is Scope.SIGN else _places_without_sign(at, jurisdiction)
    places = places_of(signs=signs, at=at, known=needing)
    # Where streets meet is dear to ask and concerns rules of streets alone.
    junctions = junctions_of(places=places, at=at) if scope is Scope.STREET else {}
    total, done, reported = signs.count(), 0, 0
    with seldom_collected():
        for group in groups(signs=signs, places=places, at=at):
            met = junctions.get(group.key, ()) if group.key else ()
            sides = []
            for book in books:
                missing: list[Missing] = []
                found = {
                    key: [verdict.rule_id for verdict in failed]
                    for key, failed, _ in judged_group(
                        group=group, junctions=met, book=book, missing=missing
                    )
                    if failed
                }
                sides.append(found | _spots(missing))
            _note(told, *sides)
            done += len(group.signs)
            if done >= reported + EVERY:
                reported = done
                report(done, total)
        sides = []
        for book in books:
            missing = []
            without_any_sign(places=needing, junctions=junctions, book=book, missing=missing)
            sides.append(_spots(missing))
        _note(told, *sides)
    report(total, total)
    return done


def _note(
    told: Comparison, before: Mapping[Any, list[str]], after: Mapping[Any, list[str]]
) -> None:
    for key in dict.fromkeys([*before, *after]):
        told.note(key, before.get(key, ()), after.get(key, ()))


def _spots(missing: Iterable[Missing]) -> dict[Any, list[str]]:
    """What is missing, by place, spot and rule."""
    return {
        (each.place_id, each.spot, each.verdict.rule_id): [each.verdict.rule_id] for each in missing
    }


def _signs_ruled(at: date, jurisdiction: str, scope: Scope) -> Any:
    """The signs whose verdicts an edition of a jurisdiction can change.

    A street is judged by the rules where it is recorded, wherever its signs stand.
    """
    signs = Sign.objects.on(at).existing().shown()
    if scope is Scope.SIGN:
        return signs.within(jurisdiction)
    if scope is Scope.STREET:
        streets = {"place__legal_category": "STREET"}
        return signs.filter(place__division_code__startswith=jurisdiction, **streets)
    return signs.none()


def _places_without_sign(at: date, jurisdiction: str) -> dict[UUID, PlaceRow]:
    places = places_needing_signs(at=at, within=jurisdiction)
    signs = Sign.objects.on(at).existing().filter(place__division_code__startswith=jurisdiction)
    for key in set(signs.order_by().values_list("place_id", flat=True)):
        places.pop(key, None)
    return places
