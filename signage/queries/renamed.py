"""Names that changed or ended lately and the signs that still have to follow, with their cost."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection

from signage.queries.editions import COST, edition
from signage.queries.signs import JUDGED, day_values

MOST = 100


@dataclass(frozen=True, slots=True)
class RenamedPlace:
    """``wrong``: signs that need a new face; ``ordered`` of them have an order under way."""

    place_id: UUID
    old: str
    new: str
    changed_on: date
    synthetic: bool
    signs: int
    wrong: int
    ordered: int
    cost: Decimal
    cost_unknown: int

    @property
    def waiting(self) -> int:
        return self.wrong - self.ordered


OF_PLACE = """
    (sign.place_id = changed.place_id OR sign.id IN (
        SELECT sign_id FROM signage_shownplace WHERE place_id = changed.place_id))
"""
RENAMED = f"""
    WITH changed AS MATERIALIZED (
        SELECT DISTINCT ON (old.place_id) old.place_id, old.text AS old,
               coalesce(new.text, '') AS new, upper(old.period) AS changed_on, place.synthetic
        FROM gazetteer_placename old
        JOIN gazetteer_place place ON place.id = old.place_id AND place.secrecy <> 'secret'
             AND place.division_code LIKE %(within)s
        LEFT JOIN gazetteer_placename new ON new.place_id = old.place_id
             AND new.kind = 'standard' AND new.status = 'standard'
             AND new.period @> %(at)s::date
        WHERE old.kind = 'standard' AND upper(old.period) > %(since)s
          AND upper(old.period) <= %(at)s::date AND old.text IS DISTINCT FROM new.text
          AND (EXISTS (SELECT FROM signage_sign WHERE place_id = old.place_id)
               OR EXISTS (SELECT FROM signage_shownplace WHERE place_id = old.place_id))
        ORDER BY old.place_id, upper(old.period) DESC
    )
    SELECT changed.*, told.* FROM changed CROSS JOIN LATERAL (
        SELECT count(*), count(*) FILTER (WHERE wrong),
               count(*) FILTER (WHERE wrong AND order_state IS NOT NULL),
               coalesce(sum(worth) FILTER (WHERE wrong), 0),
               count(*) FILTER (WHERE wrong AND worth IS NULL)
        FROM (
            SELECT order_state, state IN ('overdue', 'due', 'wrong') AS wrong,
                   coalesce(cost, (%(costs)s::jsonb ->> sign_class)::numeric) AS worth
            FROM ({JUDGED} AND {OF_PLACE}) judged WHERE stands
        ) signs
    ) told
    ORDER BY changed_on DESC, old LIMIT {MOST}
"""


def renamed_places(*, at: date, within: str, days: int) -> list[RenamedPlace]:
    """Places with signs whose standard name changed or ended within so many days."""
    costs = edition(rule_id=COST, at=at, code=settings.HOME_JURISDICTION).parameters
    values = {
        **day_values(at),
        "since": at - timedelta(days=days),
        "within": f"{within}%",
        "costs": json.dumps(dict(costs)),
    }
    with connection.cursor() as cursor:
        cursor.execute(RENAMED, values)
        return [RenamedPlace(*row) for row in cursor.fetchall()]
