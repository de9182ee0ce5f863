"""Acts known to the day, laid over what the code lists show: days corrected, parts told apart.

A list only says that something changed between two months. Where the approving document is known,
the spans begin and end on its day, units of which only a part went are told by two spans, and the
document's arrows take the place of those that were guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from boundaries.domain.code_lists import History, Span, Step


@dataclass(frozen=True, slots=True)
class DocumentedAct:
    """``changes``: (code before, code after, share or None); the rest of a unit stays as it is."""

    kind: str
    day: date
    changes: tuple[tuple[str, str, float | None], ...]


class NotInLists(ValueError):
    """A code of the act is in none of the lists around its day."""


def place_act(
    history: History, act: DocumentedAct, list_days: Sequence[date], *, number: int
) -> Step:
    """Lay the act ``number`` over the history, in place; its arrows replace the guessed ones.

    Raises :class:`NotInLists` when the lists around its day do not hold one of its codes.
    """
    eve = act.day - timedelta(days=1)
    befores = {old: _span_on(history, old, eve) for old, _, _ in act.changes}
    ending = {old for old, new, share in act.changes if share == 1 and old != new}
    starting = {new for _, new, _ in act.changes if _found(history, new, eve) is None}
    next_list = min((day for day in list_days if day >= act.day), default=act.day)
    edges = {history.spans[befores[old]].end for old in ending}
    edges |= {history.spans[_begins(history, new, act.day)].start for new in starting}
    known = {edge for edge in edges if edge is not None}
    day_differs = bool(known - {next_list})
    day = max(known) if day_differs else act.day
    touched: set[int] = set()
    olds: dict[str, int] = {}
    news: dict[str, int] = {}
    for code in ending:
        olds[code] = befores[code]
        history.spans[befores[code]].end = day
    for code in starting:
        news[code] = _begins(history, code, act.day)
        history.spans[news[code]].start = day
    staying = {c for old, new, _ in act.changes for c in (old, new)} - ending - starting
    for code in sorted(staying):
        olds[code], news[code] = _split(history, _span_on(history, code, eve), day, next_list)
    touched.update(olds.values(), news.values())
    changes = [(olds[old], news[new], share) for old, new, share in act.changes]
    changes += [(olds[code], news[code], _rest(act, code)) for code in sorted(staying)]
    replaced = [s for s in history.steps if _without(s, touched, {day, next_list}) is not s]
    history.steps[:] = [
        kept for step in history.steps if (kept := _without(step, touched, {day, next_list}))
    ]
    step = Step(
        kind=act.kind,
        day=day,
        after_list=_list_before(list_days, day),
        changes=tuple(changes),
        acts=tuple(key for one in replaced for key in one.acts),
        document=number,
        day_differs=day_differs,
    )
    history.steps.append(step)
    history.steps.sort(key=lambda one: one.day)
    return step


def _rest(act: DocumentedAct, code: str) -> float | None:
    """All of a unit stays when nothing of it went elsewhere; how much otherwise is not known."""
    return None if any(old == code for old, _, _ in act.changes) else 1.0


def _without(step: Step, touched: set[int], days: set[date]) -> Step | None:
    """The step without its guesses about these spans; nothing when no guess is left."""
    if step.day not in days or step.kind == "listed" or step.document is not None:
        return step
    kept = tuple(
        change
        for change in step.changes
        if not ({change[0], change[1]} - {None} and {change[0], change[1]} & touched)
    )
    if len(kept) == len(step.changes):
        return step
    return replace(step, changes=kept) if kept else None


def _list_before(days: Sequence[date], day: date) -> date:
    return max((one for one in days if one < day), default=day)


def _found(history: History, code: str, day: date) -> int | None:
    for number, span in enumerate(history.spans):
        if span.code == code and span.start <= day and (span.end is None or day < span.end):
            return number
    return None


def _span_on(history: History, code: str, day: date) -> int:
    found = _found(history, code, day)
    if found is None:
        raise NotInLists(f"{code} is in no code list on {day.isoformat()}.")
    return found


def _begins(history: History, code: str, day: date) -> int:
    later = [
        (span.start, number)
        for number, span in enumerate(history.spans)
        if span.code == code and span.start >= day
    ]
    if not later:
        raise NotInLists(f"{code} is in no code list after {day.isoformat()}.")
    return min(later)[1]


def _split(history: History, number: int, day: date, next_list: date) -> tuple[int, int]:
    """The span until the day and the one from it on; a change that the list shows moves there."""
    span = history.spans[number]
    if span.end in (day, next_list):
        following = _found(history, span.code, span.end)
        if following is not None and history.spans[following].unit == span.unit:
            span.end = history.spans[following].start = day
            return number, following
    rest: Span = replace(span, start=day)
    span.end = day
    history.spans.append(rest)
    return number, len(history.spans) - 1
