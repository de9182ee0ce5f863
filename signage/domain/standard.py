"""Editions of the sign standard: parameters as they are typed, and what other ones would change.

A local standard overrides the parameters of the national one for a jurisdiction and a period; the
form of a rule never changes, so that an edition has the same parameters, each of its own kind.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from common.errors import BadInput
from common.rules import RuleEdition
from signage.domain.parameters import refuse_implausible
from signage.domain.rules import read_edition

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
        kept = json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadParameter(name=name, text=text[:60]) from None
    # PostgreSQL holds no NUL, as it holds no half of a pair of surrogates, which has no encoding.
    if b"\\u0000" in kept:
        raise BadParameter(name=name, text=text[:60])
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


class Comparison:
    """What fails by one edition and by another, noted thing by thing: no list of all is kept.

    Its first examples stand for the others; those that would fail anew go before those that
    would pass.
    """

    def __init__(self, rules: Collection[str]) -> None:
        self._anew: dict[str, list[Any]] = {rule_id: [] for rule_id in sorted(rules)}
        self._no_more: dict[str, list[Any]] = {rule_id: [] for rule_id in self._anew}
        self._counts: Counter[tuple[str, bool]] = Counter()

    def note(self, key: Any, before: Collection[str], after: Collection[str]) -> None:
        """One sign or spot: the ids of the rules that it fails by either edition."""
        for rule_id in {*before} ^ {*after}:
            if rule_id not in self._anew:
                continue
            anew = rule_id in after
            self._counts[rule_id, anew] += 1
            examples = (self._anew if anew else self._no_more)[rule_id]
            if len(examples) < MOST_EXAMPLES:
                examples.append(key)

    def differences(self) -> list[Difference]:
        """Rule by rule; only rules that differ are told."""
        return [
            Difference(rule_id, failing, passing, tuple(anew or self._no_more[rule_id]))
            for rule_id, anew in self._anew.items()
            if (failing := self._counts[rule_id, True]) + (passing := self._counts[rule_id, False])
        ]
