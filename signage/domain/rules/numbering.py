"""R21–R25: door numbers of a whole street: unique, in order, on their side, without gaps."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from signage.domain.rules.registry import Parameters, Scope, rule
from signage.domain.rules.values import words
from signage.domain.street import EAST_WEST, NORTH_SOUTH, StreetSign, StreetSigns, StreetVerdict

Numbered = list[tuple[int, StreetSign, int]]


def _plates(street: StreetSigns, classes: frozenset[str]) -> Numbered:
    """(place in the list, plate, number) of all plates with a number."""
    return [
        (at, sign, sign.door_number)
        for at, sign in enumerate(street.signs)
        if sign.door_number is not None and sign.sign_class in classes
    ]


def _by_parity(plates: Numbered) -> list[Numbered]:
    """Odd and even apart; plates with a suffix (12-1) stand between and are left out."""
    halves: dict[int, Numbered] = defaultdict(list)
    for plate in plates:
        if not plate[1].door_suffix:
            halves[plate[2] % 2].append(plate)
    return [halves[parity] for parity in sorted(halves)]


def _doors(values: Parameters) -> frozenset[str]:
    return words("doors", values)


@rule("R21", _doors, scope=Scope.STREET)
def number_twice(street: StreetSigns, doors: frozenset[str]) -> Iterator[StreetVerdict]:
    """Fails every plate whose number and suffix another plate of the street has too."""
    same: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at, sign, number in _plates(street, doors):
        same[number, sign.door_suffix].append(at)
    for (number, suffix), places in same.items():
        for at in places if len(places) > 1 else ():
            others = [street.signs[other].number for other in places if other != at]
            yield StreetVerdict(at, f"{number}{suffix}: {' '.join(others[:3])}", 1)


@dataclass(frozen=True, slots=True)
class OrderParameters:
    """``start``: axis → the compass end from which the numbers rise."""

    doors: frozenset[str]
    start: Mapping[str, str]

    @classmethod
    def read(cls, values: Parameters) -> "OrderParameters":
        start = {axis: str(values["start"][axis]) for axis in (EAST_WEST, NORTH_SOUTH)}
        if start[EAST_WEST] not in "EW" or start[NORTH_SOUTH] not in "NS":
            raise ValueError("start is E or W for ew, N or S for ns")
        return cls(_doors(values), start)


@rule("R22", OrderParameters.read, scope=Scope.STREET)
def numbers_out_of_order(
    street: StreetSigns, parameters: OrderParameters
) -> Iterator[StreetVerdict]:
    """Fails the fewest plates without which the numbers of a side rise along the street."""
    forwards = street.begins == parameters.start[street.axis]
    for side in _by_parity(_plates(street, parameters.doors)):
        ordered = sorted(side, key=lambda plate: plate[1].along_m, reverse=not forwards)
        kept = _longest_rise([number for _, _, number in ordered])
        for turn, (at, _, number) in enumerate(ordered):
            if turn not in kept:
                before = [str(n) for t, (_, _, n) in enumerate(ordered[:turn]) if t in kept]
                after = [str(n) for t, (_, _, n) in enumerate(ordered) if t > turn and t in kept]
                low, high = (before or [""])[-1], (after or [""])[0]
                yield StreetVerdict(at, number, f"{low}–{high}")


def _longest_rise(numbers: list[int]) -> frozenset[int]:
    """The places of a longest run that never falls (patience sorting)."""
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_right(tops, number)
        before.append(holders[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(number)
            holders.append(place)
        else:
            tops[pile], holders[pile] = number, place
    kept = set()
    place = holders[-1] if holders else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return frozenset(kept)


@dataclass(frozen=True, slots=True)
class SideParameters:
    """``odd_side``: axis → the side of the odd numbers."""

    doors: frozenset[str]
    odd_side: Mapping[str, str]

    @classmethod
    def read(cls, values: Parameters) -> "SideParameters":
        odd = {axis: str(values["odd_side"][axis]) for axis in (EAST_WEST, NORTH_SOUTH)}
        if odd[EAST_WEST] not in {"N", "S"} or odd[NORTH_SOUTH] not in {"E", "W"}:
            raise ValueError("odd_side is N or S for ew, E or W for ns")
        return cls(_doors(values), odd)


@rule("R23", SideParameters.read, scope=Scope.STREET)
def number_on_wrong_side(
    street: StreetSigns, parameters: SideParameters
) -> Iterator[StreetVerdict]:
    """Fails odd numbers on the even side and even ones on the odd side."""
    odd = parameters.odd_side[street.axis]
    even = {"N": "S", "S": "N", "E": "W", "W": "E"}[odd]
    for at, sign, number in _plates(street, parameters.doors):
        wanted = odd if number % 2 else even
        side = street.side_of(sign)
        if side != wanted:
            yield StreetVerdict(at, side, wanted)


@dataclass(frozen=True, slots=True)
class GapParameters:
    """``most``: the largest step from one number of a side to the next."""

    doors: frozenset[str]
    most: int
    reserved: frozenset[int]

    @classmethod
    def read(cls, values: Parameters) -> "GapParameters":
        reserved = frozenset(int(number) for number in values["reserved"])
        return cls(_doors(values), int(values["max_gap_numbers"]), reserved)


@rule("R24", GapParameters.read, scope=Scope.STREET)
def numbers_missing(street: StreetSigns, parameters: GapParameters) -> Iterator[StreetVerdict]:
    """Fails the plate after a gap; reserved numbers count as given."""
    for side in _by_parity(_plates(street, parameters.doors)):
        ordered = sorted(side, key=lambda plate: plate[2])
        for (_, _, low), (at, _, high) in pairwise(ordered):
            kept = sum(low < number < high for number in parameters.reserved)
            if high - low - 2 * kept > parameters.most:
                yield StreetVerdict(at, f"{low}–{high}", f"≤ {parameters.most}")


@dataclass(frozen=True, slots=True)
class SkipParameters:
    doors: frozenset[str]
    never_skipped: tuple[int, ...]

    @classmethod
    def read(cls, values: Parameters) -> "SkipParameters":
        return cls(_doors(values), tuple(int(number) for number in values["forbid_skip"]))


@rule("R25", SkipParameters.read, scope=Scope.STREET)
def unlucky_number_skipped(
    street: StreetSigns, parameters: SkipParameters
) -> Iterator[StreetVerdict]:
    """Fails the plate after a number that was left out though its neighbours were given."""
    given: dict[int, int] = {}
    for at, _, number in _plates(street, parameters.doors):
        given.setdefault(number, at)
    for number in parameters.never_skipped:
        before = number - 2 in given or number == 2
        if number not in given and before and number + 2 in given:
            yield StreetVerdict(given[number + 2], f"{number - 2} {number + 2}", number)
