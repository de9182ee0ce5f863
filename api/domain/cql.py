"""CQL2 (OGC 21-065) as a condition of SQL with parameters; text and JSON are read by ``cql2``.

Supported: and, or, not; = <> < > <= >=, like, between, in, isNull; casei, accenti; + - * / div % ^;
the spatial functions S_…; T_AFTER, T_BEFORE, T_INTERSECTS, T_DURING, T_EQUALS, T_DISJOINT on dates
and intervals. Names are looked up in a table of what may be asked, values become parameters: no
text of the request enters the SQL.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import cql2
import shapely
from shapely.geometry import shape

from api.domain.asked import CHINA, read_box, read_json
from api.domain.systems import STORED, System
from common.errors import BadInput
from common.periods import parse_day

LONGEST, DEEPEST, MOST_NODES = 4_000, 100, 500
# What the parser reads before it gives up: a quarter of a second. A bracket is as eight characters.
MOST_READ, BRACKET = 2**20, 8
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
COMPARED = {"=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
COUNTED = {
    "+": "({a} + {b})",
    "-": "({a} - {b})",
    "*": "({a} * {b})",
    # What is divided by nothing is unknown.
    "/": "({a}::float8 / nullif({b}, 0))",
    "div": "trunc({a}::float8 / nullif({b}, 0))",
    "%": "mod({a}::numeric, nullif({b}, 0)::numeric)::float8",
    "^": "power({a}, {b})",
}
FOLDED = {
    "casei": "lower({a})",
    # Letters without the marks above and below them, as tones of pinyin are.
    "accenti": r"regexp_replace(normalize({a}, NFD), '[\u0300-\u036f]', '', 'g')",
}
SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_disjoint": "ST_Disjoint",
    "s_contains": "ST_Contains",
    "s_within": "ST_Within",
    "s_touches": "ST_Touches",
    "s_crosses": "ST_Crosses",
    "s_overlaps": "ST_Overlaps",
    "s_equals": "ST_Equals",
}
TEMPORAL = {
    "t_after": "{a} >> {b}",
    "t_before": "{a} << {b}",
    "t_intersects": "{a} && {b}",
    "t_disjoint": "NOT ({a} && {b})",
    "t_during": "({a} <@ {b} AND NOT isempty({a}))",
    "t_contains": "({a} @> {b} AND NOT isempty({b}))",
    "t_equals": "{a} = {b}",
}
TEXT, NUMBER, TRUTH, DAY = "text", "number", "boolean", "date"
FITS = {"text": TEXT, "integer": NUMBER, "number": NUMBER, "boolean": TRUTH, "date": DAY}
GEOMETRY = "geometry"


@dataclass(slots=True)
class Condition:
    """``sql`` with named parameters ``values``."""

    sql: str
    values: dict[str, Any] = field(default_factory=dict)


def read_language(named: str, text: str) -> str:
    """In which language a filter is, by its name or, where none is given, by how it begins."""
    language = named or ("cql2-json" if text.startswith("{") else "cql2-text")
    if language not in ("cql2-text", "cql2-json"):
        raise BadInput(
            "Filters are read as cql2-text or cql2-json, not as “%(language)s”.",
            language=language[:40],
        )
    return language


def read_filter(
    text: str,
    language: str,
    *,
    fields: Mapping[str, tuple[str, str]],
    geometry: str,
    shown: str,
    system: System,
) -> Condition:
    """The condition that a filter states; BadInput where it cannot be read or asked.

    ``fields``: name → (SQL, kind as of :class:`common.features.Property`).
    ``language``: of :func:`read_language`. ``system``: of the coordinates in the filter.
    ``shown``: SQL of what may be shown at all: in no other row a calculation is tried, which may
    fail and would tell of the row.
    """
    if len(text) > LONGEST:
        raise BadInput("The filter is longer than %(most)s characters.", most=LONGEST)
    if (language == "cql2-json") != text.lstrip().startswith("{"):
        raise _unreadable(text)
    if _too_deep(text, language):
        raise BadInput("The filter has more than %(most)s brackets.", most=DEEPEST)
    if language == "cql2-text" and _read_at_most(text) > MOST_READ:
        raise BadInput("The filter has too many brackets within brackets: write it as cql2-json.")
    try:
        expression = cql2.parse_json(text) if language == "cql2-json" else cql2.parse_text(text)
        tree = expression.to_json()
    except Exception:  # the parser raises bare exceptions for whatever it cannot read
        raise _unreadable(text) from None
    if _levels(tree) > MOST_NODES:  # a sum of many parts is as deep as it is long
        raise _too_many()
    writer = _Writer(fields, geometry, shown, system)
    return Condition(writer.truth(tree), writer.values)


def _too_deep(text: str, language: str) -> bool:
    """Whether the parser, which ends the process where its stack does, must not see the text.

    What it goes down into is counted wherever it stands, no string can hide it: brackets, NOTs and
    signs before signs; comparisons too, of which ``a = b = c …`` holds any number.
    """
    if language == "cql2-text":
        if len(re.findall(r"[=<>]+", text)) * 2 > MOST_NODES:
            raise _too_many()
        down = text.count("(") + text.count("[") + len(re.findall(r"\bnot\b|-(?=\s*-)", text, re.I))
        return down > DEEPEST
    try:
        tree = read_json(text)
    except ValueError:
        raise _unreadable(text) from None
    return _levels(tree) > DEEPEST


def _read_at_most(text: str) -> int:
    """How many characters the parser reads where a fault, or a list, stands behind them all.

    What is in brackets it reads as an expression and again as a list: twice for each pair.
    """
    read = depth = 0
    for sign in QUOTED.sub(lambda found: "_" * len(found[0]), text):
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        read += 2**depth * (BRACKET if sign == "(" else 1)
    return read


def _too_many() -> BadInput:
    return BadInput("The filter has more than %(most)s parts.", most=MOST_NODES)


def _levels(tree: Any) -> int:
    levels, here = 0, [tree]
    while here:
        levels += 1
        inner = [list(n.values()) if isinstance(n, dict) else n for n in here]
        here = [each for n in inner if isinstance(n, list) for each in n]
    return levels


def _unreadable(text: str) -> BadInput:
    return BadInput(
        "The filter “%(text)s” cannot be read as CQL2: write for example name_en LIKE 'Tian%%' AND"
        " level = 3.",
        text=text[:120],
    )


class _Writer:
    """Walks the standard's JSON and writes SQL; every value goes to ``values``."""

    def __init__(
        self, fields: Mapping[str, tuple[str, str]], geometry: str, shown: str, system: System
    ) -> None:
        self.fields, self.geometry, self.shown, self.system = fields, geometry, shown, system
        self.values: dict[str, Any] = {}
        self.nodes = 0
        # Whether the database may refuse what was written since the last condition was done.
        self.may_fail = False

    def truth(self, node: Any) -> str:
        sql = self._truth(node)
        if self.may_fail:
            self.may_fail = False
            return f"CASE WHEN {self.shown} THEN {sql} END"
        return sql

    def _truth(self, node: Any) -> str:
        self._count()
        if isinstance(node, bool):
            return "TRUE" if node else "FALSE"
        if isinstance(node, dict) and "property" in node:
            sql, kind = self.scalar(node)
            if kind != TRUTH:
                raise self._wrong(node)
            return sql
        op, args = self._call(node)
        if op in ("and", "or") and args:
            return "(" + f" {op.upper()} ".join(self.truth(each) for each in args) + ")"
        if op == "not" and len(args) == 1:
            return f"NOT coalesce({self.truth(args[0])}, FALSE)"
        if op in COMPARED and len(args) == 2:
            return self._compare(COMPARED[op], *args)
        if op == "between":
            return self._between(args)
        if op == "like" and len(args) == 2:
            left, right = self.scalar(args[0]), self.scalar(args[1])
            if left[1] != TEXT or right[1] != TEXT:
                raise self._wrong(node)
            if not isinstance(args[1], str):
                self.may_fail = True
            elif (len(args[1]) - len(args[1].rstrip("\\"))) % 2:
                raise BadInput("A pattern ends with \\\\ where \\ itself is meant.")
            return f"{left[0]} LIKE {right[0]}"
        if op == "in" and len(args) == 2 and args[1] and isinstance(args[1], list):
            return "(" + (" OR ".join(self._compare("=", args[0], e) for e in args[1])) + ")"
        if op == "isNull" and len(args) == 1:
            sql = self.geometry if self._is_geometry(args[0]) else self.scalar(args[0])[0]
            return f"({sql}) IS NULL"
        if op in SPATIAL and len(args) == 2:
            a, b = self.spatial(args[0]), self.spatial(args[1])
            return f"{SPATIAL[op]}({a}, {b})"
        if op in TEMPORAL and len(args) == 2:
            return TEMPORAL[op].format(a=self.days(args[0]), b=self.days(args[1]))
        raise self._wrong(node)

    def scalar(self, node: Any) -> tuple[str, str]:
        """(SQL, kind) of a value."""
        self._count()
        if isinstance(node, bool):
            return self._value(node), TRUTH
        if isinstance(node, int | float):
            return f"{self._value(node)}::float8", NUMBER
        if isinstance(node, str):
            return f"{self._value(node)}::text", TEXT
        if isinstance(node, dict) and "property" in node:
            return self._property(str(node["property"]))
        if isinstance(node, dict) and (node.keys() & {"date", "timestamp"}):
            return f"{self._value(_day_of(node))}::date", DAY
        op, args = self._call(node)
        if op in COUNTED and len(args) == 2:
            (left, one), (right, other) = self.scalar(args[0]), self.scalar(args[1])
            if one != NUMBER or other != NUMBER:
                raise self._wrong(node)
            self.may_fail = True
            return COUNTED[op].format(a=left, b=right), NUMBER
        if op in FOLDED and len(args) == 1:
            sql, kind = self.scalar(args[0])
            if kind != TEXT:
                raise self._wrong(node)
            return FOLDED[op].format(a=sql), TEXT
        raise self._wrong(node)

    def spatial(self, node: Any) -> str:
        self._count()
        if self._is_geometry(node):
            return self.geometry
        try:
            geometry = self._geometry(node)
            if geometry.is_empty or not geometry.is_valid:
                raise ValueError
            xy = shapely.get_coordinates(geometry)
            if not (abs(xy) < 1e9).all():
                raise ValueError
        except Exception:  # shapely raises many kinds for what is no geometry
            raise BadInput("A geometry of the filter cannot be read or is not valid.") from None
        value = self._value(shapely.to_wkt(geometry, rounding_precision=-1))
        made = f"ST_GeomFromText({value}, {self.system.srid})"
        return made if self.system.srid == STORED else f"ST_Transform({made}, {STORED})"

    def _geometry(self, node: Any) -> Any:
        """In the database's order of axes."""
        if "bbox" in node:
            parts = read_box(",".join(map(str, node["bbox"])), self.system).parts()
            wide = max(map(shapely.get_dimensions, parts))  # of land and a line the land
            return shapely.union_all([p for p in parts if shapely.get_dimensions(p) == wide])
        geometry = shape(node)
        if self.system.swapped:
            return shapely.transform(geometry, lambda pairs: pairs[:, ::-1])
        return geometry

    def days(self, node: Any) -> str:
        """A day or an interval as a daterange; the end of an interval belongs to it."""
        self._count()
        if isinstance(node, dict) and "interval" in node:
            ends = node["interval"]
            if not isinstance(ends, list) or len(ends) != 2:
                raise self._wrong(node)
            start, end = (self._end(each) for each in ends)
            made = f"daterange({start}, {end}, '[]')"
            return f"CASE WHEN {start} > {end} THEN 'empty'::daterange ELSE {made} END"
        sql, kind = self.scalar(node)
        if kind != DAY:
            raise self._wrong(node)
        # Of a range no end is open; of a day alone it is unknown when.
        return f"CASE WHEN {sql} IS NOT NULL THEN daterange({sql}, {sql}, '[]') END"

    def _end(self, node: Any) -> str:
        if node in ("..", ""):
            return "NULL::date"
        sql, kind = self.scalar({"date": node} if isinstance(node, str) else node)
        if kind != DAY:
            raise self._wrong(node)
        return sql

    def _compare(self, op: str, left: Any, right: Any) -> str:
        if isinstance(left, bool) != isinstance(right, bool) and op in ("=", "<>"):
            one, other = (left, right) if isinstance(right, bool) else (right, left)
            value = "TRUE" if other else "FALSE"
            return f"({self.truth(one)}) {op} {value}"
        (a, one), (b, other) = self.scalar(left), self.scalar(right)
        if {one, other} == {DAY, TEXT}:
            # Dates are often written as text.
            a, b = (f"({a})::text", b) if one == DAY else (a, f"({b})::text")
        elif one != other:
            raise self._wrong({"op": op, "args": [left, right]})
        return f"{a} {op} {b}"

    def _between(self, args: list[Any]) -> str:
        if len(args) == 2 and isinstance(args[1], list):
            args = [args[0], *args[1]]
        if len(args) != 3:
            raise self._wrong({"op": "between", "args": args})
        return f"({self._compare('>=', args[0], args[1])} AND " + (
            f"{self._compare('<=', args[0], args[2])})"
        )

    def _property(self, name: str) -> tuple[str, str]:
        found = self.fields.get(name)
        if found is None:
            raise BadInput(
                "There is no property “%(name)s” here: the queryables of the collection list"
                " what can be asked.",
                name=name[:40],
            )
        sql, kind = found
        return f"({sql})", FITS[kind]

    def _is_geometry(self, node: Any) -> bool:
        return isinstance(node, dict) and node.get("property") == GEOMETRY

    def _call(self, node: Any) -> tuple[str, list[Any]]:
        if not isinstance(node, dict) or not isinstance(node.get("op"), str):
            raise self._wrong(node)
        args = node.get("args")
        return node["op"], args if isinstance(args, list) else [args]

    def _value(self, value: Any) -> str:
        if isinstance(value, str) and "\0" in value:
            raise BadInput("The filter holds a character that cannot be read.")
        name = f"cql{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def _count(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _too_many()

    def _wrong(self, node: Any) -> BadInput:
        return BadInput(
            "The filter asks what cannot be answered here: %(part)s",
            part=json.dumps(node, ensure_ascii=False, default=str)[:120],
        )


def _day_of(node: Mapping[str, Any]) -> date:
    text = str(node.get("date", node.get("timestamp")))
    try:
        written = text.upper()  # RFC 3339 has t and z as well
        if "T" not in written:
            return parse_day(written)
        return datetime.fromisoformat(written).astimezone(CHINA).date()
    except (BadInput, ValueError, OverflowError):
        raise BadInput("“%(text)s” in the filter is no day.", text=text[:40]) from None
