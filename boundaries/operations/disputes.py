"""Recording a dispute about land, and the day on which it was settled (Decree 26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.domain.disputes import LEAST_M2, overlap_of
from boundaries.domain.draft_fit import better_datum, in_degrees
from boundaries.domain.draft_shapes import area_m2, multi
from boundaries.models import DisputedArea, DisputedClaim, DivisionVersion
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal


class IsSettled(Refusal):
    template = "“%(name)s” was settled on %(day)s."


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """One view. ``shape``: polygons in CGCS2000 degrees."""

    code: str
    shape: Any
    grounds: str


@transaction.atomic
def record_dispute(
    *,
    by: Any,
    name: str,
    since: date,
    claims: Sequence[ClaimFacts],
    note: str = "",
    synthetic: bool = False,
) -> DisputedArea:
    """Keep the claims of two divisions or more to the same land, with their grounds.

    ``by`` None: the operator at the console. Refuses claims of fewer than two divisions, of codes
    that the day does not know, without grounds, and claims that do not overlap.
    """
    codes = [claim.code for claim in claims]
    if by is not None:
        require(by=by, capability=Capability.EDIT_LINE, codes=codes)
    if not name.strip():
        raise BadInput("Give the disputed area a name.")
    if len(set(codes)) < 2 or len(set(codes)) < len(codes):
        raise BadInput("A dispute takes the claims of two divisions or more, one of each.")
    known = set(
        DivisionVersion.objects.on(since).filter(code__in=codes).values_list("code", flat=True)
    )
    for claim in claims:
        if claim.code not in known:
            raise BadInput(
                "There is no division %(code)s on %(day)s.",
                code=claim.code[:12],
                day=since.isoformat(),
            )
        if not claim.grounds.strip():
            raise BadInput("Say on what grounds %(code)s claims the land.", code=claim.code)
        if not in_degrees(shapely.get_coordinates(claim.shape).tolist()):
            raise BadInput(
                "The claim of %(code)s does not lie in China as longitude and latitude (CGCS2000): "
                "convert it first.",
                code=claim.code,
            )
        if not claim.shape.is_valid or not area_m2(claim.shape):
            raise BadInput("The claim of %(code)s is no valid area.", code=claim.code)
    _refuse_other_datum(claims, since)
    overlap = overlap_of([claim.shape for claim in claims])
    land = area_m2(overlap)
    if land < LEAST_M2:
        raise BadInput("The claims do not overlap: nothing is in dispute between them.")
    area: DisputedArea = DisputedArea.objects.create(
        name=name.strip()[:100],
        period=DateRange(since, None),
        geometry=_kept(overlap),
        area_km2=land / 1e6,
        note=note.strip(),
        synthetic=synthetic,
    )
    for claim in claims:
        DisputedClaim.objects.create(
            area=area,
            division_code=claim.code,
            geometry=_kept(multi([claim.shape])),
            grounds=claim.grounds.strip(),
        )
    _record(area, by, "record_dispute", codes)
    return area


@transaction.atomic
def settle_dispute(
    *, by: Any, area: DisputedArea, on: date, document: str, note: str = ""
) -> DisputedArea:
    """Enter the document that decides it; the claims stay on record for the days before ``on``.

    The polygons do not move by this: where land changes hands an adjustment or an agreement
    does it (Arts 14, 15).
    """
    held: DisputedArea = DisputedArea.objects.select_for_update(of=("self",)).get(pk=area.pk)
    codes = list(held.claims.values_list("division_code", flat=True))
    require(by=by, capability=Capability.EDIT_LINE, codes=codes)
    if held.period.upper is not None:
        raise IsSettled(name=held.name, day=held.period.upper.isoformat())
    if not document.strip():
        raise BadInput("Name the agreement or decision that settles it.")
    if on <= held.period.lower:
        raise BadInput(
            "The dispute is on record since %(day)s: it is settled later.",
            day=held.period.lower.isoformat(),
        )
    held.period = DateRange(held.period.lower, on)
    held.document = document.strip()[:200]
    held.note = "\n".join(filter(None, [held.note, note.strip()]))
    held.save()
    _record(held, by, "settle_dispute", codes)
    return held


def _refuse_other_datum(claims: Sequence[ClaimFacts], since: date) -> None:
    """A claim that follows the edges on record only when it is turned back from a shifted datum."""
    codes = [claim.code for claim in claims]
    rows = DivisionVersion.objects.on(since).filter(code__in=codes)
    shapes = [shapely.from_wkb(bytes(row.geometry.wkb)) for row in rows if row.geometry is not None]
    for claim in claims:
        datum = better_datum(claim.shape, shapes) if shapes else None
        if datum is not None:
            raise BadInput(
                "The claim of %(code)s fits the edges on record as %(datum)s, not as CGCS2000: "
                "declare that datum, or convert it first.",
                code=claim.code,
                datum=datum,
            )


def _kept(shape: Any) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=CGCS2000)


def _record(area: DisputedArea, by: Any, operation: str, codes: list[str]) -> None:
    side = codes[0] if by is None else own_side(by=by, capability=Capability.EDIT_LINE, codes=codes)
    audit.record(by=by, operation=operation, subject=area, jurisdiction=side, name=area.name)
