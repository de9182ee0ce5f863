"""Editions of the sign standard: parameters as they are typed, and what other ones would change.

A local standard overrides the parameters of the national one for a jurisdiction and a period; the
form of a rule never changes, so that an edition has the same parameters, each of its own kind.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from common.errors import BadInput
from common.rules import RuleEdition
from signage.domain.parameters import refuse_implausible
from signage.domain.rules import read_edition

Key = TypeVar("Key")
MOST_EXAMPLES = 12


class BadParameter(BadInput):
    template = "The parameter “%(name)s” cannot be “%(text)s”: it is not readable."


class ParameterOfAnotherKind(BadParameter):
    template = "The parameter “%(name)s” cannot be “%(text)s”: it is of another kind."


@dataclass(frozen=True, slots=True)
class Difference:
    """What a rule would find otherwise: keys that would fail anew, keys that would pass."""

    rule_id: str
    failing: int
    passing: int
    examples: tuple[Any, ...]


def typed(value: Any) -> str:
    """A parameter as a person reads and types it: a list with commas, else JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def read_parameters(edition: RuleEdition, texts: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of another edition of a rule, from what was typed for each.

    Every parameter keeps the kind of the edition it begins from; raises :class:`BadInput` for
    what is not of that kind and for what the rule itself cannot read.
    """
    found = {
        name: _read(name, value, texts[name]) if name in texts else value
        for name, value in edition.parameters.items()
    }
    refuse_implausible(edition.rule_id, found)
    read_edition(RuleEdition(edition.rule_id, edition.authority, edition.article, parameters=found))
    return found


def _read(name: str, example: Any, text: str) -> Any:
    # What stands between two words may be a space.
    text = text.strip() or text[:1]
    if isinstance(example, str):
        return text
    if isinstance(example, list) and all(isinstance(each, str) for each in example):
        return [part for each in text.replace("，", ",").split(",") if (part := each.strip())]
    try:
        value = json.loads(text)
    except ValueError:
        raise BadParameter(name=name, text=text[:60]) from None
    if not _same_kind(value, example):
        raise ParameterOfAnotherKind(name=name, text=text[:60])
    return value


def _same_kind(value: Any, example: Any) -> bool:
    if isinstance(example, bool) or isinstance(value, bool):
        return isinstance(example, bool) and isinstance(value, bool)
    if isinstance(example, int | float):
        # JSON lets NaN and infinities pass, which measure nothing.
        return isinstance(value, int | float) and abs(value) < 1e9
    if isinstance(example, dict):
        return isinstance(value, dict) and set(value) == set(example)
    return isinstance(value, type(example))


def differences(
    before: Mapping[Key, Collection[str]], after: Mapping[Key, Collection[str]], rules: list[str]
) -> list[Difference]:
    """What fails before and after, compared rule by rule; only rules that differ are told."""
    found = []
    for rule_id in rules:
        was = {key for key, failed in before.items() if rule_id in failed}
        would = {key for key, failed in after.items() if rule_id in failed}
        anew, no_more = would - was, was - would
        if anew or no_more:
            examples = tuple(sorted(anew, key=str)[:MOST_EXAMPLES]) or tuple(
                sorted(no_more, key=str)[:MOST_EXAMPLES]
            )
            found.append(Difference(rule_id, len(anew), len(no_more), examples))
    return found
