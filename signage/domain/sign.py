"""The sign as a rule sees it: one frozen value, complete, without a database behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from signage.domain.faces import HANZI, PINYIN, Line, Panel, SignFace


class FormerName(NamedTuple):
    """A name that was the standard one until the day ``ended_on``."""

    text: str
    ended_on: date


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What the gazetteer says of one place (地名) on the day of the check.

    ``standard_name`` and ``pinyin_sign`` are empty where the place has no standard name that day;
    ``name_status`` is then the status of the name it has, "" where it has none at all.
    ``division_codes`` are the counties (six digits) in which the place lies: one for most streets,
    several for a road that crosses a line, none where it is unknown. ``unsuitable``: the flag
    大, 洋, 怪 or 重 that the name carries (domain reference §1.12).
    """

    standard_name: str = ""
    pinyin_sign: str = ""
    division_codes: tuple[str, ...] = ()
    name_status: str = ""
    former: tuple[FormerName, ...] = ()
    unsuitable: str = ""


class Site(NamedTuple):
    """What was recorded where the sign stands; None or "" is not known."""

    state: str = "standing"
    support: str = ""
    installed_on: date | None = None
    service_life_years: int | None = None
    responsible_body: str = ""
    set_by: str = ""
    set_with_authority: bool | None = None
    managed_by: str = "civil"
    material: str = ""
    film_class: int | None = None
    underside_m: float | None = None
    kerb_m: float | None = None
    condition: int | None = None


NO_SITE = Site()
NOTHING: Mapping[str, PlaceFacts] = {}


@dataclass(frozen=True, slots=True)
class Sign:
    """A place-name sign (地名标志) on the day of a check.

    ``street_bearing`` is the azimuth of the street in degrees from north, ``road_m`` the distance
    from the sign to the line of its street, ``division_code`` the division in which it stands;
    None or "" where unknown. ``place`` is None where it is linked to no place of the gazetteer,
    ``elsewhere`` has the further places that its lines show, by id.
    """

    sign_class: str
    faces: tuple[SignFace, ...]
    place: PlaceFacts | None = None
    division_code: str = ""
    street_bearing: float | None = None
    road_m: float | None = None
    site: Site = NO_SITE
    day: date | None = None
    elsewhere: Mapping[str, PlaceFacts] = field(default_factory=lambda: NOTHING)
    hanzi: str = field(init=False)
    pinyin: str = field(init=False)
    lines: Mapping[str, tuple[Panel, Line]] = field(init=False)

    def __post_init__(self) -> None:
        """The first line of each kind on the first face, found once for all rules."""
        lines: dict[str, tuple[Panel, Line]] = {}
        if self.faces:
            for panel in self.faces[0].panels:
                for line in panel.lines:
                    if line.kind not in lines:
                        lines[line.kind] = (panel, line)
        found = object.__setattr__
        found(self, "lines", lines)
        found(self, "hanzi", lines[HANZI][1].text if HANZI in lines else "")
        found(self, "pinyin", lines[PINYIN][1].text if PINYIN in lines else "")

    @property
    def ground_colour(self) -> str:
        return self.faces[0].ground if self.faces else ""

    def line(self, kind: str) -> Line | None:
        found = self.lines.get(kind)
        return None if found is None else found[1]

    def ground_of(self, kind: str) -> str:
        """The ground beneath a line: its panel's own, else the face's."""
        found = self.lines.get(kind)
        return (found[0].ground if found else "") or self.ground_colour
