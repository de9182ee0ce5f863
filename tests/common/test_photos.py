"""Photos with an EXIF block that a camera wrote oddly are read and shown all the same."""

import io
import struct
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from common.photos import display_copy, read_photo


def jpeg(exif: Image.Exif | bytes) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "#3060a0").save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.mark.parametrize(
    ("text", "offset", "taken"),
    [
        ("2024:05:01 09:00:00", "", datetime(2024, 5, 1, 1, tzinfo=UTC)),
        ("2024:05:01 09:00:00", "-03:30", datetime(2024, 5, 1, 12, 30, tzinfo=UTC)),
        ("2024:05:01 09:00:00", "east", None),
        ("0001:01:01 00:00:00", "", None),
        ("9999:12:31 23:59:59", "+00:00", None),
        ("9999:12:31 23:59:59", "-12:00", None),
    ],
)
def test_a_clock_without_a_day_is_unknown(text: str, offset: str, taken: datetime | None) -> None:
    exif = Image.Exif()
    block = exif.get_ifd(ExifTags.IFD.Exif)
    block[ExifTags.Base.DateTimeOriginal] = text
    if offset:
        block[ExifTags.Base.OffsetTimeOriginal] = offset
    read = read_photo(SimpleUploadedFile("photo.jpg", jpeg(exif)))
    assert read.taken_at == taken


def test_is_shown_upright_though_its_block_cannot_be_written_anew() -> None:
    turned = struct.pack("<HHIHH", ExifTags.Base.Orientation, 3, 1, 6, 0)
    # A width told as text: read without a word, refused when it is written.
    odd = struct.pack("<HHI4s", ExifTags.Base.XResolution, 7, 4, b"odd\0")
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + turned + odd + struct.pack("<I", 0)
    read = read_photo(SimpleUploadedFile("photo.jpg", jpeg(block)))
    with Image.open(io.BytesIO(display_copy(read.content))) as shown:
        assert shown.size == (30, 40)
        assert not shown.getexif()


def test_a_jpeg_with_a_second_picture_behind_it_is_a_jpeg() -> None:
    written = io.BytesIO()
    behind = [Image.new("RGB", (20, 15), "red")]
    Image.new("RGB", (40, 30)).save(written, "MPO", save_all=True, append_images=behind)
    read = read_photo(SimpleUploadedFile("photo.jpg", written.getvalue()))
    assert read.suffix == "jpg"
    with Image.open(io.BytesIO(display_copy(read.content))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (40, 30))
