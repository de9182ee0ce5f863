"""Division codes: GB/T 2260 (6 digits), GB/T 10114 (9), statistical village codes (12).

What a code says by itself: its level, its prefix as a jurisdiction, and together with the
name the kind of division. Numbers: domain reference §3.1.
"""

import re
from enum import StrEnum
from functools import lru_cache

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = range(1, 6)


class Kind(StrEnum):
    PROVINCE = "province"
    MUNICIPALITY = "municipality"
    AUTONOMOUS_REGION = "autonomous_region"
    SPECIAL_REGION = "special_region"
    CITY = "city"
    CITY_WITHOUT_COUNTIES = "city_without_counties"
    PREFECTURE = "prefecture"
    AUTONOMOUS_PREFECTURE = "autonomous_prefecture"
    LEAGUE = "league"
    DISTRICT = "district"
    COUNTY = "county"
    COUNTY_CITY = "county_city"
    AUTONOMOUS_COUNTY = "autonomous_county"
    BANNER = "banner"
    AUTONOMOUS_BANNER = "autonomous_banner"
    FOREST_DISTRICT = "forest_district"
    SPECIAL_DISTRICT = "special_district"
    STATISTICAL = "statistical"
    OUTSIDE_CODES = "outside_codes"
    STREET = "street"
    TOWN = "town"
    TOWNSHIP = "township"
    ETHNIC_TOWNSHIP = "ethnic_township"
    SUMU = "sumu"
    TOWNSHIP_UNIT = "township_unit"
    NEIGHBOURHOOD = "neighbourhood"
    VILLAGE = "village"
    VILLAGE_UNIT = "village_unit"


def level_of(code: str) -> int:
    """Level by the code alone; ``ValueError`` for anything that is not a division code."""
    if not code.isascii() or not code.isdigit() or len(code) not in (6, 9, 12):
        raise ValueError(f"{code!r} is not a division code.")
    if len(code) > 6:
        return TOWNSHIP if len(code) == 9 else VILLAGE
    if code.endswith("0000"):
        return PROVINCE
    return CITY if code.endswith("00") else COUNTY


def parent_code(code: str) -> str | None:
    """The code one step up by digits; ``None`` for a province.

    Counties run by a province itself (digits 3–4 = 90) and those of municipalities have a
    city part that no division bears: the loader falls back to the province for them.
    """
    level = level_of(code)
    if level == VILLAGE:
        return code[:9]
    if level == TOWNSHIP:
        return code[:6]
    if level == COUNTY:
        return code[:4] + "00"
    return code[:2] + "0000" if level == CITY else None


def is_county_cell(level: int, kind: str) -> bool:
    """Whether a division tiles the country at the level of counties: Dongguan has none within."""
    return level == COUNTY or kind == Kind.CITY_WITHOUT_COUNTIES


@lru_cache(maxsize=16_384)
def prefix_of(code: str) -> str:
    """The digits that every code below this one begins with: 440100 → 4401."""
    level = level_of(code)
    return {PROVINCE: code[:2], CITY: code[:4]}.get(level, code)


_BY_ENDING: dict[int, tuple[tuple[str, Kind], ...]] = {
    PROVINCE: (
        ("特别行政区", Kind.SPECIAL_REGION),
        ("自治区", Kind.AUTONOMOUS_REGION),
        ("省", Kind.PROVINCE),
        ("市", Kind.MUNICIPALITY),
    ),
    CITY: (
        ("自治州", Kind.AUTONOMOUS_PREFECTURE),
        ("地区", Kind.PREFECTURE),
        ("盟", Kind.LEAGUE),
        ("市", Kind.CITY),
    ),
    COUNTY: (
        ("自治县", Kind.AUTONOMOUS_COUNTY),
        ("自治旗", Kind.AUTONOMOUS_BANNER),
        ("神农架林区", Kind.FOREST_DISTRICT),
        ("行政委员会", Kind.STATISTICAL),
        ("特区", Kind.SPECIAL_DISTRICT),
        ("旗", Kind.BANNER),
        ("县", Kind.COUNTY),
        ("市", Kind.COUNTY_CITY),
        ("区", Kind.DISTRICT),
    ),
    TOWNSHIP: (
        ("街道", Kind.STREET),
        ("街道办事处", Kind.STREET),
        ("民族乡", Kind.ETHNIC_TOWNSHIP),
        ("民族苏木", Kind.ETHNIC_TOWNSHIP),
        ("苏木", Kind.SUMU),
        ("镇", Kind.TOWN),
        ("乡", Kind.TOWNSHIP),
    ),
}


def kind_of(code: str, name: str) -> Kind:
    """Kind by level and the ending of the name; units with neither fall to the level's rest."""
    level = level_of(code)
    if level == VILLAGE:
        number = int(code[9:])
        if number < 200:
            return Kind.NEIGHBOURHOOD
        return Kind.VILLAGE if number < 400 else Kind.VILLAGE_UNIT
    for ending, kind in _BY_ENDING[level]:
        if name.endswith(ending):
            return kind
    return Kind.TOWNSHIP_UNIT if level == TOWNSHIP else Kind.OUTSIDE_CODES


def is_system_key(key: str) -> bool:
    """Whether a word can name a code system of others: small letters, digits and hyphens."""
    return re.fullmatch(r"[a-z][a-z0-9-]{1,39}", key) is not None
