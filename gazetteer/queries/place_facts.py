"""What is on record of one place: all its names, its codes, its relations, on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gazetteer.domain.codes import parse_code
from gazetteer.domain.name_periods import PAST
from gazetteer.models import (
    CaseState,
    NameKind,
    NameRelation,
    NamingCase,
    Place,
    PlaceCode,
    PlaceName,
    PlacePhoto,
    PlaceRelation,
)

OVER = (CaseState.STANDARD, CaseState.REJECTED, CaseState.WITHDRAWN)
# The order in which names are read.
KINDS = tuple(NameKind.values)


@dataclass(frozen=True, slots=True)
class NameFact:
    """A name with what is known of its time.

    ``current``: it holds on the day, as what its kind says. ``began`` and ``ended`` (EDTF or days,
    "" where unknown) tell of its use. ``relations``: (relation, the other name, whether this name
    is the one that the relation starts from).
    """

    name: PlaceName
    current: bool
    began: str
    ended: str
    relations: tuple[tuple[NameRelation, PlaceName, bool], ...]


@dataclass(frozen=True, slots=True)
class RelationFact:
    """A relation seen from the place: ``outward`` where it is the one that is part of, crosses …

    ``name``: what the other place is called on the day, or was called last.
    """

    relation: PlaceRelation
    other: Place
    name: PlaceName | None
    outward: bool
    current: bool


@dataclass(frozen=True, slots=True)
class CodeFact:
    code: PlaceCode
    grouped: str
    current: bool


def names_of_place(*, place: Place, at: date) -> list[NameFact]:
    """Every name the place has or had, in the order of kinds, the present ones first in each."""
    names = list(place.names.select_related("source").order_by("pk"))
    ids = [name.pk for name in names]
    related: dict[int, list[tuple[NameRelation, PlaceName, bool]]] = {}
    rows = NameRelation.objects.filter(Q(name__in=ids) | Q(other__in=ids)).order_by("pk")
    for row in rows.select_related("name__place", "other__place"):
        for end, far, outward in ((row.name, row.other, True), (row.other, row.name, False)):
            if end.pk in ids and far.place.secrecy != "secret":
                related.setdefault(end.pk, []).append((row, far, outward))
    facts = [_name_fact(name, at, tuple(related.get(name.pk, ()))) for name in names]
    return sorted(facts, key=_reading_order)


def relations_of(*, place: Place, at: date) -> list[RelationFact]:
    """What the place is part of, crosses, is the seat of or was followed by, and the reverse."""
    rows = PlaceRelation.objects.filter(Q(place=place) | Q(other=place))
    rows = rows.select_related("place", "other", "source").order_by("kind", "period", "pk")
    pairs = [
        (row, row.other if row.place_id == place.pk else row.place)
        for row in rows
        if "secret" not in (row.place.secrecy, row.other.secrecy)
    ]
    names = names_on(places=[other.pk for _row, other in pairs], at=at)
    return [
        RelationFact(
            relation=row,
            other=other,
            name=names.get(other.pk),
            outward=row.place_id == place.pk,
            current=_holds(row.period, at),
        )
        for row, other in pairs
    ]


def codes_of(*, place: Place, at: date) -> list[CodeFact]:
    """Every place-name code the place has or had, the latest first."""
    rows = PlaceCode.objects.filter(place=place).select_related("source").order_by("-period")
    return [CodeFact(row, parse_code(row.code).grouped, _holds(row.period, at)) for row in rows]


def names_on(*, places: Iterable[Any], at: date) -> dict[Any, PlaceName]:
    """Place id → its standard name on the day, or the last one it had, or any other name."""
    found: dict[Any, tuple[tuple[bool, bool, date], PlaceName]] = {}
    for name in PlaceName.objects.filter(place__in=list(places)).order_by("pk"):
        standard = name.kind == NameKind.STANDARD
        weight = (standard and _holds(name.period, at), standard, name.period.lower or date.min)
        if name.place_id not in found or weight > found[name.place_id][0]:
            found[name.place_id] = (weight, name)
    return {place: name for place, (_weight, name) in found.items()}


def open_cases(*, place: Place) -> QuerySet[NamingCase]:
    """Cases about the place that are not decided and carried out."""
    return NamingCase.objects.filter(place=place).exclude(state__in=OVER)


def _name_fact(
    name: PlaceName, at: date, relations: tuple[tuple[NameRelation, PlaceName, bool], ...]
) -> NameFact:
    lower, upper = name.period.lower, name.period.upper
    past = name.kind in PAST
    return NameFact(
        name=name,
        current=_holds(name.period, at),
        began=name.began or ("" if past or lower is None else lower.isoformat()),
        ended=name.ended
        or ((lower.isoformat() if lower else "") if past else upper.isoformat() if upper else ""),
        relations=relations,
    )


def _reading_order(fact: NameFact) -> tuple[int, bool, str, int]:
    return (KINDS.index(fact.name.kind), not fact.current, fact.began, fact.name.pk)


def _holds(period: Any, at: date) -> bool:
    return (period.lower is None or period.lower <= at) and (
        period.upper is None or at < period.upper
    )


def photos_of(*, place: Place, at: date) -> list[PlacePhoto]:
    """Pictures of a place, the newest first, without those that were taken after the day."""
    return list(place.photos.exclude(taken_on__gt=at))
