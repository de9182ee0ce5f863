"""What an entry of the compendium (政区大典) holds, by level (domain reference §6, designed)."""

from dataclasses import dataclass
from enum import StrEnum

COUNTY = 3


class Block(StrEnum):
    HEAD = "head"
    POSITION = "position"
    PEOPLE = "people"
    SEAT = "seat"
    SUB_UNITS = "sub_units"
    ORIGIN = "origin"
    HISTORY = "history"
    NATURE = "nature"
    ECONOMY = "economy"
    SOCIETY = "society"
    INFRASTRUCTURE = "infrastructure"
    CULTURE = "culture"
    MAP = "map"


class Form(StrEnum):
    LIVE = "live"  # told by the system alone
    MIXED = "mixed"  # told by the system; what people write stands instead
    TEXT = "text"  # written by people
    FIGURE = "figure"  # a number with its base year


@dataclass(frozen=True, slots=True)
class Item:
    """``least``: fewest characters of a written text (E08); ``county_only``: not of townships."""

    key: str
    block: Block
    form: Form
    required: bool = True
    county_only: bool = False
    least: int = 0


_B, _F = Block, Form
SECTION = 20  # characters; the work plan gives no number, so this one only warns
ITEMS: tuple[Item, ...] = (
    Item("name", _B.HEAD, _F.LIVE),
    Item("pinyin", _B.HEAD, _F.LIVE),
    Item("code", _B.HEAD, _F.LIVE),
    Item("kind", _B.HEAD, _F.LIVE),
    Item("postcode", _B.HEAD, _F.TEXT),
    Item("phone_code", _B.HEAD, _F.TEXT, required=False),
    Item("plate_prefix", _B.HEAD, _F.TEXT, required=False, county_only=True),
    Item("relative", _B.POSITION, _F.LIVE),
    Item("extent", _B.POSITION, _F.MIXED),
    Item("neighbours", _B.POSITION, _F.MIXED),
    Item("area", _B.PEOPLE, _F.FIGURE),
    Item("registered", _B.PEOPLE, _F.FIGURE, required=False),
    Item("residents", _B.PEOPLE, _F.FIGURE),
    Item("households", _B.PEOPLE, _F.FIGURE, required=False),
    Item("minority_share", _B.PEOPLE, _F.FIGURE, required=False),
    Item("density", _B.PEOPLE, _F.FIGURE, required=False),
    Item("seat", _B.SEAT, _F.MIXED),
    Item("sub_unit_count", _B.SUB_UNITS, _F.FIGURE),
    Item("sub_units", _B.SUB_UNITS, _F.LIVE),
    Item("origin", _B.ORIGIN, _F.MIXED, least=SECTION),
    Item("history", _B.HISTORY, _F.MIXED),
    Item("nature", _B.NATURE, _F.TEXT, least=SECTION),
    Item("economy", _B.ECONOMY, _F.TEXT, least=SECTION),
    Item("gdp", _B.ECONOMY, _F.FIGURE, county_only=True),
    Item("society", _B.SOCIETY, _F.TEXT, least=SECTION),
    Item("facilities", _B.SOCIETY, _F.LIVE, required=False),
    Item("infrastructure", _B.INFRASTRUCTURE, _F.TEXT, least=SECTION),
    Item("signs", _B.INFRASTRUCTURE, _F.LIVE, required=False),
    Item("culture", _B.CULTURE, _F.TEXT, least=SECTION),
    Item("map_number", _B.MAP, _F.TEXT, required=False),
    Item("photos", _B.MAP, _F.LIVE, required=False),
)
BY_KEY = {item.key: item for item in ITEMS}


def items_of(level: int) -> list[Item]:
    """The items of an entry of this level, in their order."""
    return [item for item in ITEMS if level <= COUNTY or not item.county_only]
