"""News travels upward by registration: each app enrols here from its ``apps.py``.

The shell (navigation, home page, search box, map) is drawn from these lists, so that common
need not know which apps exist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings

from common.datums import Datum
from common.exporting.sheets import Export
from common.postgis import TileQuery

# West, south, east, north in degrees.
Bounds = tuple[float, float, float, float]
# Shown where no app knows the extent of a jurisdiction: Guangzhou.
FALLBACK_BOUNDS: Bounds = (112.95, 22.55, 114.06, 23.94)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """An entry of the left rail; ``icon`` is a Tabler icon, ``capability`` hides it without."""

    key: str
    label: Any
    icon: str
    url_name: str
    order: int
    capability: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One home card: a headline count, a few lines of (state, text, url), where it leads;

    ``synthetic`` where any of the figures rests on made-up rows."""

    key: str
    title: Any
    icon: str
    url: str
    count: int
    unit: Any
    lines: Sequence[tuple[str, str, str]] = ()
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result. ``why`` says what matched: exact, prefix, contains, pinyin, initials.

    ``notes``: what else has to be known at once (a former name, how far away).
    """

    kind: str
    key: str
    title: str
    subtitle: str
    url: str
    why: str
    score: float
    point: tuple[float, float] | None = None
    flags: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SearchTraits:
    """``best``: the highest score that a provider gives, so that it need not be asked in vain.

    ``understands``: arguments beyond the common ones: the filters ``category``, ``near_point``,
    ``within_m``, the wishes ``near`` and ``suggest``. ``choices(*, at)``: {filter: [(key, label)]}.
    """

    best: float = 1.0
    understands: frozenset[str] = frozenset()
    choices: Callable[..., dict[str, list[tuple[str, Any]]]] | None = None


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """``state`` is one of the shell's states (ok check wrong unknown due) or a layer's own key."""

    state: str
    label: Any


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of the map: tiles from here, drawing in static/js/layers/<key>.js.

    ``tiles(*, z: int, at: date) -> list[TileQuery]``; every feature has ``key`` (text id),
    ``name``, ``name_en``, ``url`` and, where it has one, ``state``. ``on_home``: whether the home
    map starts with it; the legend switches it on all the same. ``views(*, at: date, bounds)``:
    ways to see what of it lies in these bounds, [(key, label)], which the legend offers; the first
    is the usual one with an empty key; none: one way only. The chosen key is ``ctx.view`` in the
    layer's module. ``unknown(*, at)``: the legend's word for land left open because nobody knows
    its shape on the day, "" where none is: it is not drawn as water. ``tables``: all that the tiles
    are read from: made tiles hold until one of them is written; none: they never hold.
    """

    key: str
    label: Any
    order: int
    tiles: Callable[..., list[TileQuery]]
    legend: Sequence[LegendEntry] = ()
    tables: Sequence[str] = ()
    min_zoom: int = 0
    on_home: bool = True
    views: Callable[..., Sequence[tuple[str, Any]]] | None = None
    unknown: Callable[..., str] | None = None


@dataclass(frozen=True, slots=True)
class ImportField:
    """A column that can be imported; ``words``: further headings it is known by.

    ``longitude``, ``latitude`` and ``geometry`` are the same for every kind: the framework reads
    and converts them.
    """

    key: str
    label: Any
    required: bool = False
    help: Any = ""
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RemarkText:
    """How a remark on a row reads. ``level``: fault, conflict, warning or note."""

    level: str
    text: Any
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What can be imported, enrolled by the app that owns the tables.

    ``require(*, by, codes)`` raises unless the person may import there. ``checker(context)`` gives
    an object whose ``check(rows) -> list[CheckedRow]`` is called with the file's rows in order, a
    few thousand at a time (:mod:`common.importing.rows`), and whose ``findings()`` then tells, as
    remarks, what is to be known of the whole file. ``commit(*, batch, by, report)`` writes
    the rows ``add`` and ``change`` of a batch, after looking whether all stands as it was checked;
    ``undo(*, batch, by, report)`` takes them back exactly; both raise a Refusal.
    ``polygons(*, codes, within, at)``: code → shapely polygon, for comparing datums;
    ``division_field``: the field whose code says in which of them a row belongs.
    ``changes(before, values)``: (label, before, after) of what a row changes, for people.
    ``order``: the kind with the lowest is offered first. ``hidden``: SQL that names the subjects
    which may not be shown (any more); rows about them are on no page, map or file.
    """

    key: str
    label: Any
    capability: str
    fields: Sequence[ImportField]
    remarks: Mapping[str, RemarkText]
    require: Callable[..., None]
    checker: Callable[..., Any]
    commit: Callable[..., None]
    undo: Callable[..., None]
    polygons: Callable[..., Mapping[str, Any]] | None = None
    division_field: str = "division_code"
    subject_url: str = ""
    changes: Callable[..., Sequence[tuple[str, str, str]]] | None = None
    order: int = 50
    hidden: str = "SELECT NULL::uuid WHERE FALSE"

    def field_labels(self) -> dict[str, str]:
        return {each.key: str(each.label) for each in self.fields}


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """What the filters of a list leave: how many rows, and the export of them in a datum."""

    count: int
    export: Callable[[Datum], Export]


@dataclass(frozen=True, slots=True)
class ListExport:
    """A list that can be taken out as a file.

    ``chosen(*, query, at, by) -> ChosenRows`` reads the filters from the list's own address, so
    that a file holds what the list shows; ``url_name`` is the list. ``note``: what to know.
    """

    key: str
    title: Any
    url_name: str
    chosen: Callable[..., ChosenRows]
    note: Any = ""


@dataclass(slots=True)
class _Registries:
    navigation: list[NavigationItem] = field(default_factory=list)
    sections: dict[str, list[NavigationItem]] = field(default_factory=dict)
    cards: list[tuple[int, Callable[..., Card]]] = field(default_factory=list)
    search: list[Callable[..., list[Hit]]] = field(default_factory=list)
    search_traits: dict[Any, SearchTraits] = field(default_factory=dict)
    map_layers: dict[str, MapLayer] = field(default_factory=dict)
    jobs: dict[str, Callable[..., dict[str, Any]]] = field(default_factory=dict)
    job_labels: dict[str, Any] = field(default_factory=dict)
    jobs_unbegun: dict[str, Callable[..., None]] = field(default_factory=dict)
    jobs_asked: dict[str, Callable[..., Sequence[tuple[str, Any]]]] = field(default_factory=dict)
    import_kinds: dict[str, ImportKind] = field(default_factory=dict)
    list_exports: dict[str, ListExport] = field(default_factory=dict)
    extents: list[Callable[..., Bounds | None]] = field(default_factory=list)
    withdrawals: list[Callable[[], datetime | None]] = field(default_factory=list)


_registries = _Registries()


def add_navigation(item: NavigationItem) -> None:
    _registries.navigation = sorted([*_registries.navigation, item], key=lambda i: i.order)


def navigation() -> list[NavigationItem]:
    return _registries.navigation


def add_section_entry(section: str, item: NavigationItem) -> None:
    """A page of the rail entry ``section`` (by key): its pages stand in a bar above each other.

    An entry may use the address of the rail entry itself: the section's first page.
    """
    entries = [*_registries.sections.get(section, []), item]
    _registries.sections[section] = sorted(entries, key=lambda entry: entry.order)


def section_entries(section: str) -> list[NavigationItem]:
    return _registries.sections.get(section, [])


def add_card(order: int, provider: Callable[..., Card]) -> None:
    """``provider(*, at: date, jurisdiction: str) -> Card``."""
    _registries.cards = sorted([*_registries.cards, (order, provider)], key=lambda pair: pair[0])


def cards(*, at: date, jurisdiction: str) -> list[Card]:
    return [provider(at=at, jurisdiction=jurisdiction) for _, provider in _registries.cards]


def add_search(provider: Callable[..., list[Hit]], traits: SearchTraits | None = None) -> None:
    """``provider(*, text: str, at: date, within: str, limit: int) -> list[Hit]``."""
    _registries.search.append(provider)
    _registries.search_traits[provider] = traits or SearchTraits()


def search_traits(provider: Callable[..., list[Hit]]) -> SearchTraits:
    return _registries.search_traits.get(provider, SearchTraits())


def search_providers() -> list[Callable[..., list[Hit]]]:
    return _registries.search


def add_map_layer(layer: MapLayer) -> None:
    """Served at /tiles/<key>/{z}/{x}/{y}.mvt?at=."""
    _registries.map_layers[layer.key] = layer


def map_layers() -> dict[str, MapLayer]:
    return _registries.map_layers


def add_extent(provider: Callable[..., Bounds | None]) -> None:
    """``provider(*, code: str, at: date) -> Bounds | None``: where a jurisdiction lies."""
    _registries.extents.append(provider)


def home_bounds(code: str, *, at: date) -> Bounds:
    """What a map shows first: the extent of the jurisdiction, by whichever app knows it."""
    for provider in _registries.extents:
        bounds = provider(code=code, at=at)
        if bounds is not None:
            return bounds
    return FALLBACK_BOUNDS


def area_bounds(code: str, *, at: date) -> Bounds | None:
    """What the map of a list filtered by division shows; None at home, where it opens anyway."""
    if code in ("", settings.HOME_JURISDICTION):
        return None
    return home_bounds(code, at=at)


def add_job(
    kind: str,
    run: Callable[..., dict[str, Any]],
    label: Any = "",
    *,
    unbegun: Callable[..., None] | None = None,
    asked: Callable[..., Sequence[tuple[str, Any]]] | None = None,
) -> None:
    """``run(*, job, report, **parameters) -> result``; ``report(done, total, doing)``.

    ``label``: what people call this work. A result may name the page to go on with as ``url``.
    ``unbegun(**parameters)`` hears of a job that was cancelled before it ran;
    ``asked(**parameters)`` says in words what was asked for.
    """
    _registries.jobs[kind] = run
    if unbegun is not None:
        _registries.jobs_unbegun[kind] = unbegun
    if asked is not None:
        _registries.jobs_asked[kind] = asked
    _registries.job_labels[kind] = label or kind


def job_runner(kind: str) -> Callable[..., dict[str, Any]]:
    return _registries.jobs[kind]


def job_unbegun(kind: str) -> Callable[..., None] | None:
    return _registries.jobs_unbegun.get(kind)


def job_asked(kind: str, parameters: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    """In words, else by the names of the parameters."""
    asked = _registries.jobs_asked.get(kind)
    return asked(**parameters) if asked else list(parameters.items())


def job_label(kind: str) -> Any:
    return _registries.job_labels.get(kind, kind)


def add_withdrawal(last: Callable[[], datetime | None]) -> None:
    """``last()``: when something that was shown was last withdrawn, such as a place made secret."""
    _registries.withdrawals.append(last)


def last_withdrawal() -> datetime | None:
    return max(filter(None, (last() for last in _registries.withdrawals)), default=None)


def add_import_kind(kind: ImportKind) -> None:
    _registries.import_kinds[kind.key] = kind


def import_kinds() -> dict[str, ImportKind]:
    return _registries.import_kinds


def add_list_export(each: ListExport) -> None:
    """Served at /export/<key>/ with the filters of the list."""
    _registries.list_exports[each.key] = each


def list_exports() -> dict[str, ListExport]:
    return _registries.list_exports
