"""A measured correction: both polygons moved to the agreed line; proposed, written, undone.

The line in law stays where the agreement put it; what moves is the working edge of the polygons.
"""

from datetime import date, datetime
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, transaction

from accounts.domain.roles import Capability
from accounts.domain.scope import any_covers
from accounts.scoping import own_side, require
from boundaries.models import (
    BoundaryLine,
    CorrectedShape,
    CorrectionState,
    DivisionVersion,
    LineCorrection,
)
from boundaries.operations.shapes import shapes_of_versions
from boundaries.queries.corrections import correction_of
from common import audit
from common.crs import CGCS2000, area_km2
from common.errors import BadInput, Refusal


class CannotCorrectLine(Refusal):
    """The correction is not at the step for this, or the polygons are no longer what they were."""


class OwnCorrection(Refusal):
    template = "You proposed this correction: another person writes it or declines it."


class NotBothSides(Refusal):
    template = "The polygons of both sides move: who approves adjustments for both of them decides."


@transaction.atomic
def propose_correction(
    *, by: Any, at: datetime, day: date, line: BoundaryLine, reason: str
) -> LineCorrection:
    """Keep what a correction would move, with the shapes before and after; nothing moves yet."""
    codes = [line.code_a, line.code_b]
    require(by=by, capability=Capability.EDIT_LINE, codes=codes)
    if not reason.strip():
        raise BadInput("Give the reason in words.")
    found = correction_of(line_code=line.code, at=day)
    if not found.moved:
        raise CannotCorrectLine("The polygons meet on the agreed line already: nothing moves.")
    try:
        with transaction.atomic():
            made = LineCorrection.objects.create(
                line_code=line.code,
                agreement=found.agreement,
                day=day,
                state=CorrectionState.PROPOSED,
                reason=reason.strip(),
                moves=[
                    {
                        "code": each.version.code,
                        "name": each.version.name,
                        "gained_m2": round(each.move.gained_m2, 1),
                        "lost_m2": round(each.move.lost_m2, 1),
                        "width_m": round(each.move.width_m, 2),
                        "before_km2": round(each.before_km2, 6),
                        "after_km2": round(each.after_km2, 6),
                    }
                    for each in found.moved
                ],
                joined_m=found.joined_m,
                most_before_m=found.most_before_m,
                most_after_m=found.most_after_m,
                proposed_by=by,
                proposed_at=at,
                synthetic=found.agreement.synthetic,
                source=found.agreement.source,
            )
    except IntegrityError as error:
        raise CannotCorrectLine("A correction of this line is proposed already.") from error
    CorrectedShape.objects.bulk_create(
        [
            CorrectedShape(
                correction=made,
                version=each.version,
                before=each.version.geometry,
                after=GEOSGeometry(memoryview(each.move.shape.wkb), srid=CGCS2000),
            )
            for each in found.moved
        ]
    )
    jurisdiction = own_side(by=by, capability=Capability.EDIT_LINE, codes=codes)
    _record(by, "propose_correction", made, jurisdiction)
    return made


@transaction.atomic
def write_correction(*, by: Any, at: datetime, correction: LineCorrection) -> LineCorrection:
    """Write the proposed shapes, by another person who approves for both sides; row history keeps

    the old ones. Refused where a polygon has changed since it was proposed.
    """
    held = _decidable(by, correction)
    if held.proposed_by_id == by.pk:
        raise OwnCorrection
    _exchange(held, seen="before", wanted="after")
    held.state, held.decided_by, held.decided_at = CorrectionState.WRITTEN, by, at
    held.save(update_fields=["state", "decided_by", "decided_at"])
    _record(by, "write_correction", held, held.line_code.partition("-")[0])
    return held


@transaction.atomic
def decline_correction(
    *, by: Any, at: datetime, correction: LineCorrection, reason: str
) -> LineCorrection:
    """Not to be written; who proposed it may take it back so."""
    held = _lock(correction)
    codes = held.line_code.split("-")
    if held.proposed_by_id == by.pk:
        require(by=by, capability=Capability.EDIT_LINE, codes=codes)
    else:
        _require_both(by, codes)
    _require_state(held, CorrectionState.PROPOSED)
    if not reason.strip():
        raise BadInput("Give the reason in words.")
    held.state, held.decided_by, held.decided_at = CorrectionState.DECLINED, by, at
    held.decided_why = reason.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    _record(by, "decline_correction", held, codes[0])
    return held


@transaction.atomic
def undo_correction(
    *, by: Any, at: datetime, correction: LineCorrection, reason: str
) -> LineCorrection:
    """Give every polygon its former shape back, exactly; refused where one changed since."""
    held = _lock(correction)
    _require_both(by, held.line_code.split("-"))
    _require_state(held, CorrectionState.WRITTEN)
    if not reason.strip():
        raise BadInput("Give the reason in words.")
    _exchange(held, seen="after", wanted="before")
    held.state, held.undone_by, held.undone_at = CorrectionState.UNDONE, by, at
    held.undone_why = reason.strip()
    held.save(update_fields=["state", "undone_by", "undone_at", "undone_why"])
    _record(by, "undo_correction", held, held.line_code.partition("-")[0])
    return held


def _decidable(by: Any, correction: LineCorrection) -> LineCorrection:
    held = _lock(correction)
    _require_both(by, held.line_code.split("-"))
    _require_state(held, CorrectionState.PROPOSED)
    return held


def _require_both(by: Any, codes: list[str]) -> None:
    require(by=by, capability=Capability.APPROVE_ADJUSTMENT, codes=codes)
    allowed = by.jurisdictions_for(Capability.APPROVE_ADJUSTMENT)
    if not all(any_covers(allowed, code) for code in codes):
        raise NotBothSides


def _exchange(held: LineCorrection, *, seen: str, wanted: str) -> None:
    shapes = {row.version_id: row for row in held.shapes.all()}
    versions = list(
        DivisionVersion.objects.select_for_update(of=("self",)).filter(pk__in=list(shapes))
    )
    for version in versions:
        row = shapes[version.pk]
        if version.geometry is None or not version.geometry.equals_exact(getattr(row, seen)):
            raise CannotCorrectLine(
                "The polygon of %(name)s has changed since: propose the correction anew.",
                name=version.shown,
            )
        version.geometry = getattr(row, wanted)
        version.area_km2 = area_km2(shapely.from_wkb(bytes(version.geometry.wkb)))
        version.save(update_fields=["geometry", "area_km2"])
    shapes_of_versions(versions=versions, at=held.day)


def _lock(correction: LineCorrection) -> LineCorrection:
    held: LineCorrection = LineCorrection.objects.select_for_update().get(pk=correction.pk)
    return held


def _require_state(held: LineCorrection, state: str) -> None:
    if held.state != state:
        raise CannotCorrectLine(
            "The correction stands at “%(state)s”: this step is not possible there.",
            state=str(held.get_state_display()),
        )


def _record(by: Any, operation: str, held: LineCorrection, jurisdiction: str) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=held,
        jurisdiction=jurisdiction,
        line=held.line_code,
        moves=held.moves,
    )
