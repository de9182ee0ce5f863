"""Problems of a line: raised in a joint inspection, carried on until both sides settle them."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.models import Handling, Inspection, OpenPoint
from boundaries.operations.inspections import editable
from boundaries.operations.visits import NoOtherSide
from boundaries.queries.inspections import stands_above
from common import audit
from common.errors import BadInput, Refusal

# What is done to a marker or a line counts only with the other side present (Decree 353, Art 6).
TOGETHER = (Handling.REPAIR, Handling.RESURVEY)


class NotYourDispute(Refusal):
    template = (
        "A dispute is mediated by who stands above both sides: the common superior settles it, "
        "neither side alone (Decree 353, Article 15)."
    )


@transaction.atomic
def raise_point(
    *, by: Any, at: date, inspection: Inspection, about: str, what: str, handling: str
) -> OpenPoint:
    """Write down a problem and how it is to be handled, for one's own side."""
    held, side = editable(by=by, inspection=inspection)
    point = OpenPoint.objects.create(
        line_code=held.line_code,
        inspection=held,
        raised_by=side.code,
        raised_on=at,
        about=about.strip(),
        what=what.strip(),
        handling=handling,
        synthetic=held.synthetic,
        source=held.source,
    )
    audit.record(
        by=by,
        operation="raise_point",
        subject=point,
        jurisdiction=side.code,
        line=held.line_code,
        about=point.about,
        handling=handling,
    )
    return point


@transaction.atomic
def settle_point(
    *, by: Any, at: date, point: OpenPoint, outcome: str, both_present: bool
) -> OpenPoint:
    """Close a problem with what was done; repair and survey only with the other side present.

    Raises :class:`NotYourDispute` where it asks for mediation and the person covers one side only.
    """
    codes = [point.inspection.code_a, point.inspection.code_b]
    require(by=by, capability=Capability.RECORD_INSPECTION, codes=codes)
    held = OpenPoint.objects.select_for_update().get(pk=point.pk)
    if held.handling == Handling.MEDIATION and not stands_above(by, codes):
        raise NotYourDispute
    if held.closed_on is not None:
        raise BadInput("This was settled already on %(day)s.", day=held.closed_on.isoformat())
    if not outcome.strip():
        raise BadInput("Say what was done.")
    if held.handling in TOGETHER and not both_present:
        raise NoOtherSide
    held.closed_on, held.closed_by = at, by
    held.outcome, held.both_present = outcome.strip(), both_present
    held.save(update_fields=["closed_on", "closed_by", "outcome", "both_present"])
    audit.record(
        by=by,
        operation="settle_point",
        subject=held,
        jurisdiction=own_side(by=by, capability=Capability.RECORD_INSPECTION, codes=codes),
        line=held.line_code,
        about=held.about,
        both_present=both_present,
    )
    return held


@transaction.atomic
def remove_point(*, by: Any, inspection: Inspection, pk: int) -> None:
    """Take back a problem that one's own side wrote down by mistake."""
    held, side = editable(by=by, inspection=inspection)
    point = held.points.filter(pk=pk, raised_by=side.code).first()
    if point is None:
        raise BadInput("This problem is not in the record of your side.")
    if point.closed_on is not None:
        raise BadInput("This was settled already on %(day)s.", day=point.closed_on.isoformat())
    audit.record(
        by=by,
        operation="remove_point",
        subject=point,
        jurisdiction=side.code,
        line=held.line_code,
        about=point.about,
    )
    point.delete()
