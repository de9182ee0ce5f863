"""Photos of an entry: kept with their rights, shown, printed, taken out."""

import base64
import io
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest

from boundaries.models import DivisionVersion
from boundaries.queries.divisions import get_division
from compendium.models import Entry, EntryPhoto
from compendium.queries.entries import sheets_of

CODE = "440106"
PAGE = f"/compendium/{CODE}/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def tianhe(demo: SimpleNamespace, settings: Any, tmp_path: Any) -> DivisionVersion:
    settings.MEDIA_ROOT = tmp_path
    found = get_division(code=CODE, at=date.today())
    assert found is not None
    Entry.objects.filter(division=found.division_id).update(stage="collect")
    return found


class TestPhotos:
    def test_is_kept_shown_printed_and_taken_out(
        self, tianhe: DivisionVersion, client_as: Any, make_photo: Callable[..., Any]
    ) -> None:
        client = client_as("place_name_officer", CODE)
        sent = {"photo": make_photo(), "caption": "天河路商圈", "rights": "区志办摄，授权使用"}
        assert client.post(f"{PAGE}photos/", sent).status_code == 302
        photo = EntryPhoto.objects.get()
        assert photo.caption in client.get(PAGE).content.decode()
        shown = client.get(f"/compendium/photos/{photo.pk}/")
        assert shown["Content-Type"] == "image/jpeg"
        assert (
            client_as("viewer", "440104").get(f"/compendium/photos/{photo.pk}/").status_code == 404
        )
        word = ZipFile(io.BytesIO(client.get(f"{PAGE}word/").content))
        assert "区志办摄" in word.read("word/document.xml").decode()
        (told,) = client.get(f"{PAGE}json/").json()["photos"]
        assert (told["caption"], told["sha256"]) == (photo.caption, photo.sha256)
        assert base64.b64decode(told["jpeg"])[:2] == b"\xff\xd8"
        assert client.get(told["address"]).status_code == 200
        (sheet,) = sheets_of(versions=[tianhe], at=date.today())
        (line,) = [each for each in sheet.lines if each.item.key == "photos"]
        assert "天河路商圈" in line.text
        assert client.post(f"/compendium/photos/{photo.pk}/remove/").status_code == 302
        assert not EntryPhoto.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "why"),
        [({"rights": ""}, "rights"), ({"caption": " "}, "caption"), ({"photo": ""}, "photo")],
    )
    def test_is_refused_in_words_and_keeps_what_was_typed(
        self,
        tianhe: DivisionVersion,
        client_as: Any,
        make_photo: Callable[..., Any],
        changed: dict[str, str],
        why: str,
    ) -> None:
        sent = {"photo": make_photo(), "caption": "商圈", "rights": "授权", **changed}
        page = client_as("place_name_officer", CODE).post(f"{PAGE}photos/", sent)
        assert page.status_code == 400 and page.context["fault"], why
        assert not EntryPhoto.objects.exists()

    def test_once_only_and_not_on_its_way(
        self, tianhe: DivisionVersion, client_as: Any, make_photo: Callable[..., Any]
    ) -> None:
        client = client_as("place_name_officer", CODE)

        def add() -> int:
            sent = {"photo": make_photo(), "caption": "商圈", "rights": "授权"}
            return int(client.post(f"{PAGE}photos/", sent).status_code)

        assert (add(), add()) == (302, 400)
        Entry.objects.filter(division=tianhe.division_id).update(stage="experts")
        photo = EntryPhoto.objects.get()
        assert client.post(f"/compendium/photos/{photo.pk}/remove/").status_code >= 400
        assert EntryPhoto.objects.exists()
