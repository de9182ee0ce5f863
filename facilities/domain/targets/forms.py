"""The forms that targets have: code holds how each is measured, a dated row holds its numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from common.errors import BadInput
from facilities.domain.targets.ground import Ground
from facilities.domain.targets.result import (
    REGISTER,
    Measurement,
    Missing,
    Result,
    gather,
    not_yet,
)

# What a form counts that tells how many facilities are short, not by how much.
FACILITIES = "facilities"


class Rounding(StrEnum):
    """How a number that is asked for becomes whole."""

    CEIL = "ceil"
    FLOOR = "floor"
    ROUND = "round"


class BadTarget(BadInput):
    template = "The parameters of target %(target)s cannot be read: %(why)s."


@dataclass(frozen=True, slots=True)
class TargetRule:
    """One edition of a target as far as measuring needs it."""

    target_id: str
    form: str
    parameters: Mapping[str, Any]
    rounding: str = Rounding.CEIL


@dataclass(frozen=True, slots=True)
class Counting:
    """In what a form counts: ``value`` and ``wanted`` in one, ``short_by`` in another."""

    value: str
    short: str


Measure = Callable[[Any, Ground, str, str], Measurement]
M = TypeVar("M", bound=Measure)


@dataclass(frozen=True, slots=True)
class Form:
    """``measure(parameters, ground, within, rounding)``; ``read`` makes the parameters;
    ``of_facilities``: it counts facilities, not figures alone; ``single``: it judges them one by
    one, whatever division they are asked for."""

    key: str
    read: Callable[..., Any]
    measure: Measure
    counting: Counting
    of_facilities: bool = True
    single: bool = False


_forms: dict[str, Form] = {}


def form(
    key: str,
    parameters: Callable[..., Any],
    *,
    value: str,
    short: str,
    of_facilities: bool = True,
    single: bool = False,
) -> Callable[[M], M]:
    """Register how a form is measured; ``parameters`` is a dataclass named like its JSON."""

    def register(measure: M) -> M:
        counting = Counting(value, short)
        _forms[key] = Form(key, parameters, measure, counting, of_facilities, single)
        return measure

    return register


def target_forms() -> Mapping[str, Form]:
    return _forms


def read_parameters(rule: TargetRule) -> Any:
    """The parameters of a rule, ready to be measured by; raises :class:`BadTarget`."""
    known = _forms.get(rule.form)
    if known is None:
        raise BadTarget(target=rule.target_id, why=f"there is no form {rule.form!r}")
    try:
        return known.read(**rule.parameters)
    except (TypeError, ValueError, KeyError, ZeroDivisionError) as error:
        raise BadTarget(target=rule.target_id, why=error) from error


def measure(rule: TargetRule, ground: Ground, *, within: str) -> Measurement:
    """How a division stands on the day of the ground; ``within`` is its prefix (4401, 440106).

    Before the first record of a facility nothing that counts facilities is known, not even zero."""
    parameters, asked = read_parameters(rule), _forms[rule.form]
    found = asked.measure(parameters, ground, within, rule.rounding)
    return not_yet(found) if asked.of_facilities and not ground.recorded else found


def narrow(rule: TargetRule, whole: Measurement, ground: Ground, *, within: str) -> Measurement:
    """What :func:`measure` says of a part of the division that ``whole`` was measured for, without
    judging a facility twice."""
    asked = _forms[rule.form]
    if not asked.single or not ground.recorded:
        return measure(rule, ground, within=within)
    there = [each for each in whole.results if each.code.startswith(within)]
    return of_sites(there, ground, add_up=asked.counting.short != FACILITIES)


def of_sites(results: Sequence[Result], ground: Ground, *, add_up: bool) -> Measurement:
    """Facilities judged one by one; those that the register does not hold yet may be short too."""
    missing = [] if ground.complete else [Missing(REGISTER)]
    return gather(results, add_up=add_up, missing=missing)


def require_some(**values: Sequence[Any] | Mapping[str, Any]) -> None:
    """Refuse parameters without an entry: they would ask for nothing and be met by it."""
    for name, value in values.items():
        if not value:
            raise ValueError(f"{name} is empty")


def exact(number: float | int | str) -> Fraction:
    """A parameter or a count without loss: 2/3, 1.5, 12."""
    return Fraction(number)


def whole(number: Fraction, rounding: str) -> int:
    """19.5 → 20 (ceil), 19 (floor), 20 (round: halves up)."""
    match rounding:
        case Rounding.CEIL:
            return math.ceil(number)
        case Rounding.FLOOR:
            return math.floor(number)
        case Rounding.ROUND:
            return math.floor(number + Fraction(1, 2))
    raise ValueError(f"{rounding!r} is no rounding.")
