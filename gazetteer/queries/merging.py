"""What a merge of two places would do, row by row: the preview, and the plan that is carried out.

Apps above enrol what hangs on a place (:func:`add_movable`), so that nothing is left behind.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_noop

from gazetteer.models import Place
from gazetteer.queries.merge_rows import Write, ended_on, value_of
from gazetteer.queries.merge_steps import Step, code_steps, fact_steps, name_steps
from gazetteer.queries.place_facts import open_cases

# Shown of each kind of thing in the preview; the rest is counted.
SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Stays:
    """Why a row does not move (an English message id), and what is written to it instead.

    ``late``: it would have to end before it begins.
    """

    why: str
    after: Mapping[str, Any] = field(default_factory=dict)
    late: bool = False

    @classmethod
    def ended(cls, row: Any, on: date, why: str) -> "Stays":
        """The row's period ends with the place that it stays with."""
        period = ended_on(row, on)
        if period is None:
            return cls(why, {"period": row.period}, late=True)
        return cls(why, {} if period == row.period else {"period": period})


@dataclass(frozen=True, slots=True)
class Movable:
    """Rows of one table that point to a place.

    ``rows(place)``: those of the place that ends. ``moved(row, ended, survivor)``: the values of
    its touched columns once it belongs to the survivor. ``stays(row, survivor, on)`` tells of
    rows that cannot move. ``title(row)``: the row in a few words.
    """

    key: str
    label: Any
    rows: Callable[[Place], models.QuerySet[Any]]
    title: Callable[[Any], str]
    moved: Callable[[Any, Place, Place], Mapping[str, Any]]
    stays: Callable[[Any, Place, date], Stays | None] = lambda row, survivor, on: None


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind: how many move, which stay and why; a few titles of those that move."""

    key: str
    label: Any
    moving: int
    sample: tuple[str, ...]
    staying: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MergePlan:
    """``blocks``: (English message id, values) of what stands in the way altogether."""

    ended: Place
    survivor: Place
    on: date
    names: Sequence[Step]
    codes: Sequence[Step]
    facts: Sequence[Step]
    groups: Sequence[Group]
    blocks: Sequence[tuple[str, dict[str, Any]]]
    writes: Sequence[Write]

    @property
    def steps(self) -> list[Step]:
        return [*self.names, *self.codes, *self.facts]

    @property
    def undecided(self) -> list[Step]:
        return [step for step in self.steps if step.undecided]

    @property
    def ready(self) -> bool:
        return not self.blocks and not self.undecided


@dataclass(slots=True)
class _Registry:
    movables: dict[str, Movable] = field(default_factory=dict)


_registry = _Registry()


def add_movable(movable: Movable) -> None:
    _registry.movables[movable.key] = movable


def movables() -> list[Movable]:
    return list(_registry.movables.values())


def to_survivor(name: str = "place") -> Callable[[Any, Place, Place], Mapping[str, Any]]:
    """``moved`` of rows that only change the place they point to."""

    def moved(row: Any, ended: Place, survivor: Place) -> Mapping[str, Any]:
        return {f"{name}_id": survivor.pk}

    return moved


def merge_plan(
    *,
    ended: Place,
    survivor: Place,
    on: date,
    today: date,
    decisions: Mapping[str, str] | None = None,
) -> MergePlan:
    """Everything that a merge of ``ended`` into ``survivor`` would write; nothing is written."""
    decided = dict(decisions or {})
    blocks = _blocks(ended, survivor, on, today)
    writes: list[Write] = []
    names = name_steps(ended, survivor, on, decided, writes)
    codes = code_steps(ended, survivor, on, writes)
    facts = fact_steps(ended, survivor, decided, writes)
    groups = [
        _group(movable, ended, survivor, on, writes) for movable in _registry.movables.values()
    ]
    _identities(ended, survivor, on, writes)
    late = sum(write.late for write in writes)
    if late:
        blocks.append(
            (
                gettext_noop(
                    "Facts of the place that ends begin on the day of the merge or later "
                    "(%(count)d): choose a later day."
                ),
                {"count": late},
            )
        )
    return MergePlan(
        ended=ended,
        survivor=survivor,
        on=on,
        names=names,
        codes=codes,
        facts=facts,
        groups=[group for group in groups if group.moving or group.staying],
        blocks=blocks,
        writes=writes,
    )


def records_digest(*, ended: Place, survivor: Place) -> str:
    """Changes with anything that a merge of the two could write: what was seen is what is done."""
    told: list[Any] = []
    for place in (ended, survivor):
        rows: list[models.Model] = [place, *place.names.order_by("pk"), *place.codes.order_by("pk")]
        told += [Write.new(row).told() for row in rows]
        for movable in _registry.movables.values():
            told += [[movable.key, str(row.pk)] for row in movable.rows(place)]
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _blocks(
    ended: Place, survivor: Place, on: date, today: date
) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    if ended.pk == survivor.pk:
        return [(gettext_noop("A place cannot be merged with itself: choose another."), {})]
    if ended.division_id is not None or survivor.division_id is not None:
        found.append(
            (gettext_noop("Divisions are merged by an adjustment of divisions, not here."), {})
        )
    if ended.merged_into_id is not None or survivor.merged_into_id is not None:
        found.append((gettext_noop("One of the places was merged into another already."), {}))
    elif ended.ended_on is not None or survivor.ended_on is not None:
        found.append(
            (gettext_noop("One of the places is no more: only places that exist are merged."), {})
        )
    if ended.legal_category != survivor.legal_category:
        found.append(
            (
                gettext_noop(
                    "The places are of different categories by law: one cannot stand for the other."
                ),
                {},
            )
        )
    if on > today:
        found.append(
            (
                gettext_noop(
                    "A merge is a correction of the record: its day is not in the future."
                ),
                {},
            )
        )
    count = open_cases(place=ended).count()
    if count:
        found.append(
            (
                gettext_noop(
                    "Cases about the place that ends are open (%(count)d): they are finished or "
                    "withdrawn first."
                ),
                {"count": count},
            )
        )
    return found


def _group(movable: Movable, ended: Place, survivor: Place, on: date, writes: list[Write]) -> Group:
    moving, staying = [], []
    for row in movable.rows(ended):
        stays = movable.stays(row, survivor, on)
        if stays is None:
            moving.append(movable.title(row))
            writes.append(Write.of(row, movable.moved(row, ended, survivor)))
            continue
        staying.append((movable.title(row), stays.why))
        if stays.after:
            writes.append(Write.of(row, stays.after, late=stays.late))
    return Group(
        key=movable.key,
        label=movable.label,
        moving=len(moving),
        sample=tuple(moving[:SAMPLE]),
        staying=tuple(staying),
    )


def _identities(ended: Place, survivor: Place, on: date, writes: list[Write]) -> None:
    """The place that ends points to the survivor, which has to stay as it is for an undo."""
    after = {"ended_on": on, "merged_into_id": survivor.pk}
    writes.append(Write.of(ended, after))
    kept = ("ended_on", "merged_into_id")
    writes.append(Write.of(survivor, {name: value_of(survivor, name) for name in kept}))
    standard = survivor.names.on(on).standard().first()
    if standard is not None:
        writes.append(Write.of(standard, {"text": standard.text, "status": standard.status}))


def metres_apart(*, one: Place, other: Place) -> int | None:
    """The shortest way between two places on the ellipsoid, None where a position is unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT ST_Distance(one.geometry::geography, other.geometry::geography)
               FROM gazetteer_place one, gazetteer_place other
               WHERE one.id = %s AND other.id = %s""",
            [one.pk, other.pk],
        )
        row = cursor.fetchone()
    return None if row is None or row[0] is None else round(row[0])
