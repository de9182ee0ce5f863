"""A street with all its signs at once, in metres: what the rules of numbering and spacing see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

EAST_WEST, NORTH_SOUTH = "ew", "ns"


class StreetSign(NamedTuple):
    """A sign of the street. ``along_m`` from the start of the line, ``left_m`` to its left.

    ``text`` is all that its first face shows, ``side`` the recorded side (N, E, S, W) or "".
    """

    number: str
    sign_class: str
    along_m: float
    left_m: float
    x: float
    y: float
    text: str
    door_number: int | None = None
    door_suffix: str = ""
    side: str = ""


class Junction(NamedTuple):
    """Where another named street is met; ``spot`` names it the same at every check."""

    spot: str
    along_m: float
    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class StreetSigns:
    """A named street (街路巷): its course and the signs and plates that are linked to it.

    ``start`` and ``end`` are the points (x, y) of the line's ends in metres of any local system
    with x to the east; ``junctions`` are ordered along the street.
    """

    name: str
    length_m: float
    start: tuple[float, float]
    end: tuple[float, float]
    signs: Sequence[StreetSign]
    junctions: Sequence[Junction] = ()

    @property
    def axis(self) -> str:
        """The nearer axis: east–west or north–south."""
        east, north = self.end[0] - self.start[0], self.end[1] - self.start[1]
        return EAST_WEST if abs(east) >= abs(north) else NORTH_SOUTH

    @property
    def begins(self) -> str:
        """The compass end at which the line starts: W or E, S or N."""
        if self.axis == EAST_WEST:
            return "W" if self.end[0] >= self.start[0] else "E"
        return "S" if self.end[1] >= self.start[1] else "N"

    def side_of(self, sign: StreetSign) -> str:
        """The side of the street as recorded, else as the position tells: N or S, E or W."""
        if sign.side:
            return sign.side
        left = {"W": "N", "E": "S", "S": "W", "N": "E"}[self.begins]
        right = {"N": "S", "S": "N", "E": "W", "W": "E"}[left]
        return left if sign.left_m > 0 else right


class StreetVerdict(NamedTuple):
    """A failure of one sign, by its place in ``StreetSigns.signs``."""

    sign: int
    measured: str | float
    expected: str | float


class Gap(NamedTuple):
    """A sign that ought to stand at a spot and does not."""

    spot: str
    x: float
    y: float
    measured: str
    expected: str
