"""Pages of background work: a person sees their own, an administrator everybody's."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from common.jobs import recover_jobs
from common.models import Job


@pytest.fixture
def owner(demo: Any, client_as: Callable[..., Client]) -> Any:
    return client_as("planner", language="en")


@pytest.fixture
def stranger(demo: Any, client_as: Callable[..., Client]) -> Client:
    return client_as("planner", language="en")


@pytest.fixture
def job(owner: Any) -> Job:
    return Job.objects.create(
        kind="export", state="running", done=30, total=120, doing="writing",
        asked_by=owner.user, started_at=timezone.now() - timezone.timedelta(minutes=1),
    )  # fmt: skip


class TestJobPage:
    def test_tells_how_far_and_how_long_still(self, owner: Any, job: Job) -> None:
        page = owner.get(f"/jobs/{job.pk}/").content.decode()
        assert "25 %" in page
        assert "30 / 120" in page
        assert "3\xa0minutes left" in page or "2\xa0minutes left" in page

    def test_of_one_that_told_no_steps_is_complete_once_it_is_done(
        self, owner: Any, job: Job
    ) -> None:
        Job.objects.filter(pk=job.pk).update(state="done", done=0, total=0)
        assert "100 %" in owner.get("/jobs/").content.decode()

    def test_is_not_there_for_others(self, stranger: Client, job: Job) -> None:
        for part in ("", "progress/", "result/"):
            assert stranger.get(f"/jobs/{job.pk}/{part}").status_code == 404
        assert stranger.post(f"/jobs/{job.pk}/cancel/").status_code == 404
        job.refresh_from_db()
        assert job.state == "running"

    def test_is_there_for_an_administrator(
        self, job: Job, client_as: Callable[..., Client]
    ) -> None:
        assert client_as("administrator", "").get(f"/jobs/{job.pk}/").status_code == 200

    def test_stops_asking_once_it_is_over(self, owner: Any, job: Job) -> None:
        assert b"data-poll" in owner.get(f"/jobs/{job.pk}/progress/").content
        Job.objects.filter(pk=job.pk).update(state="done", done=120)
        assert b"data-poll" not in owner.get(f"/jobs/{job.pk}/progress/").content

    def test_says_why_it_failed(self, owner: Any, job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(state="failed", error="The file is empty.")
        assert "The file is empty." in owner.get(f"/jobs/{job.pk}/").content.decode()


class TestCancel:
    def test_stops_the_work(self, owner: Any, job: Job) -> None:
        assert owner.post(f"/jobs/{job.pk}/cancel/").status_code == 302
        job.refresh_from_db()
        assert job.state == "cancelled"

    def test_leaves_a_finished_job_as_it_is(self, owner: Any, job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(state="done")
        owner.post(f"/jobs/{job.pk}/cancel/")
        job.refresh_from_db()
        assert job.state == "done"

    def test_is_not_done_by_following_a_link(self, owner: Any, job: Job) -> None:
        assert owner.get(f"/jobs/{job.pk}/cancel/").status_code == 405


class TestResult:
    def test_is_downloaded_under_its_own_name(
        self, owner: Any, job: Job, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        job.result_file.save("coverage.html", ContentFile(b"<p>map</p>"))
        response = owner.get(f"/jobs/{job.pk}/result/")
        assert "attachment" in response["Content-Disposition"]
        assert b"".join(response.streaming_content) == b"<p>map</p>"

    def test_without_a_file_is_not_found(self, owner: Any, job: Job) -> None:
        assert owner.get(f"/jobs/{job.pk}/result/").status_code == 404


class TestList:
    def test_holds_only_a_persons_own(self, owner: Any, stranger: Client, job: Job) -> None:
        assert str(job.pk) in owner.get("/jobs/").content.decode()
        assert str(job.pk) not in stranger.get("/jobs/").content.decode()


class TestRecoverJobs:
    def test_hands_what_a_killed_worker_left_to_the_next_one(self, owner: Any, job: Job) -> None:
        from django_tasks_db.models import DBTaskResult

        assert recover_jobs() == 1
        job.refresh_from_db()
        assert (job.state, job.done, job.started_at) == ("waiting", 0, None)
        assert DBTaskResult.objects.filter(args_kwargs__args=[str(job.pk)]).exists()

    def test_leaves_what_is_over(self, owner: Any, job: Job) -> None:
        Job.objects.filter(pk=job.pk).update(state="done")
        assert recover_jobs() == 0


class TestWithoutARole:
    def test_reads_nothing_but_the_own_account(self, owner: Any, demo: Any) -> None:
        owner.user.grants.all().delete()
        assert owner.get("/").status_code == 403
        assert owner.get("/accounts/me/").status_code == 200

    def test_a_district_administrator_does_not_see_others_work(
        self, job: Job, client_as: Callable[..., Client]
    ) -> None:
        assert client_as("administrator", "440106").get(f"/jobs/{job.pk}/").status_code == 404
