"""Checks E01–E14 of an entry (domain reference §6; all of them designed, hence provisional).

Each is one small function from what is written and what the system knows to a finding.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from compendium.domain.items import ITEMS, Form, items_of

AREA_TOLERANCE = 0.01
DENSITY_TOLERANCE = 0.05
EXTENT_TOLERANCE_DEG = 0.01
SECRET_WORDS = ("绝密", "机密", "秘密级", "涉密", "部队番号", "军事禁区坐标", "弹药库")
QUOTES = re.compile(r"[「『“《（(][^」』”》）)]*[」』”》）)]")
YEARS = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?=年)")
NUMBERS = re.compile(r"\d+(?:\.\d+)?")
# A name as the reader is told it, then in each of its scripts.
Spellings = Sequence[str]


class State(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote into an item. ``value``: the number of a figure."""

    text: str = ""
    value: float | None = None
    base_year: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the system knows of the division on the data-cut day; ``None`` and empty: unknown.

    ``bounds``: west, south, east, north in degrees. ``event_years``: of the recorded events in
    order. ``retired``: names of divisions that were no more on that day. ``secret``: names of
    secret places within. ``seat_standard``: whether the seat is named by a standard name.
    ``captions``: what is printed below its photos.
    """

    level: int
    filled: frozenset[str]
    area_km2: float | None = None
    people: float | None = None
    children: int | None = None
    neighbours: Sequence[Spellings] | None = None
    bounds: tuple[float, float, float, float] | None = None
    event_years: Sequence[int] = ()
    retired: Sequence[str] = ()
    secret: Sequence[str] = ()
    seat_standard: bool | None = None
    for_print: bool = False
    captions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """``about``: keys of items, names or numbers that are meant, for the sentence."""

    check: str
    state: State
    about: Sequence[str] = field(default=())


Entry = Mapping[str, Written]
# What stands against a signature: items that are required, and what may not become public.
BLOCKING = ("E09", "E14")


def check_entry(entry: Entry, known: Known) -> list[Finding]:
    """All fourteen, in their order."""
    return [Finding(name, *judge(entry, known)) for name, judge in CHECKS.items()]


Verdict = tuple[State, Sequence[str]]


def _near(given: float, known: float, tolerance: float) -> bool:
    return abs(given - known) <= tolerance * abs(known)


def _value(entry: Entry, key: str) -> float | None:
    return entry[key].value if key in entry else None


def _area(entry: Entry, known: Known) -> Verdict:
    given = _value(entry, "area")
    if known.area_km2 is None:
        return State.UNKNOWN, ()
    if given is None or _near(given, known.area_km2, AREA_TOLERANCE):
        return State.OK, ()
    return State.WRONG, (f"{given:g}", f"{known.area_km2:.2f}")


def _population(entry: Entry, known: Known) -> Verdict:
    keys = [key for key in ("registered", "residents", "households") if key in entry]
    if not keys:
        return (State.UNKNOWN, ()) if known.people is None else (State.OK, ())
    bad = [key for key in keys if not entry[key].base_year or not entry[key].source]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _children(entry: Entry, known: Known) -> Verdict:
    given = _value(entry, "sub_unit_count")
    if known.children is None:
        return State.UNKNOWN, ()
    if given is None or given == known.children:
        return State.OK, ()
    return State.WRONG, (f"{given:g}", str(known.children))


def _seat(entry: Entry, known: Known) -> Verdict:
    if known.seat_standard is None:
        return State.UNKNOWN, ()
    return (State.OK, ()) if known.seat_standard else (State.WRONG, ())


def _years(entry: Entry, known: Known) -> Verdict:
    figures = [item.key for item in ITEMS if item.form is Form.FIGURE]
    bad = [key for key in figures if key in entry and not entry[key].base_year]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _history(entry: Entry, known: Known) -> Verdict:
    """Years are told in order, and none of the recorded ones is left out."""
    if "history" not in entry:
        return State.OK, ()
    told = [int(year) for year in YEARS.findall(entry["history"].text)]
    if told != sorted(told):
        return State.WRONG, [str(b) for a, b in itertools.pairwise(told) if b < a]
    missing = sorted({*known.event_years} - {*told})
    return (State.WRONG, [str(year) for year in missing]) if missing else (State.OK, ())


def _plain_text(entry: Entry) -> str:
    """What is written without quotations and brackets, where former names may stand."""
    texts = (one.text for key, one in entry.items() if key not in ("origin", "history"))
    return QUOTES.sub("", "\n".join(texts))


def _names(entry: Entry, known: Known) -> Verdict:
    text = _plain_text(entry)
    bad = [name for name in known.retired if re.search(f"(?<![原旧]){re.escape(name)}", text)]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _length(entry: Entry, known: Known) -> Verdict:
    bad = [
        item.key
        for item in items_of(known.level)
        if item.least and item.key in entry and 0 < len(entry[item.key].text) < item.least
    ]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _filled(entry: Entry, known: Known) -> Verdict:
    bad = [i.key for i in items_of(known.level) if i.required and i.key not in known.filled]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _neighbours(entry: Entry, known: Known) -> Verdict:
    if known.neighbours is None:
        return State.UNKNOWN, ()
    if "neighbours" not in entry:
        return State.OK, ()
    text = entry["neighbours"].text
    bad = [names[0] for names in known.neighbours if not any(n and n in text for n in names)]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _extent(entry: Entry, known: Known) -> Verdict:
    if known.bounds is None:
        return State.UNKNOWN, ()
    if "extent" not in entry:
        return State.OK, ()
    given = sorted(float(n) for n in NUMBERS.findall(entry["extent"].text))
    wanted = sorted(known.bounds)
    if len(given) != 4:
        return State.UNKNOWN, ()
    pairs = zip(given, wanted, strict=True)
    bad = [f"{b:.3f}" for a, b in pairs if abs(a - b) > EXTENT_TOLERANCE_DEG]
    return (State.WRONG, bad) if bad else (State.OK, ())


def _map_number(entry: Entry, known: Known) -> Verdict:
    if "map_number" in entry:
        return State.OK, ()
    return (State.WRONG, ()) if known.for_print else (State.UNKNOWN, ())


def _density(entry: Entry, known: Known) -> Verdict:
    area = _value(entry, "area") or known.area_km2
    people = _value(entry, "residents") or known.people
    density = _value(entry, "density")
    if area is None or people is None or density is None:
        return State.UNKNOWN, ()
    if _near(area * density, people, DENSITY_TOLERANCE):
        return State.OK, ()
    return State.WRONG, (f"{area * density:.0f}", f"{people:.0f}")


def _secrecy(entry: Entry, known: Known) -> Verdict:
    """Words that never stand in a public book; names of secret places are not told again."""
    printed = (words for one in entry.values() for words in (one.text, one.source))
    text = "\n".join((*printed, *known.captions))
    bad = [word for word in SECRET_WORDS if word in text]
    if any(name in text for name in known.secret):
        bad.append("***")
    return (State.WRONG, bad) if bad else (State.OK, ())


CHECKS: dict[str, Callable[[Entry, Known], Verdict]] = {
    "E01": _area,
    "E02": _population,
    "E03": _children,
    "E04": _seat,
    "E05": _years,
    "E06": _history,
    "E07": _names,
    "E08": _length,
    "E09": _filled,
    "E10": _neighbours,
    "E11": _extent,
    "E12": _map_number,
    "E13": _density,
    "E14": _secrecy,
}
