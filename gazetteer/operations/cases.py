"""Naming cases (地名事项): opened, changed while they may be, moved step by step.

Which steps there are is data (``CaseMove``); what a step sets is in :mod:`operations.case_steps`.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, NotInScope, Refusal
from gazetteer.domain.workflow import EDITABLE, FINAL, NEEDS_NOTE, CannotMove, Move, refusals
from gazetteer.models import CaseKind, CaseSeries, CaseState, CaseStep, NamingCase, Place, Secrecy
from gazetteer.operations.case_fields import apply_fields
from gazetteer.operations.case_steps import Step, step_of
from gazetteer.queries.case_facts import facts_of, moves_of

LONGEST_NOTE = 4000


class CannotOpenCase(Refusal):
    """No case can be opened about this place now."""


class CannotEditCase(Refusal):
    template = "The application cannot be changed any more: the case is “%(state)s”."


class NotThisMove(CannotMove):
    template = "This step does not fit: the case is “%(state)s”."


@transaction.atomic
def open_case(
    *, by: Any, at: datetime, kind: str, place: Place | None = None, **fields: Any
) -> NamingCase:
    """Open a draft. ``fields``: see :mod:`operations.case_fields`; ``place``: whose name it is.

    A renaming or an abolition is about a place that has a standard name; a naming is about a new
    place, or about one without a standard name.
    """
    if kind not in CaseKind.values:
        raise BadInput("“%(kind)s” is no kind of case.", kind=str(kind)[:20])
    day = timezone.localdate(at)
    case = NamingCase(kind=kind, place=place, applied_by=by, opened_on=day, state_since=day)
    if place is not None:
        _take_from_place(case, place, day)
    apply_fields(case, fields, at=day)
    require(by=by, capability=Capability.EDIT_NAME, codes=[case.division_code])
    _refuse_second_case(case)
    case.number = _next_number(case.division_code, day.year)
    case.save(force_insert=True)
    keep_step(by=by, at=at, case=case, move="open", before="")
    return case


@transaction.atomic
def edit_case(*, by: Any, at: datetime, case: NamingCase, **fields: Any) -> NamingCase:
    """Change what is asked for, while it is a draft or was returned."""
    require(by=by, capability=Capability.EDIT_NAME, codes=[case.division_code])
    case = lock(case)
    if case.state not in EDITABLE:
        raise CannotEditCase(state=str(case.get_state_display()))
    changed = apply_fields(case, fields, at=timezone.localdate(at))
    if not changed:
        return case
    require(by=by, capability=Capability.EDIT_NAME, codes=[case.division_code])
    case.save()
    keep_step(by=by, at=at, case=case, move="edit", before=case.state, changed=changed)
    return case


@transaction.atomic
def make_move(
    *, by: Any, at: datetime, case: NamingCase, move: str, note: str = "", **details: Any
) -> NamingCase:
    """Take one step of the way; ``details`` are what the step sets (approve: body, document …).

    Raises :class:`CannotMove` with the first reason that stands against it.
    """
    require(by=by, capability=Capability.READ, codes=[case.division_code])
    case = lock(case)
    day, note = timezone.localdate(at), note.strip()
    moves = [each for each in moves_of(case=case, at=day) if each.key == move]
    chosen = next((each for each in moves if each.before == case.state), None)
    if chosen is None:
        raise NotThisMove(state=str(case.get_state_display()))
    require(by=by, capability=Capability(chosen.capability), codes=[case.division_code])
    if chosen.after in NEEDS_NOTE and not note:
        raise BadInput("Give the reason in words.")
    if len(note) > LONGEST_NOTE:
        raise BadInput(
            "A text is too long: it may have at most %(most)d characters.", most=LONGEST_NOTE
        )
    return take_step(by=by, at=at, case=case, chosen=chosen, note=note, **details)


def take_step(
    *, by: Any, at: datetime, case: NamingCase, chosen: Move, note: str = "", **details: Any
) -> NamingCase:
    """Set what the step sets, ask its guards, then write; ``case`` is locked, ``by`` may do it."""
    form = step_of(chosen.key)
    step = Step(by=by, day=timezone.localdate(at), at=at)
    on = form.set(case, step, details)
    facts = facts_of(case=case, by=by, at=step.day, moves=[chosen])
    for reason in refusals(chosen, facts):
        raise reason
    before, case.state, case.state_since = case.state, CaseState(chosen.after), on
    form.write(case, step)
    case.save()
    keep_step(by=by, at=at, case=case, move=chosen.key, before=before, note=note, on=on)
    return case


def lock(case: NamingCase) -> NamingCase:
    """The case as it now stands, locked until the operation ends."""
    rows = NamingCase.objects.select_for_update(of=("self",))
    found: NamingCase = rows.select_related("place", "rule", "applied_by").get(pk=case.pk)
    return found


def keep_step(
    *,
    by: Any,
    at: datetime,
    case: NamingCase,
    move: str,
    before: str,
    note: str = "",
    on: Any = None,
    **details: Any,
) -> None:
    """The step of the case's own history, and the audit line."""
    CaseStep.objects.create(
        case=case,
        move=move,
        before=before,
        after=case.state,
        by=by,
        on=on or timezone.localdate(at),
        at=at,
        note=note,
    )
    audit.record(
        by=by,
        operation=f"case_{move}",
        subject=case,
        jurisdiction=case.division_code,
        reason=note,
        number=case.number,
        title=case.title,
        **details,
    )


def _take_from_place(case: NamingCase, place: Place, day: Any) -> None:
    """Category, class and position are the place's own; its name is what is to be changed."""
    if place.secrecy == Secrecy.SECRET:
        raise NotInScope
    if place.ended_on is not None and place.ended_on <= day:
        raise CannotOpenCase("The place is no more since %(day)s.", day=place.ended_on.isoformat())
    standard = place.names.on(day).standard().first()
    if standard is None and case.kind != CaseKind.NAMING:
        raise CannotOpenCase("The place has no standard name that could be changed or abolished.")
    if standard is not None and case.kind == CaseKind.NAMING:
        raise CannotOpenCase(
            "The place has the standard name “%(name)s” already: ask for a renaming.",
            name=standard.text,
        )
    case.current_text = standard.text if standard else ""
    case.category, case.class_code = place.legal_category, place.class_code
    case.division_code, case.geometry = place.division_code, place.geometry
    case.position = place.description


def _refuse_second_case(case: NamingCase) -> None:
    if case.place is None:
        return
    Place.objects.select_for_update(of=("self",)).get(pk=case.place.pk)
    other = NamingCase.objects.filter(place=case.place).exclude(state__in=FINAL).first()
    if other is not None:
        raise CannotOpenCase(
            "Case %(number)s about this name is not settled yet.", number=other.number
        )


def _next_number(code: str, year: int) -> str:
    """County, year, serial: 440106-2024-0007."""
    county = code[:6].ljust(6, "0")
    CaseSeries.objects.get_or_create(jurisdiction=county, year=year)
    series = CaseSeries.objects.select_for_update().get(jurisdiction=county, year=year)
    series.last += 1
    series.save()
    return f"{county}-{year}-{series.last:04d}"
