"""Load the past of divisions: versions, events and codes from published lists and documents."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Func

from boundaries.domain.code_lists import CodeList, History, Row, Span, Step, trace
from boundaries.domain.codes import COUNTY, Kind, kind_of, level_of
from boundaries.domain.documented import DocumentedAct, NotInLists, place_act
from boundaries.models import (
    CodeSystem,
    Division,
    DivisionChange,
    DivisionCode,
    DivisionEvent,
    DivisionVersion,
    EventKind,
)
from boundaries.queries.spelling import spelled
from common import audit
from common.copying import analyse, copy_rows, since
from common.errors import BadInput, Refusal
from common.periods import parse_day

LISTS, COLLECTED = "gb2260-lists", "quhua-events"
# Identities of divisions that are gone are made from the code and day of their first row.
NAMESPACE = uuid.UUID("2f4b0c1e-9f5a-5d3e-8a43-7c0f1f2a5b60")


class HistoryIsThere(Refusal):
    template = "The history is loaded already: its records begin on %(day)s."


class NothingToJoin(Refusal):
    template = "There are no divisions yet that a history could lead to: load divisions first."


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where lists and collected changes tell different things; both are kept."""

    kind: str
    year: int
    text: str


@dataclass(slots=True)
class HistoryReport:
    lists: int = 0
    versions: int = 0
    divisions: int = 0
    events: int = 0
    codes: int = 0
    events_by_kind: dict[str, int] = field(default_factory=dict)
    disagreements: list[Disagreement] = field(default_factory=list)


@dataclass(slots=True)
class _Loading:
    """Spans with the rows they became; what the present state calls the same units."""

    history: History
    present: dict[str, DivisionVersion]
    joined_on: date
    wanted: set[int] = field(default_factory=set)
    ids: dict[int, uuid.UUID] = field(default_factory=dict)
    pks: dict[int, int] = field(default_factory=dict)
    by_row: dict[Row, list[int]] = field(default_factory=dict)


@transaction.atomic
def load_history(
    *,
    lists: Sequence[CodeList],
    collected: Sequence[Any] = (),
    documented: Sequence[Mapping[str, Any]] = (),
    within: str = "",
) -> HistoryReport:
    """Write the versions before the present ones, events between them, and every code borne.

    ``within``: a province (2 digits) or nothing for the country; the lists are always read whole,
    so that divisions that came from another province keep their past. Raises
    :class:`HistoryIsThere` when it was loaded before.
    """
    loaded = DivisionVersion.objects.filter(source_id=LISTS).order_by("period").first()
    if loaded is not None:
        raise HistoryIsThere(day=loaded.period.lower.isoformat())
    loading = _follow(lists, collected)
    _place(loading.history, documented, lists)
    loading.wanted = _wanted(loading.history, within)
    _name_identities(loading)
    report = HistoryReport(lists=len(lists))
    report.divisions = _write_identities(loading)
    report.versions = _write_versions(loading, documented)
    _write_events(loading, documented, {one.key: one for one in collected}, report, within)
    report.codes = _write_codes(loading)
    audit.record(
        by=None,
        operation="load_history",
        subject=next(iter(loading.present.values())),
        jurisdiction=within,
        versions=report.versions,
        events=report.events,
    )
    analyse(DivisionVersion, DivisionEvent, DivisionChange, DivisionCode)
    return report


def _follow(lists: Sequence[CodeList], collected: Sequence[Any]) -> _Loading:
    """The lists, and the present state as one list more."""
    present = DivisionVersion.objects.light().filter(level__lte=COUNTY)
    first = present.order_by(Func("period", function="lower")).first()
    if first is None or not lists:
        raise NothingToJoin()
    joined_on = first.period.lower
    by_code = {row.code: row for row in present.on(joined_on)}
    # Provinces of which no county is loaded have nothing to compare: their last list goes on.
    covered = {code[:2] for code in by_code if level_of(code) == COUNTY}
    rows = {code: name for code, name in lists[-1].rows.items() if code[:2] not in covered}
    rows |= {code: row.name for code, row in by_code.items()}
    all_lists = [*lists, CodeList(joined_on, rows)]
    history = trace(all_lists, [one.as_act() for one in collected])
    return _Loading(history=history, present=by_code, joined_on=joined_on)


def _place(
    history: History, documented: Sequence[Mapping[str, Any]], lists: Sequence[CodeList]
) -> None:
    days = [one.day for one in lists]
    for number, row in enumerate(documented):
        act = DocumentedAct(
            kind=row["kind"],
            day=parse_day(row["day"]),
            changes=tuple((old, new, share) for old, new, share in row["changes"]),
        )
        try:
            place_act(history, act, days, number=number)
        except NotInLists as error:
            raise BadInput("%(document)s: %(why)s", document=row["document"], why=error) from error


def _wanted(history: History, within: str) -> set[int]:
    """Units that ever had a code of the province, with everything above them."""
    wanted = {span.unit for span in history.spans if span.code.startswith(within)}
    while above := {
        span.parent
        for span in history.spans
        if span.unit in wanted and span.parent is not None and span.parent not in wanted
    }:
        wanted |= above
    return wanted


def _name_identities(loading: _Loading) -> None:
    for span in loading.history.spans:
        if span.end is None and span.code in loading.present:
            loading.ids[span.unit] = loading.present[span.code].division_id
    for unit, (code, day) in enumerate(loading.history.first_codes):
        loading.ids.setdefault(unit, uuid.uuid5(NAMESPACE, f"{code}@{day.isoformat()}"))


def _write_identities(loading: _Loading) -> int:
    wanted = {loading.ids[unit] for unit in loading.wanted}
    there = Division.objects.filter(pk__in=wanted).values_list("pk", flat=True)
    new = sorted(wanted - set(there))
    return copy_rows(Division, ["id"], ((one,) for one in new))


def _write_versions(loading: _Loading, documented: Sequence[Mapping[str, Any]]) -> int:
    spans, present = loading.history.spans, loading.present
    latin = {row.name: row.name_en for row in present.values()}
    seats: dict[int, tuple[str, str, str]] = {}
    for step in loading.history.steps:
        if step.document is None:
            continue
        row = documented[step.document]
        for _before, after, _share in step.changes:
            if after is not None:
                seat = row["seats"].get(spans[after].code, "")
                seats[after] = (seat, row["authority"], row["document"])
    numbers = [
        n for n, s in enumerate(spans) if s.unit in loading.wanted and s.start < loading.joined_on
    ]
    copy_rows(
        DivisionVersion,
        (
            "division_id", "code", "name", "name_en", "level", "kind", "parent_id", "period",
            "seat", "authority", "document", "source_id", "synthetic", "approximate",
        ),
        (
            (
                loading.ids[spans[n].unit], spans[n].code, spans[n].name,
                latin.get(spans[n].name) or spelled(spans[n].name, spans[n].code),
                level_of(spans[n].code), _kind(spans[n]),
                None if spans[n].parent is None else loading.ids[spans[n].parent],
                since(spans[n].start, min(spans[n].end or loading.joined_on, loading.joined_on)),
                *seats.get(n, ("", "", "")), LISTS, False, False,
            )
            for n in numbers
        ),
    )  # fmt: skip
    written = DivisionVersion.objects.filter(source_id=LISTS)
    keys = {
        (code, period.lower): pk for pk, code, period in written.values_list("pk", "code", "period")
    }
    for n, span in enumerate(spans):
        loading.by_row.setdefault(Row(span.code, span.name), []).append(n)
    loading.pks = {n: keys[spans[n].code, spans[n].start] for n in numbers}
    for n, span in enumerate(spans):
        if span.start >= loading.joined_on and span.code in present:
            loading.pks[n] = present[span.code].pk
    return len(numbers)


def _kind(span: Span) -> str:
    if span.statistical:
        return Kind.STATISTICAL
    kind = kind_of(span.code, span.name)
    return "" if kind == Kind.OUTSIDE_CODES else kind


def _write_events(
    loading: _Loading,
    documented: Sequence[Mapping[str, Any]],
    collected: Mapping[int, Any],
    report: HistoryReport,
    within: str,
) -> None:
    told: set[int] = set()
    events: list[DivisionEvent] = []
    arrows: list[list[tuple[int | None, int | None, float | None]]] = []
    for step in loading.history.steps:
        told.update(step.acts)
        pairs = _pairs(loading, step)
        if not pairs:
            continue
        if step.document is None:
            event = _found(step, collected)
        else:
            event = _documented(documented[step.document], step)
        if event.doubt and step.day < loading.joined_on:
            report.disagreements.append(_disagreement(event, loading, step))
        events.append(event)
        arrows.append(pairs)
    for one in collected.values():
        # A code given to another division: the lists show both, nothing about it is doubtful.
        if one.key in told or one.as_act().kind == "reassigned":
            continue
        if not any(row is None or row.code.startswith(within) for row in (one.old, one.new)):
            continue
        event = _only_collected(one)
        report.disagreements.append(Disagreement(event.doubt, one.year, f"{one.words} {one.text}"))
        events.append(event)
        arrows.append(_sides(loading, one))
    DivisionEvent.objects.bulk_create(events, batch_size=2000)
    copy_rows(
        DivisionChange,
        ("event_id", "before_id", "after_id", "share", "basis"),
        (
            (event.pk, before, after, share, DivisionChange.Basis.UNITS if share == 1 else "")
            for event, pairs in zip(events, arrows, strict=True)
            for before, after, share in pairs
        ),
    )
    report.events = len(events)
    report.events_by_kind = dict(Counter(str(event.kind) for event in events))


def _pairs(loading: _Loading, step: Step) -> list[tuple[int | None, int | None, float | None]]:
    """The arrows of a step between rows of the table; those of units not wanted fall away."""
    found: dict[tuple[int | None, int | None], float | None] = {}
    for before, after, share in step.changes:
        old = loading.pks.get(before) if before is not None else None
        new = loading.pks.get(after) if after is not None else None
        if (old or new) and old != new:
            found[old, new] = share if old and new else None
    return [(old, new, share) for (old, new), share in found.items()]


def _documented(row: Mapping[str, Any], step: Step) -> DivisionEvent:
    return DivisionEvent(
        kind=row["kind"],
        happens_on=step.day,
        approved=row["approved"],
        effective=row["day"],
        announced=row["announced"],
        document=row["document"],
        article=row["article"],
        authority=row["authority"],
        note=row["note"],
        doubt=DivisionEvent.Doubt.DAY_DIFFERS if step.day_differs else "",
        source_id=row["source"],
    )


def _found(step: Step, collected: Mapping[int, Any]) -> DivisionEvent:
    """What a comparison of two lists found; the collection adds document and words."""
    known = [collected[key] for key in step.acts]
    documents = dict.fromkeys(one.document for one in known if one.document)
    doubtful = not known and step.kind != EventKind.LISTED
    return DivisionEvent(
        kind=step.kind,
        happens_on=step.day,
        effective=f"{step.after_list:%Y-%m}/{step.day:%Y-%m}",
        document="；".join(documents)[:200],
        note="；".join(dict.fromkeys(f"{one.year} {one.words}：{one.text}" for one in known)),
        doubt=DivisionEvent.Doubt.LISTS_ONLY if doubtful else "",
        source_id=COLLECTED if known else LISTS,
    )


_KINDS_OF_WORDS = {
    "新设": EventKind.ESTABLISH,
    "撤销": EventKind.ABOLISH,
    "更名": EventKind.RENAME,
    "同名改码": EventKind.RECODE,
    "划转": EventKind.TRANSFER,
    "区划调整": EventKind.BOUNDARY,
    "驻地迁移": EventKind.SEAT,
}


def _only_collected(one: Any) -> DivisionEvent:
    return DivisionEvent(
        kind=_KINDS_OF_WORDS.get(one.words, EventKind.UPGRADE),
        happens_on=date(one.year, 1, 1),
        effective=str(one.year),
        document=one.document,
        note=f"{one.words}：{one.text}",
        doubt=DivisionEvent.Doubt.EVENTS_ONLY,
        source_id=COLLECTED,
    )


def _sides(loading: _Loading, one: Any) -> list[tuple[int | None, int | None, float | None]]:
    """The versions that the record names, where they stood in its year; kept out of lineage."""
    old, new = (_version_of(loading, row, one.year) for row in (one.old, one.new))
    return [(old, new, None)] if (old or new) and old != new else []


def _version_of(loading: _Loading, row: Row | None, year: int) -> int | None:
    if row is None:
        return None
    for n in loading.by_row.get(row, ()):
        span = loading.history.spans[n]
        if span.start.year <= year and (span.end is None or span.end.year >= year):
            return loading.pks.get(n)
    return None


def _disagreement(event: DivisionEvent, loading: _Loading, step: Step) -> Disagreement:
    spans = loading.history.spans
    before, after, _ = step.changes[0]
    names = [f"{spans[n].code} {spans[n].name}" for n in (before, after) if n is not None]
    return Disagreement(event.doubt, step.day.year, f"{event.kind} {' → '.join(names)}")


def _write_codes(loading: _Loading) -> int:
    """One row for each run of days in which a unit bore a code; later bearers are marked."""
    runs: dict[tuple[str, int], list[date | None]] = {}
    for span in loading.history.spans:
        if span.unit not in loading.wanted:
            continue
        run = runs.setdefault((span.code, span.unit), [span.start, span.end])
        run[0] = min(filter(None, (run[0], span.start)))
        run[1] = None if None in (run[1], span.end) else max(filter(None, (run[1], span.end)))
    bearers: dict[str, list[tuple[Any, Any, int]]] = {}
    for (code, unit), (start, end) in runs.items():
        bearers.setdefault(code, []).append((start, end, unit))
    rows = []
    for code, borne in bearers.items():
        borne.sort(key=lambda one: one[0])
        for number, (start, end, unit) in enumerate(borne):
            following = borne[number + 1][0] if number + 1 < len(borne) else None
            until = min(filter(None, (end, following)), default=None)
            rows.append((loading.ids[unit], code, since(start, until), number > 0))
    borne_by = ((*row[:1], CodeSystem.GB2260, *row[1:], LISTS, False, False) for row in rows)
    columns = ("division_id", "system", "code", "period", "reused")
    return copy_rows(DivisionCode, (*columns, "source_id", "synthetic", "approximate"), borne_by)
