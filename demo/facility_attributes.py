"""Attributes of synthetic facilities, planted by number: it is known which targets they meet.

Facilities of a category take the patterns in turn, in the order of the set; a pattern that leaves
an attribute out leaves it unknown. Real facilities get none: nothing is made up about them.
"""

from itertools import cycle
from typing import Any

TEN = [
    "daily_care",
    "cleaning",
    "meals",
    "recreation",
    "day_care",
    "medical",
    "counselling",
    "rehabilitation",
    "information",
    "emergency",
]
THREE = ["families", "youth", "elders"]
Attributes = dict[str, Any]


def _centre(funding: int | None, total: int | None, **told: Any) -> Attributes:
    known = {"level": "street", "annual_funding_yuan": funding, "staff_total": total, **told}
    return {key: value for key, value in known.items() if value is not None}


# What a family centre of each pattern does to T04 (staff), T05 (related), T06 (social work) and
# T09 (clients) stands beside it: m met, s short and by how much, u unknown.
CENTRES: list[tuple[Attributes, str]] = [
    (
        _centre(
            2_000_000,
            20,
            staff_social_work=10,
            staff_psychology=2,
            staff_nursing=2,
            staff_other=6,
            client_groups=THREE,
        ),
        "m m m m",
    ),
    (
        _centre(
            1_950_000,
            18,
            staff_social_work=9,
            staff_rehabilitation=3,
            staff_other=6,
            client_groups=THREE,
        ),
        "s2 m m m",
    ),
    (
        _centre(
            1_000_000,
            10,
            staff_social_work=4,
            staff_psychology=3,
            staff_other=3,
            client_groups=[*THREE, "disabled"],
        ),
        "m m s1 m",
    ),
    (
        _centre(
            900_000,
            10,
            staff_social_work=5,
            staff_other=5,
            client_groups=["families", "elders"],
        ),
        "m s2 m s1",
    ),
    (_centre(None, 12, client_groups=THREE), "u u u m"),
    ({"level": "street"}, "u u u u"),
]
# T08: all ten; two lacking; not recorded.
HOME_CARE: list[tuple[Attributes, str]] = [
    ({"level": "district", "functions": TEN, "floor_area_m2": 1200}, "m"),
    ({"level": "district", "functions": TEN[:6] + TEN[7:9], "floor_area_m2": 800}, "s2"),
    ({"level": "district"}, "u"),
]
# F02 (land), F04 (approval): of a public cemetery the county decides.
CEMETERIES: list[tuple[Attributes, str]] = [
    (
        {
            "approval_level": "county",
            "approval_document": "模拟〔2019〕1号",
            "approval_on": "2019-03-01",
            "land_use": ["barren"],
            "grave_area_ash_m2": 0.8,
            "distance_water_m": 850,
            "distance_road_m": 420,
        },
        "m m",
    ),
    (
        {
            "approval_level": "township",
            "approval_document": "模拟〔2019〕2号",
            "land_use": ["forest", "barren"],
            "grave_area_ash_m2": 1.4,
            "grave_area_body_m2": 5.0,
        },
        "s s",
    ),
    ({"land_use": ["special"]}, "m u"),
    ({}, "u u"),
]
# F04 of funeral halls' service points and ash halls.
FUNERAL: list[tuple[Attributes, str]] = [
    ({"approval_level": "county", "approval_document": "模拟〔2020〕3号"}, "m"),
    ({"approval_level": "none"}, "s"),
    ({}, "u"),
]
SPACES: list[tuple[Attributes, str]] = [
    ({"level": "street", "floor_area_m2": 750}, ""),
    ({"level": "street", "floor_area_m2": 400}, ""),
    ({"level": "street"}, ""),
]
HOMES: list[tuple[Attributes, str]] = [
    ({"level": "district", "floor_area_m2": 9000, "site_area_m2": 8000, "staff_total": 60}, ""),
    ({"level": "district", "floor_area_m2": 3600, "staff_total": 24}, ""),
    ({"level": "district"}, ""),
]
BASES: list[tuple[Attributes, str]] = [({"level": "district"}, "m")]
PATTERNS = {
    "FAM-CTR": CENTRES,
    "ELD-HOME": HOME_CARE,
    "ELD-DAY": SPACES,
    "COM-STN": SPACES,
    "ELD-INST": HOMES,
    "FUN-CEM-PUB": CEMETERIES,
    "FUN-SVC": FUNERAL,
    "FUN-COLUM": FUNERAL,
    "SO-INCUB": BASES,
}


class Planter:
    """Hands out the patterns of each category in turn."""

    def __init__(self) -> None:
        self._next = {category: cycle(patterns) for category, patterns in PATTERNS.items()}

    def attributes(self, category: str) -> Attributes:
        if category not in self._next:
            return {}
        told, _ = next(self._next[category])
        return dict(told)
