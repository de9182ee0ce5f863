"""How rules for naming are registered and applied: small functions, judged by editions."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from common.errors import BadInput
from common.rules import RuleEdition
from gazetteer.domain.naming_rules.finding import WEIGHT, Finding
from gazetteer.domain.naming_rules.proposal import Proposal, Surroundings

Judge = Callable[[Proposal, Surroundings, RuleEdition], Finding | None]

_rules: dict[str, Judge] = {}
# Classes of the notice of 2018: names for faults that other rules find.
CLASSES = (
    "DA-GENERIC",
    "YANG-PERSON",
    "YANG-PLACE",
    "GUAI-CHAR",
    "GUAI-MEANING",
    "GUAI-VULGAR",
    "GUAI-FEUDAL",
    "CHONG-SAME",
    "CHONG-HOMO",
)


def rule(rule_id: str) -> Callable[[Judge], Judge]:
    """Register a judging function under its id (domain reference §1.3, §1.12)."""

    def register(judge: Judge) -> Judge:
        _rules[rule_id] = judge
        return judge

    return register


def registered_rules() -> Mapping[str, Judge]:
    return _rules


def known_ids() -> frozenset[str]:
    """Everything a finding can be asked for by: rules and classes."""
    return frozenset(_rules) | frozenset(CLASSES)


class Checker:
    """The rules in force in one place on one day.

    One fault is one finding: a class of the notice of 2018 (重, 洋 …) is a second name of it,
    given where that notice is in force. Raises :class:`BadInput` for unreadable parameters.
    """

    def __init__(self, editions: Mapping[str, RuleEdition], *, only: Collection[str] = ()) -> None:
        self.editions = editions
        self._only = frozenset(only)
        wanted = self._only & frozenset(CLASSES)
        self._judges = [
            (editions[rule_id], judge)
            for rule_id, judge in sorted(_rules.items())
            if rule_id in editions and (not only or wanted or rule_id in self._only)
        ]

    def findings(self, proposal: Proposal, surroundings: Surroundings) -> list[Finding]:
        """What the rules say, the gravest first; a rule that is kept says nothing."""
        found = []
        for edition, judge in self._judges:
            try:
                finding = judge(proposal, surroundings, edition)
            except (KeyError, TypeError, ValueError) as error:
                raise BadInput(
                    "Rule %(rule)s cannot judge by these parameters: one holds a value "
                    "that it does not know, or one is missing.",
                    rule=edition.rule_id,
                ) from error
            if finding is not None:
                if finding.class_id and finding.class_id not in self.editions:
                    finding = replace(finding, class_id="")
                if not self._only or self._only & {finding.rule_id, finding.class_id}:
                    found.append(finding)
        found.sort(key=lambda each: -WEIGHT[each.severity])
        return found
