"""Questions about agreements: which stand, and where the polygons leave the agreed line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

import shapely

from boundaries.domain.agreed import Departure, departures
from boundaries.domain.lines import edges_of
from boundaries.models import DivisionVersion, LineAgreement, LineFeature
from common.models import Rule

EDGE_RULE = "B-EDGE"
# Mean errors of both surveys beyond which a difference is none of chance, as for markers.
BEYOND = 3.0


@dataclass(frozen=True, slots=True)
class LineCheck:
    """An agreement and where the polygons depart from it; ``None`` where there is no edge.

    ``departures``: stretches of the agreed line without an edge near. ``beyond``: stretches of the
    edge without the agreed line near, measured along the edge (a spur, what lies past its ends).
    """

    agreement: LineAgreement
    departures: Sequence[Departure] | None
    beyond: Sequence[Departure] = ()

    @property
    def most_m(self) -> float:
        return max((each.most_m for each in (*(self.departures or ()), *self.beyond)), default=0.0)


def edge_rules(*, on: date) -> dict[str, Any]:
    """Editions of the rule about how far the working edge may leave the agreed line."""
    return Rule.objects.filter(rule_id=EDGE_RULE).in_force(on=on)


def get_agreement(*, line_code: str, at: date) -> LineAgreement | None:
    found: LineAgreement | None = LineAgreement.objects.on(at).filter(line_code=line_code).first()
    return found


def check_agreed_lines(
    *, at: date, within: str = "", line_code: str = "", tolerance_m: float
) -> list[LineCheck]:
    """Every agreement in force with the edge's departures both ways, by line code."""
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
    return [_check(each, edges.get(each.line_code), tolerance_m) for each in agreements]


def _check(agreement: LineAgreement, edge: Any, tolerance_m: float) -> LineCheck:
    if edge is None:
        return LineCheck(agreement, None)
    agreed = shapely.from_wkb(bytes(agreement.geometry.wkb))
    return LineCheck(
        agreement, departures(agreed, edge, tolerance_m), departures(edge, agreed, tolerance_m)
    )


@dataclass(frozen=True, slots=True)
class FeatureCheck:
    """A feature that a line follows, and where it has left the agreed line.

    ``tolerance_m``: three mean errors of both surveys, or the rule's where one is unknown.
    ``departures``: along the feature.
    """

    feature: LineFeature
    tolerance_m: float
    departures: Sequence[Departure]

    @property
    def most_m(self) -> float:
        return max((each.most_m for each in self.departures), default=0.0)


def features_of(*, line_code: str, at: date) -> list[LineFeature]:
    return list(LineFeature.objects.on(at).filter(line_code=line_code))


def check_features(*, at: date, line_code: str, tolerance_m: float) -> list[FeatureCheck]:
    """The features that a line follows, each compared with the agreed line of the day.

    The line stays where the agreement put it (Decree 353, Art 7): a departure tells that the
    feature has changed, or was surveyed wrongly.
    """
    agreement = get_agreement(line_code=line_code, at=at)
    if agreement is None:
        return []
    agreed = shapely.from_wkb(bytes(agreement.geometry.wkb))
    found = []
    for feature in features_of(line_code=line_code, at=at):
        limit = tolerance_m
        if agreement.accuracy_m is not None and feature.accuracy_m is not None:
            limit = BEYOND * hypot(agreement.accuracy_m, feature.accuracy_m)
        drawn = shapely.from_wkb(bytes(feature.geometry.wkb))
        found.append(FeatureCheck(feature, limit, departures(drawn, agreed, limit)))
    return found
