"""Reports from people: lists, and which of them may be of the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone

from common.crs import CGCS2000, GEOD
from common.postgis import DEGREE_M
from signage.domain.likeness import Likeness, Reported, likeness
from signage.models import Sign, SignReport
from signage.queries.editions import REPORT, edition
from signage.queries.signs import night_of

MOST_ALIKE = 8
# Signs this near to a reported spot are offered as what may be meant.
NEAR_SIGNS_M, MOST_NEAR = 60, 6


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report that may be of the same thing."""

    report: SignReport
    likeness: Likeness


def report_list(
    *, at: date, codes: Sequence[str], state: str, within: str, limit: int | None = None
) -> Any:
    """Reports received by a day in some jurisdictions, the newest first."""
    found = SignReport.objects.shown(at).filter(received_at__lt=night_of(at))
    found = found.filter(_in_any(codes)).select_related("sign")
    if state:
        found = found.filter(state=state)
    if within:
        found = found.within(within)
    return list(found.order_by("-received_at", "pk")[:limit])


def report_counts(*, at: date, codes: Sequence[str], within: str) -> dict[str, int]:
    found = SignReport.objects.shown(at).filter(received_at__lt=night_of(at))
    found = found.filter(_in_any(codes))
    if within:
        found = found.within(within)
    counts: dict[str, int] = {}
    for state in found.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def _in_any(codes: Sequence[str]) -> Any:
    condition = Q(pk__in=[])
    for code in codes:
        condition |= Q(division_code__startswith=code)
    return condition


def as_reported(report: SignReport) -> Reported:
    return Reported(
        report.sign.number if report.sign else "",
        report.location.x,
        report.location.y,
        report.kind,
        report.received_at,
    )


def alike(*, report: SignReport, codes: Sequence[str]) -> list[Alike]:
    """Open reports in some jurisdictions that may be of the same thing, the likeliest first."""
    limits = edition(
        rule_id=REPORT, at=timezone.localdate(report.received_at), code=report.division_code
    ).parameters
    degrees = float(limits["max_distance_m"]) * 2 / DEGREE_M
    span = timedelta(days=float(limits["within_days"]))
    near = SignReport.objects.open().shown().filter(_in_any(codes)).exclude(pk=report.pk)
    near = near.select_related("sign")
    near = near.filter(received_at__range=(report.received_at - span, report.received_at + span))
    box = report.location.buffer(degrees)
    boxed = list(near.filter(location__bboverlaps=box))
    if report.sign_id:
        known = {each.pk for each in boxed}
        boxed += [each for each in near.filter(sign=report.sign_id) if each.pk not in known]
    own = as_reported(report)
    found = [Alike(each, likeness(own, as_reported(each), limits)) for each in boxed]
    found = [each for each in found if each.likeness.suggested]
    found.sort(key=lambda each: (-each.likeness.score, str(each.report.pk)))
    return found[:MOST_ALIKE]


def signs_beside(*, longitude: float, latitude: float, at: date) -> list[Sign]:
    """The signs that stand near a spot, which a report may mean."""
    point = Point(longitude, latitude, srid=CGCS2000)
    box = point.buffer(NEAR_SIGNS_M / DEGREE_M * 1.7)
    signs = Sign.objects.on(at).existing().shown().filter(location__bboverlaps=box)
    near = [(_metres(sign, point), sign) for sign in signs[:200]]
    near = [pair for pair in near if pair[0] <= NEAR_SIGNS_M]
    return [sign for _far, sign in sorted(near, key=lambda pair: pair[0])[:MOST_NEAR]]


def _metres(sign: Sign, point: Any) -> float:
    return float(GEOD.inv(sign.location.x, sign.location.y, point.x, point.y)[2])
