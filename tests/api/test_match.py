"""A list matched as work in the background, picked by hand, taken out with codes."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.operations.matching import begin_matching, keep_picks, match_list, matched_rows
from common.errors import BadInput
from common.models import Job

LIST = "编号,地名,行政区\n1,天河区,440106\n2,不存在的地方名字,\n3,tianhequ,\n4,=1+1,\n"


@pytest.fixture
def matched(client_as: Any, demo: Any, settings: Any, tmp_path: Any) -> tuple[Client, Job]:
    settings.MEDIA_ROOT = tmp_path
    client = client_as("viewer")
    file = SimpleUploadedFile("名单.csv", LIST.encode())
    response = client.post("/match/", {"file": file})
    assert response.status_code == 302, response.content.decode()[:500]
    job = Job.objects.get(kind="match_list", asked_by=client.user)
    job.result = match_list(job=job, report=lambda *_: None, **job.parameters)
    job.state = Job.State.DONE
    job.save()
    return client, job


class TestMatching:
    def test_guesses_the_columns_and_finds_what_is_certain(self, matched: Any) -> None:
        _client, job = matched
        assert job.parameters["columns"] == {"name": "地名", "division": "行政区"}
        rows = matched_rows(job)["rows"]
        assert rows[0]["found"][0]["match"]
        assert rows[1]["found"] == []
        assert any(each["name"] == "天河区" for each in rows[2]["found"])

    def test_what_a_person_picks_is_kept_and_downloaded(self, matched: Any) -> None:
        client, job = matched
        wanted = matched_rows(job)["rows"][2]["found"][0]["id"]
        assert client.get(f"/match/{job.pk}/").status_code == 200
        assert client.post(f"/match/{job.pk}/", {"row-2": wanted}).status_code == 302
        told = client.get(f"/match/{job.pk}/list.csv").content.decode("utf-8-sig").splitlines()
        assert told[0].startswith("编号,地名,行政区,diming_id,diming_name")
        assert wanted in told[3] and told[3].endswith("person")
        assert told[1].endswith("machine")
        assert "'=1+1" in told[4]

    def test_is_nobody_elses(self, matched: Any, client_as: Any) -> None:
        _client, job = matched
        assert client_as("viewer").get(f"/match/{job.pk}/").status_code == 404

    @pytest.mark.parametrize("picks", [{"99": ""}, {"x": ""}, {"0": "nothing"}])
    def test_refuses_picks_that_are_none(self, matched: Any, picks: dict[str, str]) -> None:
        client, job = matched
        with pytest.raises(BadInput):
            keep_picks(by=client.user, job=job, picks=picks)

    def test_says_which_headings_there_are(self, make_user: Any, demo: Any) -> None:
        from datetime import date

        file = SimpleUploadedFile("名单.csv", LIST.encode())
        with pytest.raises(BadInput, match="编号"):
            begin_matching(
                by=make_user(),
                file=file,
                name_column="无",
                division_column="",
                at=date(2024, 5, 1),
            )
