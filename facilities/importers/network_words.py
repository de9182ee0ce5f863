"""What files of streets write: classes, one-way or not, speed limits."""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from common.errors import BadInput
from facilities.domain.streets import AGAINST, ALONG, BOTH

# Words of Chinese road registers → classes of OpenStreetMap.
CLASSES = {
    "高速公路": "motorway",
    "快速路": "trunk",
    "国道": "trunk",
    "主干路": "primary",
    "主干道": "primary",
    "省道": "primary",
    "次干路": "secondary",
    "次干道": "secondary",
    "县道": "secondary",
    "支路": "tertiary",
    "乡道": "tertiary",
    "村道": "unclassified",
    "内部道路": "service",
    "步行街": "pedestrian",
    "人行道": "footway",
    "自行车道": "cycleway",
}
DIRECTIONS = {
    "": BOTH,
    "no": BOTH,
    "false": BOTH,
    "0": BOTH,
    # Open in one direction at a time: both, over the day.
    "reversible": BOTH,
    "alternating": BOTH,
    "双向": BOTH,
    "yes": ALONG,
    "true": ALONG,
    "1": ALONG,
    "单向": ALONG,
    "-1": AGAINST,
    "reverse": AGAINST,
}
# Geofabrik's letters. F and T alone could as well be false and true.
LETTERS = {"f": ALONG, "t": AGAINST, "b": BOTH}
MILE_KM = 1.609344
SPEED = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?\s*")


class BadDirection(BadInput):
    template = "Row %(row)d: “%(value)s” is no direction: write yes, no or -1."


def class_of(value: Any) -> str:
    """Of several classes in one cell ("['steps', 'footway']") the first."""
    words = several(value)
    first = words[0].strip().lower() if words else ""
    return CLASSES.get(first, first)


def directions_of(values: Iterable[Any]) -> list[int]:
    """Directions of all rows of one column. Raises BadDirection with the number of the row."""
    words = ["" if value is None else str(value).strip().lower() for value in values]
    letters = "b" in words
    found = []
    for row, word in enumerate(words, start=1):
        known = LETTERS.get(word) if letters and word in LETTERS else DIRECTIONS.get(word)
        if known is None:
            raise BadDirection(row=row, value=word[:20])
        found.append(known)
    return found


def speed_of(value: Any) -> float:
    """Kilometres an hour, the least where several are told; NaN where none can be read."""
    speeds = []
    for word in several(value):
        if match := SPEED.fullmatch(word):
            speeds.append(float(match[1]) * (MILE_KM if match[2] == "mph" else 1))
    return min((speed for speed in speeds if speed > 0), default=math.nan)


def unread_speeds(values: Iterable[Any]) -> dict[str, int]:
    """What cells say of speed where :func:`speed_of` reads none: the word → how many, the most
    first. In many files 0 stands for a limit that is not known: that says nothing."""
    words = (_unread(value) for value in values if math.isnan(speed_of(value)))
    return dict(Counter(word for word in words if word).most_common())


def _unread(value: Any) -> str:
    words = (word.strip() for word in several(value))
    return next((word[:40] for word in words if word and not SPEED.fullmatch(word)), "")


def several(value: Any) -> list[str]:
    """The texts of a cell: a list as Python writes it, parts between semicolons, or one."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return []
    text = str(value).strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            return [str(one) for one in ast.literal_eval(text)]
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return [text]
    return [part for part in text.split(";") if part]
