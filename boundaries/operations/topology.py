"""A check of the polygons of a day that is kept, so that people can walk through its faults."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.domain.scope import jurisdiction_of
from accounts.scoping import require
from boundaries.models import CoverageCheck, CoverageFault
from boundaries.queries.topology import check_topology
from common.audit import record
from common.crs import CGCS2000
from common.errors import Refusal


class NothingToCheck(Refusal):
    template = "No division has a known shape there on %(day)s."


@dataclass(frozen=True, slots=True)
class KeptCheck:
    check: CoverageCheck
    faults: int


def keep_check(
    *,
    by: Any,
    at: date,
    within: str = "",
    capability: Capability = Capability.EDIT_LINE,
    report: Callable[[int, int, str], None] = lambda done, total, doing: None,
) -> KeptCheck:
    """Check the polygons in force on a day within a jurisdiction and keep the faults.

    An earlier check of the same day and jurisdiction is replaced. ``capability``: by which right;
    who has written a repair checks it by the right to approve. Raises :class:`NothingToCheck`.
    """
    require(by=by, capability=capability, codes=[within])
    within = jurisdiction_of(within)
    done, begun = iter(range(4)), timezone.now()
    found = check_topology(at=at, within=within, report=lambda doing: report(next(done), 4, doing))
    if not found.divisions:
        raise NothingToCheck(day=at.isoformat())
    with transaction.atomic():
        CoverageCheck.objects.filter(within=within, day=at).delete()
        check = CoverageCheck.objects.create(
            within=within,
            day=at,
            by=by,
            divisions=found.divisions,
            vertices=found.vertices,
            unknown=found.unknown,
        )
        # A shape that is written anew while the check runs is not what it judged.
        CoverageCheck.objects.filter(pk=check.pk).update(checked_at=begun)
        CoverageFault.objects.bulk_create(
            (
                CoverageFault(
                    check_of=check,
                    number=number,
                    kind=fault.kind,
                    of=fault.of,
                    codes=list(fault.codes),
                    area_m2=fault.area_m2,
                    length_m=fault.length_m,
                    point=Point(*fault.point, srid=CGCS2000),
                    geometry=GEOSGeometry(memoryview(fault.geometry.wkb), srid=CGCS2000),
                )
                for number, fault in enumerate(found.faults, 1)
            ),
            batch_size=1000,
        )
        record(
            by=by,
            operation="keep_check",
            subject=check,
            jurisdiction=within,
            faults=len(found.faults),
        )
    report(4, 4, "")
    return KeptCheck(check, len(found.faults))
