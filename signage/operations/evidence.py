"""Photos as evidence: kept with their hash, one before and one after each fix."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from common.photos import ReadPhoto, keep_file, read_photo
from signage.models import PhotoPhase, RectificationOrder, Sign, SignPhoto, SignReport


class PhotosMissing(Refusal):
    template = (
        "The order cannot be closed: a photo from before the fix and one from after it are needed."
    )


class OrderOver(Refusal):
    template = "The order is over: no photo can be added."


def keep_photo(
    read: ReadPhoto,
    *,
    by: Any,
    sign: Sign | None = None,
    order: RectificationOrder | None = None,
    report: SignReport | None = None,
    phase: str = PhotoPhase.AFTER,
) -> SignPhoto:
    photo = SignPhoto(sign=sign, order=order, report=report, phase=phase, uploaded_by=by)
    keep_file(photo, read)
    return photo


@transaction.atomic
def add_photo_before(*, by: Any, at: datetime, order: RectificationOrder, photo: Any) -> SignPhoto:
    """Add a photo of the sign as it was before the fix, by whoever looks at signs."""
    require(by=by, capability=Capability.CHECK_SIGNS, codes=[order.sign.division_code])
    if photo is None:
        raise BadInput("Choose a photo.")
    read = read_photo(photo)
    order = RectificationOrder.objects.select_for_update(of=["self"]).get(pk=order.pk)
    if order.over:
        raise OrderOver
    kept = keep_photo(read, by=by, sign=order.sign, order=order, phase=PhotoPhase.BEFORE)
    audit.record(
        by=by,
        operation="add_photo_before",
        subject=order,
        jurisdiction=order.sign.division_code,
        sign=order.sign.number,
        sha256=read.sha256,
        photo=str(kept.pk),
    )
    return kept


def require_both_photos(order: RectificationOrder) -> None:
    phases = set(order.photos.values_list("phase", flat=True))
    if not {PhotoPhase.BEFORE, PhotoPhase.AFTER} <= phases:
        raise PhotosMissing
