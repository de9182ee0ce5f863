"""What a request for features asks: day, box, page, order, read from text; pure."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from math import isfinite
from typing import Any

from shapely.geometry import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from api.domain.systems import System
from common.errors import BadInput
from common.periods import parse_day

DEFAULT_LIMIT, MOST = 100, 10_000
CHINA = timezone(timedelta(hours=8))
OPEN = ("", "..")
# The null character as JSON writes it, behind no backslash that is itself written so.
NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
# What no text of the database holds: the null character, and half a character (a lone surrogate).
UNHELD = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Days:
    """From ``start`` to ``end``, both included; None is open. One day where both are the same."""

    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Box:
    """Two corners in a system, in the database's order (longitude or easting first)."""

    west: float
    south: float
    east: float
    north: float
    system: System

    def parts(self) -> list[BaseGeometry]:
        """Its land, or that of the two boxes over the 180th meridian; a line where it is thin."""
        sides = [(self.west, self.east)]
        if not self.system.metres and self.west > self.east:
            sides = [(self.west, 180.0), (-180.0, self.east)]
        return [_land(west, self.south, east, self.north) for west, east in sides]


def _land(west: float, south: float, east: float, north: float) -> BaseGeometry:
    if west < east and south < north:
        return box(west, south, east, north)
    corners = dict.fromkeys([(west, south), (east, north)])
    return LineString(corners) if len(corners) > 1 else Point(*corners)


def read_json(text: str | bytes) -> Any:
    """What a JSON text says.

    Raises ValueError for what is none, for numbers without end or that are none (NaN), and for
    characters that no text of the database holds: null, and half a character (a lone surrogate).
    """
    try:
        value = json.loads(text)
        told = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except RecursionError:
        raise ValueError("nested too deep") from None
    told.encode()
    if NULL.search(told):
        raise ValueError("a null character")
    return value


def read_datetime(text: str) -> Days:
    """``2024-05-01``, a moment with its zone, or an interval ``a/b`` with ``..`` for open."""
    parts = text.strip().split("/")
    if len(parts) == 1 and parts[0] not in OPEN:
        day = _day(parts[0])
        return Days(day, day)
    if len(parts) != 2 or (all(part in OPEN for part in parts) and text.strip() not in ("../..",)):
        raise _no_datetime(text)
    start, end = (None if part in OPEN else _day(part) for part in parts)
    if start is not None and end is not None and end < start:
        raise BadInput("The interval “%(text)s” ends before it begins.", text=text[:60])
    return Days(start, end)


def _day(text: str) -> date:
    if "T" not in text and "t" not in text:
        return parse_day(text)
    try:
        moment = datetime.fromisoformat(text.upper())  # RFC 3339 has t and z as well
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(CHINA).date()
    except (ValueError, OverflowError):
        raise _no_datetime(text) from None


def _no_datetime(text: str) -> BadInput:
    return BadInput(
        "“%(text)s” is no day and no interval: write 2024-05-01, 2020-01-01/2024-12-31 or"
        " 2020-01-01/.. .",
        text=text[:60],
    )


def read_box(text: str, system: System) -> Box:
    """Four numbers, or six with heights, which are left out."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(isfinite(number) and abs(number) < 1e9 for number in numbers):
        raise _no_box(text)
    first, second, third, fourth = numbers
    if system.swapped:
        first, second, third, fourth = second, first, fourth, third
    wide = abs(first) <= 180 and abs(third) <= 180 and abs(second) <= 90 and abs(fourth) <= 90
    if second > fourth or not (system.metres or wide) or (system.metres and first > third):
        raise _no_box(text)
    return Box(first, second, third, fourth, system)


def _no_box(text: str) -> BadInput:
    return BadInput(
        "“%(text)s” is no box: write the lower corner, then the upper one, in the order of the"
        " axes, for example 113.2,23.0,113.4,23.2.",
        text=text[:80],
    )


def read_limit(text: str) -> int:
    """How many features a page has; more than the most is the most (Part 1, /req/core/fc-limit)."""
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) < 1:
        raise BadInput(
            "“%(limit)s” is no number of features: write 1 to %(most)s.",
            limit=text[:20],
            most=MOST,
        )
    return min(int(text), MOST)


def read_order(text: str, names: Sequence[str]) -> list[tuple[str, bool]]:
    """``+name,-area_km2`` → [(name, descending)]."""
    order = []
    # A plus arrives as a space where the client did not write it as %2B.
    for part in filter(None, (each.strip() for each in text.split(","))):
        name = part.lstrip("+-")
        if name not in names:
            raise BadInput(
                "“%(name)s” is no property that can be sorted by: see the queryables.",
                name=name[:40],
            )
        order.append((name, part.startswith("-")))
    if len(order) > 4:
        raise BadInput("Sort by at most four properties.")
    return order


def write_page(values: Sequence[Any]) -> str:
    """Where the next page begins, as one word of an address."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_page(text: str, length: int) -> list[str | None]:
    fault = BadInput("The address names no page of this list.")
    try:
        padded = text + "=" * (-len(text) % 4)
        values = read_json(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error):
        raise fault from None
    if not isinstance(values, list) or len(values) != length:
        raise fault
    if not all(value is None or isinstance(value, str) for value in values):
        raise fault
    return values
