"""From published code lists to units with versions: what stayed, what changed, who became whom.

A list is a day and its rows, code → name. Two lists that follow each other are compared row by
row; recorded acts (:class:`Act`) say who became whom where names alone do not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from boundaries.domain.codes import COUNTY, PROVINCE, level_of

_SUMMARY_NAMES = frozenset({"市辖区", "县", "市"})
_SUMMARY_ENDINGS = ("直辖行政单位", "直辖县级行政单位", "直辖县级行政区划")
_ZONE_NUMBERS = range(71, 80)
# Longest first: 自治县 before 县.
_TYPES = (
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "矿区",
    "新区",
    "市",
    "县",
    "区",
    "盟",
    "旗",
)


@dataclass(frozen=True, slots=True)
class CodeList:
    """One published list: the first day of its month and its rows, code → name."""

    day: date
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Act:
    """A recorded change: ``old`` became ``new``; ``year`` bounds when, ``key`` names the record.

    Either side may be missing (established, abolished without known heir).
    """

    key: int
    year: int
    kind: str
    old: Row | None
    new: Row | None


@dataclass(slots=True)
class Span:
    """A row as it stood for a time: ``unit`` is the identity, ``parent`` the unit above."""

    unit: int
    code: str
    name: str
    parent: int | None
    statistical: bool
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one comparison found: ``changes`` are (span before, span after, share), by index."""

    kind: str
    day: date
    after_list: date
    changes: tuple[tuple[int | None, int | None, float | None], ...]
    acts: tuple[int, ...] = ()
    document: int | None = None
    day_differs: bool = False


@dataclass(slots=True)
class History:
    spans: list[Span] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    first_codes: list[tuple[str, date]] = field(default_factory=list)


def is_statistical(code: str, name: str) -> bool:
    """Rows that sum up others or are no division of the law: 市辖区, 省直辖…, development zones."""
    if name in _SUMMARY_NAMES or name.endswith(_SUMMARY_ENDINGS) or name.endswith("市市辖区"):
        return True
    zone = level_of(code) == COUNTY and int(code[4:]) in _ZONE_NUMBERS
    return zone and name.endswith(("区", "园", "区域", "基地", "合作区"))


def stem_of(name: str) -> str:
    """The name without its type: 从化 of both 从化市 and 从化区."""
    for ending in _TYPES:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def trace(lists: Sequence[CodeList], acts: Sequence[Act] = ()) -> History:
    """Follow every row through the lists, which must stand in the order of their days."""
    days = [one.day for one in lists]
    if not lists or days != sorted(set(days)):
        raise ValueError("Code lists must be given once each, in the order of their days.")
    tracer = _Tracer(lists, acts)
    for number in range(len(lists)):
        tracer.take(number)
    _join_named_later(tracer.history, acts)
    return tracer.history


class _Tracer:
    def __init__(self, lists: Sequence[CodeList], acts: Sequence[Act]) -> None:
        self.lists = lists
        self.history = History()
        self.open: dict[str, int] = {}  # code → index of the span in force
        self.seen: dict[Row, int] = {}  # row → the unit that bore it last
        self.last_list: dict[Row, int] = {}
        self.by_year: dict[int, list[Act]] = defaultdict(list)
        for number, one in enumerate(lists):
            self.last_list.update({Row(c, n): number for c, n in one.rows.items()})
        for act in acts:
            self.by_year[act.year].append(act)

    def take(self, number: int) -> None:
        rows = self.lists[number].rows
        spans = self.history.spans
        gone = {Row(spans[i].code, spans[i].name) for i in self.open.values()}
        came = {Row(code, name) for code, name in rows.items()}
        gone, came = gone - came, came - gone
        self.day, self.number = self.lists[number].day, number
        self.acts = self._acts_between()
        matched = _match(gone, came, self.acts) if number else {}
        units = {spans[i].code: spans[i].unit for i in self.open.values()}
        for row in gone:
            units.pop(row.code, None)
        taken = set(units.values())
        for old, new in matched.items():
            units[new.code] = unit = spans[self.open[old.code]].unit
            taken.add(unit)
        for row in sorted(came - set(matched.values()), key=lambda row: row.code):
            unit = self.seen.get(row, -1)
            if unit < 0 or unit in taken:
                unit = len(self.history.first_codes)
                self.history.first_codes.append((row.code, self.day))
            units[row.code] = unit
            taken.add(unit)
        self._write(rows, units, matched, gone, came)

    def _acts_between(self) -> list[Act]:
        first = self.lists[self.number - 1].day.year if self.number else self.day.year
        years = range(first, self.day.year + 1)
        return [act for year in years for act in self.by_year.get(year, ())]

    def _write(
        self,
        rows: Mapping[str, str],
        units: dict[str, int],
        matched: dict[Row, Row],
        gone: set[Row],
        came: set[Row],
    ) -> None:
        spans, before = self.history.spans, dict(self.open)
        heirs = self._heirs(gone - set(matched), rows)
        renewed = {heir.code for heir in heirs.values() if heir.code in before}
        parents = {code: _parent(code, rows, units) for code in rows}
        opened: dict[str, int] = {}
        for code, name in rows.items():
            index = before.get(code)
            old = spans[index] if index is not None else None
            same = old and (old.unit, old.name, old.parent) == (units[code], name, parents[code])
            if same and code not in renewed and index is not None:
                opened[code] = index
                continue
            statistical = is_statistical(code, name)
            spans.append(Span(units[code], code, name, parents[code], statistical, self.day))
            opened[code] = len(spans) - 1
            self.seen[Row(code, name)] = units[code]
        for code, index in before.items():
            if opened.get(code) != index:
                spans[index].end = self.day
        self.open = opened
        if self.number:
            self._steps(before, heirs, matched, gone)

    def _heirs(self, lost: set[Row], rows: Mapping[str, str]) -> dict[Row, Row]:
        """Rows that ended, with the row that took them in, where an act says so."""
        found = {}
        for act in self.acts:
            if act.old in lost and act.new and rows.get(act.new.code) == act.new.name:
                found[act.old] = act.new
        return found

    def _steps(
        self,
        before: dict[str, int],
        heirs: dict[Row, Row],
        matched: dict[Row, Row],
        gone: set[Row],
    ) -> None:
        spans = self.history.spans
        by_unit = {spans[i].unit: i for i in before.values() if self.open.get(spans[i].code) != i}
        fresh = [i for c, i in self.open.items() if before.get(c) != i]
        merged: dict[str, list[tuple[int, Row]]] = defaultdict(list)
        for old, heir in heirs.items():
            merged[heir.code].append((before[old.code], old))
        listed: list[tuple[int | None, int | None, float | None]] = []
        continued = set()
        for index in fresh:
            span = spans[index]
            was = by_unit.get(span.unit)
            row = Row(span.code, span.name)
            if was is not None:
                continued.add(was)
            taken_in = merged.pop(span.code, [])
            if taken_in:
                sources = [i for i, _ in taken_in] + ([was] if was is not None else [])
                acts = [k for _, old in taken_in for k in self._keys(old, row)]
                self._step("merge", [(i, index, 1.0) for i in sources], acts)
                continued.update(sources)
            elif was is not None:
                old_row = Row(spans[was].code, spans[was].name)
                kind = _kind(spans[was], span)
                self._step(kind, [(was, index, 1.0)], self._keys(old_row, row))
            elif span.statistical or self._was_there(span):
                listed.append((None, index, None))
            else:
                self._step("establish", [(None, index, None)], self._keys(None, row))
        for row in sorted(gone - set(matched) - set(heirs), key=lambda row: row.code):
            index = before[row.code]
            if index in continued:
                continue
            if spans[index].statistical or self.last_list[row] > self.number:
                listed.append((index, None, None))
            else:
                self._step("abolish", [(index, None, None)], self._keys(row, None))
        if listed:
            self._step("listed", listed, [])

    def _was_there(self, span: Span) -> bool:
        return self.history.first_codes[span.unit][1] < span.start

    def _keys(self, old: Row | None, new: Row | None) -> list[int]:
        """Records of the acts that tell of this change: both sides where both are known."""
        return [
            act.key
            for act in self.acts
            if (old is None or act.old is None or act.old == old)
            and (new is None or act.new is None or act.new == new)
            and ((old is not None and act.old == old) or (new is not None and act.new == new))
        ]

    def _step(
        self, kind: str, changes: list[tuple[int | None, int | None, float | None]], acts: list[int]
    ) -> None:
        previous = self.lists[self.number - 1].day
        ordered = tuple(dict.fromkeys(acts))
        self.history.steps.append(Step(kind, self.day, previous, tuple(changes), ordered))


def _join_named_later(history: History, acts: Sequence[Act]) -> None:
    """Give those that ended their heir where the record calls it by a later code and name.

    花县 ended in 1993 "into 花都区 440114": the lists call that unit 花都市 449013, and it begins
    on that day. One that stood before is left alone: the record may tell of a later heir.
    """
    spans, by_key = history.spans, {act.key: act for act in acts}
    bearers: dict[Row, set[int]] = defaultdict(set)
    for span in spans:
        bearers[Row(span.code, span.name)].add(span.unit)
    begun: dict[tuple[date, int], tuple[int, Step]] = {}
    for step in history.steps:
        index = step.changes[0][1]
        if step.kind == "establish" and index is not None:
            begun[step.day, spans[index].unit] = index, step
    ends: dict[tuple[date, int], list[tuple[int, Step]]] = defaultdict(list)
    for step in history.steps:
        index = step.changes[0][0]
        if step.kind != "abolish" or index is None:
            continue
        named = {u for key in step.acts if (new := by_key[key].new) for u in bearers[new]}
        heirs = [(step.day, unit) for unit in named if (step.day, unit) in begun]
        if len(heirs) == 1:
            into, _ = begun[heirs[0]]
            if level_of(spans[into].code) == level_of(spans[index].code):
                ends[heirs[0]].append((index, step))
    joined: dict[int, Step] = {}
    for heir, sources in ends.items():
        into, start = begun[heir]
        kind = "merge" if len(sources) > 1 else _kind(spans[sources[0][0]], spans[into])
        told = dict.fromkeys(k for _, step in [*sources, (into, start)] for k in step.acts)
        changes = tuple((index, into, 1.0) for index, _ in sources)
        joined[id(start)] = replace(start, kind=kind, changes=changes, acts=tuple(told))
    gone = {id(step) for sources in ends.values() for _, step in sources}
    history.steps[:] = [joined.get(id(s), s) for s in history.steps if id(s) not in gone]


def _parent(code: str, rows: Mapping[str, str], units: Mapping[str, int]) -> int | None:
    """The nearest real division above by the digits; rows that only sum up are passed over."""
    if level_of(code) == PROVINCE:
        return None
    for above in (code[:4] + "00", code[:2] + "0000"):
        if above != code and above in rows and not is_statistical(above, rows[above]):
            return units[above]
    return None


def _kind(old: Span, new: Span) -> str:
    if old.name != new.name:
        return "rename" if _type(old.name) == _type(new.name) else "upgrade"
    if old.parent != new.parent:
        return "affiliation"
    return "recode" if old.code != new.code else "boundary"


def _type(name: str) -> str:
    return name.removeprefix(stem_of(name))


def _match(gone: set[Row], came: set[Row], acts: Sequence[Act]) -> dict[Row, Row]:
    """Old row → new row of the same unit; whatever more than one could be is left alone."""
    matched: dict[Row, Row] = {}
    reassigned = {(act.old, act.new) for act in acts if act.kind == "reassigned"}
    for act in acts:
        if act.kind == "same" and act.old in gone and act.new in came:
            _pair(matched, act.old, act.new)
    for old_key, new_key in (
        (_name_here, _name_here),
        (_name_in_province, _name_in_province),
        (_stem_here, _stem_here),
        (_stem_in_province, _stem_in_province),
        (_code, _code),
    ):
        taken = set(matched.values())
        olds, news = defaultdict(list), defaultdict(list)
        for row in gone - set(matched):
            olds[old_key(row)].append(row)
        for row in came - taken:
            news[new_key(row)].append(row)
        for key, rows in olds.items():
            if key is None or len(rows) != 1 or len(news.get(key, ())) != 1:
                continue
            if (rows[0], news[key][0]) not in reassigned:
                _pair(matched, rows[0], news[key][0])
    return matched


def _pair(matched: dict[Row, Row], old: Row | None, new: Row | None) -> None:
    if old is None or new is None or old in matched or new in matched.values():
        return
    alike = is_statistical(old.code, old.name) == is_statistical(new.code, new.name)
    if alike and level_of(old.code) == level_of(new.code):
        matched[old] = new


Key = tuple[int, str, str] | None


def _name_here(row: Row) -> Key:
    return level_of(row.code), row.code[:4], row.name


def _name_in_province(row: Row) -> Key:
    """Only names of their own: every city has a 郊区."""
    own = len(row.name) > 2
    return (level_of(row.code), row.code[:2], row.name) if own else None


def _stem_here(row: Row) -> Key:
    return level_of(row.code), row.code[:4], stem_of(row.name)


def _stem_in_province(row: Row) -> Key:
    stem = stem_of(row.name)
    return (level_of(row.code), row.code[:2], stem) if len(stem) > 1 else None


def _code(row: Row) -> Key:
    return level_of(row.code), row.code, ""
