"""Photos of an entry: kept with whose they are, taken out again while the entry is written."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.models import DivisionVersion
from common.audit import record
from common.errors import BadInput
from common.photos import ReadPhoto, keep_file
from compendium.domain.flow import Stage
from compendium.models import Entry, EntryPhoto
from compendium.operations.entries import CannotWrite, entry_of

MOST = 20


@transaction.atomic
def add_photo(
    *, by: Any, at: date, version: DivisionVersion, photo: ReadPhoto, caption: str, rights: str
) -> EntryPhoto:
    """Keep a photo with what it shows and by whose leave it is printed.

    Raises :class:`CannotWrite` once the experts have the entry, BadInput without caption or
    rights, for a photo that is there already and beyond :data:`MOST`.
    """
    require(by=by, capability=Capability.EDIT_NAME, codes=[version.code])
    if not caption.strip() or not rights.strip():
        raise BadInput("Say what the photo shows, and whose it is and by what leave it is printed.")
    entry = entry_of(version, at)
    if entry.stage not in (Stage.COLLECT, Stage.COUNTY):
        raise CannotWrite()
    if entry.photos.filter(sha256=photo.sha256).exists():
        raise BadInput("This photo is there already.")
    if entry.photos.count() >= MOST:
        raise BadInput("An entry has at most %(most)d photos.", most=MOST)
    kept = EntryPhoto(
        entry=entry, caption=caption.strip()[:200], rights=rights.strip()[:200], uploaded_by=by
    )
    keep_file(kept, photo)
    record(by=by, operation="add_photo", subject=entry, jurisdiction=version.code)
    return kept


@transaction.atomic
def remove_photo(*, by: Any, version: DivisionVersion, photo: EntryPhoto) -> None:
    require(by=by, capability=Capability.EDIT_NAME, codes=[version.code])
    entry = Entry.objects.select_for_update().get(pk=photo.entry_id)
    if entry.stage not in (Stage.COLLECT, Stage.COUNTY):
        raise CannotWrite()
    image = photo.image
    photo.delete()
    record(by=by, operation="remove_photo", subject=entry, jurisdiction=version.code)
    transaction.on_commit(lambda: image.delete(save=False))
