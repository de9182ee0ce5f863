"""From the legal category of a place (Art 3) to how its name is spelt."""

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
