"""A list matched as work in the background, picked by hand, taken out with codes."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from api.operations.matching import begin_matching, keep_picks, match_list
from common.errors import BadInput
from common.models import Job
from gazetteer.models import MatchDecision, MatchRow, Place

LIST = "编号,地名,行政区\n1,天河区,440106\n2,不存在的地方名字,\n3,tianhequ,\n4,=1+1,\n5,tianhequ,\n"
PICKED = 2


def match(client: Any, content: bytes = LIST.encode()) -> Job:
    file = SimpleUploadedFile("名单.csv", content)
    response = client.post("/match/", {"file": file})
    assert response.status_code == 302, response.content.decode()[:500]
    job = Job.objects.filter(kind="match_list", asked_by=client.user).latest("created_at")
    job.result = match_list(job=job, report=lambda *_: None, **job.parameters)
    job.state = Job.State.DONE
    job.save()
    return job


def row_of(job: Job, number: int = PICKED) -> MatchRow:
    return MatchRow.objects.get(job=job, number=number)


@pytest.fixture
def matched(client_as: Any, demo: Any, settings: Any, tmp_path: Any) -> tuple[Client, Job]:
    settings.MEDIA_ROOT = tmp_path
    client = client_as("viewer")
    return client, match(client)


class TestMatching:
    def test_guesses_the_columns_and_finds_what_is_certain(self, matched: Any) -> None:
        _client, job = matched
        assert job.parameters["columns"] == {"name": "地名", "division": "行政区"}
        states = {row.number: row.state for row in MatchRow.objects.filter(job=job)}
        # A text of which digits alone are left is certain of nothing, though one code begins so.
        assert states == {0: "certain", 1: "none", 2: "open", 3: "open", 4: "open"}
        assert any(each["name"] == "天河区" for each in row_of(job).found)

    def test_what_a_person_picks_is_kept_and_downloaded(self, matched: Any) -> None:
        client, job = matched
        wanted = row_of(job).found[0]["id"]
        assert client.get(f"/match/{job.pk}/").status_code == 200
        assert client.post(f"/match/{job.pk}/", {"row-2": wanted}).status_code == 302
        told = client.get(f"/match/{job.pk}/list.csv").content.decode("utf-8-sig").splitlines()
        assert told[0].startswith("编号,地名,行政区,diming_id,diming_name")
        assert wanted in told[3] and told[3].endswith("person")
        # The row that says the same goes with it.
        assert wanted in told[5] and told[5].endswith("person")
        assert told[1].endswith("machine")
        assert "'=1+1" in told[4]

    def test_comes_back_with_the_new_answers_alone_when_it_is_matched_again(
        self, matched: Any
    ) -> None:
        client, job = matched
        told = client.get(f"/match/{job.pk}/list.csv").content
        again = match(client, told)
        assert client.get(f"/match/{again.pk}/list.csv").content == told

    def test_what_is_certain_is_no_decision(self, matched: Any) -> None:
        client, job = matched
        client.post(f"/match/{job.pk}/", {"row-0": row_of(job, 0).picked})
        assert not MatchDecision.objects.exists()

    def test_is_nobody_elses(self, matched: Any, client_as: Any) -> None:
        _client, job = matched
        assert client_as("viewer").get(f"/match/{job.pk}/").status_code == 404

    @pytest.mark.parametrize("picks", [{"99": ""}, {"x": ""}, {"0": "nothing"}])
    def test_refuses_picks_that_are_none(self, matched: Any, picks: dict[str, str]) -> None:
        client, job = matched
        with pytest.raises(BadInput):
            keep_picks(by=client.user, job=job, picks=picks, at=timezone.now())

    def test_refuses_rows_that_could_not_be_given_back_whole(self, client_as: Any) -> None:
        file = SimpleUploadedFile("名单.csv", "地名,注\n天河区,a\n天河路,b,c\n".encode())
        answer = client_as("viewer").post("/match/", {"file": file})
        assert answer.status_code == 400 and "第 3 行" in answer.content.decode()
        assert not Job.objects.filter(kind="match_list").exists()

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


class TestRemembered:
    """What was picked by hand is offered first the next time, and can be forgotten."""

    def _decide(self, client: Any, job: Job, place: str) -> None:
        assert client.post(f"/match/{job.pk}/", {f"row-{PICKED}": place}).status_code == 302

    def test_is_offered_first_to_all_of_the_jurisdiction(
        self, matched: Any, client_as: Any
    ) -> None:
        client, job = matched
        wanted = row_of(job).found[-1]["id"]
        self._decide(client, job, wanted)
        other = client_as("planner", "440106")
        again = row_of(match(other))
        assert (again.found[0]["id"], again.picked, again.by) == (wanted, wanted, "before")
        page = other.get(f"/match/{again.job_id}/").content.decode()
        assert str(client.user) in page
        # Of the jurisdiction above: another choice there overrides it, forgetting does not.
        forget = f"/match/{again.job_id}/forget/{again.decision_id}/"
        assert other.post(forget).status_code == 404

    def test_is_not_told_elsewhere(self, matched: Any, client_as: Any) -> None:
        client, job = matched
        self._decide(client, job, row_of(job).found[0]["id"])
        assert row_of(match(client_as("viewer", "3101"))).by == ""

    def test_that_none_fits_is_remembered_too(self, matched: Any) -> None:
        client, job = matched
        self._decide(client, job, "")
        again = row_of(match(client))
        assert (again.picked, again.by, again.state) == ("", "before", "none")

    def test_is_forgotten(self, matched: Any) -> None:
        client, job = matched
        self._decide(client, job, row_of(job).found[0]["id"])
        key = row_of(job).decision_id
        assert client.post(f"/match/{job.pk}/forget/{key}/").status_code == 302
        assert (row_of(job).by, row_of(job).state) == ("", "open")
        assert row_of(match(client)).by == ""

    def test_a_place_that_became_secret_is_offered_no_more(self, matched: Any) -> None:
        client, job = matched
        wanted = row_of(job).found[0]["id"]
        self._decide(client, job, wanted)
        Place.objects.filter(pk=wanted).update(secrecy="secret")
        assert row_of(match(client)).by == ""
        # Nor is it told by the list that was made before.
        name = Place.objects.get(pk=wanted).names.standard()[0]
        for path in ("", "list.csv"):
            told = client.get(f"/match/{job.pk}/{path}").content.decode()
            assert wanted not in told and name.pinyin_toned not in told

    def test_a_row_whose_places_are_secret_is_one_without(self, matched: Any) -> None:
        client, job = matched
        found = {each["id"] for row in MatchRow.objects.filter(job=job) for each in row.found}
        before = client.get(f"/match/{job.pk}/").context["choices"]
        Place.objects.filter(pk__in=found).update(secrecy="secret")
        assert 1 not in job.result.values()  # how many were certain is counted on the page alone
        page = client.get(f"/match/{job.pk}/")
        counts = {key: count for key, _label, count in page.context["choices"]}
        assert counts == {"": 5, "certain": 0, "open": 0, "none": 5}
        for state, numbers in (("certain", []), ("open", []), ("none", [0, 1, 2, 3, 4])):
            rows = client.get(f"/match/{job.pk}/?show={state}").context["rows"]
            assert [each["row"].number for each in rows] == numbers
        Place.objects.filter(pk__in=found).update(secrecy="public")
        assert client.get(f"/match/{job.pk}/").context["choices"] == before

    def test_a_place_that_was_not_found_is_offered_all_the_same(self, matched: Any) -> None:
        client, job = matched
        wanted = row_of(job, 0).picked
        MatchDecision.objects.create(
            jurisdiction="4401",
            text=row_of(job, 1).text,
            place_id=wanted,
            by=client.user,
            at=timezone.now(),
        )
        again = row_of(match(client), 1)
        assert (again.found[0]["id"], again.picked) == (wanted, wanted)
        assert again.found[0]["within"]

    def test_groups_and_pages(self, matched: Any) -> None:
        client, job = matched
        shown = client.get(f"/match/{job.pk}/?show=open&after=2").context["rows"]
        assert [each["row"].number for each in shown] == [3, 4]
        assert client.get(f"/match/{job.pk}/?show=nonsense&after=x").status_code == 200
