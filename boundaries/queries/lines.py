"""Questions about boundary lines: where each stands in its five-year clock on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.domain.scope import jurisdiction_of
from boundaries.domain.lines import WITHOUT_CITIES
from boundaries.models import BoundaryLine, DivisionVersion, JointInspection, Level
from common.models import Rule, bilingual
from common.rules import RuleEdition

CYCLE_RULE, SOON_RULE = "B-JOINT", "B-SOON"
STATES = ("wrong", "due", "unknown", "ok")
# What goes on beside the clock: a dispute under mediation, a joint inspection not yet filed.
DISPUTED, AT_WORK = "disputed", "at-work"
WORKS = (DISPUTED, AT_WORK)

# The same sentence as domain.lines.line_level.
LEVEL = f"""CASE WHEN left(line.code_a, 2) <> left(line.code_b, 2) THEN 1
    WHEN left(line.code_a, 4) <> left(line.code_b, 4)
     AND left(line.code_a, 2) NOT IN {WITHOUT_CITIES}
     AND substr(line.code_a, 3, 2) <> '90' AND substr(line.code_b, 3, 2) <> '90' THEN 2
    ELSE 3 END"""
LEVELS = (1, 2, 3)

# One line per row with its last inspection up to the day, the day the next one is due and the
# state; the same sentence as domain.inspections.inspection_state, for lists, tiles and counts.
# The rule of the longest jurisdiction that holds both sides wins.
JUDGED = f"""
    SELECT line.id, line.code, line.code_a, line.code_b, line.side_a_id, line.side_b_id,
           line.name_a, line.name_b, line.geometry, line.length_m, line.derived,
           {LEVEL} AS level,
           line.approximate, line.synthetic OR coalesce(last.synthetic, false) AS synthetic,
           last.inspected_on AS last_on, last.lead_id, clock.due_on,
           CASE WHEN clock.due_on IS NULL THEN 'unknown'
                WHEN %(at)s::date > clock.due_on THEN 'wrong'
                WHEN %(at)s::date >= clock.due_on - coalesce(soon.days, 0) THEN 'due'
                ELSE 'ok' END AS state,
           CASE WHEN EXISTS (
                    SELECT FROM boundaries_openpoint point
                    JOIN boundaries_inspectionside side ON side.code = point.raised_by
                     AND side.inspection_id = point.inspection_id
                     AND side.submitted_at IS NOT NULL
                    WHERE point.line_code = line.code AND point.handling = 'mediation'
                      AND point.raised_on <= %(at)s::date
                      AND (point.closed_on IS NULL OR point.closed_on > %(at)s::date)
                ) THEN '{DISPUTED}'
                WHEN EXISTS (
                    SELECT FROM boundaries_inspection work
                    WHERE work.line_code = line.code AND work.begun_on <= %(at)s::date
                      AND (work.filed_on IS NULL OR work.filed_on > %(at)s::date)
                      AND (work.given_up_on IS NULL OR work.given_up_on > %(at)s::date)
                ) THEN '{AT_WORK}' ELSE '' END AS work
    FROM boundaries_boundaryline line
    LEFT JOIN LATERAL (
        SELECT inspection.inspected_on, inspection.lead_id, inspection.synthetic
        FROM boundaries_jointinspection inspection
        JOIN boundaries_boundaryline held ON held.id = inspection.line_id
        WHERE held.code = line.code AND inspection.inspected_on <= %(at)s::date
        ORDER BY inspection.inspected_on DESC LIMIT 1
    ) last ON true
    LEFT JOIN LATERAL (
        SELECT (rule.parameters->>'cycle_years')::int AS years FROM common_rule rule
        WHERE rule.rule_id = '{CYCLE_RULE}' AND rule.period @> %(at)s::date
          AND starts_with(line.code_a, rule.jurisdiction)
          AND starts_with(line.code_b, rule.jurisdiction)
        ORDER BY length(rule.jurisdiction) DESC LIMIT 1
    ) cycle ON true
    LEFT JOIN LATERAL (
        SELECT (rule.parameters->>'due_soon_days')::int AS days FROM common_rule rule
        WHERE rule.rule_id = '{SOON_RULE}' AND rule.period @> %(at)s::date
          AND starts_with(line.code_a, rule.jurisdiction)
          AND starts_with(line.code_b, rule.jurisdiction)
        ORDER BY length(rule.jurisdiction) DESC LIMIT 1
    ) soon ON true
    CROSS JOIN LATERAL (
        SELECT (last.inspected_on + make_interval(years => cycle.years))::date AS due_on
    ) clock
    WHERE line.period @> %(at)s::date
"""
WITHIN = "(line.code_a LIKE %(prefix)s OR line.code_b LIKE %(prefix)s)"

_URGENCY = (
    "CASE state WHEN 'wrong' THEN '0' WHEN 'due' THEN '1' WHEN 'unknown' THEN '2' ELSE '3' END"
)
SORTS = {
    "due": f"{_URGENCY} || coalesce(due_on::text, '') || judged.code",
    "code": "judged.code",
    "length": "lpad((1000000000 - length_m::bigint)::text, 10, '0') || judged.code",
}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as lists show it; ``synthetic`` also where only its last inspection is.

    ``level``: whose line it is part of (1 province, 2 city, 3 county).
    """

    code: str
    side_a_id: UUID
    side_b_id: UUID
    code_a: str
    code_b: str
    name_a: str
    name_b: str
    name_a_en: str
    name_b_en: str
    length_m: float
    level: int
    derived: bool
    approximate: bool
    synthetic: bool
    last_on: date | None
    due_on: date | None
    state: str
    work: str
    lead_code: str | None
    lon: float
    lat: float
    sort_key: str

    @property
    def length_km(self) -> float:
        return self.length_m / 1000

    @property
    def side_ids(self) -> tuple[UUID, UUID]:
        return self.side_a_id, self.side_b_id

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Code and name of both sides in the reader's language."""
        return [
            (self.code_a, bilingual(self.name_a, self.name_a_en)),
            (self.code_b, bilingual(self.name_b, self.name_b_en)),
        ]

    @property
    def title(self) -> str:
        return "–".join(name for _, name in self.sides)


@dataclass(frozen=True, slots=True)
class LinePage:
    """A page of lines; ``before`` and ``after`` are the keys of the pages beside it."""

    rows: list[LineRow]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineCounts:
    """How many lines stand where, what goes on at how many, of which level, how long together."""

    by_state: dict[str, int]
    by_work: dict[str, int]
    by_level: dict[int, int]
    length_m: float

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def lines(
    *,
    at: date,
    within: str = "",
    state: str = "",
    work: str = "",
    level: str = "",
    between: str = "",
    text: str = "",
    sort: str = "due",
    after: str = "",
    before: str = "",
    limit: int | None = 50,
) -> LinePage:
    """Lines in force with a side in ``within``, most urgent first; every word must match.

    ``between``: the beginnings of the codes of both sides, ``44-45``.
    """
    conditions, params = _matching(
        at=at, within=within, state=state, text=text, work=work, level=level, between=between
    )
    backwards = bool(before and not after)
    found = _rows(
        conditions,
        {**params, "key": after or before, "limit": None if limit is None else limit + 1},
        sort=SORTS.get(sort, SORTS["due"]),
        backwards=backwards,
    )
    more = limit is not None and len(found) > limit
    rows = found[:limit]
    if backwards:
        rows.reverse()
    first, last = (rows[0].sort_key, rows[-1].sort_key) if rows else ("", "")
    earlier, later = (more, True) if backwards else (bool(after), more)
    return LinePage(rows=rows, before=first if earlier else "", after=last if later else "")


def get_line_row(*, code: str, at: date) -> LineRow | None:
    """One line in force on the day, with its state."""
    conditions, params = _matching(at=at, within=code.partition("-")[0], state="", text="")
    conditions.append("judged.code = %(code)s")
    found = _rows(conditions, {**params, "code": code, "key": "", "limit": 1}, sort=SORTS["code"])
    return found[0] if found else None


def line_counts(
    *,
    at: date,
    within: str = "",
    text: str = "",
    state: str = "",
    work: str = "",
    level: str = "",
    between: str = "",
) -> LineCounts:
    """Lines by state, by what goes on and by level, zero where there are none."""
    conditions, params = _matching(
        at=at, within=within, state=state, text=text, work=work, level=level, between=between
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH judged AS ({JUDGED} AND {WITHIN})
                SELECT state, work, judged.level, count(*), sum(length_m)
                FROM judged {_VERSIONS}
                WHERE {" AND ".join(conditions)} GROUP BY state, work, judged.level""",
            params,
        )
        found = cursor.fetchall()
    return LineCounts(
        by_state={key: sum(row[3] for row in found if row[0] == key) for key in STATES},
        by_work={key: sum(row[3] for row in found if row[1] == key) for key in WORKS},
        by_level={key: sum(row[3] for row in found if row[2] == key) for key in LEVELS},
        length_m=sum(row[4] for row in found),
    )


_VERSIONS = """
    LEFT JOIN boundaries_divisionversion a
           ON a.division_id = judged.side_a_id AND a.period @> %(at)s::date
    LEFT JOIN boundaries_divisionversion b
           ON b.division_id = judged.side_b_id AND b.period @> %(at)s::date
"""


def _matching(
    *,
    at: date,
    within: str,
    state: str,
    text: str,
    work: str = "",
    level: str = "",
    between: str = "",
) -> tuple[list[str], dict[str, Any]]:
    conditions = ["true"]
    params: dict[str, Any] = {"at": at, "prefix": f"{_escaped(within)}%", "state": state}
    if state:
        conditions.append("state = %(state)s")
    if work:
        params["work"] = work
        conditions.append("work = %(work)s")
    if level:
        params["level"] = int(level)
        conditions.append("judged.level = %(level)s")
    if between:
        first, _dash, second = between.partition("-")
        params |= {"first": f"{_escaped(first)}%", "second": f"{_escaped(second)}%"}
        conditions.append("judged.code_a LIKE %(first)s AND judged.code_b LIKE %(second)s")
    for number, word in enumerate(text.split()[:5]):
        params[f"word{number}"] = f"%{_escaped(word)}%"
        columns = ("judged.code", "judged.name_a", "judged.name_b", "a.name_en", "b.name_en")
        any_of = " OR ".join(f"{column} ILIKE %(word{number})s" for column in columns)
        conditions.append(f"({any_of})")
    return conditions, params


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(
    conditions: Sequence[str], params: dict[str, Any], *, sort: str, backwards: bool = False
) -> list[LineRow]:
    direction, beyond = ("DESC", "<") if backwards else ("ASC", ">")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH judged AS ({JUDGED} AND {WITHIN}),
            named AS (
                SELECT judged.*, coalesce(a.name_en, '') AS name_a_en,
                       coalesce(b.name_en, '') AS name_b_en,
                       CASE judged.lead_id WHEN side_a_id THEN judged.code_a
                            WHEN side_b_id THEN judged.code_b END AS lead_code,
                       ({sort}) COLLATE "C" AS sort_key
                FROM judged {_VERSIONS}
                WHERE {" AND ".join(conditions)}
            ),
            shown AS (
                SELECT *, ST_PointOnSurface(geometry) AS middle FROM named
                WHERE %(key)s = '' OR sort_key {beyond} %(key)s
                ORDER BY sort_key {direction} LIMIT %(limit)s
            )
            SELECT code, side_a_id, side_b_id, code_a, code_b,
                   name_a, name_b, name_a_en, name_b_en, length_m, level, derived,
                   approximate, synthetic, last_on, due_on, state, work, lead_code,
                   ST_X(middle), ST_Y(middle), sort_key
            FROM shown ORDER BY sort_key {direction}
            """,
            params,
        )
        return [LineRow(*row) for row in cursor.fetchall()]


def get_line(*, code: str, at: date) -> BoundaryLine | None:
    """The line of a pair in force on the day, with its geometry and sides."""
    return BoundaryLine.objects.on(at).filter(code=code).first()


def inspections(*, code: str, until: date) -> QuerySet[JointInspection]:
    """Joint inspections of a pair up to the day, newest first, over all its lines in time.

    A line drawn anew does not start the five years anew.
    """
    return JointInspection.objects.filter(line__code=code, inspected_on__lte=until).order_by(
        "-inspected_on", "-pk"
    )


def meeting(*, line: BoundaryLine, at: date) -> list[LineRow]:
    """Lines that meet this one, at its ends or on its way."""
    conditions, params = _matching(at=at, within="", state="", text="")
    conditions.append(
        """judged.id <> %(line)s AND ST_Intersects(judged.geometry, (
            SELECT asked.geometry FROM boundaries_boundaryline asked WHERE asked.id = %(line)s))"""
    )
    values = {**params, "line": line.pk, "key": "", "limit": None}
    return _rows(conditions, values, sort=SORTS["code"])


def inspection_rules(*, on: date, code: str = "") -> dict[str, RuleEdition]:
    """Editions of the rules about joint inspection on a day, for a line or for the country."""
    sides = [side for side in code.split("-") if side]
    shared = ""
    for left, right in zip(sides[0], sides[-1], strict=False) if sides else ():
        if left != right:
            break
        shared += left
    found = Rule.objects.filter(rule_id__in=[CYCLE_RULE, SOON_RULE])
    return found.in_force(on=on, code=shared)


@dataclass(frozen=True, slots=True)
class Area:
    """A jurisdiction to choose lines by; ``prefix`` is the beginning of its codes."""

    prefix: str
    name: str


def line_areas(*, home: str, at: date) -> list[Area]:
    """The home jurisdiction with its counties, then its province and the other cities in it."""
    province = home[:2]
    versions = DivisionVersion.objects.on(at).within(province).order_by("level", "code")
    found = versions.filter(level__lte=Level.COUNTY).values_list("code", "name", "name_en", "level")
    areas = [
        (Area(jurisdiction_of(code), bilingual(name, name_en)), level)
        for code, name, name_en, level in found
    ]
    inner = [area for area, level in areas if area.prefix.startswith(home)]
    cities = [
        area for area, level in areas if level <= Level.CITY and not area.prefix.startswith(home)
    ]
    return [*inner, *cities]
