"""R30, R31, R36, R38: signs missing along a street, too far apart, twice, absent at a place."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from signage.domain.rules.registry import FAIL, PASS, UNKNOWN, Judgement, Parameters, Scope, rule
from signage.domain.rules.values import words
from signage.domain.street import Gap, Junction, StreetSigns, StreetVerdict


@dataclass(frozen=True, slots=True)
class JunctionParameters:
    """``signs``: the classes of sign that name a street to those who pass."""

    buffer_m: float
    signs: frozenset[str]

    @classmethod
    def read(cls, values: Parameters) -> "JunctionParameters":
        return cls(float(values["junction_buffer_m"]), words("signs", values))


@rule("R30", JunctionParameters.read, scope=Scope.STREET)
def spots_without_sign(street: StreetSigns, parameters: JunctionParameters) -> Iterator[Gap]:
    """Fails each end and each junction with a named street that has no sign within the buffer.

    A junction nearer to an end than the buffer is served by the sign of the end.
    """
    buffer = parameters.buffer_m
    named = [(s.x, s.y) for s in street.signs if s.sign_class in parameters.signs]
    ends = [Junction("start", 0.0, *street.start, ""), Junction("end", 0.0, *street.end, "")]
    inner = [j for j in street.junctions if buffer < j.along_m < street.length_m - buffer]
    for spot in [*ends, *inner]:
        nearest = min((math.dist((spot.x, spot.y), at) for at in named), default=math.inf)
        if nearest > buffer:
            measured = "" if math.isinf(nearest) else f"{nearest:.0f}"
            yield Gap(spot.spot, spot.x, spot.y, measured, f"≤ {buffer:g}")


@dataclass(frozen=True, slots=True)
class SpacingParameters:
    most_m: float
    signs: frozenset[str]

    @classmethod
    def read(cls, values: Parameters) -> "SpacingParameters":
        return cls(float(values["max_m"]), words("signs", values))


@rule("R31", SpacingParameters.read, scope=Scope.STREET)
def signs_far_apart(street: StreetSigns, parameters: SpacingParameters) -> Iterator[StreetVerdict]:
    """Fails the sign that follows too long a stretch without one."""
    named = sorted(
        (sign.along_m, at)
        for at, sign in enumerate(street.signs)
        if sign.sign_class in parameters.signs
    )
    for (before, _), (along, at) in pairwise(named):
        if along - before > parameters.most_m:
            yield StreetVerdict(at, round(along - before), f"≤ {parameters.most_m:g}")


@rule("R36", lambda values: float(values["distance_m"]), scope=Scope.STREET)
def sign_twice(street: StreetSigns, distance_m: float) -> Iterator[StreetVerdict]:
    """Fails the later of two signs of a class that show the same within a few metres."""
    same: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, sign in enumerate(street.signs):
        same[sign.sign_class, sign.text].append(at)
    for places in same.values():
        if len(places) < 2:
            continue
        # By position along x, so that only near neighbours are compared.
        places.sort(key=lambda at: street.signs[at].x)
        failed: dict[int, tuple[str, float]] = {}
        for turn, one in enumerate(places):
            first = street.signs[one]
            for other in places[turn + 1 :]:
                second = street.signs[other]
                if second.x - first.x > distance_m:
                    break
                apart = math.dist((first.x, first.y), (second.x, second.y))
                if apart <= distance_m:
                    late, early = (one, other) if first.number > second.number else (other, one)
                    failed.setdefault(late, (street.signs[early].number, apart))
        for at, (number, apart) in failed.items():
            yield StreetVerdict(at, f"{apart:.1f}: {number}", f"> {distance_m:g}")


@dataclass(frozen=True, slots=True)
class PlaceSigns:
    """A place that may have to have a sign, with the number of signs that stand for it.

    ``surveyed``: whether any sign at all was recorded in its county; where none was, the absence
    of one says nothing.
    """

    category: str
    class_code: str
    signs: int
    surveyed: bool = True


@dataclass(frozen=True, slots=True)
class DutyParameters:
    """``places``: legal category → class-code prefixes that need a sign, () for all of it."""

    places: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, values: Parameters) -> "DutyParameters":
        return cls({key: tuple(map(str, codes)) for key, codes in values["places"].items()})

    def asks(self, place: PlaceSigns) -> bool:
        codes = self.places.get(place.category)
        return codes is not None and (not codes or place.class_code.startswith(codes))


@rule("R38", DutyParameters.read, scope=Scope.PLACE)
def place_without_sign(place: PlaceSigns, parameters: DutyParameters) -> Judgement:
    """Fails a place of a class that must have a sign and has none (细则 1996, Art 24)."""
    if place.signs or not parameters.asks(place):
        return PASS, place.signs, ""
    if not place.surveyed:
        return UNKNOWN, 0, "≥ 1"
    return FAIL, 0, "≥ 1"
