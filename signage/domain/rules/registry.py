"""How a rule is registered and applied: code holds its form, an edition holds its numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from common.errors import BadInput
from common.rules import RuleEdition
from signage.domain.sign import SignFacts


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one sign, judged by ``edition``.

    ``measured`` and ``expected`` are values, not sentences: characters, a spelling, a colour's
    key, division codes. An unknown verdict has no expected value.
    """

    outcome: Outcome
    measured: str
    expected: str
    edition: RuleEdition

    @property
    def rule_id(self) -> str:
        return self.edition.rule_id

    @property
    def article(self) -> str:
        return self.edition.article


# (outcome, measured, expected)
Judgement = tuple[Outcome, str, str]
Judge = Callable[[SignFacts, Any], Judgement]


@dataclass(frozen=True, slots=True)
class SignRule:
    """A rule's form: ``judge(sign, parameters)``, with the parameters read once an edition.

    ``borrows``: rules whose parameters it reads too, found under their ids beside its own.
    """

    rule_id: str
    read_parameters: Callable[[Mapping[str, Any]], Any]
    judge: Judge
    borrows: tuple[str, ...] = ()


_rules: dict[str, SignRule] = {}


def rule(
    rule_id: str, parameters: Callable[[Mapping[str, Any]], Any], borrows: tuple[str, ...] = ()
) -> Callable[[Judge], Judge]:
    """Register a judging function under its id (domain reference §4.6)."""

    def register(judge: Judge) -> Judge:
        _rules[rule_id] = SignRule(rule_id, parameters, judge, borrows)
        return judge

    return register


def registered_rules() -> Mapping[str, SignRule]:
    return _rules


class Checker:
    """The rules of one jurisdiction on one day, ready to be applied to any number of signs.

    A rule asks only signs of the classes in its parameter ``classes``; absent, it asks all.
    Raises :class:`BadInput` for an edition whose parameters the rule cannot read.
    """

    def __init__(self, editions: Sequence[RuleEdition]) -> None:
        self._all: list[tuple[RuleEdition, Judge, Any, frozenset[str] | None]] = []
        values = {edition.rule_id: edition.parameters for edition in editions}
        for edition in sorted(editions, key=lambda each: each.rule_id):
            form = _rules[edition.rule_id]
            classes = edition.parameters.get("classes")
            borrowed = {rule_id: values.get(rule_id, {}) for rule_id in form.borrows}
            try:
                read = form.read_parameters({**edition.parameters, **borrowed})
                asked = None if classes is None else frozenset(classes)
            except (KeyError, TypeError, ValueError) as error:
                raise BadInput(
                    "The parameters of rule %(rule)s cannot be read: %(why)s.",
                    rule=edition.rule_id,
                    why=f"{type(error).__name__} {error}",
                ) from error
            self._all.append((edition, form.judge, read, asked))
        self._of_class: dict[str, list[tuple[RuleEdition, Judge, Any]]] = {}

    def edition(self, rule_id: str) -> RuleEdition | None:
        """The edition of one rule, None where it is not in force."""
        return next((each for each, *_ in self._all if each.rule_id == rule_id), None)

    def verdicts(self, sign: SignFacts) -> list[Verdict]:
        """What every rule that asks this class of sign says, in order of rule id."""
        return [Verdict(*judge(sign, p), edition) for edition, judge, p in self._rules_for(sign)]

    def not_passed(self, sign: SignFacts) -> list[Verdict]:
        """The verdicts other than pass: the quick way for millions of signs."""
        found = []
        for edition, judge, parameters in self._rules_for(sign):
            outcome, measured, expected = judge(sign, parameters)
            if outcome is not Outcome.PASS:
                found.append(Verdict(outcome, measured, expected, edition))
        return found

    def _rules_for(self, sign: SignFacts) -> list[tuple[RuleEdition, Judge, Any]]:
        try:
            return self._of_class[sign.sign_class]
        except KeyError:
            asking = [
                (edition, judge, parameters)
                for edition, judge, parameters, classes in self._all
                if classes is None or sign.sign_class in classes
            ]
            return self._of_class.setdefault(sign.sign_class, asking)


class RuleBook:
    """All editions in force on one day; a local edition overrides the wider one where it rules.

    ``editions``: pairs of jurisdiction (a division-code prefix, empty for the country) and
    edition. Editions of rules that no code is registered for are left aside.
    """

    def __init__(self, editions: Sequence[tuple[str, RuleEdition]]) -> None:
        known = [(prefix, edition) for prefix, edition in editions if edition.rule_id in _rules]
        self._editions = sorted(known, key=lambda pair: len(pair[0]))
        self._checkers: dict[tuple[int, ...], Checker] = {}
        self._by_code: dict[str, Checker] = {}

    def row_ids(self) -> list[int]:
        """The rows of all these editions, for the record of a check."""
        return sorted(edition.row_id for _, edition in self._editions if edition.row_id)

    def for_code(self, code: str) -> Checker:
        """The checker for signs that stand in the division with this code."""
        try:
            return self._by_code[code]
        except KeyError:
            chosen: dict[str, int] = {}
            for index, (prefix, edition) in enumerate(self._editions):
                if code.startswith(prefix):
                    chosen[edition.rule_id] = index
            key = tuple(sorted(chosen.values()))
            if key not in self._checkers:
                self._checkers[key] = Checker([self._editions[index][1] for index in key])
            return self._by_code.setdefault(code, self._checkers[key])

    def verdicts(self, sign: SignFacts) -> list[Verdict]:
        return self.for_code(sign.division_code).verdicts(sign)

    def not_passed(self, sign: SignFacts) -> list[Verdict]:
        return self.for_code(sign.division_code).not_passed(sign)
