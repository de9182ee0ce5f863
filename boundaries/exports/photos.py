"""Photos of markers in papers: read from the store and hashed again."""

import hashlib

from boundaries.models import MarkerPhoto
from common.documents import Picture
from common.photos import display_copy

PHOTO_SIDE = 480


def picture_of(photo: MarkerPhoto, text: str) -> Picture | None:
    """The photo in small with its text; None where the file is gone or no longer the same."""
    try:
        with photo.image.open("rb") as file:
            raw = file.read()
    except OSError:
        return None
    if hashlib.sha256(raw).hexdigest() != photo.sha256:
        return None
    return Picture(display_copy(raw, side=PHOTO_SIDE), text, width_mm=50)
