"""All names of a division judged at once, by the very rules that judge a single one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from common.rules import RuleEdition
from gazetteer.domain.naming_rules import Checker, OtherName, Surroundings
from gazetteer.domain.naming_rules.locality import famous_features
from gazetteer.models import RuleOverride
from gazetteer.queries.naming_checks import CheckedRule
from gazetteer.queries.naming_index import NameIndex, entry_as_proposal

PLACE = "gazetteer.place"


@dataclass(frozen=True, slots=True)
class AuditedName:
    """A name with what the rules say of it; names that keep them all are not told of."""

    other: OtherName
    category: str
    checked: tuple[CheckedRule, ...]


class Audit:
    """Iterate for the names with findings; ``total`` is how many names are looked at."""

    def __init__(self, *, within: str, at: date, rules: Collection[str] = ()) -> None:
        self._index = NameIndex(within=within, at=at)
        self._rules = frozenset(rules)
        self._overrides = _overrides(at)
        self._checkers: dict[int, tuple[dict[str, RuleEdition], Checker]] = {}
        self.total = len(self._index.inside)

    def __iter__(self) -> Iterator[AuditedName]:
        famous = famous_features()
        for entry in self._index.inside:
            scope, others = self._index.scope_and_others(entry)
            found = self._checker(entry.other.division_code).findings(
                entry_as_proposal(entry), Surroundings(scope=scope, others=others, famous=famous)
            )
            if found:
                place = entry.other.place_id
                checked = tuple(
                    CheckedRule(
                        each, self._overrides.get((place, each.rule_id, each.edition.row_id))
                    )
                    for each in found
                )
                yield AuditedName(entry.other, entry.category, checked)

    def _checker(self, code: str) -> Checker:
        editions = self._index.editions.for_code(code)
        # The editions of a code are one object per jurisdiction: it tells their checker.
        key = id(editions)
        if key not in self._checkers:
            self._checkers[key] = (editions, Checker(editions, only=self._rules))
        return self._checkers[key][1]


def audit_names(*, within: str, at: date, rules: Collection[str] = ()) -> Audit:
    """The names in use within a code on a day that break a rule or are doubtful.

    ``rules``: only these ids (rules or classes of the notice of 2018).
    """
    return Audit(within=within, at=at, rules=rules)


def _overrides(at: date) -> dict[tuple[str, str, int | None], RuleOverride]:
    rows = RuleOverride.objects.in_force(on=at).filter(subject_type=PLACE)
    return {
        (row.subject_id, row.rule_id, row.edition_id): row
        for row in rows.select_related("decided_by").order_by("decided_on", "pk")
    }
