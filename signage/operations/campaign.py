"""Keep how the signs of each street office stood at the end of a day, by one statement."""

import json
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import connection, transaction

from signage.queries.editions import COST, edition
from signage.queries.signs import JUDGED, JUDGED_AT_ONCE, day_values

OFFICE = 9
WRONG = "('overdue', 'due', 'wrong')"

KEEP = f"""
    WITH judged AS MATERIALIZED (
        SELECT left(division_code, {OFFICE}) AS code, state, rules,
               coalesce(cost, (%(costs)s::jsonb ->> sign_class)::numeric) AS cost
        FROM ({{judged}}) judged WHERE stands AND {{chosen}}
    ),
    counted AS MATERIALIZED (
        SELECT code, count(*) AS signs,
               count(*) FILTER (WHERE state IN {WRONG}) AS wrong,
               count(*) FILTER (WHERE state = 'check') AS doubtful,
               count(*) FILTER (WHERE state = 'waived') AS waived,
               count(*) FILTER (WHERE state = 'unknown') AS unknown,
               coalesce(sum(cost) FILTER (WHERE state IN {WRONG}), 0) AS cost,
               count(*) FILTER (WHERE state IN {WRONG} AND cost IS NULL) AS cost_unknown
        FROM judged GROUP BY code
    ),
    failed AS MATERIALIZED (
        SELECT code, jsonb_object_agg(rule, signs) AS by_rule
        FROM (SELECT code, rule, count(*) AS signs FROM judged, unnest(rules) rule
              WHERE state IN {WRONG} GROUP BY code, rule) each_rule
        GROUP BY code
    ),
    codes AS (
        SELECT code FROM counted
        UNION SELECT division_code FROM signage_campaignday WHERE {{known}}
    )
    INSERT INTO signage_campaignday AS kept
        (division_code, day, signs, wrong, doubtful, waived, unknown, by_rule, cost, cost_unknown)
    SELECT code, %(at)s, coalesce(signs, 0), coalesce(wrong, 0), coalesce(doubtful, 0),
           coalesce(waived, 0), coalesce(unknown, 0), coalesce(by_rule, '{{{{}}}}'),
           coalesce(cost, 0), coalesce(cost_unknown, 0)
    FROM codes LEFT JOIN counted USING (code) LEFT JOIN failed USING (code)
    ON CONFLICT (division_code, day) DO UPDATE SET
        signs = excluded.signs, wrong = excluded.wrong, doubtful = excluded.doubtful,
        waived = excluded.waived, unknown = excluded.unknown, by_rule = excluded.by_rule,
        cost = excluded.cost, cost_unknown = excluded.cost_unknown
"""


@transaction.atomic
def keep_day(*, at: date, codes: Iterable[str] | None = None, within: str = "") -> int:
    """Keep the counts of the street offices of some signs (``codes``), or of a jurisdiction.

    Part of whatever changes how a sign stands; asks for no role. Returns the rows written.
    """
    costs = edition(rule_id=COST, at=at, code=settings.HOME_JURISDICTION).parameters
    values = {**day_values(at), "costs": json.dumps(dict(costs))}
    if codes is None:
        statement, (chosen, known) = JUDGED_AT_ONCE, ("division_code LIKE %(p0)s",) * 2
        values["p0"] = f"{within}%"
    else:
        offices = sorted({code[:OFFICE] for code in codes if code})
        if not offices:
            return 0
        values |= {f"p{turn}": f"{office}%" for turn, office in enumerate(offices)}
        # Each as a prefix of its own: the index on codes answers that.
        any_of = " OR ".join(f"division_code LIKE %(p{turn})s" for turn in range(len(offices)))
        statement, chosen = JUDGED, f"({any_of})"
        values["offices"] = offices
        known = "division_code = ANY(%(offices)s)"
    with connection.cursor() as cursor:
        if codes is None:
            # After a check or an import, the planner's idea of these tables is out of date.
            cursor.execute(
                "ANALYZE signage_sign, signage_finding, signage_rectificationorder, common_rule"
            )
        cursor.execute(KEEP.format(judged=statement, chosen=chosen, known=known), values)
        return cursor.rowcount
