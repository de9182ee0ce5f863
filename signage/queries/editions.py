"""The rules for signs that are in force on a day, ready to be applied."""

from datetime import date
from typing import Any

from common.errors import Refusal
from common.models import Rule
from common.rules import RuleEdition
from signage.domain.rules import RuleBook, registered_rules

DEADLINE = "SIGN-DEADLINE"
PHOTO = "SIGN-PHOTO"
COST = "SIGN-COST"
REPORT = "SIGN-REPORT"
ROUND = "SIGN-ROUND"


class RuleMissing(Refusal):
    template = "Rule %(rule)s is not in force on %(day)s: load the reference data."


def rule_book(*, at: date) -> RuleBook:
    """Every edition of every registered rule on ``at``, local ones with their jurisdiction."""
    rows = Rule.objects.on(at).filter(rule_id__in=list(registered_rules()))
    return RuleBook([(row.jurisdiction, row.as_edition()) for row in rows])


def rules_on(*, at: date) -> list[Any]:
    """The national edition of each rule on ``at``, in order of rule id: titles for lists."""
    rows = Rule.objects.on(at).filter(rule_id__in=list(registered_rules()), jurisdiction="")
    return list(rows.order_by("rule_id"))


def titles_of(*, rule_ids: list[str], at: date) -> dict[str, str]:
    """Rule id → title in the reader's language, of the national edition on a day."""
    rows = Rule.objects.on(at).filter(rule_id__in=rule_ids, jurisdiction="")
    return {row.rule_id: row.title for row in rows}


def edition(*, rule_id: str, at: date, code: str) -> RuleEdition:
    """The edition of one rule for a division; raises :class:`RuleMissing` where none rules."""
    editions = Rule.objects.filter(rule_id=rule_id).in_force(on=at, code=code)
    if rule_id not in editions:
        raise RuleMissing(rule=rule_id, day=at.isoformat())
    return editions[rule_id]
