"""Who approves is told by what becomes of the units, not by what a draft calls it (Arts 6–10)."""

from typing import Any

import pytest
from shapely.geometry import box

from boundaries.domain.adjustments import Unit
from boundaries.models import Adjustment
from boundaries.queries.adjusting import approver_for
from tests.boundaries.test_adjustments_domain import DAY, carry_out

CUT = {"line": [[112.9, 23.05], [113.2, 23.05]], "points": [[113.05, 23.02]]}


def units() -> list[Unit]:
    """Two provinces; a city of two districts and an autonomous county; a city without counties."""
    found = [
        Unit("440000", "440000", "方省", 1, kind="province"),
        Unit("450000", "450000", "圆省", 1, kind="province"),
        Unit("449100", "449100", "甲市", 2, "440000", "city"),
        Unit("449200", "449200", "乙市", 2, "440000", "city_without_counties"),
        Unit("459100", "459100", "丙市", 2, "450000", "city"),
        Unit("449001", "449001", "直市", 3, "440000", "county_city"),
        Unit("449001001", "449001001", "直街道", 4, "449001", "street"),
    ]
    for row, (code, name, kind) in enumerate(
        (
            ("449102", "东区", "district"),
            ("449103", "西区", "district"),
            ("449121", "某族自治县", "autonomous_county"),
        )
    ):
        west = 113 + row / 10
        county = box(west, 23, west + 0.1, 23.1)
        street = Unit(f"{code}001", f"{code}001", f"{name}街道", 4, code, "street", shape=county)
        found += [Unit(code, code, name, 3, "449100", kind, shape=county), street]
    return found


def article_of(change: dict[str, Any]) -> tuple[str, str]:
    draft = Adjustment(changes=[change], happens_on=DAY)
    found = approver_for(adjustment=draft, outcome=carry_out(units(), change))
    return found.body, found.article


@pytest.mark.parametrize("act", ["transfer", "affiliation"])
@pytest.mark.parametrize(
    ("unit", "to", "code", "told"),
    [
        ("449102001", "449103", "", ("province", "8")),
        ("449102001", "449121", "", ("state_council", "7(3)")),
        ("449102", "449200", "449202", ("state_council", "7(2)")),
        ("449102", "459100", "459102", ("state_council", "7(1)")),
    ],
)
def test_a_whole_unit_goes(act: str, unit: str, to: str, code: str, told: tuple[str, str]) -> None:
    assert article_of({"act": act, "units": [unit], "to": to, "code": code}) == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"act": "abolish", "units": ["449102001"], "to": "449103001"}, ("province", "8")),
        ({"act": "abolish", "units": ["449001001"], "to": "449102001"}, ("province", "8")),
        ({"act": "abolish", "units": ["449102001"], "to": "449001001"}, ("province", "8")),
        (
            {"act": "merge", "units": ["449102001", "449103001"], "code": "449103001",
             "name": "合街道"},
            ("province", "8"),
        ),
        ({"act": "rename", "units": ["449102001"], "name": "新街道"},
         ("establishing_government", "10")),
        ({"act": "transfer", "units": ["449102"], "to": "449103", **CUT}, ("province", "8")),
        ({"act": "transfer", "units": ["449121"], "to": "449103", **CUT,
          "line": [[112.9, 23.05], [113.4, 23.05]], "points": [[113.25, 23.02]]},
         ("state_council", "7(3)")),
    ],
)  # fmt: skip
def test_the_edge_of_a_county_moves_with_a_street(
    change: dict[str, Any], told: tuple[str, str]
) -> None:
    assert article_of(change) == told


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("449100", ("state_council", "7(2)")),
        ("449121", ("state_council", "7(2)")),
        ("449102", ("province", "8")),
        ("449200", ("province", "8")),
    ],
)
def test_a_seat_moves(unit: str, told: tuple[str, str]) -> None:
    assert article_of({"act": "seat", "units": [unit], "seat": "某街1号"}) == told
