"""What ordering all signs of a filtered list would mean: by body, with deadline and cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.domain.scope import any_covers
from signage.domain.rectification import due_day, estimated_cost
from signage.queries.editions import COST, DEADLINE, edition
from signage.queries.signs import JUDGED, SignFilter, conditions_of, day_values

# More at once nobody can look through; a campaign goes district by district.
MOST_AT_ONCE = 3000


@dataclass(frozen=True, slots=True)
class PlannedFix:
    """One sign that can be ordered: why, by when, at what estimated cost (None: unknown)."""

    sign_id: UUID
    number: str
    hanzi: str
    division_code: str
    responsible_body: str
    rules: Sequence[str]
    due_on: date
    cost: Decimal | None


@dataclass(slots=True)
class BodyPlan:
    """What one body would have to put right."""

    body: str
    fixes: list[PlannedFix] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        return sum((fix.cost for fix in self.fixes if fix.cost is not None), Decimal(0))

    @property
    def cost_unknown(self) -> int:
        return sum(fix.cost is None for fix in self.fixes)

    @property
    def first_due(self) -> date:
        return min(fix.due_on for fix in self.fixes)

    @property
    def last_due(self) -> date:
        return max(fix.due_on for fix in self.fixes)


@dataclass(slots=True)
class OrderPlan:
    """``ordered`` have an open order already, ``elsewhere`` lie outside the person's

    jurisdictions, ``others`` are kept by another authority (police door plates), ``beyond`` are
    more than can be ordered at once.
    """

    bodies: list[BodyPlan]
    ordered: int = 0
    elsewhere: int = 0
    others: int = 0
    beyond: int = 0

    @property
    def count(self) -> int:
        return sum(len(body.fixes) for body in self.bodies)

    @property
    def fixes(self) -> list[PlannedFix]:
        return [fix for body in self.bodies for fix in body.fixes]


WAITING = """
    SELECT judged.id, number, hanzi, division_code, responsible_body, sign_class, cost,
           order_state IS NOT NULL AS ordered, kept.managed_by <> 'civil' AS others,
           stood.failing, stood.severities
    FROM ({judged}) judged
    JOIN LATERAL (SELECT managed_by FROM signage_sign WHERE id = judged.id) kept ON TRUE
    JOIN LATERAL (
        SELECT array_agg(finding.rule_id_text ORDER BY finding.rule_id_text) AS failing,
               array_agg(rule.severity) AS severities
        FROM signage_finding finding JOIN common_rule rule ON rule.id = finding.rule_id
        WHERE finding.sign_id = judged.id AND finding.resolved_on IS NULL
          AND finding.waiver_id IS NULL
    ) stood ON stood.failing IS NOT NULL
    {where}
    ORDER BY responsible_body, number
"""


def order_plan(*, at: date, chosen: SignFilter, scopes: Sequence[str]) -> OrderPlan:
    """The signs of a list that fail a check and have no order yet, by responsible body."""
    conditions, values = conditions_of(chosen, by_state=True)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    with connection.cursor() as cursor:
        cursor.execute(WAITING.format(judged=JUDGED, where=where), {**day_values(at), **values})
        rows = cursor.fetchall()
    plan, editions, taken = OrderPlan([]), _Editions(at), 0
    bodies: dict[str, BodyPlan] = {}
    for key, number, hanzi, code, body, sign_class, cost, ordered, others, rules, grave in rows:
        if ordered:
            plan.ordered += 1
        elif others:
            plan.others += 1
        elif not any_covers(scopes, code):
            plan.elsewhere += 1
        elif taken >= MOST_AT_ONCE:
            plan.beyond += 1
        else:
            fix = PlannedFix(
                key,
                number,
                hanzi,
                code,
                body,
                rules,
                due_day(at, grave, editions.of(DEADLINE, code)),
                estimated_cost(sign_class, cost, editions.of(COST, code)),
            )
            bodies.setdefault(body, BodyPlan(body)).fixes.append(fix)
            taken += 1
    # Those for whom a name has to be given come last.
    plan.bodies = sorted(bodies.values(), key=lambda each: (not each.body, each.body))
    return plan


class _Editions:
    """Parameters of a rule by county: read once each."""

    def __init__(self, at: date) -> None:
        self._at = at
        self._known: dict[tuple[str, str], Any] = {}

    def of(self, rule_id: str, code: str) -> Any:
        key = (rule_id, code[:6])
        if key not in self._known:
            self._known[key] = edition(rule_id=rule_id, at=self._at, code=code).parameters
        return self._known[key]
