"""What follows the end of an order: its reports are settled; a fix that did not last comes back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from common import audit
from signage.domain.rectification import ORDERED, due_day
from signage.models import HIDDEN_SQL, RectificationOrder, ReportState
from signage.queries.editions import DEADLINE, edition


def reports_follow(*, order: RectificationOrder, by: Any, at: datetime, answer: str = "") -> None:
    """The reports that an order answered are settled with it."""
    for report in order.reports.filter(state=ReportState.IN_HAND):
        report.state, report.decided_at, report.decided_by = ReportState.SETTLED, at, by
        report.answer = answer or report.answer
        report.save()


# The last order of a sign, closed some time ago, whose rules fail again by a new finding. What
# was found on the very day of closing counts where the closing would have been refused for it.
AGAIN = f"""
    SELECT last.id, array_agg(finding.rule_id_text ORDER BY finding.rule_id_text),
           array_agg(rule.severity)
    FROM (
        SELECT DISTINCT ON (sign_id) id, sign_id, state, rules, closed_at
        FROM signage_rectificationorder
        WHERE sign_id IN (
            SELECT sign_id FROM signage_rectificationorder
            WHERE closed_at >= %(since)s AND (%(every)s OR sign_id = ANY(%(signs)s::uuid[]))
        )
        ORDER BY sign_id, ordered_at DESC
    ) last
    JOIN signage_finding finding ON finding.sign_id = last.sign_id
         AND finding.resolved_on IS NULL AND finding.waiver_id IS NULL
         AND finding.rule_id_text = ANY(last.rules)
    JOIN common_rule rule ON rule.id = finding.rule_id
    WHERE last.sign_id NOT IN ({HIDDEN_SQL})
      AND last.state = 'closed' AND last.closed_at >= %(since)s
      AND (finding.found_on > (last.closed_at AT TIME ZONE %(zone)s)::date
           OR (rule.status = 'verified'
               AND finding.found_on = (last.closed_at AT TIME ZONE %(zone)s)::date))
    GROUP BY last.id
"""


def reopen_orders(*, by: Any, at: date, signs: Sequence[Any] | None = None) -> int:
    """Give orders again whose fix did not last: the check fails once more for the same rule.

    ``signs``: ids of those that were checked, None for all. A new order with the same body that
    names the old one, so that each day's state stays told.
    """
    moment = timezone.now()
    within = int(edition(rule_id=DEADLINE, at=at, code="").parameters.get("reopen_within", 0))
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        values = {"since": moment - timedelta(days=within), "zone": zone}
        checked = [str(key) for key in signs or ()]
        cursor.execute(AGAIN, {**values, "every": signs is None, "signs": checked})
        found = cursor.fetchall()
    if not found:
        return 0
    olds = RectificationOrder.objects.select_related("sign").in_bulk([key for key, *_ in found])
    for key, rules, severities in found:
        old = olds[key]
        days = edition(rule_id=DEADLINE, at=at, code=old.sign.division_code).parameters
        new = RectificationOrder.objects.create(
            sign=old.sign,
            reopens=old,
            state=ORDERED,
            responsible_body=old.responsible_body,
            instruction=old.instruction,
            rules=rules,
            cost=old.cost,
            due_on=due_day(at, severities, days),
            ordered_at=moment,
            ordered_by=by or old.ordered_by,
        )
        audit.record(
            by=by,
            operation="reopen_order",
            subject=new,
            jurisdiction=old.sign.division_code,
            sign=old.sign.number,
            reopens=str(old.pk),
            rules=rules,
        )
    return len(found)
