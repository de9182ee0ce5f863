"""Who became whom, asked of the database: arrows for the pure engine, rows for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q

from boundaries.domain.lineage import (
    Change,
    Flows,
    Link,
    Relation,
    crosswalk,
    predecessors,
    successors,
    total,
)
from boundaries.models import (
    DivisionChange,
    DivisionEvent,
    DivisionKind,
    DivisionVersion,
    EventKind,
    Level,
)
from boundaries.queries.divisions import is_code
from common.errors import BadInput
from common.models import bilingual

# Rows of the lists that are no divisions of the law take no part.
_NOT_OF_THE_LAW = (DivisionKind.STATISTICAL, DivisionKind.OUTSIDE_CODES)


class NoRecordsOn(BadInput):
    template = "No division is recorded on %(day)s: records begin on %(begin)s."


class NeverACode(BadInput):
    template = "“%(code)s” was no division on %(day)s."


@dataclass(frozen=True, slots=True)
class Unit:
    """A version as a crosswalk shows it."""

    code: str
    name: str
    name_en: str = ""

    @property
    def shown(self) -> str:
        return bilingual(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """``relation``: same, merged, split, mixed, ended, new; ``share`` is of the old unit.

    ``share_total``: sum over the rows of the same old unit, ``None`` where a share is not known.
    """

    old: Unit | None
    new: Unit | None
    relation: Relation
    share: float | None
    share_total: float | None
    reversible: bool


def records_begin() -> date | None:
    """The first day of any division on record."""
    row = DivisionVersion.objects.light().filter(level=Level.PROVINCE).order_by("period").first()
    return row.period.lower if row else None


def change_days(*, within: str) -> list[date]:
    """Days on which a division of the area begins to be what it is, earliest first."""
    rows = DivisionVersion.objects.within(within).filter(level__lte=Level.COUNTY)
    days = rows.exclude(kind=DivisionKind.STATISTICAL).values_list("period__startswith", flat=True)
    return sorted(set(filter(None, days)))


def shapes_known(*, at: date, within: str) -> bool:
    """Whether any division of the area has a shape on the day."""
    rows = DivisionVersion.objects.on(at).within(within).with_geometry()
    return bool(rows.exists())


def changes_between(*, start: date, end: date) -> list[Change]:
    """Arrows after ``start`` up to ``end``, between identities.

    Rows that a list only left out for a while, and records that no list bears out, have none.
    """
    rows = (
        DivisionChange.objects.filter(event__happens_on__gt=start, event__happens_on__lte=end)
        .exclude(event__kind=EventKind.LISTED)
        .exclude(event__doubt=DivisionEvent.Doubt.EVENTS_ONLY)
        .values_list("event__happens_on", "before__division_id", "after__division_id", "share")
    )
    return [Change(*row) for row in rows]


def crosswalk_rows(
    *, start: date, end: date, within: str = "", level: int = Level.COUNTY
) -> list[CrosswalkRow]:
    """One row for every (old, new) of one level: who of ``start`` became whom on ``end``.

    Among counties a city without counties (Dongguan) counts as one. What came of another level
    alone (Dongguan among cities, a county before) is told of that. ``within``: beginning of the
    codes on the first day. Raises :class:`NoRecordsOn` for a day
    before the records, :class:`NeverACode` when nothing had such a code on the first day.
    """
    for day in (start, end):
        _require_records(day)
    olds = _standing(day=start, within=within, level=level)
    if within and not olds:
        raise NeverACode(code=within[:12], day=start.isoformat())
    if end < start:
        raise BadInput("The second day is before the first.")
    # All units take part: only so is it seen that others went into the same heir, also one of
    # another level (a county that became a city, a city that became a district).
    everyone = _standing(day=start, within="", level=None)
    arrows = changes_between(start=start, end=end)
    flows = successors(everyone, arrows, start=start, end=end)
    news = _standing(day=end, within="", level=None)
    alive = _standing(day=end, within=within, level=level)
    every_old = _standing(day=start, within="", level=level) if within else olds
    fed = {new for old in every_old for new in flows.get(old, ())}
    rows = [
        _row(link, everyone, news, flows)
        for link in crosswalk(flows, alive=alive)
        if link.old is None or link.old in olds or (link.new in alive and link.new not in fed)
    ]
    return sorted(rows, key=lambda row: (row.old is None, _code(row.old), _code(row.new)))


def _standing(*, day: date, within: str, level: int | None) -> dict[Any, Unit]:
    """Divisions of a level by identity; ``None``: of all levels down to counties.

    Among counties a city that has none on the day (Dongguan) counts as one.
    """
    lawful = DivisionVersion.objects.on(day).exclude(kind__in=_NOT_OF_THE_LAW)
    rows = lawful.within(within).filter(level__lte=Level.COUNTY)
    if level == Level.COUNTY:
        counties = lawful.filter(level=Level.COUNTY, parent__isnull=False)
        with_counties = Q(division_id__in=counties.values("parent_id"))
        rows = rows.filter(Q(level=level) | Q(level=Level.CITY) & ~with_counties)
    elif level is not None:
        rows = rows.at_level(level)
    values: Iterable[Any] = rows.values_list("division_id", "code", "name", "name_en")
    return {division: Unit(*row) for division, *row in values}


def _require_records(day: date) -> None:
    begin = records_begin()
    if begin is None or day < begin:
        raise NoRecordsOn(day=day.isoformat(), begin=begin.isoformat() if begin else "…")


def _row(link: Link, olds: dict[Any, Unit], news: dict[Any, Unit], flows: Flows) -> CrosswalkRow:
    new = news.get(link.new) if link.new is not None else None
    ended = link.new is not None and new is None and link.old is not None
    return CrosswalkRow(
        old=olds.get(link.old) if link.old is not None else None,
        new=new,
        relation=Relation.ENDED if ended else link.relation,
        share=link.share,
        share_total=total(flows[link.old]) if link.old is not None else None,
        reversible=link.reversible and not ended,
    )


def _code(unit: Unit | None) -> str:
    return unit.code if unit else ""


def events_of(*, division_id: Any) -> list[DivisionEvent]:
    """Everything that is recorded to have happened to a division, earliest first."""
    rows = DivisionEvent.objects.touching(division_id).select_related("source")
    mine = DivisionChange.objects.filter(
        Q(before__division_id=division_id) | Q(after__division_id=division_id)
    )
    listed = DivisionChange.objects.exclude(event__kind=EventKind.LISTED) | mine
    light = DivisionVersion.objects.light()
    return list(
        rows.prefetch_related(
            Prefetch("changes", listed),
            Prefetch("changes__before", light),
            Prefetch("changes__after", light),
        )
    )


def kin_of(*, division_id: Any) -> tuple[list[DivisionVersion], list[DivisionVersion]]:
    """The divisions that went into this one and those that it went into, each as it was then."""
    certain = DivisionChange.objects.exclude(event__doubt=DivisionEvent.Doubt.EVENTS_ONLY)
    arrows = certain.select_related("before", "after").defer("before__geometry", "after__geometry")
    mine = arrows.filter(
        Q(before__division_id=division_id) | Q(after__division_id=division_id),
        before__isnull=False,
        after__isnull=False,
    ).order_by("event__happens_on", "pk")
    before = [a.before for a in mine if a.before.division_id != division_id]
    after = [a.after for a in mine if a.after.division_id != division_id]
    return before, after


def last_known(*, code: str, at: date) -> DivisionVersion | None:
    """The version that last had the code before the day: where the search for heirs begins."""
    if not is_code(code):
        return None
    rows = DivisionVersion.objects.light().filter(code=code, period__startswith__lte=at)
    found: DivisionVersion | None = rows.order_by("-period").first()
    return found


def heirs_of(*, version: DivisionVersion, at: date) -> list[DivisionVersion]:
    """What a version that has ended is on the day; empty if no heir is known."""
    start = version.period.lower
    arrows = changes_between(start=start, end=at)
    flows = successors([version.division_id], arrows, start=start, end=at)
    ids = [unit for unit in flows[version.division_id] if unit is not None]
    return list(DivisionVersion.objects.on(at).light().filter(division_id__in=ids).order_by("code"))


def forebears_of(*, version: DivisionVersion, at: date) -> list[DivisionVersion]:
    """What a version was, or came from, on a day before it; empty if that is not known."""
    start = version.period.lower
    standing = DivisionVersion.objects.on(at).filter(level__lte=Level.COUNTY)
    flows = predecessors(
        [version.division_id],
        changes_between(start=at, end=start),
        start=at,
        end=start,
        alive=standing.values_list("division_id", flat=True),
    )
    ids = flows.get(version.division_id, {})
    return list(standing.light().filter(division_id__in=ids).order_by("code"))
