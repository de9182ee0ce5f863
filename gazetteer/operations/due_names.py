"""Announced names whose day has come take effect, each in a transaction of its own."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from common.errors import DimingError
from gazetteer.models import CaseState, NamingCase
from gazetteer.operations.cases import NotThisMove, lock, take_step
from gazetteer.queries.case_facts import moves_of

MOVE = "take_effect"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refusal`` None: the name took effect (or would, where nothing was to be written)."""

    case: NamingCase
    refusal: DimingError | None = None


def due_cases(*, at: date, within: str = "") -> list[NamingCase]:
    """Cases whose announced day of effect has come and that nobody has put into effect."""
    rows = NamingCase.objects.filter(state=CaseState.ANNOUNCED, effective_on__lte=at)
    return list(rows.within(within).order_by("effective_on", "number"))


def let_due_names_take_effect(*, at: datetime, within: str = "") -> list[Outcome]:
    """The system itself takes the last step; one case that cannot go on holds up no other."""
    return [_let(case, at) for case in due_cases(at=timezone.localdate(at), within=within)]


def _let(case: NamingCase, at: datetime) -> Outcome:
    try:
        with transaction.atomic():
            locked = lock(case)
            moves = moves_of(case=locked, at=timezone.localdate(at))
            chosen = [each for each in moves if (each.key, each.before) == (MOVE, locked.state)]
            if not chosen:
                raise NotThisMove(state=str(locked.get_state_display()))
            return Outcome(take_step(by=None, at=at, case=locked, chosen=chosen[0]))
    except DimingError as refusal:
        return Outcome(case, refusal)
