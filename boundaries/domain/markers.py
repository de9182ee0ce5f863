"""Numbers of boundary markers (界桩编号): what one says, and how those of a line must run.

Along a line the serial runs from west to east or from north to south, from 001; a single post is
Q, two posts of one number are A and B, three are C, D and E (domain reference §5.5). How a number
is written is a pattern that differs by level and province and therefore comes as data.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

# The posts that bear one serial together, in the order of the codes of the sides they stand for.
TOGETHER = ("Q", "AB", "CDE")
SERIALS = range(1, 1000)
FARTHEST_WITNESS_M = 1_000


class NumberFault(StrEnum):
    """Why a number is none."""

    FORM = "form"  # not of the pattern at all
    SIDES = "sides"  # the smaller code comes first
    SERIAL = "serial"  # serials begin with 001


class WrongNumber(ValueError):
    def __init__(self, fault: NumberFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, order=True)
class MarkerNumber:
    """``side_a`` and ``side_b``: what the number says of the sides, the smaller code first."""

    side_a: str
    side_b: str
    serial: int
    post: str


def parse_number(text: str, pattern: str) -> MarkerNumber:
    """What a number says. ``pattern`` has the groups ``a``, ``b``, ``serial`` and ``post``.

    Raises :class:`WrongNumber`. ``4445012Q`` is the twelfth marker between 44 and 45; ``4544012Q``
    is none, as its sides stand in the wrong order.
    """
    found = re.fullmatch(pattern, text, flags=re.ASCII)
    if found is None:
        raise WrongNumber(NumberFault.FORM)
    number = MarkerNumber(found["a"], found["b"], int(found["serial"]), found["post"])
    if not number.side_a < number.side_b:
        raise WrongNumber(NumberFault.SIDES)
    if number.serial not in SERIALS:
        raise WrongNumber(NumberFault.SERIAL)
    return number


@dataclass(frozen=True, slots=True)
class Witness:
    """What a marker is found again by (方位物): metres and degrees from the marker, true north."""

    what: str
    distance_m: float
    azimuth: float | None = None

    def __str__(self) -> str:
        """As people write it; what :func:`read_witness` reads."""
        turn = "" if self.azimuth is None else f"; {self.azimuth:g}"
        return f"{self.what}; {self.distance_m:g}{turn}"


def read_witness(text: str) -> Witness:
    """A witness object as people write it: ``老榕树; 12.5; 45``; the azimuth may be left out.

    Raises ValueError for anything else, and for one farther away than 1,000 m.
    """
    what, distance, *rest = (part.strip() for part in text.replace("；", ";").split(";"))
    # What is nearly a whole turn comes out of the remainder as one: twice taken, it is north.
    azimuth = float(rest[0]) % 360 % 360 if rest and rest[0] else None
    if azimuth is not None and not isfinite(azimuth):
        raise ValueError(text)
    witness = Witness(what[:100], float(distance), azimuth)
    if not what or len(rest) > 1 or not 0 < witness.distance_m <= FARTHEST_WITNESS_M:
        raise ValueError(text)
    return witness


class SeriesFault(StrEnum):
    """What can be wrong with the numbers of one line taken together."""

    TWICE = "twice"
    INCOMPLETE = "incomplete"  # an A without its B
    GAP = "gap"
    ORDER = "order"  # the serial does not rise along the line


@dataclass(frozen=True, slots=True)
class SeriesFinding:
    """``serials``: those concerned; for a gap those that are missing."""

    fault: SeriesFault
    serials: tuple[int, ...]


def check_series(
    posts: Sequence[tuple[int, str]], chainage: Mapping[int, float], *, section: bool = False
) -> list[SeriesFinding]:
    """What is wrong with the markers of a line.

    ``section``: the line is part of a longer one that is numbered as a whole, so that its serials
    need not begin with 001.

    ``posts``: (serial, post) of every marker; ``chainage``: serial → metres along the line from
    its western or northern end, for those whose position is known.
    """
    borne: dict[int, list[str]] = defaultdict(list)
    for serial, post in posts:
        borne[serial].append(post)
    findings = []
    twice = tuple(n for n in sorted(borne) if len(set(borne[n])) < len(borne[n]))
    if twice:
        findings.append(SeriesFinding(SeriesFault.TWICE, twice))
    whole = {frozenset(group) for group in TOGETHER}
    partial = tuple(n for n in sorted(borne) if frozenset(borne[n]) not in whole)
    if partial:
        findings.append(SeriesFinding(SeriesFault.INCOMPLETE, partial))
    begins = min(borne, default=1) if section else 1
    missing = tuple(n for n in range(begins, max(borne, default=0)) if n not in borne)
    if missing:
        findings.append(SeriesFinding(SeriesFault.GAP, missing))
    known = [n for n in sorted(borne) if n in chainage]
    back = tuple(
        after for before, after in itertools.pairwise(known) if chainage[after] < chainage[before]
    )
    if back:
        findings.append(SeriesFinding(SeriesFault.ORDER, back))
    return findings
