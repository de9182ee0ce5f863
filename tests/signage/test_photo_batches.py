"""A ZIP of photos: matched in the background, looked at, kept as a person decided."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from common.errors import BadInput, NotInScope
from common.jobs import run_job
from common.models import Job
from signage.models import Sign
from signage.operations.photo_batches import begin_matching


def packed(**photos: bytes) -> SimpleUploadedFile:
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        for name, content in photos.items():
            archive.writestr(f"{name}.jpg", content)
    return SimpleUploadedFile("round.zip", held.getvalue())


@pytest.fixture
def inspector(own_database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield User.objects.get(username="inspector")


@pytest.fixture
def page(inspector: User) -> Client:
    client = Client()
    client.force_login(inspector, backend="accounts.backends.PersonBackend")
    client.cookies["django_language"] = "en"
    return client


def run_last(kind: str) -> Job:
    job = Job.objects.filter(kind=kind).latest("created_at")
    run_job.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    return job


class TestPhotoBatch:
    def test_is_matched_seen_decided_and_kept(self, page: Client, make_photo: Any) -> None:
        sign, other = Sign.objects.filter(division_code__startswith="440106")[:2]
        here = (sign.location.x + 0.00001, sign.location.y)
        Sign.objects.exclude(pk__in=[sign.pk, other.pk]).filter(
            location__coveredby=sign.location.buffer(0.005)
        ).update(state="removed")
        now = timezone.now()
        photos = {
            "a": make_photo(at=now, where=here).read(),
            "b": make_photo(at=now).read(),
            "c": b"nothing",
        }
        told = page.post("/signs/photo-batches/", {"file": packed(**photos), "within": "4401"})
        assert told.status_code == 302
        job = run_last("match_photos")
        before = sign.photos.count(), other.photos.count()
        shown = page.get(job.result["url"])
        text = shown.content.decode()
        assert "The photo names no position." in text and "c.jpg" in text
        assert page.get(f"{job.result['url']}1/")["Content-Type"] == "image/jpeg"
        assert page.get(f"{job.result['url']}2/").status_code == 404
        assert page.get(f"{job.result['url']}9/").status_code == 404
        empty = page.post(job.result["url"], {})
        assert empty.status_code == 400 and "choose one" in empty.content.decode()
        chosen = {"sign-0": sign.number, "sign-1": other.number}
        assert page.post(job.result["url"], chosen).status_code == 302
        run_last("keep_photos")
        assert (sign.photos.count(), other.photos.count()) == (before[0] + 1, before[1] + 1)

    def test_a_number_that_is_none_keeps_nothing(
        self, page: Client, inspector: User, make_photo: Any
    ) -> None:
        sign = Sign.objects.filter(division_code__startswith="440106")[0]
        before = sign.photos.count()
        photos = {"a": make_photo().read(), "b": make_photo(at=timezone.now()).read()}
        day = timezone.localdate()
        job = begin_matching(by=inspector, file=packed(**photos), within="4401", at=day)
        run_job.call(str(job.pk))
        page.post(f"/signs/photo-batches/{job.pk}/", {"sign-0": sign.number, "sign-1": "NONE-9"})
        keeping = Job.objects.get(kind="keep_photos")
        run_job.call(str(keeping.pk))
        keeping.refresh_from_db()
        assert keeping.state == "failed" and "NONE-9" in keeping.error
        assert sign.photos.count() == before

    def test_is_for_its_owner_and_his_area_alone(
        self, page: Client, inspector: User, make_photo: Any
    ) -> None:
        day = timezone.localdate()
        job = begin_matching(
            by=inspector, file=packed(a=make_photo().read()), within="4401", at=day
        )
        run_job.call(str(job.pk))
        assert page.get(f"/signs/photo-batches/{job.pk}/").status_code == 200
        other = Client()
        other.force_login(
            User.objects.get(username="tianhe"),
            backend="accounts.backends.PersonBackend",
        )
        assert other.get(f"/signs/photo-batches/{job.pk}/").status_code == 404
        with pytest.raises(NotInScope):
            begin_matching(by=inspector, file=packed(a=b""), within="3301", at=day)

    def test_a_zip_without_photos_is_refused(self, inspector: User) -> None:
        day = timezone.localdate()
        with pytest.raises(BadInput, match="no photos"):
            begin_matching(by=inspector, file=packed(), within="4401", at=day)
