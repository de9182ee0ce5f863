"""What the search box finds among facilities."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from common.models import bilingual
from common.postgis import distance_sql, near_sql, near_values
from common.prepared import prepared_rows
from facilities.models import SHOWN_SQL, Facility
from gazetteer.domain.search_keys import literal_pattern, read_query

SHORTEST = 2
REASONS = ("exact", "prefix", "contains", "initials", "pinyin")


@dataclass(frozen=True, slots=True)
class FoundFacility:
    """A facility as the search box shows it; ``why``: what matched (see registries.Hit)."""

    id: UUID  # the identity, which stays
    name: str
    synthetic: bool
    approximate: bool
    category_zh: str
    category_en: str
    lon: float
    lat: float
    why: str

    @property
    def category(self) -> str:
        return bilingual(self.category_zh, self.category_en)


def facilities_like(*, text: str, at: date, within: str, limit: int) -> list[FoundFacility]:
    """Facilities whose name fits, best first."""
    query = read_query(text)
    if query.empty or not (query.hanzi or query.spellings):
        return []
    case, where, values = _ways(query.text if query.hanzi else "", query.spellings)
    sql = f"""SELECT facility.identity, name, synthetic, approximate, name_zh, name_en,
               ST_X(location), ST_Y(location), CASE {case} END AS why
        FROM facilities_facility facility
        JOIN facilities_facilitycategory category ON category.code = category_id
        WHERE period @> %(at)s::date AND division_code LIKE %(within)s AND ({where})
          AND {SHOWN_SQL}
        ORDER BY why, name LIMIT %(limit)s"""
    found = prepared_rows(sql, {**values, "at": at, "within": f"{within}%", "limit": limit})
    return [FoundFacility(*row[:-1], why=REASONS[row[-1]]) for row in found]


def _ways(hanzi: str, spellings: tuple[str, ...]) -> tuple[str, str, dict[str, Any]]:
    """The cases in their order (numbers of :data:`REASONS`), what any of them needs, values."""
    if hanzi:
        pattern = literal_pattern(hanzi)
        case = "WHEN name = %(name)s THEN 0 WHEN name LIKE %(starts)s THEN 1 ELSE 2"
        values = {"name": hanzi, "starts": f"{pattern}%", "inside": f"%{pattern}%"}
        return case, "name LIKE %(inside)s", values
    # People leave out 广州市 and the district: letters of the rest are enough.
    letters = [f"%{literal_pattern(each)}%" for each in spellings if len(each) > SHORTEST]
    initials = "search_initials LIKE ANY(%(letters)s)"
    either = f"({initials} OR search_pinyin LIKE ANY(%(letters)s))"
    return f"WHEN {initials} THEN 3 ELSE 4", either, {"letters": letters}


def facilities_near(
    *, point: tuple[float, float], within_m: float, at: date, limit: int, category: str = ""
) -> tuple[list[tuple[Facility, float]], int]:
    """The nearest facilities with their distance in metres, and how many there are.

    ``category``: only these; "" means every category.
    """
    of_category = "AND category_id = %(category)s" if category else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT id, {distance_sql("location")} AS distance, count(*) OVER ()
                FROM facilities_facility facility
                WHERE {near_sql("location")} AND period @> %(at)s::date {of_category}
                  AND {SHOWN_SQL}
                ORDER BY distance, name LIMIT %(limit)s""",
            {**near_values(point, within_m), "at": at, "limit": limit, "category": category},
        )
        found = cursor.fetchall()
    keys = [row[0] for row in found]
    rows = Facility.objects.select_related("category").in_bulk(keys) if keys else {}
    return [(rows[key], metres) for key, metres, _ in found], found[0][2] if found else 0
