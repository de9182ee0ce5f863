"""What the system itself knows for entries: asked for many divisions at once, on one day."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from boundaries.domain.codes import prefix_of
from boundaries.models import (
    DivisionChange,
    DivisionEvent,
    DivisionKind,
    DivisionOutline,
    DivisionVersion,
    EventKind,
    Level,
)
from common.models import bilingual, in_a_row
from compendium.domain.checks import Spellings
from facilities.models import Facility, PopulationCell
from gazetteer.models import NameKind, PlaceName, Secrecy
from signage.models import Sign, hidden_on

Bounds = tuple[float, float, float, float]
Beside = tuple[str, str, float, float]
KEPT_S = 24 * 3600

EXTENTS = """
    SELECT id, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box), ST_X(middle), ST_Y(middle)
    FROM (SELECT id, ST_Extent(geometry)::box2d AS box, ST_Centroid(ST_Collect(geometry)) AS middle
          FROM boundaries_divisionversion WHERE id = ANY(%(ids)s) AND geometry IS NOT NULL
          GROUP BY id) found
"""
# As :func:`boundaries.queries.divisions.neighbours`, for many divisions at once.
TOUCHING = """
    SELECT mine.version_id, version.name, version.name_en, ST_X(middle), ST_Y(middle)
    FROM boundaries_divisionoutline mine
    JOIN boundaries_divisionversion self ON self.id = mine.version_id
    JOIN boundaries_divisionoutline theirs
      ON theirs.geometry && mine.geometry AND theirs.version_id <> mine.version_id
     AND theirs.detail = mine.detail
    -- Beside a county a city without counties is one of its rank.
    -- An edge in common, or land: the polygons of a source may overlap by a sliver.
    JOIN boundaries_divisionversion version
      ON version.id = theirs.version_id AND (version.level = self.level
         OR (self.level = %(county)s AND version.kind = %(city)s))
     AND version.period @> %(at)s::date
    CROSS JOIN LATERAL ST_Transform(ST_Centroid(theirs.geometry), 4490) AS middle
    WHERE mine.version_id = ANY(%(ids)s) AND mine.detail = 2
      AND ST_Relate(mine.geometry, theirs.geometry) ~ '^(2|....1)'
    ORDER BY version.code
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """What the system tells for an item. ``value``: the number of a figure."""

    text: str
    value: float | None = None
    base_year: int | None = None
    source: str = ""
    synthetic: bool = False
    approximate: bool = False


@dataclass(slots=True)
class Live:
    """All that is known of one division; ``facts`` by item."""

    facts: dict[str, Fact] = field(default_factory=dict)
    bounds: Bounds | None = None
    middle: tuple[float, float] | None = None
    neighbours: list[Spellings] | None = None
    children: int | None = None
    people: float | None = None
    event_years: list[int] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    secret: list[str] = field(default_factory=list)


def directions() -> tuple[str, ...]:
    """The eight directions from north by east."""
    return (
        pgettext("direction", "north"),
        pgettext("direction", "north-east"),
        pgettext("direction", "east"),
        pgettext("direction", "south-east"),
        pgettext("direction", "south"),
        pgettext("direction", "south-west"),
        pgettext("direction", "west"),
        pgettext("direction", "north-west"),
    )


def direction(start: tuple[float, float], end: tuple[float, float]) -> int:
    """Where ``end`` lies as seen from ``start`` (degrees), as index of :func:`directions`."""
    east = (end[0] - start[0]) * math.cos(math.radians(start[1]))
    angle = math.degrees(math.atan2(east, end[1] - start[1]))
    return round(angle / 45) % 8


def live_facts(*, versions: Sequence[DivisionVersion], at: date) -> dict[int, Live]:
    """Version → what is known of it on the day. The number of queries does not grow with them."""
    found = {version.pk: Live() for version in versions}
    if not versions:
        return found
    _names(versions, found)
    _places(versions, found, at)
    _below(versions, found, at)
    _past(versions, found, at)
    _origins(versions, found, at)
    _counts(versions, found, at)
    return found


def _names(versions: Sequence[DivisionVersion], found: dict[int, Live]) -> None:
    for version in versions:
        source = str(version.source or "")
        told = {
            "name": version.name,
            "pinyin": version.name_en,
            "code": version.code,
            "kind": f"{version.get_kind_display()} ({version.get_level_display()})",
            "seat": version.seat,
        }
        facts = found[version.pk].facts
        facts.update({key: Fact(text, source=source) for key, text in told.items() if text})
        if version.area_km2 is not None:
            facts["area"] = Fact(
                f"{version.area_km2:,.2f}",
                value=version.area_km2,
                base_year=version.period.lower.year if version.period.lower else None,
                source=source,
                synthetic=version.synthetic,
                approximate=True,
            )


def _places(versions: Sequence[DivisionVersion], found: dict[int, Live], at: date) -> None:
    parents = {
        row.division_id: row
        for row in DivisionVersion.objects.on(at)
        .light()
        .filter(division_id__in={version.parent_id for version in versions})
    }
    ids = [*found, *(row.pk for row in parents.values())]
    middles: dict[int, tuple[float, float]] = {}
    touching, ways = _touching(list(found), at), directions()
    colon = bilingual("：", ": ")
    with connection.cursor() as cursor:
        cursor.execute(EXTENTS, {"ids": ids})
        for pk, west, south, east, north, lon, lat in cursor.fetchall():
            middles[pk] = (lon, lat)
            if pk in found:
                found[pk].bounds, found[pk].middle = (west, south, east, north), (lon, lat)
    for version in versions:
        live = found[version.pk]
        if live.bounds is None or live.middle is None:
            continue
        flags = {"synthetic": version.synthetic, "approximate": True}
        west, south, east, north = live.bounds
        extent = f"{west:.3f}°–{east:.3f}° E, {south:.3f}°–{north:.3f}° N"
        live.facts["extent"] = Fact(extent, **flags)
        beside_it = touching.get(version.pk, [])
        live.neighbours = [(bilingual(*names), *names) for *names, _lon, _lat in beside_it]
        by_direction: dict[str, list[str]] = {name: [] for name in ways}
        for *names, lon, lat in beside_it:
            by_direction[ways[direction(live.middle, (lon, lat))]].append(bilingual(*names))
        beside = bilingual("；", "; ").join(
            f"{way}{colon}{in_a_row(to)}" for way, to in by_direction.items() if to
        )
        if beside:
            live.facts["neighbours"] = Fact(beside, **flags)
        above = parents.get(version.parent_id)
        if above is not None and above.pk in middles:
            way = ways[direction(middles[above.pk], live.middle)]
            told = _("in the %(way)s of %(name)s") % {"way": way, "name": above.shown}
            live.facts["relative"] = Fact(told, **flags)


def _touching(ids: list[int], at: date) -> dict[int, list[Beside]]:
    """Neighbours with their middles, kept as long as no division and no outline has changed."""
    former = DivisionVersion._meta.get_field("events").related_model._default_manager
    changed = former.aggregate(last=Max("pgh_id"))
    drawn = DivisionOutline.objects.aggregate(last=Max("pk"))
    key = f"beside-{hash(tuple(ids))}-{at}-{changed['last']}-{drawn['last']}"
    found: dict[int, list[Beside]] | None = cache.get(key)
    if found is None:
        found = {}
        with connection.cursor() as cursor:
            values = {"county": Level.COUNTY, "city": DivisionKind.CITY_WITHOUT_COUNTIES}
            cursor.execute(TOUCHING, {"ids": ids, "at": at, **values})
            for pk, *beside in cursor.fetchall():
                found.setdefault(pk, []).append(tuple(beside))
        cache.set(key, found, KEPT_S)
    return found


def _below(versions: Sequence[DivisionVersion], found: dict[int, Live], at: date) -> None:
    rows = DivisionVersion.objects.on(at).filter(
        parent_id__in={version.division_id for version in versions}
    )
    names: dict[Any, list[str]] = defaultdict(list)
    for parent, *both in rows.order_by("code").values_list("parent_id", "name", "name_en"):
        names[parent].append(bilingual(*both))
    for version in versions:
        below, live = names[version.division_id], found[version.pk]
        if below:
            live.children = len(below)
            live.facts["sub_unit_count"] = Fact(
                str(len(below)), value=len(below), base_year=at.year
            )
            live.facts["sub_units"] = Fact(in_a_row(below))


def _past(versions: Sequence[DivisionVersion], found: dict[int, Live], at: date) -> None:
    """Recorded events in order; who knows no document says so by the range of days."""
    ids = {version.division_id for version in versions}
    arrows = (
        DivisionChange.objects.filter(
            Q(before__division_id__in=ids) | Q(after__division_id__in=ids),
            event__happens_on__lte=at,
        )
        .exclude(event__kind=EventKind.LISTED)
        .exclude(event__doubt=DivisionEvent.Doubt.EVENTS_ONLY)
        .select_related("event", "before", "after")
        .defer("before__geometry", "after__geometry")
        .order_by("event__happens_on", "pk")
    )
    told: dict[Any, dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
    events: dict[int, DivisionEvent] = {}
    for arrow in arrows:
        sides = (arrow.before, arrow.after)
        words = " → ".join(side.shown if side else "—" for side in sides)
        events[arrow.event_id] = arrow.event
        for division in {side.division_id for side in sides if side} & ids:
            told[division][arrow.event_id].append(words)
    names = _retired(versions, at)
    for version in versions:
        live = found[version.pk]
        live.retired = names
        lines = []
        for key, words in told[version.division_id].items():
            event = events[key]
            day = event.effective or event.happens_on.isoformat()
            happened = bilingual("；", "; ").join(words)
            kind = f"{event.get_kind_display()}{bilingual('：', ': ')}"
            lines.append(f"{day} {kind}{happened} {event.document}")
            live.event_years.append(event.happens_on.year)
        if lines:
            live.facts["history"] = Fact("\n".join(line.strip() for line in lines))


def _retired(versions: Sequence[DivisionVersion], at: date) -> list[str]:
    """Names of counties and cities of the province that none bears on the day."""
    provinces = {version.code[:2] for version in versions}
    near = Q()
    for code in provinces:
        near |= Q(code__startswith=code)
    rows = DivisionVersion.objects.filter(near, level__in=(Level.CITY, Level.COUNTY))
    ended = rows.filter(period__endswith__lte=at).values_list("name", flat=True)
    borne = set(DivisionVersion.objects.on(at).filter(near).values_list("name", flat=True))
    return sorted({name for name in ended if len(name) > 2} - borne)


def _origins(versions: Sequence[DivisionVersion], found: dict[int, Live], at: date) -> None:
    by_division = {version.division_id: version for version in versions}
    names = PlaceName.objects.on(at).filter(
        kind=NameKind.STANDARD, place__division_id__in=by_division
    )
    for name in names.exclude(place__secrecy=Secrecy.SECRET).select_related("place", "source"):
        text = "\n".join(filter(None, (name.meaning, name.origin, name.history)))
        if text:
            found[by_division[name.place.division_id].pk].facts["origin"] = Fact(
                text,
                source=str(name.source or ""),
                synthetic=name.synthetic,
                approximate=name.approximate,
            )
    hidden = PlaceName.objects.filter(place__secrecy=Secrecy.SECRET)
    for code, text in hidden.values_list("place__division_code", "text"):
        for version in versions:
            if code.startswith(prefix_of(version.code)):
                found[version.pk].secret.append(text)


def _counts(versions: Sequence[DivisionVersion], found: dict[int, Live], at: date) -> None:
    facilities = _summed(
        Facility.objects.on(at).shown().values_list("division_code", "category__name_zh"),
        Count("pk"),
    )
    told = Sign.objects.on(at).exclude(pk__in=hidden_on(at))
    signs = _summed(told.values_list("division_code"), Count("pk"))
    cells = PopulationCell.objects.on(at)
    people = _summed(cells.values_list("division_code"), Sum("people"))
    based = cells.aggregate(on=Max("base_on"), made_up=Count("pk", filter=Q(synthetic=True)))
    made_up = Sign.objects.on(at).filter(synthetic=True).exists()
    for version in versions:
        prefix, live = prefix_of(version.code), found[version.pk]
        kinds: dict[str, int] = defaultdict(int)
        for (code, kind), count in facilities.items():
            if code.startswith(prefix):
                kinds[kind] += int(count)
        if kinds:
            told = "；".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
            live.facts["facilities"] = Fact(told, base_year=at.year, approximate=True)
        count = int(_within(signs, prefix))
        if count:
            told = ngettext("%(count)d sign", "%(count)d signs", count) % {"count": count}
            live.facts["signs"] = Fact(told, base_year=at.year, synthetic=made_up)
        heads = _within(people, prefix)
        if heads:
            live.people = round(heads)
            live.facts["residents"] = Fact(
                f"{live.people:,}",
                value=live.people,
                base_year=based["on"].year,
                source=_("population grid"),
                synthetic=bool(based["made_up"]),
                approximate=True,
            )
            if version.area_km2:
                density = live.people / version.area_km2
                live.facts["density"] = Fact(
                    f"{density:,.0f}",
                    value=density,
                    base_year=based["on"].year,
                    source=_("population grid"),
                    synthetic=bool(based["made_up"]) or version.synthetic,
                    approximate=True,
                )


def _summed(rows: Any, measure: Any) -> dict[tuple[str, ...], float]:
    return {tuple(row[:-1]): row[-1] or 0 for row in rows.order_by().annotate(n=measure)}


def _within(sums: Mapping[tuple[str, ...], float], prefix: str) -> float:
    return sum(count for key, count in sums.items() if key[0].startswith(prefix))


def versions_of(*, at: date, within: str, levels: Iterable[int]) -> list[DivisionVersion]:
    """Divisions of the law within a jurisdiction that have an entry, by code, widest first."""
    rows = DivisionVersion.objects.on(at).light().within(within).filter(level__in=tuple(levels))
    of_law = rows.exclude(kind__in=("statistical", "outside_codes"))
    return list(of_law.select_related("source").order_by("level", "code"))
