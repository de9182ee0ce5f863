"""Lists, counts and single places with their names on a day."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from common.models import AuditEntry
from gazetteer.domain.readings import ReadingSource, is_hanzi
from gazetteer.domain.search_keys import literal_pattern
from gazetteer.models import NameKind, NameStatus, Place, PlaceName

TO_CHECK = (ReadingSource.PROVISIONAL, ReadingSource.UNKNOWN)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A standard name as the list shows it."""

    key: str
    text: str
    pinyin: str
    category: str
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
    within: str = "",
    category: str = "",
    text: str = "",
    reading: str = "",
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> PlacePage:
    """Standard names by pinyin, a page after or before a key; ``reading`` is ``check`` or ""."""
    conditions = ["n.kind = 'standard'", "n.status = 'standard'", "n.period @> %(at)s::date"]
    params: dict[str, Any] = {"at": at, "limit": limit + 1, "within": f"{within}%"}
    if within:
        conditions.append("p.division_code LIKE %(within)s")
    if category:
        conditions.append("p.legal_category = %(category)s")
        params["category"] = category
    if reading == "check":
        conditions.append("n.reading_source = ANY(%(sources)s)")
        params["sources"] = [str(source) for source in TO_CHECK]
    if text:
        params["text"] = f"%{literal_pattern(text)}%"
        letters = "n.text LIKE %(text)s"
        if not any(map(is_hanzi, text)):
            params["text"] = f"{literal_pattern(text.lower().replace(' ', ''))}%"
            letters = "(n.search_pinyin LIKE %(text)s OR n.search_initials LIKE %(text)s)"
        conditions.append(letters)
    key, backwards = (before, True) if before else (after, False)
    if key:
        params["pinyin"], _, params["id"] = key.rpartition("~")
        sign = "<" if backwards else ">"
        conditions.append(f"(n.search_pinyin, n.id) {sign} (%(pinyin)s, %(id)s)")
    order = "DESC" if backwards else "ASC"
    sql = f"""
        SELECT n.id, n.search_pinyin, n.text, n.pinyin_toned, n.reading_source, p.id,
               p.legal_category, p.division_code, p.division_id IS NOT NULL,
               ST_X(ST_PointOnSurface(p.geometry)), ST_Y(ST_PointOnSurface(p.geometry)),
               p.synthetic OR n.synthetic, p.approximate OR n.approximate
        FROM gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id
        WHERE {" AND ".join(conditions)}
        ORDER BY n.search_pinyin {order}, n.id {order} LIMIT %(limit)s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
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
    names = PlaceName.objects.on(at).standard()
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


def chosen_names(
    *, at: date, within: str, category: str, text: str, reading: str
) -> QuerySet[PlaceName]:
    """The standard names that the list's filters leave."""
    names = PlaceName.objects.on(at).standard()
    if within:
        names = names.within(within)
    if category:
        names = names.filter(place__legal_category=category)
    if reading == "check":
        names = names.filter(reading_source__in=TO_CHECK)
    if text and any(map(is_hanzi, text)):
        names = names.filter(text__contains=text)
    elif text:
        letters = text.lower().replace(" ", "")
        names = names.filter(
            Q(search_pinyin__startswith=letters) | Q(search_initials__startswith=letters)
        )
    chosen: QuerySet[PlaceName] = names
    return chosen


def count_places(*, at: date, within: str, category: str, text: str, reading: str) -> int:
    """How many standard names the list's filters leave."""
    names = chosen_names(at=at, within=within, category=category, text=text, reading=reading)
    return int(names.count())


def get_place(*, place_id: uuid.UUID) -> Place | None:
    found: Place | None = (
        Place.objects.select_related("source", "division").filter(pk=place_id).first()
    )
    return found


def standard_name(*, place: Place, at: date) -> PlaceName | None:
    found: PlaceName | None = place.names.on(at).standard().select_related("source").first()
    return found


def other_names(*, place: Place, than: PlaceName | None) -> list[PlaceName]:
    """Every other name the place has or had, the standard ones of other times included."""
    rows = place.names.select_related("source").order_by("period", "kind")
    return [row for row in rows if than is None or row.pk != than.pk]


def name_state(name: PlaceName | None) -> str:
    """The shell's state for a name: in order, to check, unknown."""
    if name is None or name.reading_source == ReadingSource.UNKNOWN:
        return "unknown"
    if name.status == NameStatus.ABOLISHED or name.kind != NameKind.STANDARD:
        return "unknown"
    return "check" if name.reading_source == ReadingSource.PROVISIONAL else "ok"


def _row(row: tuple[Any, ...]) -> PlaceRow:
    return PlaceRow(
        key=str(row[5]),
        text=row[2],
        pinyin=row[3],
        category=row[6],
        division_code=row[7],
        is_division=row[8],
        reading_source=row[4],
        lon=row[9],
        lat=row[10],
        synthetic=row[11],
        approximate=row[12],
    )


def place_acts(*, place: Place) -> list[AuditEntry]:
    """What people did to the place's names, the latest first."""
    rows = AuditEntry.objects.filter(subject_type=place._meta.label_lower, subject_id=str(place.pk))
    return list(rows.select_related("user"))
