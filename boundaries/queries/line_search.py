"""Boundary lines for the search box: by the names of their sides, without judging any line.

Asked at every key that people press: what a line's clock says (:mod:`queries.lines`) costs a
hundred times more and no hit tells it.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from common.models import bilingual

MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class NamedLine:
    code: str
    name_a: str
    name_b: str
    name_a_en: str
    name_b_en: str
    synthetic: bool
    approximate: bool
    lon: float
    lat: float

    @property
    def title(self) -> str:
        return f"{bilingual(self.name_a, self.name_a_en)}–{bilingual(self.name_b, self.name_b_en)}"


def lines_named(*, text: str, at: date, within: str, limit: int) -> list[NamedLine]:
    """Lines in force with every word in a side's name or code, by code.

    Characters can only be those of a side's name; letters may be of its Latin name.
    """
    # Characters stand on the line itself; only letters need the names of the divisions first.
    called = "concat_ws(' ', line.name_a, line.name_b, line.code) LIKE"
    if text.isascii():
        called = "concat_ws(' ', line.name_a, line.name_b, line.code, a.name_en, b.name_en) ILIKE"
    values = {
        "at": at,
        "prefix": f"{_literal(within)}%",
        "words": [f"%{_literal(word)}%" for word in text.split()[:MOST_WORDS]],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT code, name_a, name_b, name_a_en, name_b_en, synthetic, approximate,
                   ST_X(middle), ST_Y(middle)
            FROM (
                SELECT line.code, line.name_a, line.name_b, coalesce(a.name_en, '') AS name_a_en,
                       coalesce(b.name_en, '') AS name_b_en, line.synthetic, line.approximate,
                       ST_PointOnSurface(line.geometry) AS middle
                FROM boundaries_boundaryline line
                LEFT JOIN boundaries_divisionversion a
                       ON a.division_id = line.side_a_id AND a.period @> %(at)s::date
                LEFT JOIN boundaries_divisionversion b
                       ON b.division_id = line.side_b_id AND b.period @> %(at)s::date
                WHERE line.period @> %(at)s::date AND {called} ALL(%(words)s)
                  AND (line.code_a LIKE %(prefix)s OR line.code_b LIKE %(prefix)s)
                ORDER BY line.code LIMIT %(limit)s
            ) AS named
            """,
            values,
        )
        return [NamedLine(*row) for row in cursor.fetchall()]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
