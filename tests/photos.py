"""Photos as a camera writes them, for every test that uploads one."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

EXIF_IFD, EXIF_TIME, GPS_IFD = 0x8769, 0x9003, 0x8825


def degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return float(int(value)), float(int(minutes)), round((minutes % 1) * 60, 4)


@pytest.fixture
def make_photo() -> Callable[..., SimpleUploadedFile]:
    """``make_photo(at=datetime, where=(lon, lat), size=(w, h))`` → an upload."""

    def make(
        at: datetime | None = None,
        where: tuple[float, float] | None = None,
        size: tuple[int, int] = (640, 480),
        name: str = "photo.jpg",
    ) -> SimpleUploadedFile:
        image = Image.new("RGB", size, "#3060a0")
        exif = Image.Exif()
        if at is not None:
            local = timezone.localtime(at)
            exif.get_ifd(EXIF_IFD)[EXIF_TIME] = local.strftime("%Y:%m:%d %H:%M:%S")
        if where is not None:
            gps = exif.get_ifd(GPS_IFD)
            gps.update({1: "N", 2: degrees(where[1]), 3: "E", 4: degrees(where[0])})
        written = io.BytesIO()
        image.save(written, "JPEG", exif=exif)
        return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")

    return make
