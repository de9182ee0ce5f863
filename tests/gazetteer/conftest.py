"""Places of the demonstration set that the gazetteer's tests start from."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import ExifTags, Image

from gazetteer.models import Place
from tests.gazetteer.naming_cases import Bureau


@pytest.fixture
def road(demo: Any) -> Place:
    """天河路 in Tianhe."""
    return Place.objects.get(names__text="天河路", division_code="440106")


@pytest.fixture
def district(demo: Any) -> Place:
    """番禺区, a place that is a division."""
    return Place.objects.get(names__text="番禺区", division__isnull=False)


@pytest.fixture(autouse=True)
def files_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def picture() -> Callable[..., SimpleUploadedFile]:
    """``picture(name)``: an upload of a small JPEG whose EXIF block names its owner."""

    def make(name: str = "photo.jpg", size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
        exif = Image.Exif()
        exif[ExifTags.Base.Artist] = "OWNER-OF-CAMERA"
        written = io.BytesIO()
        Image.new("RGB", size, "#3060a0").save(written, "JPEG", exif=exif)
        return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")

    return make


@pytest.fixture
def bureau(make_user: Callable[..., Any]) -> Bureau:
    """The people of a bureau and short ways to bring a naming case to any step."""
    return Bureau(make_user)


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """``signed_in(person)``: a client of somebody of the bureau."""

    def sign_in(person: Any) -> Client:
        client = Client()
        client.force_login(person, backend="accounts.backends.PersonBackend")
        return client

    return sign_in
