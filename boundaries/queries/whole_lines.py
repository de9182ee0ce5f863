"""City and provincial lines as a whole, made of the county lines that are part of them."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from boundaries.queries.divisions import division_names
from boundaries.queries.lines import JUDGED, WITHIN, WORKS

# Digits of a code that name the division of a level.
DIGITS = {1: 2, 2: 4}


@dataclass(frozen=True, slots=True)
class WholeLine:
    """``between``: the beginnings of both codes, ``44-45``; ``states`` and ``works``: sections."""

    between: str
    name_a: str
    name_b: str
    sections: int
    km: float
    states: dict[str, int]
    works: dict[str, int]
    synthetic: bool
    approximate: bool

    @property
    def code(self) -> str:
        """The number of a provincial line as its markers bear it (domain §5.5): 4445."""
        first, _dash, second = self.between.partition("-")
        return first + second if len(first) == 2 else self.between

    @property
    def title(self) -> str:
        return f"{self.name_a}–{self.name_b}"


def whole_lines(*, at: date, level: int, within: str = "") -> list[WholeLine]:
    """Lines between provinces (1) or cities (2) with a section that touches ``within``."""
    digits = DIGITS[level]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH judged AS ({JUDGED} AND {WITHIN})
                SELECT left(code_a, %(digits)s), left(code_b, %(digits)s), state, work,
                       count(*), sum(length_m), bool_or(synthetic), bool_or(approximate)
                FROM judged WHERE level = %(level)s GROUP BY 1, 2, state, work""",
            {"at": at, "prefix": f"{within}%", "digits": digits, "level": level},
        )
        rows = cursor.fetchall()
    codes = {prefix.ljust(6, "0") for row in rows for prefix in row[:2]}
    names = division_names(codes=codes, at=at)
    found = []
    for pair in sorted({row[:2] for row in rows}):
        own = [row[2:] for row in rows if row[:2] == pair]
        first, second = (names.get(prefix.ljust(6, "0"), prefix) for prefix in pair)
        states: dict[str, int] = {}
        works: dict[str, int] = {}
        for state, work, count, *_rest in own:
            states[state] = states.get(state, 0) + count
            if work in WORKS:
                works[work] = works.get(work, 0) + count
        found.append(
            WholeLine(
                between="-".join(pair),
                name_a=first,
                name_b=second,
                sections=sum(row[2] for row in own),
                km=sum(row[3] for row in own) / 1000,
                states=states,
                works=works,
                synthetic=any(row[4] for row in own),
                approximate=any(row[5] for row in own),
            )
        )
    return found
