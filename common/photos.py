"""Read an uploaded photo: is it one, what does it say of its time and place, how is it shown."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageOps

from common.crs import CGCS2000
from common.errors import BadInput

MEGABYTE = 1024 * 1024
LARGEST_FILE = 15 * MEGABYTE
LARGEST_PICTURE = 40_000_000
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
SHOWN_SIDE = 1600


class NotAnImage(BadInput):
    template = "“%(name)s” cannot be read as a picture: send a JPEG, PNG or WebP photo."


class PhotoTooLarge(BadInput):
    template = "“%(name)s” is too large: a photo may have at most 15 MB and 40 megapixels."


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A photo that can be shown, with what its EXIF block says (None where it says nothing).

    ``taken_where``: (longitude, latitude) in degrees, WGS 84. ``heading``: whither the camera
    looked, in degrees from true north, 0 to 360.
    """

    content: bytes
    sha256: str
    suffix: str
    taken_at: datetime | None
    taken_where: tuple[float, float] | None
    heading: float | None = None


def read_photo(upload: Any) -> ReadPhoto:
    """Read an upload; raises :class:`BadInput` with one sentence for anything but a photo.

    The size in pixels is judged from the header, before a pixel is decoded.
    """
    name = str(getattr(upload, "name", "") or "?")[-60:]
    if upload.size > LARGEST_FILE:
        raise PhotoTooLarge(name=name)
    content = upload.read()
    if not content:
        raise NotAnImage(name=name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(FORMATS))
        if image.width * image.height > LARGEST_PICTURE:
            raise PhotoTooLarge(name=name)
        image.load()
        exif = image.getexif()
    except Image.DecompressionBombError:
        raise PhotoTooLarge(name=name) from None
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError):
        raise NotAnImage(name=name) from None
    return ReadPhoto(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        # A JPEG with further pictures behind it, as telephones write them, has a name of its own.
        suffix=FORMATS.get(str(image.format), FORMATS["JPEG"]),
        taken_at=_taken_at(exif),
        taken_where=_taken_where(exif),
        heading=_heading(exif),
    )


def keep_file(photo: Any, read: ReadPhoto) -> None:
    """Save a row that has ``image``, ``sha256``, ``taken_at`` and ``taken_where`` with its file;
    the file goes when the row cannot stay."""
    photo.sha256, photo.taken_at = read.sha256, read.taken_at
    photo.taken_where = Point(*read.taken_where, srid=CGCS2000) if read.taken_where else None
    photo.image.save(f"{photo.pk}.{read.suffix}", ContentFile(read.content), save=False)
    try:
        photo.save()
    except BaseException:
        # The row is rolled back by the database; the file has to be told.
        photo.image.delete(save=False)
        raise


def display_copy(content: bytes, *, side: int = SHOWN_SIDE) -> bytes:
    """A JPEG of at most ``side`` pixels a side, upright, without EXIF, for pages and papers."""
    with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
        image.draft("RGB", (side, side))
        image.load()
        # Read once, which way is up is known. Left in place, a block that a camera wrote oddly
        # would be written anew and fail.
        image.getexif()
        for block in ("exif", "Raw profile type exif"):
            image.info.pop(block, None)
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((side, side))
        shown = Image.new("RGB", upright.size)
        shown.paste(upright)
        written = io.BytesIO()
        shown.save(written, "JPEG", quality=85)
    return written.getvalue()


def _taken_at(exif: Image.Exif) -> datetime | None:
    """EXIF times carry no zone unless the camera wrote an offset: else they are local time."""
    local = ZoneInfo(settings.TIME_ZONE)
    block = exif.get_ifd(ExifTags.IFD.Exif)
    text = block.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = str(block.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    try:
        taken = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")
        zone = datetime.strptime(offset, "%z").tzinfo if offset else local
        # At either end of the calendar a clock never set has no day here, or none in UTC.
        return taken.replace(tzinfo=zone).astimezone(local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _taken_where(exif: Image.Exif) -> tuple[float, float] | None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude])
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude])
        if str(gps.get(ExifTags.GPS.GPSLongitudeRef, "E")).startswith("W"):
            longitude = -longitude
        if str(gps.get(ExifTags.GPS.GPSLatitudeRef, "N")).startswith("S"):
            latitude = -latitude
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    # Phones without a fix write zeros; NaN fails both comparisons.
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90) or (longitude, latitude) == (0, 0):
        return None
    return longitude, latitude


def _heading(exif: Image.Exif) -> float | None:
    """Magnetic directions pass too: in China the needle is off by ten degrees at most."""
    try:
        value = float(exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSImgDirection])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return value % 360 if 0 <= value <= 360 else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
