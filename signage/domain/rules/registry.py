"""How a rule is registered and applied: code holds its form, an edition holds its numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from common.errors import BadInput
from common.rules import RuleEdition
from signage.domain.sign import Sign


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


# Module constants, because a million signs ask for them thirty million times.
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN

Value = str | float | None
# (outcome, measured, expected)
Judgement = tuple[Outcome, Value, Value]
Parameters = Mapping[str, Any]


class Scope(StrEnum):
    """What a rule looks at: one sign, all signs of a street at once, or a place that needs one."""

    SIGN = "sign"
    STREET = "street"
    PLACE = "place"


def shown(value: Value) -> str:
    """A measured or expected value as it is kept: no trailing zeros, "" for nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{round(value, 3):g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one sign, judged by ``edition``.

    ``measured`` and ``expected`` are values, not sentences: characters, a spelling, a colour's
    key, division codes, a length.
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


@dataclass(frozen=True, slots=True)
class SignRule:
    """A rule's form: ``judge(thing, parameters)``, with the parameters read once an edition.

    ``borrows``: rules whose parameters it reads too, found under their ids beside its own.
    """

    rule_id: str
    scope: Scope
    read_parameters: Callable[[Parameters], Any]
    judge: Callable[[Any, Any], Any]
    borrows: tuple[str, ...] = ()


_rules: dict[str, SignRule] = {}
F = TypeVar("F", bound=Callable[..., Any])


def rule(
    rule_id: str,
    parameters: Callable[[Parameters], Any],
    borrows: tuple[str, ...] = (),
    *,
    scope: Scope = Scope.SIGN,
) -> Callable[[F], F]:
    """Register a judging function under its id (domain reference §4.6)."""

    def register(judge: F) -> F:
        _rules[rule_id] = SignRule(rule_id, scope, parameters, judge, borrows)
        return judge

    return register


def registered_rules() -> Mapping[str, SignRule]:
    return _rules


@dataclass(frozen=True, slots=True)
class Applied:
    """One rule with its parameters read, ready to judge; ``classes`` None asks every class."""

    edition: RuleEdition
    judge: Callable[[Any, Any], Any]
    parameters: Any
    classes: frozenset[str] | None


class Checker:
    """The rules of one jurisdiction on one day, ready to be applied to any number of signs.

    A rule asks only signs of the classes in its parameter ``classes``; absent, it asks all.
    Raises :class:`BadInput` for an edition whose parameters the rule cannot read.
    """

    def __init__(self, editions: Sequence[RuleEdition]) -> None:
        values = {edition.rule_id: edition.parameters for edition in editions}
        self._all: dict[Scope, list[Applied]] = {scope: [] for scope in Scope}
        for edition in sorted(editions, key=lambda each: each.rule_id):
            form = _rules[edition.rule_id]
            borrowed = {rule_id: values.get(rule_id, {}) for rule_id in form.borrows}
            self._all[form.scope].append(_applied(form, edition, borrowed))
        self._of_class: dict[str, list[tuple[RuleEdition, Any, Any]]] = {}

    def edition(self, rule_id: str) -> RuleEdition | None:
        """The edition of one rule, None where it is not in force."""
        every = (applied for scope in Scope for applied in self._all[scope])
        return next((each.edition for each in every if each.edition.rule_id == rule_id), None)

    def verdicts(self, sign: Sign) -> list[Verdict]:
        """What every rule that asks this class of sign says, in order of rule id."""
        found = []
        for edition, judge, parameters in self._rules_for(sign):
            outcome, measured, expected = judge(sign, parameters)
            found.append(Verdict(outcome, shown(measured), shown(expected), edition))
        return found

    def judged(self, sign: Sign) -> tuple[list[Verdict], list[str]]:
        """The verdicts that fail and the ids that are unknown: the quick way for millions."""
        failed, unknown = [], []
        for edition, judge, parameters in self._rules_for(sign):
            outcome, measured, expected = judge(sign, parameters)
            if outcome is PASS:
                continue
            if outcome is FAIL:
                failed.append(Verdict(outcome, shown(measured), shown(expected), edition))
            else:
                unknown.append(edition.rule_id)
        return failed, unknown

    def over(self, scope: Scope) -> list[Applied]:
        """The rules that look at a street or a place as a whole."""
        return self._all[scope]

    def _rules_for(self, sign: Sign) -> list[tuple[RuleEdition, Any, Any]]:
        try:
            return self._of_class[sign.sign_class]
        except KeyError:
            asking = [
                (each.edition, each.judge, each.parameters)
                for each in self._all[Scope.SIGN]
                if each.classes is None or sign.sign_class in each.classes
            ]
            return self._of_class.setdefault(sign.sign_class, asking)


def touched_by(rule_id: str) -> frozenset[str]:
    """The rules whose verdicts a change of this one's parameters may change."""
    return frozenset({rule_id, *(key for key, each in _rules.items() if rule_id in each.borrows)})


def read_edition(edition: RuleEdition, borrowed: Parameters | None = None) -> Any:
    """The parameters of an edition as its rule reads them; raises :class:`BadInput`."""
    form = _rules[edition.rule_id]
    values = {key: {} for key in form.borrows} if borrowed is None else borrowed
    return _applied(form, edition, values).parameters


def _applied(form: SignRule, edition: RuleEdition, borrowed: Parameters) -> Applied:
    classes = edition.parameters.get("classes")
    try:
        read = form.read_parameters({**edition.parameters, **borrowed})
        asked = None if classes is None else frozenset(classes)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # What exactly is for who maintains the rules: it stands in the chain of causes.
        raise BadInput(
            "Rule %(rule)s cannot judge by these parameters: one holds a value that it does not "
            "know, or one is missing.",
            rule=edition.rule_id,
        ) from error
    return Applied(edition, form.judge, read, asked)


class RuleBook:
    """All editions in force on one day; a local edition overrides the wider one where it rules.

    ``editions``: pairs of jurisdiction (a division-code prefix, empty for the country) and
    edition. Editions of rules that no code is registered for are left aside.
    """

    def __init__(self, editions: Iterable[tuple[str, RuleEdition]]) -> None:
        known = [(prefix, edition) for prefix, edition in editions if edition.rule_id in _rules]
        self._editions = sorted(known, key=lambda pair: len(pair[0]))
        self._digits = max((len(prefix) for prefix, _ in self._editions), default=0)
        self._checkers: dict[tuple[int, ...], Checker] = {}
        self._by_code: dict[str, Checker] = {}

    def row_ids(self) -> list[int]:
        """The rows of all these editions, for the record of a check."""
        return sorted(edition.row_id for _, edition in self._editions if edition.row_id)

    def only(self, rule_ids: frozenset[str]) -> "RuleBook":
        """The book of these rules, with what they borrow from."""
        borrowed = {each for rule_id in rule_ids for each in _rules[rule_id].borrows}
        return RuleBook([pair for pair in self._editions if pair[1].rule_id in rule_ids | borrowed])

    def with_edition(self, prefix: str, edition: RuleEdition) -> "RuleBook":
        """The book as it would be with one more edition in the place of its like."""
        others = [
            pair
            for pair in self._editions
            if (pair[0], pair[1].rule_id) != (prefix, edition.rule_id)
        ]
        return RuleBook([*others, (prefix, edition)])

    def for_code(self, code: str) -> Checker:
        """The checker for signs that stand in the division with this code."""
        code = code[: self._digits]
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

    def verdicts(self, sign: Sign) -> list[Verdict]:
        return self.for_code(sign.division_code).verdicts(sign)

    def judged(self, sign: Sign) -> tuple[list[Verdict], list[str]]:
        return self.for_code(sign.division_code).judged(sign)
