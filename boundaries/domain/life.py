"""The life of a division as a graph: a lane for each unit it came from or went into.

Pure. Bars are versions with one name; links join the lanes on the days of the events.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from common.timeline import Bar, Scale, bar_of, scale_of

ROW_PX = 32
# A name is written into a bar that is at least so wide (percent for one character, one letter).
CHARACTER, LETTER = 2.2, 1.5


@dataclass(frozen=True, slots=True)
class Spell:
    """A unit under one name and code: from ``start`` up to, without, ``end``."""

    unit: Hashable
    name: str
    code: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Passage:
    """On ``day`` (part of) ``before`` became part of ``after``."""

    day: date
    before: Hashable
    after: Hashable
    kind: str


@dataclass(frozen=True, slots=True)
class DrawnSpell:
    spell: Spell
    bar: Bar
    fits: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """``label``: the last name and code; ``own``: the division whose life it is."""

    label: str
    code: str
    own: bool
    top: int
    spells: Sequence[DrawnSpell]


@dataclass(frozen=True, slots=True)
class DrawnPassage:
    """An upright arrow at ``x`` percent from ``y1`` to ``y2`` pixels."""

    passage: Passage
    before: str
    after: str
    x: float
    y1: int
    y2: int


@dataclass(frozen=True, slots=True)
class LifeGraph:
    lanes: Sequence[Lane]
    passages: Sequence[DrawnPassage]
    ticks: Sequence[tuple[int, float]]
    day_at: float
    height: int


def life_graph(
    spells: Iterable[Spell], passages: Iterable[Passage], *, own: Hashable, day: date
) -> LifeGraph | None:
    """Lanes by first day, the scale up to ``day`` at least; None where nothing ever changed."""
    by_unit = {
        unit: joined(sorted(rows, key=_start))
        for unit, rows in groupby(sorted(spells, key=lambda s: str(s.unit)), lambda s: s.unit)
    }
    if len(by_unit) < 2 and all(len(rows) < 2 for rows in by_unit.values()):
        return None
    scale = scale_of(
        [(spell.start, spell.end) for rows in by_unit.values() for spell in rows], days=[day]
    )
    order = sorted(by_unit, key=lambda unit: (_start(by_unit[unit][0]), by_unit[unit][0].code))
    lanes = [_lane(by_unit[unit], unit == own, turn, scale) for turn, unit in enumerate(order)]
    middles = {unit: lane.top + ROW_PX // 2 for unit, lane in zip(order, lanes, strict=True)}
    return LifeGraph(
        lanes,
        [
            DrawnPassage(
                each,
                by_unit[each.before][-1].name,
                by_unit[each.after][-1].name,
                scale.at(each.day),
                middles[each.before],
                middles[each.after],
            )
            for each in passages
            if each.before != each.after and {each.before, each.after} <= by_unit.keys()
        ],
        scale.ticks(),
        scale.at(day),
        ROW_PX * len(lanes),
    )


def joined(spells: Sequence[Spell]) -> list[Spell]:
    """Spells in their order, those that follow each other under one name and code as one."""
    found: list[Spell] = []
    for spell in spells:
        last = found[-1] if found else None
        if last and (last.name, last.code, last.end) == (spell.name, spell.code, spell.start):
            found[-1] = Spell(last.unit, last.name, last.code, last.start, spell.end)
        else:
            found.append(spell)
    return found


def _start(spell: Spell) -> date:
    return spell.start or date.min


def _width(name: str) -> float:
    return CHARACTER + sum(LETTER if letter.isascii() else CHARACTER for letter in name)


def _lane(spells: Sequence[Spell], own: bool, turn: int, scale: Scale) -> Lane:
    drawn = []
    for spell in spells:
        bar = bar_of((spell.start, spell.end), scale)
        drawn.append(DrawnSpell(spell, bar, bar.width >= _width(spell.name)))
    return Lane(spells[-1].name, spells[-1].code, own, turn * ROW_PX, drawn)
