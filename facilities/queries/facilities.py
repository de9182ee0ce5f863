"""Which facilities there are on a day: the list with its filters, counts, one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import Distance
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Q, QuerySet, Sum

from boundaries.models import DivisionVersion
from facilities.models import Facility, FacilityCategory, FacilityOccupancy
from gazetteer.domain.search_keys import read_query


@dataclass(frozen=True, slots=True)
class Division:
    """A division as far as these pages name it."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FacilityCounts:
    facilities: int
    beds: int
    beds_known: int
    synthetic: int


@dataclass(frozen=True, slots=True)
class CategoryCounts:
    """``beds`` of those whose beds are known; ``synthetic``, ``approximate``: any of them is."""

    name: str
    facilities: int
    beds: int
    beds_known: int
    synthetic: bool
    approximate: bool


def facilities(
    *, at: date, within: str = "", category: str = "", operator: str = "", text: str = ""
) -> QuerySet[Facility]:
    """Facilities in service on the day; ``text`` matches characters, pinyin or initials."""
    rows = (
        Facility.objects.on(at)
        .shown()
        .within(within)
        .select_related("category", "source", "place", "street")
    )
    rows = rows.prefetch_related("category__authorities")
    if category:
        rows = rows.filter(category=category)
    if operator:
        rows = rows.filter(operator=operator)
    if text:
        rows = rows.filter(matching(text))
    return rows.order_by("name", "id")


def matching(text: str) -> Q:
    """The condition that a name is meant by what was typed."""
    query = read_query(text)
    if query.hanzi:
        return Q(name__contains=query.text) | Q(address__contains=query.text)
    condition = Q(pk__in=[])
    for spelling in query.spellings:
        condition |= Q(search_pinyin__contains=spelling) | Q(search_initials__contains=spelling)
    return condition


def facilities_of_place(*, place_id: Any, at: date) -> QuerySet[Facility]:
    """Those that are the place, and those whose address names it."""
    rows = Facility.objects.on(at).shown().filter(Q(place=place_id) | Q(street=place_id))
    return rows.select_related("category").order_by("name", "pk")


def page_after(
    rows: QuerySet[Facility], *, after: UUID | None, size: int
) -> tuple[list[Facility], UUID | None]:
    """One page by key, and the key to go on from (``None`` on the last page)."""
    last = rows.model.objects.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, id__gt=last.pk))
    page = list(rows[: size + 1])
    return page[:size], page[size - 1].pk if len(page) > size else None


def facility_counts(*, rows: QuerySet[Facility]) -> FacilityCounts:
    """How many, and the beds of those whose beds are known (elsewhere unknown, not none)."""
    counted = rows.order_by().aggregate(
        facilities=Count("pk"),
        beds_known=Count("beds"),
        synthetic=Count("pk", filter=Q(synthetic=True)),
        beds=Sum("beds"),
    )
    return FacilityCounts(**{key: value or 0 for key, value in counted.items()})


def counts_by_category(*, rows: QuerySet[Facility]) -> list[CategoryCounts]:
    """The same for each category that there is, in the order of categories."""
    counted = (
        rows.order_by()
        .values("category")
        .annotate(
            facilities=Count("pk"),
            known=Count("beds"),
            all_beds=Sum("beds"),
            made_up=BoolOr("synthetic"),
            rough=BoolOr("approximate"),
        )
        .values_list("category", "facilities", "all_beds", "known", "made_up", "rough")
    )
    found = {code: numbers for code, *numbers in counted}
    return [
        CategoryCounts(each.name, numbers[0], numbers[1] or 0, *numbers[2:])
        for each in categories()
        if (numbers := found.get(each.code))
    ]


def states_of(*, key: UUID) -> list[Facility]:
    """Every state of a facility, the first one first; ``key`` is its identity, or a state's."""
    own = Facility.objects.shown().filter(Q(identity=key) | Q(pk=key)).values("identity")
    rows = Facility.objects.filter(identity__in=own).order_by("period")
    return list(
        rows.select_related("category", "source", "place", "street").prefetch_related(
            "category__authorities"
        )
    )


def state_on(states: Sequence[Facility], day: date) -> Facility:
    """The state of the day, else the last one before it, else the first."""
    begun = [row for row in states if (row.period.lower or date.min) <= day]
    return begun[-1] if begun else states[0]


def occupancy_of(*, identity: UUID, at: date) -> list[FacilityOccupancy]:
    """Counts up to the day, the newest first."""
    rows = FacilityOccupancy.objects.filter(identity=identity, counted_on__lte=at)
    return list(rows.order_by("-counted_on"))


def latest_counts(*, at: date) -> dict[UUID, FacilityOccupancy]:
    """The last count up to the day, by identity."""
    rows = FacilityOccupancy.objects.filter(counted_on__lte=at)
    rows = rows.order_by("identity", "-counted_on").distinct("identity")
    return {row.identity: row for row in rows}


def categories() -> QuerySet[FacilityCategory]:
    return FacilityCategory.objects.all()


def divisions_named(
    *, at: date, within: str = "", level: int | None = None, codes: Sequence[str] | None = None
) -> list[Division]:
    """Divisions in force on the day by level or code, in the order of their codes."""
    rows: Any = DivisionVersion.objects.on(at)
    if level is not None:
        rows = rows.at_level(level).within(within)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    return [Division(*row) for row in rows.order_by("code").values_list("code", "name", "name_en")]


def neighbours(
    *, facility: Facility, at: date, limit: int = 6, same_category: bool = True
) -> list[tuple[Facility, float]]:
    """The nearest others in service on the day, with the distance in metres (ellipsoidal)."""
    rows = (
        Facility.objects.on(at)
        .shown()
        .exclude(identity=facility.identity)
        .select_related("category")
    )
    if same_category:
        rows = rows.filter(category=facility.category_id)
    rows = rows.annotate(away=Distance("location", facility.location, spheroid=True))
    return [(row, row.away.m) for row in rows.order_by("away")[:limit]]
