"""Boundary lines for the search box: by the names of their sides, without judging any line.

Asked at every key that people press: what a line's clock says (:mod:`queries.lines`) costs a
hundred times more and no hit tells it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from boundaries.models import Level
from common.models import bilingual
from common.prepared import prepared_rows

MOST_WORDS = 5
# Shorter words have no trigram that the index of Latin names could be asked for.
SHORTEST = 3
# The index of Latin names holds divisions down to this level.
LOWEST = Level.TOWNSHIP.value


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
    words = text.split()[:MOST_WORDS]
    values: dict[str, Any] = {"at": at, "limit": limit, "prefix": f"{_literal(within)}%"}
    values |= {f"word{number}": f"%{_literal(word)}%" for number, word in enumerate(words)}
    met = ["line.period @> %(at)s::date"]
    met += [
        _met(f"word{number}", text.isascii() and len(word) >= SHORTEST)
        for number, word in enumerate(words)
    ]
    if within:
        met.append("(line.code_a LIKE %(prefix)s OR line.code_b LIKE %(prefix)s)")
    found = f"""SELECT line.* FROM boundaries_boundaryline line
                WHERE {" AND ".join(met)} ORDER BY line.code LIMIT %(limit)s"""
    rows = prepared_rows(
        f"""
            SELECT line.code, line.name_a, line.name_b, coalesce(a.name_en, ''),
                   coalesce(b.name_en, ''), line.synthetic, line.approximate,
                   ST_X(middle.point), ST_Y(middle.point)
            FROM ({found}) line
            LEFT JOIN boundaries_divisionversion a
                   ON a.division_id = line.side_a_id AND a.period @> %(at)s::date
            LEFT JOIN boundaries_divisionversion b
                   ON b.division_id = line.side_b_id AND b.period @> %(at)s::date
            CROSS JOIN LATERAL (SELECT ST_PointOnSurface(line.geometry) AS point OFFSET 0) middle
            ORDER BY line.code
            """,
        values,
    )
    return [NamedLine(*row) for row in rows]


def _met(word: str, letters: bool) -> str:
    """That a side's name or the code holds the word: letters can only be those of a Latin name."""
    if not letters:
        ways = [f"line.{column} LIKE %({word})s" for column in ("name_a", "name_b", "code")]
        return f"({' OR '.join(ways)})"
    called = f"""SELECT division_id FROM boundaries_divisionversion
                 WHERE period @> %(at)s::date AND level <= {LOWEST} AND name_en ILIKE %({word})s"""
    sides = "ARRAY[line.side_a_id, line.side_b_id]"
    return f"(line.code LIKE %({word})s OR {sides} && ARRAY({called}))"


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
