"""Divisions of a past day for the search box, where no place name is on record for that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from common.prepared import prepared_rows
from gazetteer.domain.search_keys import literal_pattern


@dataclass(frozen=True, slots=True)
class PastDivision:
    """``why`` it answers: exact, code, prefix or contains."""

    division_id: UUID
    code: str
    name: str
    name_en: str
    why: str


# Few versions have ended, and the index division_ended holds these alone. Asked with @> the index
# of all periods would be read; without infinity the planner expects many and starts workers.
FOUND = """
    SELECT * FROM (
        SELECT v.division_id, v.code, v.name, v.name_en,
               CASE WHEN v.name = %(text)s OR v.name_en ILIKE %(whole)s THEN 'exact'
                    WHEN v.code LIKE %(begins)s THEN 'code'
                    WHEN v.name LIKE %(begins)s OR v.name_en ILIKE %(begins)s THEN 'prefix'
                    ELSE 'contains' END AS why
        FROM boundaries_divisionversion v
        WHERE upper(v.period) > %(at)s::date AND upper(v.period) < 'infinity'::date
          AND lower(v.period) <= %(at)s::date AND v.code LIKE %(within)s
          AND (v.code LIKE %(begins)s OR v.name LIKE %(holds)s OR v.name_en ILIKE %(holds)s)
          AND NOT EXISTS (
              SELECT FROM gazetteer_place p JOIN gazetteer_placename n ON n.place_id = p.id
              WHERE p.division_id = v.division_id AND n.period @> %(at)s::date)) found
    ORDER BY array_position('{exact,code,prefix,contains}', why), code LIMIT %(limit)s
"""


def past_divisions(*, text: str, at: date, within: str, limit: int) -> Sequence[PastDivision]:
    """Divisions as they stood on ``at``, the best first.

    None of today: who stands bears a place name, and at every key press it would be asked in vain.
    """
    text = text.replace("\0", "").strip()
    if not text or at >= timezone.localdate():
        return []
    whole = literal_pattern(text)
    asked = {
        "text": text,
        "whole": whole,
        "begins": f"{whole}%",
        "holds": f"%{whole}%",
        "within": f"{literal_pattern(within)}%",
        "at": at,
        "limit": limit,
    }
    return [PastDivision(*row) for row in prepared_rows(FOUND, asked)]
