"""Lists, counts and single places with their names on a day."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q

from gazetteer.domain.readings import ReadingSource
from gazetteer.models import NameKind, NameStatus, Place, PlaceCode, PlaceName, Secrecy
from gazetteer.queries.name_filters import TO_CHECK, chosen_names

# Orders of the list; the latest is the one recorded last.
BY_PINYIN, LATEST = "pinyin", "latest"
COLUMNS = (
    "pk",
    "search_pinyin",
    "text",
    "pinyin_toned",
    "kind",
    "status",
    "reading_source",
    "place_id",
    "place__legal_category",
    "place__class_code",
    "place__division_code",
    "place__division_id",
    "place__geometry",
    "synthetic",
    "place__synthetic",
    "approximate",
    "place__approximate",
)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A name as the list shows it."""

    key: str
    text: str
    pinyin: str
    kind: str
    status: str
    category: str
    class_code: str
    division_code: str
    is_division: bool
    reading_source: str
    lon: float | None
    lat: float | None
    synthetic: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class PlacePage:
    """``before`` and ``after`` are the keys of the pages beside this one, "" where none is."""

    rows: list[PlaceRow]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NameCounts:
    """Standard names in a jurisdiction on a day, and readings that somebody should look at."""

    total: int
    to_check: int
    by_category: dict[str, int]


def places(
    *,
    at: date,
    after: str = "",
    before: str = "",
    limit: int = 50,
    order: str = BY_PINYIN,
    **filters: str,
) -> PlacePage:
    """Names in an order, a page after or before a key; ``filters`` are those of NameFilters."""
    rows = chosen_names(at=at, **filters)
    key, backwards = (before, True) if before else (after, False)
    falling = (order == LATEST) != backwards
    if key:
        pinyin, _, number = key.rpartition("~")
        way = "lt" if falling else "gt"
        beyond = Q(**{f"pk__{way}": int(number)})
        if order == BY_PINYIN:
            beyond = Q(**{f"search_pinyin__{way}": pinyin}) | Q(search_pinyin=pinyin) & beyond
        rows = rows.filter(beyond)
    keys = ("search_pinyin", "pk") if order == BY_PINYIN else ("pk",)
    ordered = rows.order_by(*(f"-{each}" for each in keys) if falling else keys)
    found = list(ordered.values_list(*COLUMNS)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    first, last = (f"{row[1]}~{row[0]}" for row in (found[0], found[-1])) if found else ("", "")
    return PlacePage(
        rows=[_row(row) for row in found],
        before=first if (more if backwards else bool(after)) else "",
        after=last if (bool(before) if backwards else more) else "",
    )


def name_counts(*, at: date, within: str = "") -> NameCounts:
    names = PlaceName.objects.on(at).standard().shown()
    if within:
        names = names.within(within)
    rows = names.values("place__legal_category").annotate(
        total=Count("pk"), to_check=Count("pk", filter=Q(reading_source__in=TO_CHECK))
    )
    return NameCounts(
        total=sum(row["total"] for row in rows),
        to_check=sum(row["to_check"] for row in rows),
        by_category={row["place__legal_category"]: row["total"] for row in rows},
    )


def count_places(*, at: date, **filters: str) -> int:
    """How many names the list's filters leave."""
    return int(chosen_names(at=at, **filters).count())


def current_codes(*, places: Iterable[str], at: date) -> dict[str, str]:
    """Place → its place-name code on the day, of those that have one."""
    rows = PlaceCode.objects.on(at).filter(place__in=list(places))
    return {str(place): code for place, code in rows.values_list("place_id", "code")}


def get_place(*, place_id: uuid.UUID) -> Place | None:
    found: Place | None = (
        Place.objects.shown().select_related("source", "division").filter(pk=place_id).first()
    )
    return found


def secret_among(*, places: Collection[str]) -> set[str]:
    """Those of the places that may not be shown."""
    rows = Place.objects.filter(pk__in=places, secrecy=Secrecy.SECRET)
    return {str(key) for key in rows.values_list("pk", flat=True)}


def last_made_secret() -> datetime | None:
    """When one of the places that are secret now last became so."""
    history = Place.pgh_event_model.objects  # type: ignore[attr-defined]
    before = history.filter(pgh_obj__secrecy=Secrecy.SECRET).exclude(secrecy=Secrecy.SECRET)
    found: datetime | None = before.aggregate(last=Max("pgh_created_at"))["last"]
    return found


def standard_name(*, place: Place, at: date) -> PlaceName | None:
    found: PlaceName | None = place.names.on(at).standard().select_related("source").first()
    return found


def all_names(*, place: Place) -> list[PlaceName]:
    """Every name the place has, had or will have, the standard ones of other times included."""
    return list(place.names.select_related("source").order_by("period", "kind"))


def is_standard_on(name: PlaceName, day: date) -> bool:
    lower, upper = name.period.lower, name.period.upper
    holds = (lower is None or lower <= day) and (upper is None or day < upper)
    return holds and name.kind == NameKind.STANDARD and name.status == NameStatus.STANDARD


def name_state(name: PlaceName | None) -> str:
    """The shell's state for a name: in order, to check, unknown."""
    if name is None or name.reading_source == ReadingSource.UNKNOWN:
        return "unknown"
    if name.status == NameStatus.ABOLISHED or name.kind != NameKind.STANDARD:
        return "unknown"
    return "check" if name.reading_source == ReadingSource.PROVISIONAL else "ok"


def _row(row: tuple[Any, ...]) -> PlaceRow:
    """A row of :data:`COLUMNS`."""
    _id, _pinyin, text, pinyin, kind, status, reading, place, category, class_code, code = row[:11]
    division, shape, *flags = row[11:]
    spot = shape if shape is None or shape.geom_type == "Point" else shape.point_on_surface
    return PlaceRow(
        key=str(place),
        text=text,
        pinyin=pinyin,
        kind=kind,
        status=status,
        category=category,
        class_code=class_code,
        division_code=code,
        is_division=division is not None,
        reading_source=reading,
        lon=spot.x if spot else None,
        lat=spot.y if spot else None,
        synthetic=flags[0] or flags[1],
        approximate=flags[2] or flags[3],
    )
