"""Signs with their photos come in as a whole, row by row explained, and go out again exactly."""

import io
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from common.errors import BadInput, NotPermitted
from common.importing.folders import packed_folder
from common.importing.tables import LARGEST_FILE
from common.imports.checking import check_batch
from common.imports.committing import CannotCommit, commit_batch, undo_batch
from common.imports.uploads import declare, receive_upload
from common.models import ImportBatch
from gazetteer.models import PlaceName
from signage.models import CampaignDay, Finding, Sign, SignPhoto
from signage.operations.import_signs import BuiltUpon, ChangedMeanwhile
from signage.operations.orders import order_fix

HEADINGS = "标志编号,标志类别,经度,纬度,汉字,拼音,底色,标准地名,照片"
Photo = Callable[..., Any]


def received(content: bytes | str, name: str = "signs.csv", by: Any = None) -> ImportBatch:
    data = content.encode() if isinstance(content, str) else content
    return receive_upload(
        by=by,
        at=timezone.localdate(),
        kind="signs",
        jurisdiction="440106",
        upload=ContentFile(data, name=name),
        name=name,
    )


def checked(content: bytes | str, name: str = "signs.csv", by: Any = None) -> ImportBatch:
    batch = received(content, name, by)
    declare(batch=batch, by=by, datum="CGCS2000", mapping=batch.mapping)
    return check_batch(batch=batch, by=by)


def table(*lines: str, headings: str = HEADINGS) -> str:
    return "\n".join([headings, *lines]) + "\n"


def packed(rows: str, **photos: bytes) -> bytes:
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("标志/signs.csv", rows)
        for name, content in photos.items():
            archive.writestr(f"标志/照片/{name}.jpg", content)
    return written.getvalue()


def codes(batch: ImportBatch, number: int) -> set[str]:
    return {remark["code"] for remark in batch.rows.get(number=number).remarks}


@pytest.fixture
def spot(street: PlaceName) -> tuple[float, float]:
    middle = street.place.geometry.interpolate_normalized(0.5)
    return round(middle.x, 7), round(middle.y, 7)


@pytest.fixture
def line(street: PlaceName, spot: tuple[float, float]) -> Callable[..., str]:
    """``line(拼音="…")``: a sound row of ``street`` with changes."""

    def make(number: str = "IMP-1", **changes: str) -> str:
        values = dict(
            zip(
                HEADINGS.split(","),
                (number, "街路牌", *map(str, spot), street.text, street.pinyin_sign, "蓝", "", ""),
                strict=True,
            )
        )
        values["标志类别"], values["标准地名"] = "STREET", street.text
        values["底色"] = "blue"
        return ",".join({**values, **changes}.values())

    return make


class TestCheck:
    def test_says_of_each_row_what_is_wrong_and_goes_on(self, line: Any) -> None:
        batch = checked(
            table(
                line("A-1"),
                line("A-2", 经度="", 纬度=""),
                line("A-3", 标志类别="广告牌"),
                line("A-4", 汉字="شارع", 拼音="ТЯНЬХЭ"),
                line("A-1"),
                line("A-6", 标准地名="没有的路"),
                line("A-7", 经度="118.8", 纬度="32.05"),
                line("A-8", 照片="missing.jpg"),
                line(""),
                line("A-10"),
            )
        )
        assert batch.counts["rows"] == 10
        assert (batch.counts["add"], batch.counts["fault"]) == (3, 7)
        for number, wanted in (
            (3, "no_position"),
            (4, "unknown_class"),
            (5, "other_script"),
            (5, "not_pinyin"),
            (6, "duplicate"),
            (7, "unknown_place"),
            (9, "photo_missing"),
            (10, "missing"),
        ):
            assert wanted in codes(batch, number), number
        assert codes(batch, 8) & {"outside", "nowhere"}
        assert not Sign.objects.filter(number__startswith="A-").exists()
        with pytest.raises(CannotCommit):
            commit_batch(batch=batch, by=None)

    def test_takes_43_columns_in_any_order(self, line: Any) -> None:
        named = dict(zip(HEADINGS.split(","), line("B-1").split(","), strict=True))
        columns = [*named, *(f"备用{number}" for number in range(43 - len(named)))]
        random.Random(7).shuffle(columns)
        batch = checked(
            table(",".join(named.get(key, "x") for key in columns), headings=",".join(columns))
        )
        assert (batch.counts["add"], len(columns)) == (1, 43)
        assert next(f for f in batch.findings if f["code"] == "left")["values"]["count"] == 34

    @pytest.mark.parametrize("colour", ["蓝", "蓝色", "blue", "Blue"])
    def test_colours_are_read_as_people_write_them(self, line: Any, colour: str) -> None:
        batch = checked(table(line(底色=colour)))
        assert batch.rows.get().values["faces"][0]["ground"] == "blue"

    def test_judges_numbers_days_and_words(self, line: Any) -> None:
        headings = HEADINGS + ",朝向,设置日期,反光膜等级,支撑方式,版面"
        rows = [line(f"C-{at}") for at in range(3)]
        batch = checked(
            table(
                rows[0] + ",400,去年,9,天上,{",
                rows[1] + ',45.5,2020/3/1,3,post,"[{""panels"": [{""lines"": [{""kind"": '
                '""hanzi"", ""text"": ""天河路""}]}], ""ground"": ""pink""}]"',
                rows[2] + ",45.5,2020-03-01,3,post,",
                headings=headings,
            )
        )
        first = batch.rows.get(number=2).remarks
        assert [each["code"] for each in first].count("not_a_number") == 2
        assert {"bad_day", "unknown_word", "bad_face"} <= codes(batch, 2)
        assert "bad_face" in codes(batch, 3)
        values = batch.rows.get(number=4).values
        assert (values["facing"], values["installed_on"]) == (45.5, "2020-03-01")

    def test_judges_photos(self, line: Any, spot: Any, make_photo: Photo) -> None:
        now = timezone.now()
        huge = io.BytesIO()
        Image.new("1", (20_000, 10_000)).save(huge, "PNG")
        batch = checked(
            packed(
                table(
                    line("D-1", 照片="good.jpg"),
                    line("D-2", 照片="text.jpg"),
                    line("D-3", 照片="huge.jpg"),
                    line("D-4", 照片="old.jpg"),
                    line("D-5", 照片="照片/far.jpg"),
                    line("D-6", 照片="GOOD.jpg"),
                ).replace("照片/far", "标志/照片/far"),
                good=make_photo(at=now, where=spot).read(),
                text=b"this is no picture",
                huge=huge.getvalue(),
                old=make_photo(at=datetime(2011, 1, 1, 4, tzinfo=UTC), where=spot).read(),
                far=make_photo(at=now, where=(spot[0] + 0.05, spot[1])).read(),
                forgotten=make_photo(size=(99, 88)).read(),
            ),
            "signs.zip",
        )
        assert codes(batch, 2) == set()
        assert codes(batch, 3) == {"photo_unreadable"}
        assert codes(batch, 4) == {"photo_large"}
        assert codes(batch, 5) == {"photo_year"}
        assert codes(batch, 6) == {"photo_far"}
        assert codes(batch, 7) == {"photo_twice"}
        left = next(each for each in batch.findings if each["code"] == "photos_left")
        assert left["values"] == {"count": 1, "names": "标志/照片/forgotten.jpg"}

    def test_compares_with_signs_on_record(self, line: Any) -> None:
        commit_batch(batch=checked(table(line("E-1"))), by=None)
        again = checked(table(line("E-1"), line("E-1x")))
        assert (again.counts["same"], again.counts["add"]) == (1, 1)
        other = checked(table(line("E-1", 拼音="OTHER LU")))
        assert codes(other, 2) == {"on_record"}

    def test_what_a_table_names_outside_its_folder_is_not_found(
        self, line: Any, make_photo: Photo, tmp_path: Path
    ) -> None:
        (tmp_path / "secret.jpg").write_bytes(make_photo().read())
        folder = tmp_path / "folder"
        folder.mkdir()
        rows = (line("T-1", 照片="../secret.jpg"), line("T-2", 照片=str(tmp_path / "secret.jpg")))
        (folder / "signs.csv").write_text(table(*rows), "utf-8")
        with packed_folder(folder) as file:
            batch = checked(file.read(), "folder.zip")
        assert codes(batch, 2) == codes(batch, 3) == {"photo_missing"}

    def test_a_link_in_a_folder_is_refused(
        self, line: Any, make_photo: Photo, tmp_path: Path
    ) -> None:
        (tmp_path / "secret.jpg").write_bytes(make_photo().read())
        for turn, target in enumerate([tmp_path / "secret.jpg", tmp_path, Path("/etc/passwd")]):
            folder = tmp_path / f"folder{turn}"
            folder.mkdir()
            (folder / "signs.csv").write_text(table(line("L-1", 照片="a.jpg")), "utf-8")
            (folder / "a.jpg").symlink_to(target)
            with pytest.raises(BadInput, match=r"a\.jpg.* is a link"), packed_folder(folder):
                pass

    def test_a_folder_needs_a_table_and_has_a_limit(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="holds no table"), packed_folder(tmp_path):
            pass
        (tmp_path / "signs.csv").write_text("x\n")
        with (tmp_path / "large.jpg").open("wb") as large:
            large.truncate(LARGEST_FILE)
        with pytest.raises(BadInput, match="more than 100 MB"), packed_folder(tmp_path):
            pass

    def test_refuses_two_tables_in_one_zip(self, demo: SimpleNamespace) -> None:
        written = io.BytesIO()
        with ZipFile(written, "w") as archive:
            archive.writestr("a.csv", "x\n1\n")
            archive.writestr("b.csv", "x\n1\n")
        with pytest.raises(BadInput, match="2 tables"):
            received(written.getvalue(), "a.zip")


class TestCommitAndUndo:
    def test_brings_signs_with_photos_and_findings_and_takes_them_back(
        self, line: Any, spot: Any, street: PlaceName, make_photo: Photo
    ) -> None:
        signs, findings = Sign.objects.count(), Finding.objects.open().count()
        days = CampaignDay.objects.filter(division_code__startswith="440106").count()
        photo = make_photo(at=timezone.now(), where=spot).read()
        batch = checked(
            packed(table(line("F-1", 照片="good.jpg"), line("F-2", 拼音="WRONG LU")), good=photo),
            "signs.zip",
        )
        batch = commit_batch(batch=batch, by=None)
        first = Sign.objects.get(number="F-1")
        assert (first.hanzi, first.place_id) == (street.text, street.place_id)
        assert first.source_id == batch.source_id
        assert first.division_code.startswith("440106")
        kept = first.photos.get()
        assert kept.image.storage.exists(kept.image.name)
        wrong = Sign.objects.get(number="F-2").findings.open()
        assert "R05" in wrong.values_list("rule_id_text", flat=True)

        undo_batch(batch=batch, by=None)
        assert Sign.objects.count() == signs
        assert Finding.objects.open().count() == findings
        assert not SignPhoto.objects.filter(pk=kept.pk).exists()
        assert CampaignDay.objects.filter(division_code__startswith="440106").count() >= days

    def test_structured_faces_come_in_whole(self, line: Any, street: PlaceName) -> None:
        face = [
            {
                "side": 1,
                "ground": "blue",
                "width": 1500,
                "height": 450,
                "panels": [{"lines": [{"kind": "hanzi", "text": street.text, "height": 180}]}],
            },
            {"side": 2, "panels": [{"lines": [{"kind": "hanzi", "text": street.text}]}]},
        ]
        cell = '"' + json.dumps(face, ensure_ascii=False).replace('"', '""') + '"'
        batch = checked(table(line("G-1") + "," + cell, headings=HEADINGS + ",版面"))
        commit_batch(batch=batch, by=None)
        sign = Sign.objects.get(number="G-1")
        assert sign.faces == face
        assert (sign.hanzi, sign.width_mm) == (street.text, 1500)

    def test_refuses_once_a_number_is_taken(self, line: Any, make_sign: Any) -> None:
        batch = checked(table(line("H-1"), line("H-2")))
        make_sign("H-2")
        with pytest.raises(ChangedMeanwhile, match="H-2"):
            commit_batch(batch=batch, by=None)
        assert not Sign.objects.filter(number="H-1").exists()

    def test_is_not_undone_under_an_order(self, line: Any, people: Any) -> None:
        batch = commit_batch(batch=checked(table(line("I-1", 拼音="WRONG LU"))), by=None)
        order_fix(
            by=people["place_name_officer"],
            at=timezone.now(),
            sign=Sign.objects.get(number="I-1"),
            responsible_body="天河区民政局",
        )
        with pytest.raises(BuiltUpon, match="I-1"):
            undo_batch(batch=batch, by=None)

    def test_takes_the_data_stewards_role(self, line: Any, make_user: Any) -> None:
        with pytest.raises(NotPermitted):
            received(table(line()), by=make_user("viewer", "440106"))


class TestCommand:
    def test_takes_a_folder_with_its_photos(
        self, line: Any, tmp_path: Path, capsys: Any, make_photo: Photo
    ) -> None:
        (tmp_path / "照片").mkdir()
        for name, content in {
            "照片/甲.jpg": make_photo().read(),
            "照片/乙.jpg": b"no picture",
            "照片/丙.jpg": make_photo(size=(99, 88)).read(),
            ".DS_Store": b"x",
            "说明.txt": b"a note",
        }.items():
            (tmp_path / name).write_bytes(content)
        rows = [line("F-1", 照片="甲.jpg"), line("F-2", 照片="照片/乙.jpg")]
        (tmp_path / "signs.csv").write_text(table(*rows), "utf-8")
        args = ["import_signs", str(tmp_path), "--within", "440106", "--datum", "CGCS2000"]
        call_command(*args, "--json")
        told = json.loads(capsys.readouterr().out)
        assert (told["counts"]["add"], told["counts"]["fault"]) == (1, 1)
        assert "照片/丙.jpg" in told["findings"][0]
        (tmp_path / "signs.csv").write_text(table(rows[0]), "utf-8")
        call_command(*args, "--commit")
        assert SignPhoto.objects.get(sign__number="F-1").sha256
        assert ImportBatch.objects.get(state="committed").file_name == f"{tmp_path.name}.zip"

    def test_is_dry_then_commits_then_undoes(
        self, line: Any, tmp_path: Any, capsys: Any, demo: SimpleNamespace
    ) -> None:
        file = tmp_path / "signs.csv"
        file.write_text(table(line("J-1")), "utf-8")
        args = ["import_signs", str(file), "--within", "440106", "--datum", "CGCS2000", "--json"]
        call_command(*args)
        assert json.loads(capsys.readouterr().out)["counts"]["add"] == 1
        assert not Sign.objects.filter(number="J-1").exists()
        call_command(*args, "--commit")
        batch = json.loads(capsys.readouterr().out)["batch"]
        assert Sign.objects.filter(number="J-1").exists()
        call_command("import_signs", "--undo", batch, "--commit")
        assert not Sign.objects.filter(number="J-1").exists()


class TestUploadPage:
    def test_takes_the_files_of_a_folder(
        self, line: Any, make_photo: Photo, make_user: Any, client: Any
    ) -> None:
        client.force_login(make_user("data_steward", "440106"))
        rows = table(line("U-1", 照片="甲.jpg")).encode()
        sent = {"kind": "signs", "jurisdiction": "440106"}

        def send(*files: tuple[str, bytes], **more: Any) -> Any:
            folder = [SimpleUploadedFile(name, content) for name, content in files]
            return client.post(reverse("import_new"), {**sent, **more, "folder": folder})

        photo = make_photo().read()
        answer = send(("signs.csv", rows), ("甲.jpg", photo), ("说明.txt", b"a note"))
        batch = ImportBatch.objects.get()
        assert answer.url == reverse("import", args=[batch.pk])
        assert (batch.file_name, batch.headings) == ("signs.zip", HEADINGS.split(","))
        declare(batch=batch, by=None, datum="CGCS2000", mapping=batch.mapping)
        assert check_batch(batch=batch, by=None).counts["add"] == 1

        def refused(answer: Any, sentence: str) -> bool:
            return answer.status_code in (200, 400) and sentence in answer.content.decode()

        client.cookies["django_language"] = "en"
        assert refused(send(("甲.jpg", photo)), "holds no table")
        assert refused(send(("signs.csv", rows), ("a.jpg", photo), ("A.jpg", photo)), "Two files")
        both = send(("signs.csv", rows), file=SimpleUploadedFile("signs.csv", rows))
        assert refused(both, "not both")
        assert refused(client.post(reverse("import_new"), sent), "Choose a file to import.")
        assert ImportBatch.objects.count() == 1
