"""Facilities of Guangzhou: public ones by their real names, the rest synthetic.

Real names come from ``demo/data/facilities.tsv``; their positions are approximate. Of the
synthetic ones every street has a family service centre, with some left out on purpose, so that
target T03 (one a street) has something to find. What else targets are to find is planted in
``demo/facility_attributes.py`` and in :func:`planted_ones`.
"""

import csv
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from common.copying import copy_rows, ewkb, since
from demo.facility_addresses import addresses
from demo.facility_attributes import Planter
from demo.parts import RECORDS_BEGIN, SEED, DemoOptions
from demo.street_cells import Cell, district_cells, point_near, street_cells
from facilities.domain.names import name_keys
from facilities.models import Facility, PolicyFigure
from facilities.queries.standard_names import links_of

LIST = Path(__file__).parent.parent / "data" / "facilities.tsv"
NAMESPACE = uuid.UUID("6b1f0f3e-3b0a-5d0b-9a35-2f4c6d2f9c12")
SMALL = 80
OPENED_LATER, CLOSED = date(2024, 9, 1), date(2025, 7, 1)
OPENS = date(2028, 1, 1)
# Yuan a month, made up: 1.5 times the minimum until 2024, more from 2025 on (T12).
FIGURES = (
    ("subsistence_line", 1000, RECORDS_BEGIN, date(2025, 1, 1)),
    ("low_income_line", 1500, RECORDS_BEGIN, date(2025, 1, 1)),
    ("subsistence_line", 1100, date(2025, 1, 1), None),
    ("low_income_line", 1700, date(2025, 1, 1), None),
)
# About 500 m, in degrees: how far from its seat a facility is put.
SPREAD = 0.005
MISSING_CENTRES = 0.08
AUSPICIOUS = (
    "颐康",
    "福寿",
    "松鹤",
    "安乐",
    "康宁",
    "怡和",
    "长青",
    "夕晖",
    "仁爱",
    "吉祥",
    "慈安",
    "晚晴",
)


@dataclass(slots=True)
class Draft:
    """One facility before it is written."""

    name: str
    category: str
    code: str
    at: tuple[float, float]
    operator: str
    beds: int | None = None
    address: str = ""
    synthetic: bool = True
    attributes: dict[str, Any] = field(default_factory=dict)
    period: str = field(default_factory=lambda: since(RECORDS_BEGIN))


def load(options: DemoOptions) -> str:
    rng = np.random.default_rng([SEED, 7])
    streets, districts = street_cells(), district_cells()
    known = list(public_ones(streets, districts, rng))
    made = list(synthetic_ones(streets, districts, rng))
    if options.small:
        known, made = thin(known, SMALL // 2), thin(made, SMALL // 2)
    planter = Planter()
    for draft in made:
        draft.attributes = planter.attributes(draft.category)
    made += planted_ones(districts, rng)
    told = addresses([(draft.code, draft.at) for draft in made])
    for draft, address in zip(made, told, strict=True):
        draft.address = address
    write(known + made)
    write_figures()
    return f"{len(known)} by their real names, {len(made)} synthetic"


def thin(drafts: list[Draft], wanted: int) -> list[Draft]:
    """Evenly chosen, so that every category and district stays represented."""
    return [drafts[i] for i in np.linspace(0, len(drafts) - 1, wanted).round().astype(int)]


def public_ones(
    streets: list[Cell], districts: list[Cell], rng: np.random.Generator
) -> Iterator[Draft]:
    towns = {(cell.code[:6], cell.name): cell for cell in streets}
    whole = {cell.code: cell for cell in districts}
    with LIST.open(encoding="utf-8") as lines:
        rows = csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t")
        for row in rows:
            area = towns.get((row["district"], row["township"])) or whole[row["district"]]
            at = (
                (float(row["lon"]), float(row["lat"]))
                if row["lon"]
                else point_near(area.seat, area.shape, SPREAD, rng)
            )
            yield Draft(
                name=row["name"],
                category=row["category"],
                code=code_at(at, streets, whole[row["district"]]),
                at=at,
                operator=row["operator"],
                beds=int(row["beds"]) if row["beds"] else None,
                synthetic=False,
            )


def synthetic_ones(
    streets: list[Cell], districts: list[Cell], rng: np.random.Generator
) -> Iterator[Draft]:
    places = [cell for cell in streets if cell.is_street or cell.is_town]
    for cell in places:
        share = 1 - MISSING_CENTRES if cell.is_street else 0.5
        if rng.random() < share:
            yield one(cell, "家庭综合服务中心", "FAM-CTR", "private", rng)
    # category, ending, operator, how many, beds from, beds to
    kinds = (
        ("ELD-DAY", "日间照料中心", "public", 60, 10, 40),
        ("ELD-INST", "护老院", "private", 45, 40, 400),
        ("COM-STN", "社区服务站", "public", 22, 0, 0),
        ("CHAR-SHOP", "慈善超市", "private", 14, 0, 0),
        ("FUN-CEM-PUB", "公益性公墓", "public", 12, 0, 0),
        ("FUN-SVC", "殡仪服务站", "public", 7, 0, 0),
        ("FUN-COLUM", "骨灰堂", "public", 6, 0, 0),
        ("SO-INCUB", "社会组织培育基地", "public", 6, 0, 0),
        ("DIS-STORE", "救灾物资储备库", "public", 5, 0, 0),
        ("MIL-REST", "军休服务站", "public", 5, 0, 0),
        ("MIL-HONOR", "光荣院", "public", 3, 20, 80),
    )
    for category, ending, operator, wanted, low, high in kinds:
        for number in np.sort(rng.choice(len(places), size=wanted, replace=False)):
            beds = int(rng.integers(low, high)) // 10 * 10 if high else None
            title = str(rng.choice(AUSPICIOUS)) + ending if category == "ELD-INST" else ending
            yield one(places[number], title, category, operator, rng, beds)
    for district in districts:
        yield one(district, "居家养老服务中心", "ELD-HOME", "public", rng)


def planted_ones(districts: list[Cell], rng: np.random.Generator) -> Iterator[Draft]:
    """What decides targets for the city: T01 is met in two districts, one of them by a home that is
    being built; T02 and T07 have the city's own centre and base."""
    whole = {cell.code: cell for cell in districts}
    since_records = since(RECORDS_BEGIN)
    built = {
        "level": "district",
        "planned_on": "2023-09-01",
        "construction_on": "2025-03-01",
        "floor_area_m2": 12000,
    }
    # district, name, category, beds, attributes, period
    planted: tuple[tuple[str, str, str, int | None, dict[str, Any], str], ...] = (
        ("440112", "黄埔区颐年公寓", "ELD-INST", 220, {"level": "district"}, since_records),
        ("440114", "花都区新建养老院", "ELD-INST", 300, built, since(OPENS)),
        (
            "440104",
            "广州市居家养老服务指导中心",
            "ELD-HOME",
            None,
            {"level": "city"},
            since_records,
        ),
        ("440104", "广州市社会组织培育基地", "SO-INCUB", None, {"level": "city"}, since_records),
    )
    for code, name, category, beds, attributes, period in planted:
        cell = whole[code]
        yield Draft(
            name=name,
            category=category,
            code=code,
            at=point_near(cell.seat, cell.shape, SPREAD, rng),
            operator="public",
            beds=beds,
            attributes=attributes,
            period=period,
        )


def one(
    cell: Cell,
    ending: str,
    category: str,
    operator: str,
    rng: np.random.Generator,
    beds: int | None = None,
) -> Draft:
    name = cell.name.removesuffix("道") if cell.is_street else cell.name
    draw = rng.random()
    period = since(RECORDS_BEGIN)
    if draw < 0.03:
        period = since(OPENED_LATER)
    elif draw < 0.05:
        period = f"[{RECORDS_BEGIN},{CLOSED})"
    return Draft(
        name=name + ending,
        category=category,
        code=cell.code,
        at=point_near(cell.seat, cell.shape, SPREAD, rng),
        operator=operator,
        beds=beds or None,
        period=period,
    )


def code_at(at: tuple[float, float], streets: list[Cell], district: Cell) -> str:
    """The street cell that holds the point, within the district it is known to lie in."""
    point = shapely.Point(at)
    for cell in streets:
        if cell.code.startswith(district.code) and cell.shape.covers(point):
            return cell.code
    return district.code


def street_of(draft: Draft) -> Any:
    """The street on record that the address names, found as for every facility."""
    if not draft.address:
        return None
    return links_of(
        name=draft.name, address=draft.address, division_code=draft.code, at=RECORDS_BEGIN
    ).street


def write(drafts: list[Draft]) -> None:
    columns = (
        "id",
        "identity",
        "category_id",
        "name",
        "location",
        "division_code",
        "address",
        "street_id",
        "operator",
        "beds",
        "attributes",
        "period",
        "search_pinyin",
        "search_initials",
        "source_id",
        "synthetic",
        "approximate",
    )
    rows = []
    for draft in drafts:
        keys = name_keys(draft.name, draft.code)
        key = uuid.uuid5(NAMESPACE, f"{draft.category} {draft.code} {draft.name}")
        rows.append(
            (
                key,
                key,
                draft.category,
                draft.name,
                ewkb(shapely.Point(draft.at)),
                draft.code,
                draft.address,
                street_of(draft),
                draft.operator,
                draft.beds,
                json.dumps(draft.attributes, ensure_ascii=False),
                draft.period,
                keys.pinyin,
                keys.initials,
                "demo-synthetic" if draft.synthetic else "public-knowledge",
                draft.synthetic,
                True,
            )
        )
    copy_rows(Facility, columns, rows)


def write_figures() -> None:
    PolicyFigure.objects.bulk_create(
        PolicyFigure(
            key=key,
            division_code="4401",
            value=value,
            period=(begin, end),
            source_id="demo-synthetic",
            synthetic=True,
        )
        for key, value, begin, end in FIGURES
    )
