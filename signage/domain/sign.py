"""The sign as a rule sees it: one frozen value, complete, without a database behind it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What the gazetteer requires of every sign of one place (地名) on the day of the check.

    ``standard_name`` and ``pinyin_sign`` are empty where the place has no standard name that day.
    ``division_codes`` are the counties (six digits) in which the place lies: one for most streets,
    several for a road that crosses a line, none where it is unknown.
    """

    standard_name: str = ""
    pinyin_sign: str = ""
    division_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignFacts:
    """A place-name sign (地名标志) as it stands.

    ``street_bearing`` is the azimuth of the street in degrees from north, None where unknown.
    ``division_code`` is the code of the division in which the sign stands, empty where unknown.
    ``place`` is None where the sign is linked to no place of the gazetteer.
    """

    sign_class: str
    hanzi: str
    pinyin: str
    ground_colour: str
    street_bearing: float | None
    division_code: str
    place: PlaceFacts | None
