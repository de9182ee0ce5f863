"""The table of a coverage result for machines and spreadsheets: values, CSV, GeoJSON."""

import csv
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any

from boundaries.queries.outlines import outlines
from common.geojson import collection
from common.models import bilingual
from facilities.domain.classes import share_class, value_class
from facilities.domain.coverage import Tally
from facilities.domain.measures import SHARE, Score
from facilities.queries.coverage import CoverageResult

COLUMNS = (
    "code",
    "name",
    "name_en",
    "people",
    "people_60_plus",
    "covered",
    "covered_60_plus",
    "share",
    "share_60_plus",
    "uncovered",
    "uncovered_60_plus",
    "facilities",
    "synthetic",
    "approximate",
    "value",
    "worst_tenth",
    "gini",
    "without",
    "beds",
    "unknown_beds",
)
STAND = (
    "category",
    "distance_m",
    "at_least",
    "at",
    "base_on",
    "measure",
    "mode",
    "minutes",
    "detour",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table as people read it; ``shade`` is the class of the 60+ share, or of the
    score where another measure was asked."""

    code: str
    name: str
    tally: Tally
    elders_percent: str
    percent: str
    shade: int
    facilities: int
    synthetic: bool
    approximate: bool
    score: Score | None = None

    @property
    def value(self) -> float | None:
        """What is shaded, drawn and sorted by."""
        return self.score.value if self.score else self.tally.elders_share


def lines(result: CoverageResult) -> list[Line]:
    """The divisions in the order of their codes; :func:`total_line` is the sum below them."""
    return [
        _line(
            row.division.code,
            bilingual(row.division.name, row.division.name_en),
            row.tally,
            (row.facilities, row.synthetic, row.approximate, row.score),
            result,
        )
        for row in result.rows
    ]


def total_line(result: CoverageResult) -> Line:
    here = sum(row.facilities for row in result.rows)
    # The split between two districts is approximate, their sum is the census's own.
    return _line("", "", result.total, (here, result.synthetic, False, result.score), result)


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}"


def _line(
    code: str,
    name: str,
    tally: Tally,
    rest: tuple[int, bool, bool, Score | None],
    result: CoverageResult,
) -> Line:
    if result.question.measure == SHARE:
        shade = share_class(tally.elders_share)
    else:
        shade = value_class(rest[3].value if rest[3] else None, result.bounds)
    return Line(code, name, tally, percent(tally.elders_share), percent(tally.share), shade, *rest)


def as_values(result: CoverageResult) -> dict[str, Any]:
    """Everything on the page as plain values; shares from 0 to 1, None where nobody lives."""
    question = result.question
    return {
        "category": question.category,
        "category_name": result.category.name,
        "distance_m": question.distance_m,
        "at_least": question.at_least,
        "within": question.within,
        "by": question.by,
        "at": question.at.isoformat(),
        "measure": question.measure,
        "mode": question.mode,
        "minutes": question.minutes if question.in_minutes else None,
        "detour": question.detour if question.mode != "straight" else None,
        "networks": [asdict(used) for used in result.networks],
        "remarks": asdict(result.remarks),
        "tiers": [
            {
                "minutes": reached.tier.minutes,
                "radius_m": reached.tier.distance_m,
                "limit": reached.limit,
                "share_60_plus": {
                    code: tally.elders_share for code, tally in reached.tallies.items()
                },
                "total_60_plus": reached.total.elders_share,
            }
            for reached in result.tiers
        ],
        "base_on": result.base_on.isoformat() if result.base_on else None,
        "synthetic": result.made_up,
        "approximate": result.rough,
        "facilities": {
            "count": result.supply.facilities,
            "synthetic": result.supply.synthetic,
            "approximate": result.supply.approximate,
        },
        "rows": [
            {
                "code": row.division.code,
                "name": row.division.name,
                "name_en": row.division.name_en,
                **_numbers(row.tally),
                **_scored(row.score),
                "facilities": row.facilities,
                "synthetic": result.made_up,
                "approximate": result.rough,
            }
            for row in result.rows
        ],
        "total": {
            "code": question.within,
            "name": "合计",
            "name_en": "Total",
            **_numbers(result.total),
            **_scored(result.score),
            "facilities": sum(row.facilities for row in result.rows),
            "synthetic": result.made_up,
            "approximate": result.rough,
        },
    }


def as_csv(result: CoverageResult) -> str:
    """One line a division and the total; what the numbers rest on in the last columns."""
    values = as_values(result)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *STAND])
    for row in [*values["rows"], values["total"]]:
        writer.writerow([*(row[name] for name in COLUMNS), *(values[name] for name in STAND)])
    return text.getvalue()


def as_geojson(result: CoverageResult) -> dict[str, Any]:
    """The same table with the outlines of the divisions (a sketch, not the legal boundary)."""
    values = as_values(result)
    shapes = outlines(at=result.question.at, codes=[row["code"] for row in values["rows"]])
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "geometry": shapes.get(row["code"]),
            "properties": row,
        }
        for row in values["rows"]
    ]
    stand = {key: value for key, value in values.items() if key not in ("rows", "total")}
    return {**collection(features), "coverage": stand, "note": "示意图，非法定界线"}


def _numbers(tally: Tally) -> dict[str, Any]:
    return {
        "people": tally.people,
        "people_60_plus": tally.elders,
        "covered": tally.covered_people,
        "covered_60_plus": tally.covered_elders,
        "share": tally.share,
        "share_60_plus": tally.elders_share,
        "uncovered": tally.uncovered_people,
        "uncovered_60_plus": tally.uncovered_elders,
    }


def _scored(score: Score | None) -> dict[str, Any]:
    return {
        "value": score and score.value,
        "worst_tenth": score and score.worst_tenth,
        "gini": score and score.gini,
        "without": score and score.without,
        "beds": score and score.capacity,
        "unknown_beds": score and score.unknown,
    }
