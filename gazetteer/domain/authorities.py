"""Whose approval a name needs (Art 12): the level of the organ as a division-code prefix."""

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
COUNTRY, PROVINCE, CITY_OR_COUNTY, COUNTY = "country", "province", "city_or_county", "county"
LEVELS = (COUNTRY, PROVINCE, CITY_OR_COUNTY, COUNTY)


def authority_code(level: str, division_code: str) -> str:
    """The division whose organ decides about a place in ``division_code``.

    “直辖市、市、县人民政府” (streets, buildings): a district under a city (GB/T 2260 positions 5–6
    from 01 to 20 and 51 to 80) is decided by its city, a county or county-level city by itself.
    """
    if level == COUNTRY:
        return ""
    if level == PROVINCE:
        return division_code[:2]
    if level == COUNTY:
        return division_code[:6]
    if division_code[:2] in MUNICIPALITIES:
        return division_code[:2]
    place = division_code[4:6]
    if place.isdigit() and (21 <= int(place) <= 50 or 81 <= int(place) <= 99):
        return division_code[:6]
    return division_code[:4]
