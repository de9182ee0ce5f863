"""Names, codes and facts of a place that goes into another: what follows, what is to be decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_noop

from gazetteer.domain.name_periods import PAST
from gazetteer.models import NameKind, NameStatus, Place, PlaceName
from gazetteer.queries.merge_rows import Write, ended_on

# What the standard name of the place that ends may become at the survivor.
AS_OTHER_NAME = ("alias", "former", "none")
SAME_NAME = gettext_noop("The survivor has a name written so already.")
KEEP, TAKE = "keep", "take"
_KINDS = {
    "alias": (NameKind.ALIAS, NameStatus.RECORDED),
    "former": (NameKind.FORMER, NameStatus.HISTORIC),
    "standard": (NameKind.STANDARD, NameStatus.STANDARD),
}
# Not taken over with the characters: they tell of the row that stays.
_OWN = ("id", "place_id", "kind", "status", "period", "began", "ended", "audio")


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one name, code or fact of the place that ends.

    ``outcome``: move, stay, end, alias, former, standard, keep, take. ``choices``: what may be
    decided; () where it follows. ``why``: English message id. A step with choices and no outcome
    is a conflict that waits for a decision.
    """

    key: str
    title: str
    detail: str
    outcome: str
    choices: tuple[str, ...] = ()
    why: str = ""

    @property
    def undecided(self) -> bool:
        return bool(self.choices) and not self.outcome


def name_steps(
    ended: Place, survivor: Place, on: date, decided: Mapping[str, str], writes: list[Write]
) -> list[Step]:
    """The standard name ends with its place and may live on as another; the others move."""
    theirs = list(survivor.names.order_by("pk"))
    return [
        _name_step(name, survivor, theirs, on, decided, writes)
        for name in ended.names.order_by("pk")
    ]


def _name_step(
    name: PlaceName,
    survivor: Place,
    theirs: list[PlaceName],
    on: date,
    decided: Mapping[str, str],
    writes: list[Write],
) -> Step:
    key, title = f"name:{name.pk}", name.text
    detail = f"{name.kind}"
    upper = name.period.upper
    if upper is not None and upper <= on and name.kind == NameKind.STANDARD:
        return Step(
            key,
            title,
            detail,
            "stay",
            why=gettext_noop("The name of days before stays with its record."),
        )
    same = next((each for each in theirs if _same(each, name, on)), None)
    if name.kind == NameKind.STANDARD and name.status == NameStatus.STANDARD:
        _end(name, on, writes)
        if same is not None:
            why = SAME_NAME
            return Step(key, title, detail, "end", why=why)
        choices = AS_OTHER_NAME if _has_standard(theirs, on) else ("standard", *AS_OTHER_NAME)
        chosen = decided.get(key, "")
        if chosen not in choices:
            return Step(key, title, detail, "", choices=choices)
        if chosen != "none":
            writes.append(Write.new(_copy(name, survivor, chosen, on)))
        return Step(key, title, detail, chosen, choices=choices)
    if same is not None:
        _end(name, on, writes)
        return Step(key, title, detail, "end", why=SAME_NAME)
    # Corrected later on the survivor's page it is no longer the name that would go back.
    writes.append(Write.whole(name, {"place_id": survivor.pk}))
    return Step(key, title, detail, "move")


def code_steps(ended: Place, survivor: Place, on: date, writes: list[Write]) -> list[Step]:
    """A code moves where the survivor has none on its days; else it ends and leads there."""
    theirs = [code.period for code in survivor.codes.all()]
    rows = list(ended.codes.order_by("period"))
    steps = []
    for row in rows:
        # A code belongs to one place for ever: all its rows move, or none.
        days = [each.period for each in rows if each.code == row.code]
        current = row.period.upper is None or row.period.upper > on
        free = not any(_overlap(one, other) for one in days for other in theirs)
        key = f"code:{row.pk}"
        if current and free:
            moved = [each for each in rows if each.code == row.code]
            writes.extend(Write.whole(each, {"place_id": survivor.pk}) for each in moved)
            steps.append(Step(key, row.code, "", "move"))
        elif current:
            _end(row, on, writes)
            why = gettext_noop("The survivor has a code: this one is given to no other place.")
            steps.append(Step(key, row.code, "", "end", why=why))
        elif not any(each.code == row.code and _current(each, on) for each in rows):
            why = gettext_noop("A code of days before stays with its record.")
            steps.append(Step(key, row.code, "", "stay", why=why))
    return steps


def fact_steps(
    ended: Place, survivor: Place, decided: Mapping[str, str], writes: list[Write]
) -> list[Step]:
    """Position, class and description: the survivor's, unless it has none or somebody decides."""
    steps = []
    for key, columns in FACTS.items():
        mine = [getattr(survivor, column) for column in columns]
        other = [getattr(ended, column) for column in columns]
        if not any(other) or _equal(mine, other):
            continue
        chosen = TAKE if not any(mine) else decided.get(f"fact:{key}", "")
        choices = () if not any(mine) else (KEEP, TAKE)
        if chosen not in (KEEP, TAKE):
            chosen = ""
        if chosen == TAKE:
            writes.append(Write.of(survivor, dict(zip(columns, other, strict=True))))
        steps.append(Step(f"fact:{key}", key, "", chosen, choices=choices))
    return steps


# Columns that only make sense together; a place's flags go with its position.
FACTS: dict[str, tuple[str, ...]] = {
    "position": ("geometry", "approximate", "synthetic", "source_id"),
    "class": ("class_code", "attributes"),
    "description": ("description",),
}


def _equal(mine: list[Any], other: list[Any]) -> bool:
    """The first column decides: flags and sources alone are no difference."""
    first, second = mine[0], other[0]
    if first is None or second is None:
        return first is second
    if hasattr(first, "equals_exact"):
        return first.geom_type == second.geom_type and bool(first.equals_exact(second, 1e-9))
    return bool(mine == other)


def _same(mine: PlaceName, name: PlaceName, on: date) -> bool:
    """A name of the survivor that is written so, of the same kind or the standard one."""
    if mine.text != name.text or mine.language != name.language:
        return False
    if name.kind in PAST:
        return mine.kind == name.kind and _overlap(mine.period, name.period)
    if name.kind == NameKind.STANDARD:
        return mine.kind not in PAST and _current(mine, on)
    return mine.kind in (name.kind, NameKind.STANDARD) and _overlap(mine.period, name.period)


def _has_standard(theirs: list[PlaceName], on: date) -> bool:
    """Whether the survivor has a standard name on the day or later."""
    return any(
        each.kind == NameKind.STANDARD
        and each.status == NameStatus.STANDARD
        and _overlap(each.period, DateRange(on, None))
        for each in theirs
    )


def _copy(name: PlaceName, survivor: Place, chosen: str, on: date) -> PlaceName:
    kind, status = _KINDS[chosen]
    values = {
        column.attname: getattr(name, column.attname)
        for column in name._meta.concrete_fields
        if column.attname not in _OWN
    }
    copy = PlaceName(place=survivor, kind=kind, status=status, period=DateRange(on, None), **values)
    if chosen == "former":
        copy.began = name.began or (name.period.lower.isoformat() if name.period.lower else "")
        copy.ended = on.isoformat()
    return copy


def _end(row: Any, on: date, writes: list[Write]) -> None:
    period = ended_on(row, on)
    if period is None:
        writes.append(Write.of(row, {"period": row.period}, late=True))
    elif period != row.period:
        writes.append(Write.of(row, {"period": period}))


def _current(row: Any, on: date) -> bool:
    return row.period.upper is None or row.period.upper > on


def _overlap(one: DateRange, other: DateRange) -> bool:
    return _before(one.lower, other.upper) and _before(other.lower, one.upper)


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end
