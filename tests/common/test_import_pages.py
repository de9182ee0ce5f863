"""Pages of imports: whose is whose, what each step shows, what leaves as a file."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.imports.checking import check_batch
from common.imports.committing import commit_batch
from common.imports.uploads import declare
from common.jobs import start_job
from common.models import ImportBatch, Job
from common.registries import job_runner

GOOD = (
    "标准名称,地名类别,行政区划代码,经度,纬度\n"
    "试验一路,街路巷,440106,113.33,23.13\n"
    "试验二路,街路巷,440106,113.34,23.14\n"
)
BAD = GOOD + "=1+1,街路巷,440106,113.33,23.13\n试验三路,街路巷,440106,23.13,113.33\n"


@pytest.fixture(autouse=True)
def files_elsewhere(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def steward(demo: Any, client_as: Callable[..., Client]) -> Any:
    return client_as("data_steward", "440106", language="en")


def uploaded(client: Any, content: str = GOOD, name: str = "a.csv") -> ImportBatch:
    answer = client.post(
        "/imports/new/",
        {
            "kind": "names",
            "jurisdiction": "440106",
            "file": SimpleUploadedFile(name, content.encode()),
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get()


def checked(client: Any, content: str = GOOD) -> ImportBatch:
    batch = uploaded(client, content)
    declare(batch=batch, by=client.user, datum="CGCS2000", mapping=batch.mapping)
    return check_batch(batch=batch, by=client.user)


class TestUpload:
    def test_leads_to_the_columns(self, steward: Any) -> None:
        batch = uploaded(steward)
        page = steward.get(f"/imports/{batch.pk}/").content.decode()
        assert "UTF-8" in page and "试验一路" in page
        assert '<option value="标准名称" selected>' in page

    def test_of_nonsense_is_refused_on_the_form(self, steward: Any) -> None:
        answer = steward.post(
            "/imports/new/",
            {
                "kind": "names",
                "jurisdiction": "440106",
                "file": SimpleUploadedFile("a.csv", b"%PDF-1.4"),
            },
        )
        assert answer.status_code == 400
        assert "holds PDF" in answer.content.decode()
        assert not ImportBatch.objects.exists()

    def test_into_another_jurisdiction_is_no_choice(self, steward: Any) -> None:
        answer = steward.post(
            "/imports/new/",
            {
                "kind": "names",
                "jurisdiction": "440104",
                "file": SimpleUploadedFile("a.csv", GOOD.encode()),
            },
        )
        assert answer.status_code == 200
        assert not ImportBatch.objects.exists()

    def test_is_kept_under_a_name_of_ours(self, steward: Any) -> None:
        batch = uploaded(steward, name="../../etc/passwd.csv")
        assert batch.file_name == "passwd.csv"
        assert batch.file.name.endswith(f"{batch.pk}.csv")


class TestSteps:
    def test_the_datum_has_to_be_declared(self, steward: Any) -> None:
        batch = uploaded(steward)
        answer = steward.post(
            f"/imports/{batch.pk}/check/", {"column-name": "标准名称", "datum": ""}
        )
        assert answer.status_code == 400
        assert "Declare the datum" in answer.content.decode()

    def test_a_check_is_work_in_the_background(self, steward: Any) -> None:
        batch = uploaded(steward)
        steward.post(
            f"/imports/{batch.pk}/check/", {"column-name": "标准名称", "datum": "CGCS2000"}
        )
        job = Job.objects.get(kind="import_check")
        assert "data-poll" in steward.get(f"/imports/{batch.pk}/").content.decode()
        # A second step waits for the first.
        assert steward.post(f"/imports/{batch.pk}/check/", {}).status_code in (400, 409)
        assert job.language == "en"

    def test_a_whole_file_fault_is_told_where_it_can_be_mended(self, steward: Any) -> None:
        batch = uploaded(steward)
        job = start_job(kind="import_check", by=steward.user, batch=str(batch.pk))
        Job.objects.filter(pk=job.pk).update(state="failed", error="The file is odd.")
        ImportBatch.objects.filter(pk=batch.pk).update(job=job)
        page = steward.get(f"/imports/{batch.pk}/").content.decode()
        assert "The file is odd." in page and "column-name" in page

    def test_the_result_explains_every_faulty_row(self, steward: Any) -> None:
        batch = checked(steward, BAD)
        page = steward.get(f"/imports/{batch.pk}/").content.decode()
        assert "swapped" in page and "Map the columns the other way round" in page
        assert 'aria-disabled="true"' in page
        assert "试验一路" not in page.split('id="results"')[1]
        every = steward.get(f"/imports/{batch.pk}/?outcome=").content.decode()
        assert "试验一路" in every
        one = steward.get(f"/imports/{batch.pk}/?outcome=&remark=swapped").content.decode()
        assert "试验三路" in one and "=1+1" not in one.split('id="results"')[1]

    def test_a_good_result_can_be_imported_and_then_undone(self, steward: Any) -> None:
        batch = checked(steward)
        assert "/commit/" in steward.get(f"/imports/{batch.pk}/").content.decode()
        commit_batch(batch=batch, by=steward.user)
        page = steward.get(f"/imports/{batch.pk}/").content.decode()
        assert "/undo/" in page and "/commit/" not in page

    @pytest.mark.parametrize("step", ["import_check", "import_commit", "import_undo"])
    def test_each_has_its_work(self, step: str) -> None:
        assert callable(job_runner(step))


class TestFiles:
    def test_points_carry_their_outcome(self, steward: Any) -> None:
        batch = checked(steward, BAD)
        found = steward.get(f"/imports/{batch.pk}/points.geojson?outcome=").json()["features"]
        assert {f["properties"]["state"] for f in found} == {"ok", "wrong"}
        assert found[-1]["geometry"]["coordinates"] == [113.34, 23.14]

    def test_faulty_rows_come_with_what_is_wrong_and_never_as_formulas(self, steward: Any) -> None:
        batch = checked(steward, BAD)
        answer = steward.get(f"/imports/{batch.pk}/faults.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        lines = text.splitlines()
        assert len(lines) == 3
        assert lines[1].startswith("4,fault,'=1+1")
        assert "attachment" in answer["Content-Disposition"]


class TestWhose:
    def test_others_do_not_see_it(self, steward: Any, client_as: Callable[..., Client]) -> None:
        batch = checked(steward)
        stranger = client_as("data_steward", "440104")
        for part in ("", "points.geojson", "faults.csv"):
            assert stranger.get(f"/imports/{batch.pk}/{part}").status_code == 404
        for part in ("sheet", "check", "commit", "undo"):
            assert stranger.post(f"/imports/{batch.pk}/{part}/").status_code == 404
        assert str(batch.pk) not in stranger.get("/imports/").content.decode()
        batch.refresh_from_db()
        assert batch.state == "checked"

    def test_without_the_role_it_is_refused_in_words(
        self, steward: Any, client_as: Callable[..., Client]
    ) -> None:
        batch = checked(steward)
        officer = client_as("place_name_officer", "440106")
        assert officer.get(f"/imports/{batch.pk}/").status_code == 403
        assert officer.post(f"/imports/{batch.pk}/commit/").status_code == 403

    def test_the_city_sees_those_of_its_districts(
        self, steward: Any, client_as: Callable[..., Client]
    ) -> None:
        batch = checked(steward)
        city = client_as("data_steward", "4401")
        assert str(batch.pk) in city.get("/imports/").content.decode()
        assert city.get(f"/imports/{batch.pk}/").status_code == 200
