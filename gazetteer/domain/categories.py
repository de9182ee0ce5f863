"""From the legal category of a place (Art 3) to how its name is spelt and where it is unique."""

from gazetteer.domain.names import Category

_NAMING = {
    "NATURAL": Category.NATURAL,
    "DIVISION": Category.DIVISION,
    "COMMITTEE_SEAT": Category.VILLAGE,
    "PARK_RESERVE": Category.BUILDING,
    "STREET": Category.STREET,
    "RES_BUILDING": Category.BUILDING,
    "FACILITY": Category.FACILITY,
    "OTHER": Category.BUILDING,
}


def naming_category(legal_category: str, division_code: str) -> Category:
    """Villages (codes of 12 digits) are written as natural villages even where listed as units."""
    if legal_category == "DIVISION" and len(division_code) == 12:
        return Category.VILLAGE
    return _NAMING[legal_category]


def unique_within(legal_category: str, division_code: str) -> str:
    """The code prefix inside which the name may not occur twice in its category.

    Regulation on Place Names, Art 9 (7)–(8): divisions from the county up nationwide, townships
    within the province, committees within the county. Streets and estates are unique within a
    built-up area; until built-up areas are drawn the county stands for it.
    """
    if legal_category == "NATURAL":
        return ""
    if legal_category == "DIVISION" and len(division_code) < 12:
        return "" if len(division_code) == 6 else division_code[:2]
    return division_code[:6]
