"""Photos of which nobody noted the sign, matched by position, direction and time.

A camera writes where it stood and perhaps whither it looked. A sign is a candidate where it is near
enough, lies ahead of the camera, shows its face and stood on the day. The best candidate is taken
only where the next is clearly worse: whatever is doubtful is left to people, with the reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from common.crs import GEOD

# Within this distance the direction to the sign is made by the error of the position alone.
TOO_NEAR_TO_TELL_M = 8.0


@dataclass(frozen=True, slots=True)
class Shot:
    """What a photo says of itself. ``where``: (longitude, latitude); ``heading``: 0–360°."""

    where: tuple[float, float] | None
    heading: float | None = None
    taken_on: date | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A sign that may be meant; it stands on ``[begins, ends)``. ``facing``: 0–360° or None."""

    key: str
    where: tuple[float, float]
    facing: float | None = None
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """``within_m``: how far a camera stands; ``ahead_deg``: how far from the middle of the view;

    ``face_deg``: how obliquely a face can be read; ``clear``: the best is at most this share of
    the next.
    """

    within_m: float = 100.0
    ahead_deg: float = 60.0
    face_deg: float = 90.0
    clear: float = 0.6


@dataclass(frozen=True, slots=True)
class Candidate:
    """``doubt`` is the distance in metres, made larger by what does not fit; less is better."""

    key: str
    distance_m: float
    doubt: float


class Leftover(StrEnum):
    """Why a photo was matched with no sign."""

    NO_POSITION = "no_position"
    NONE_NEAR = "none_near"
    LOOKS_ELSEWHERE = "looks_elsewhere"
    NOT_THEN = "not_then"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Match:
    """``key`` of the sign, "" where the photo is left over and ``why`` says so."""

    key: str
    why: Leftover | None
    candidates: tuple[Candidate, ...] = ()


def match(shot: Shot, sites: Iterable[Site], limits: Limits = Limits()) -> Match:
    """The sign that a photo shows, or why that cannot be said."""
    if shot.where is None:
        return Match("", Leftover.NO_POSITION)
    near: list[tuple[Site, float, float]] = []
    for site in sites:
        azimuth, _, distance = GEOD.inv(*shot.where, *site.where)
        if distance <= limits.within_m:
            near.append((site, float(distance), float(azimuth) % 360))
    if not near:
        return Match("", Leftover.NONE_NEAR)
    then = [each for each in near if _stood(each[0], shot.taken_on)]
    if not then:
        return Match("", Leftover.NOT_THEN)
    seen = [_candidate(shot, *each, limits) for each in then]
    ranked = sorted((one for one in seen if one), key=lambda one: (one.doubt, one.key))
    if not ranked:
        return Match("", Leftover.LOOKS_ELSEWHERE)
    best = tuple(ranked[:5])
    if len(best) > 1 and best[0].doubt > limits.clear * best[1].doubt:
        return Match("", Leftover.SEVERAL, best)
    return Match(best[0].key, None, best)


def matches(
    shots: Sequence[Shot],
    sites: Sequence[Site],
    limits: Limits = Limits(),
) -> list[Match]:
    """One answer for each photo, in their order; several photos may show one sign."""
    return [match(shot, sites, limits) for shot in shots]


def turn(one: float, other: float) -> float:
    """The angle between two directions, 0 to 180 degrees."""
    return abs((one - other + 180) % 360 - 180)


def _stood(site: Site, day: date | None) -> bool:
    if day is None:
        return True
    return (site.begins is None or site.begins <= day) and (site.ends is None or day < site.ends)


def _candidate(
    shot: Shot, site: Site, distance: float, azimuth: float, limits: Limits
) -> Candidate | None:
    # A metre of error is always there: two signs of one post are never clearly apart.
    doubt = distance + 1
    if distance >= TOO_NEAR_TO_TELL_M and shot.heading is not None:
        off = turn(shot.heading, azimuth)
        if off > limits.ahead_deg:
            return None
        doubt *= 1 + off / limits.ahead_deg
    if site.facing is not None:
        # Whoever reads a face looks against it.
        looks = shot.heading
        if looks is None and distance >= TOO_NEAR_TO_TELL_M:
            looks = azimuth
        if looks is not None:
            off = turn(looks, site.facing + 180)
            if off > limits.face_deg:
                return None
            doubt *= 1 + off / limits.face_deg
    return Candidate(site.key, round(distance, 1), doubt)
