"""An entry as pages and papers show it: what people wrote, else what the system tells."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from boundaries.models import DivisionVersion, Level
from compendium.domain.checks import BLOCKING, Finding, Known, State, Written, check_entry
from compendium.domain.flow import Stage
from compendium.domain.items import Form, Item, items_of
from compendium.models import BLOCK_WORDS, Entry, EntryItem, ItemKey
from compendium.queries.live import Fact, Live, live_facts, versions_of
from gazetteer.models import Place, PlaceName
from gazetteer.queries.divisions import NamedCode

LEVELS = (Level.CITY, Level.COUNTY, Level.TOWNSHIP)


@dataclass(frozen=True, slots=True)
class Line:
    """One item: ``written`` is what a person put there, ``told`` what the system knows."""

    item: Item
    label: str
    block: str
    written: EntryItem | None
    told: Fact | None

    @property
    def text(self) -> str:
        if self.written is None:
            return self.told.text if self.told else ""
        if self.written.value is not None and not self.written.text:
            return f"{self.written.value:,g}"
        return str(self.written.text)

    @property
    def base_year(self) -> int | None:
        shown = self.written or self.told
        return shown.base_year if shown else None

    @property
    def source(self) -> str:
        shown = self.written or self.told
        return shown.source if shown else ""

    @property
    def synthetic(self) -> bool:
        return self.written is None and self.told is not None and self.told.synthetic

    @property
    def approximate(self) -> bool:
        return self.written is None and self.told is not None and self.told.approximate

    @property
    def editable(self) -> bool:
        return self.item.form is not Form.LIVE

    @property
    def is_figure(self) -> bool:
        return self.item.form is Form.FIGURE


@dataclass(frozen=True, slots=True)
class EntrySheet:
    """An entry whole. ``entry`` is ``None`` as long as nobody wrote or signed anything."""

    version: DivisionVersion
    entry: Entry | None
    data_on: date
    lines: list[Line]
    findings: list[Finding]

    @property
    def stage(self) -> str:
        return self.entry.stage if self.entry else Stage.COLLECT.value

    @property
    def stage_text(self) -> str:
        return str((self.entry or Entry()).get_stage_display())

    @property
    def required(self) -> int:
        return sum(line.item.required for line in self.lines)

    @property
    def filled(self) -> int:
        return sum(line.item.required and bool(line.text) for line in self.lines)

    @property
    def percent(self) -> int:
        return 100 * self.filled // self.required

    @property
    def wrong(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.state is State.WRONG]

    @property
    def against(self) -> list[Finding]:
        """What stands against a signature."""
        return [finding for finding in self.wrong if finding.check in BLOCKING]

    @property
    def name(self) -> NamedCode:
        version = self.version
        return NamedCode(version.code, version.name, version.name_en)

    @property
    def synthetic(self) -> bool:
        return any(line.synthetic for line in self.lines)

    @property
    def approximate(self) -> bool:
        return any(line.approximate for line in self.lines)

    def blocks(self) -> list[tuple[str, list[Line]]]:
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.block, []).append(line)
        return list(found.items())


def entry_sheets(*, at: date, within: str, level: int | None = None) -> list[EntrySheet]:
    """Entries of the cities, counties, towns and streets of a jurisdiction, as of the day."""
    levels = LEVELS if level is None else (level,)
    return sheets_of(versions=versions_of(at=at, within=within, levels=levels), at=at)


def sheets_of(*, versions: Sequence[DivisionVersion], at: date) -> list[EntrySheet]:
    live = live_facts(versions=versions, at=at)
    kept = {
        entry.division_id: entry
        for entry in Entry.objects.filter(
            division_id__in=[version.division_id for version in versions]
        ).prefetch_related("items", "photos")
    }
    seats = {version.seat for version in versions if version.seat}
    standard = _standard(seats, at)
    # Looked up once: a city has ten thousand lines.
    labels = {str(key): str(key.label) for key in ItemKey}
    return [
        _sheet(version, kept.get(version.division_id), live[version.pk], standard, labels, at)
        for version in versions
    ]


def _standard(seats: set[str], at: date) -> set[str]:
    """Those seats that are, or begin with, a standard name in use."""
    beginnings = {seat[:n] for seat in seats for n in range(2, len(seat) + 1)}
    names = set(
        PlaceName.objects.on(at)
        .filter(text__in=beginnings, kind="standard", place__in=Place.objects.shown())
        .values_list("text", flat=True)
    )
    return {seat for seat in seats if any(seat.startswith(name) for name in names)}


def _sheet(
    version: DivisionVersion,
    entry: Entry | None,
    live: Live,
    standard: set[str],
    labels: Mapping[str, str],
    at: date,
) -> EntrySheet:
    written = {item.key: item for item in entry.items.all()} if entry else {}
    told = {**live.facts, **_photos(entry)}
    lines = [
        Line(
            item=item,
            label=labels[item.key],
            block=str(BLOCK_WORDS[item.block]),
            written=written.get(item.key),
            told=told.get(item.key),
        )
        for item in items_of(version.level)
    ]
    known = Known(
        level=version.level,
        filled=frozenset(line.item.key for line in lines if line.text),
        area_km2=version.area_km2,
        people=live.people,
        children=live.children,
        neighbours=live.neighbours,
        bounds=live.bounds,
        event_years=live.event_years,
        retired=live.retired,
        secret=live.secret,
        seat_standard=version.seat in standard if version.seat else None,
        for_print=bool(entry and entry.stage == Stage.PRINT),
        captions=[f"{photo.caption} {photo.rights}" for photo in entry.photos.all()]
        if entry
        else (),
    )
    findings = check_entry(as_written(written), known)
    return EntrySheet(version, entry, at, lines, findings)


def _photos(entry: Entry | None) -> dict[str, Fact]:
    photos = list(entry.photos.all()) if entry else []
    if not photos:
        return {}
    text = "\n".join(f"{photo.caption}（{photo.rights}）" for photo in photos)
    return {str(ItemKey.PHOTOS): Fact(text, value=float(len(photos)))}


def as_written(items: Mapping[str, Any]) -> dict[str, Written]:
    return {
        key: Written(item.text, item.value, item.base_year, item.source)
        for key, item in items.items()
    }


def content_hash(entry: Entry | None, *, stage: str = "") -> str:
    """Of the stage and of what people wrote: who signs has read exactly that.

    Of an entry that was read for a page, it is that of what the page shows, whatever came since.
    ``stage``: as it was at another stage.
    """
    items = sorted(entry.items.all(), key=lambda item: item.key) if entry else []
    photos = sorted(entry.photos.all(), key=lambda photo: photo.pk) if entry else []
    content = [
        stage or (str(entry.stage) if entry else str(Stage.COLLECT)),
        [(one.key, one.text, one.value, one.base_year, one.source) for one in items],
        [(one.sha256, one.caption, one.rights) for one in photos],
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
