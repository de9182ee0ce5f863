"""Pictures of a place: kept with their rights, shown on their days, taken off, merged along."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from common.models import AuditEntry
from gazetteer.models import Place, PlacePhoto
from gazetteer.operations.merge_places import CannotUndoMerge, merge_places, undo_merge
from gazetteer.queries.merging import merge_plan
from tests.gazetteer.test_identity import SINCE, make_place

pytestmark = pytest.mark.usefixtures("demo")
TOLD = {"caption": "路口的老榕树", "rights": "区志办摄，授权展示"}


@pytest.fixture
def officer(client_as: Callable[..., Client]) -> Client:
    return client_as("place_name_officer", "440106")


def page_of(place: Place, day: str = "") -> str:
    return reverse("gazetteer:place", args=[place.pk]) + (f"?at={day}" if day else "")


def send(client: Client, place: Place, photo: Any, **changed: str) -> Any:
    url = reverse("gazetteer:place_photo_new", args=[place.pk])
    return client.post(url, {**TOLD, "photo": photo, **changed})


class TestPictures:
    def test_is_added_shown_and_removed(
        self, officer: Client, client_as: Any, road: Place, make_photo: Any
    ) -> None:
        answer = send(officer, road, make_photo(), taken_on="2024-05-01")
        assert answer["Location"] == f"{page_of(road)}#photos"
        photo = road.photos.get()
        elsewhere = client_as("viewer", "440104")
        shown = elsewhere.get(reverse("gazetteer:place_photo", args=[photo.pk]))
        assert shown["Content-Type"] == "image/jpeg"
        for client, edits in ((officer, True), (elsewhere, False)):
            page = client.get(page_of(road)).content.decode()
            assert TOLD["caption"] in page and TOLD["rights"] in page and "2024-05-01" in page
            assert ("photos/new/" in page, "/remove/" in page) == (edits, edits)
        file = photo.image.path
        url = reverse("gazetteer:place_photo_remove", args=[road.pk, photo.pk])
        assert elsewhere.post(url, {"reason": "重复"}).status_code == 404
        assert officer.post(url, {"reason": ""}).status_code == 200 and road.photos.exists()
        assert officer.post(url, {"reason": "重复"}).status_code == 302
        assert not road.photos.exists()
        entry = AuditEntry.objects.filter(operation="remove_place_photo").latest("pk")
        assert (entry.details["caption"], entry.reason) == (TOLD["caption"], "重复")
        assert str(photo.pk) in file

    def test_is_not_shown_before_it_was_taken(
        self, officer: Client, road: Place, make_photo: Any
    ) -> None:
        taken = datetime(2024, 5, 1, 9, tzinfo=timezone.get_current_timezone())
        send(officer, road, make_photo(at=taken))
        send(officer, road, make_photo(size=(320, 240)), caption="日期不明的照片")
        assert [str(each.taken_on) for each in road.photos.all()] == ["2024-05-01", "None"]
        before = officer.get(page_of(road, "2024-04-30")).content.decode()
        assert TOLD["caption"] not in before and "日期不明的照片" in before
        assert TOLD["caption"] in officer.get(page_of(road, "2024-05-01")).content.decode()

    @pytest.mark.parametrize("missing", ["photo", "caption", "rights"])
    def test_says_what_is_missing(
        self, officer: Client, road: Place, make_photo: Any, missing: str
    ) -> None:
        sent = {"photo": make_photo(), missing: ""}
        answer = send(officer, road, **sent)
        assert list(answer.context["form"].errors) == [missing]
        assert not PlacePhoto.objects.exists()

    def test_refuses_one_twice_and_a_day_to_come(
        self, officer: Client, road: Place, make_photo: Any
    ) -> None:
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
        assert send(officer, road, make_photo(), taken_on=tomorrow).context["sentence"]
        assert send(officer, road, make_photo()).status_code == 302
        assert send(officer, road, make_photo()).context["sentence"]
        assert road.photos.count() == 1

    def test_of_a_secret_place_is_nobodys(
        self, officer: Client, road: Place, make_photo: Any
    ) -> None:
        send(officer, road, make_photo())
        url = reverse("gazetteer:place_photo", args=[road.photos.get().pk])
        assert officer.get(url).status_code == 200
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert officer.get(url).status_code == 404
        assert send(officer, road, make_photo(size=(320, 240))).status_code == 404

    def test_goes_along_when_places_merge_but_not_twice(
        self, officer: Client, make_photo: Any
    ) -> None:
        ended, survivor = make_place(), make_place()
        send(officer, ended, make_photo())
        send(officer, ended, make_photo(size=(320, 240)))
        send(officer, survivor, make_photo())
        on = SINCE + timedelta(days=1)
        plan = merge_plan(ended=ended, survivor=survivor, on=on, today=on)
        (group,) = [each for each in plan.groups if each.key == "photos"]
        assert (group.moving, len(group.staying)) == (1, 1)

    def test_comes_back_with_its_place_unless_it_was_taken_off(
        self, officer: Client, make_user: Any, make_photo: Any
    ) -> None:
        by = make_user("place_name_officer", "440106")
        for taken_off in (False, True):
            ended, survivor = make_place(), make_place()
            send(officer, ended, make_photo())
            photo = ended.photos.get()
            merged = merge_places(
                by=by,
                ended=ended,
                survivor=survivor,
                on=SINCE + timedelta(days=1),
                at=timezone.now(),
                reason="同一地名重复建库",
                decisions={f"name:{name.pk}": "former" for name in ended.names.all()},
            )
            assert survivor.photos.get() == photo
            undo = partial(undo_merge, by=by, merge=merged, at=timezone.now(), reason="核查有误")
            if taken_off:
                url = reverse("gazetteer:place_photo_remove", args=[survivor.pk, photo.pk])
                assert officer.post(url, {"reason": "重复"}).status_code == 302
                with translation.override("zh-hans"), pytest.raises(CannotUndoMerge, match="图片"):
                    undo()
                continue
            undo()
            assert ended.photos.get() == photo
