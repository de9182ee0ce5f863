"""Questions about agreements: which stand, and where the polygons leave the agreed line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely

from boundaries.domain.agreed import Departure, departures
from boundaries.domain.lines import edges_of
from boundaries.models import DivisionVersion, LineAgreement
from common.models import Rule

EDGE_RULE = "B-EDGE"


@dataclass(frozen=True, slots=True)
class LineCheck:
    """An agreement and where the edge of the polygons departs; ``None`` where there is no edge."""

    agreement: LineAgreement
    departures: Sequence[Departure] | None

    @property
    def most_m(self) -> float:
        return max((each.most_m for each in self.departures or ()), default=0.0)


def edge_rules(*, on: date) -> dict[str, Any]:
    """Editions of the rule about how far the working edge may leave the agreed line."""
    return Rule.objects.filter(rule_id=EDGE_RULE).in_force(on=on)


def get_agreement(*, line_code: str, at: date) -> LineAgreement | None:
    found: LineAgreement | None = LineAgreement.objects.on(at).filter(line_code=line_code).first()
    return found


def check_agreed_lines(
    *, at: date, within: str = "", line_code: str = "", tolerance_m: float
) -> list[LineCheck]:
    """Every agreement in force with the departures of the polygons' edge, by line code."""
    rows = LineAgreement.objects.on(at).touching(within)
    if line_code:
        rows = rows.filter(line_code=line_code)
    agreements = list(rows.order_by("line_code"))
    codes = {code for each in agreements for code in (each.code_a, each.code_b)}
    cells = {
        cell.code: shapely.from_wkb(bytes(cell.geometry.wkb))
        for cell in DivisionVersion.objects.on(at).county_cells().filter(code__in=codes)
    }
    edges = {edge.code: edge.geometry for edge in edges_of(cells).shared} if cells else {}
    return [
        LineCheck(
            each,
            departures(
                shapely.from_wkb(bytes(each.geometry.wkb)), edges[each.line_code], tolerance_m
            )
            if each.line_code in edges
            else None,
        )
        for each in agreements
    ]
