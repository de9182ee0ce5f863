"""Numbers of the law and of the bureau for notices and open pages, as rows of ``common.Rule``."""

from datetime import date

from common.errors import Refusal
from common.models import Rule

DEADLINE, ANSWER, OPEN = "L-DEADLINE", "L-ANSWER", "L-OPEN"


class NoSuchRule(Refusal):
    template = "Rule %(rule)s is not in force on %(day)s: load the reference data."


def number_of(rule_id: str, parameter: str, *, at: date, code: str = "") -> int:
    """One whole number of the rule in force for a division on a day."""
    edition = Rule.objects.in_force(on=at, code=code).get(rule_id)
    if edition is None or parameter not in edition.parameters:
        raise NoSuchRule(rule=rule_id, day=at.isoformat())
    return int(edition.parameters[parameter])
