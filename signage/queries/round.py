"""What lies near an officer and should be looked at on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from common.postgis import distance_sql, near_sql, near_values
from signage.domain.round import Candidate
from signage.queries.signs import JUDGED, day_values, night_of

MOST_CANDIDATES = 400


@dataclass(frozen=True, slots=True)
class RoundSign:
    """A sign or a reported spot as the round shows it."""

    key: str
    url_kind: str
    hanzi: str
    pinyin: str
    rules: Sequence[str]
    state: str
    due_on: date | None
    body: str
    synthetic: bool
    lon: float
    lat: float
    reported: bool
    order_id: Any = None
    order_state: str = ""
    division_code: str = ""

    def as_candidate(self) -> Candidate:
        grave = self.state in ("wrong", "overdue", "due")
        return Candidate(self.key, self.lon, self.lat, self.due_on, grave, self.reported)


SIGNS = f"""
    SELECT number, hanzi, pinyin, rules, state, due_on, responsible_body, synthetic,
           ST_X(location), ST_Y(location),
           EXISTS (SELECT FROM signage_signreport report WHERE report.sign_id = judged.id
                   AND report.state = 'new' AND report.received_at < %(night)s),
           (SELECT id FROM signage_rectificationorder work WHERE work.sign_id = judged.id
            AND work.ordered_at < %(night)s AND work.closed_at IS NULL AND work.waived_at IS NULL
            ORDER BY work.ordered_at DESC LIMIT 1),
           coalesce(order_state, ''), division_code
    FROM ({JUDGED}) judged
    WHERE {{near}} AND state IN ('overdue', 'due', 'wrong')
      AND order_state IS DISTINCT FROM 'verified'
      AND ({{scopes}})
    ORDER BY {{distance}} LIMIT {MOST_CANDIDATES}
"""
SPOTS = """
    SELECT id, kind, synthetic, ST_X(location), ST_Y(location)
    FROM signage_signreport
    WHERE {near} AND state = 'new' AND sign_id IS NULL AND received_at < %(night)s
      AND ({scopes})
    ORDER BY {distance} LIMIT 50
"""


def round_candidates(
    *, at: date, start: tuple[float, float], reach_m: float, codes: Sequence[str]
) -> list[RoundSign]:
    """Signs late, being put right or wrong, and reported spots, within reach of a start."""
    values = {**near_values(start, reach_m), **day_values(at), "night": night_of(at)}
    parts = []
    for turn, code in enumerate(codes):
        parts.append(f"division_code LIKE %(c{turn})s")
        values[f"c{turn}"] = f"{code}%"
    pieces = {
        "near": near_sql("location"),
        "distance": distance_sql("location"),
        "scopes": " OR ".join(parts) or "false",
    }
    with connection.cursor() as cursor:
        cursor.execute(_filled(SIGNS, pieces), values)
        found = [RoundSign(number, "sign", *row) for number, *row in cursor.fetchall()]
        cursor.execute(_filled(SPOTS, pieces), values)
        found += [
            RoundSign(str(key), "report", "", "", [], kind, None, "", synthetic, lon, lat, True)
            for key, kind, synthetic, lon, lat in cursor.fetchall()
        ]
    return found


def _filled(statement: str, pieces: Mapping[str, str]) -> str:
    """The statement with its pieces; its own braces are arrays of PostgreSQL."""
    for name, piece in pieces.items():
        statement = statement.replace(f"{{{name}}}", piece)
    return statement
