"""Pictures of a place: kept with whose they are, taken off again with a reason."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.audit import record
from common.errors import BadInput
from common.photos import keep_file, read_photo
from gazetteer.models import Place, PlacePhoto

MOST = 20


@transaction.atomic
def add_place_photo(
    *,
    by: Any,
    at: date,
    place: Place,
    photo: Any,
    caption: str,
    rights: str,
    taken_on: date | None = None,
) -> PlacePhoto:
    """Keep an upload as a picture of the place; without ``taken_on`` the camera's day counts.

    Raises BadInput for what is no photo or there already, for a day to come, beyond :data:`MOST`.
    """
    require(by=by, capability=Capability.EDIT_NAME, codes=[place.division_code])
    read = read_photo(photo)
    if taken_on is not None and taken_on > at:
        raise BadInput("A picture cannot be taken on a day to come.")
    if taken_on is None and read.taken_at is not None:
        written = timezone.localdate(read.taken_at)
        taken_on = written if written <= at else None
    if Place.objects.select_for_update().get(pk=place.pk).merged_into_id is not None:
        raise BadInput("The place was merged into another: its pictures belong there.")
    if place.photos.filter(sha256=read.sha256).exists():
        raise BadInput("This photo is there already.")
    if place.photos.count() >= MOST:
        raise BadInput("A place has at most %(most)d pictures.", most=MOST)
    kept = PlacePhoto(
        place=place, caption=caption, rights=rights, taken_on=taken_on, uploaded_by=by
    )
    keep_file(kept, read)
    _note("add_place_photo", by, kept)
    return kept


@transaction.atomic
def remove_place_photo(*, by: Any, photo: PlacePhoto, reason: str) -> None:
    """Take a picture off with its file; the audit log keeps what it was and why it went."""
    require(by=by, capability=Capability.EDIT_NAME, codes=[photo.place.division_code])
    _note("remove_place_photo", by, photo, reason=reason, rights=photo.rights)
    image = photo.image
    photo.delete()
    transaction.on_commit(lambda: image.delete(save=False))


def _note(operation: str, by: Any, photo: PlacePhoto, **details: str) -> None:
    record(
        by=by,
        operation=operation,
        subject=photo.place,
        jurisdiction=photo.place.division_code,
        caption=photo.caption,
        sha256=photo.sha256,
        **details,
    )
