"""A folder of photos finds its signs; leftovers are listed with the reason."""

import json
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.utils import timezone

from common.errors import NotInScope, NotPermitted
from signage.models import Sign, SignPhoto
from signage.operations.match_photos import match_photos


@pytest.fixture
def alone(make_sign: Any) -> Sign:
    """A sign that no other one is near to."""
    sign = make_sign("PHOTO-1")
    near = Sign.objects.filter(location__coveredby=sign.location.buffer(0.005))
    near.exclude(pk=sign.pk).update(state="removed")
    return sign


def matched(photos: list[Any], *, by: Any = None, keep: bool = False) -> list[tuple[str, str]]:
    found = match_photos(by=by, at=timezone.localdate(), within="440106", photos=photos, keep=keep)
    return [(each.number, each.why) for each in found]


class TestMatchPhotos:
    def test_keeps_what_is_sure_and_lists_the_rest(self, alone: Sign, make_photo: Any) -> None:
        here = (alone.location.x + 0.0001, alone.location.y)
        now = timezone.now()
        good = make_photo(at=now, where=here)
        rest = [
            make_photo(at=now),
            make_photo(at=now, where=(here[0] + 0.0015, here[1])),
            make_photo(at=datetime(2012, 3, 1, 4, tzinfo=UTC), where=here),
        ]
        broken = make_photo(name="broken.jpg")
        broken.file.seek(0)
        broken.file.truncate()
        broken.file.write(b"no picture")
        broken.file.seek(0)
        answers = matched([good, *rest, broken], keep=True)
        assert answers[0] == ("PHOTO-1", "")
        assert [why for _, why in answers[1:]] == [
            "no_position",
            "none_near",
            "not_then",
            "unreadable",
        ]
        assert alone.photos.count() == 1
        good.seek(0)
        assert matched([good], keep=True) == [("", "known")]
        assert alone.photos.count() == 1

    def test_is_for_those_who_look_at_signs(self, alone: Sign, make_user: Any) -> None:
        with pytest.raises(NotPermitted):
            matched([], by=make_user("viewer", "440106"))
        with pytest.raises(NotInScope):
            matched([], by=make_user("sign_inspector", "440104"))


class TestCommand:
    def test_reads_folders_and_zips_and_is_dry_at_first(
        self, alone: Sign, make_photo: Any, tmp_path: Any, capsys: Any
    ) -> None:
        here = (alone.location.x + 0.0001, alone.location.y)
        photo = make_photo(at=timezone.now(), where=here).read()
        (tmp_path / "batch").mkdir()
        (tmp_path / "batch" / "a.jpg").write_bytes(photo)
        (tmp_path / "batch" / "b.png").write_bytes(b"nothing")
        with ZipFile(tmp_path / "batch.zip", "w") as archive:
            archive.writestr("a.jpg", photo)
        call_command("match_photos", str(tmp_path / "batch"), "--within", "440106")
        told = capsys.readouterr().out
        assert "a.jpg  PHOTO-1" in told and "1 matched, 1 left over" in told
        assert not SignPhoto.objects.filter(sign=alone).exists()
        zipped = [str(tmp_path / "batch.zip"), "--within", "440106", "--commit", "--json"]
        call_command("match_photos", *zipped)
        (only,) = json.loads(capsys.readouterr().out)["photos"]
        assert only["number"] == "PHOTO-1"
        assert SignPhoto.objects.filter(sign=alone).count() == 1
