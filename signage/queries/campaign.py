"""How a campaign stands and went, from the counts kept for each street office and day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min

from boundaries.models import DivisionVersion
from common.models import bilingual
from signage.domain.campaign import Standing, total
from signage.models import CampaignDay, Sign

OFFICE = 9


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """A district or street office: its standing now and at the beginning of the period."""

    code: str
    name: str
    now: Standing
    then: Standing | None

    @property
    def change(self) -> float | None:
        """Percentage points since the beginning; None where one of the two is unknown."""
        if self.then is None or self.now.percent is None or self.then.percent is None:
            return None
        return self.now.percent - self.then.percent


# For each office the last row up to each day: one look into the index a pair.
ON_DAYS = """
    WITH RECURSIVE office AS (
        (SELECT min(division_code) AS code FROM signage_campaignday
         WHERE division_code >= %(low)s AND division_code < %(high)s)
        UNION ALL
        SELECT (SELECT min(division_code) FROM signage_campaignday
                WHERE division_code > office.code AND division_code < %(high)s)
        FROM office WHERE office.code IS NOT NULL
    )
    SELECT asked.day, office.code, kept.signs, kept.wrong, kept.doubtful, kept.waived,
           kept.unknown, kept.cost, kept.cost_unknown,
           CASE WHEN asked.day = %(last)s::date THEN kept.by_rule END
    FROM unnest(%(days)s::date[]) AS asked(day)
    CROSS JOIN office
    CROSS JOIN LATERAL (
        SELECT * FROM signage_campaignday row
        WHERE row.division_code = office.code AND row.day <= asked.day
        ORDER BY row.day DESC LIMIT 1
    ) kept
    WHERE office.code IS NOT NULL
"""


def standings_on(*, days: Sequence[date], within: str) -> dict[date, dict[str, Standing]]:
    """Day → office → standing; offices of which nothing was known yet are missing.

    Defects are told of the last day only.
    """
    values = {"days": list(days), "last": max(days), "low": within, "high": f"{within}~"}
    found: dict[date, dict[str, Standing]] = {day: {} for day in days}
    with connection.cursor() as cursor:
        cursor.execute(ON_DAYS, values)
        for day, code, *counts, by_rule in cursor.fetchall():
            found[day][code] = Standing(*counts, by_rule=_rules(by_rule))
    return found


def _rules(value: Any) -> dict[str, int]:
    return dict(json.loads(value) if isinstance(value, str) else value or {})


def by_area(offices: dict[str, Standing], digits: int) -> dict[str, Standing]:
    """Standings gathered by the first digits of the code."""
    gathered: dict[str, list[Standing]] = {}
    for code, standing in offices.items():
        gathered.setdefault(code[:digits], []).append(standing)
    return {code: total(parts) for code, parts in gathered.items()}


def first_day(*, within: str) -> date | None:
    """The first day of which anything is known."""
    found: date | None = CampaignDay.objects.filter(division_code__startswith=within).aggregate(
        first=Min("day")
    )["first"]
    return found


def areas_below(*, within: str, at: date) -> dict[str, str]:
    """The districts of a city, or the street offices of a district: code → name."""
    level = 3 if len(within) < 6 else 4
    rows = DivisionVersion.objects.on(at).within(within).at_level(level).order_by("code")
    return {
        code[: 6 if level == 3 else OFFICE]: bilingual(name, name_en)
        for code, name, name_en in rows.values_list("code", "name", "name_en")
    }


def synthetic_signs(*, within: str, at: date) -> bool:
    return bool(Sign.objects.on(at).within(within).filter(synthetic=True).exists())
