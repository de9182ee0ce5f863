"""The check as background work: progress is seen from outside, a cancelled check keeps nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.models import User
from common.jobs import run_job
from common.models import Job
from signage.domain.faces import plain_face, write_faces
from signage.models import CheckRun, Finding, Sign
from signage.operations import findings


@pytest.fixture
def job(own_database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        yield Job.objects.create(
            kind="check_signs",
            parameters={"within": "4401", "at": timezone.localdate().isoformat()},
            asked_by=User.objects.get(username="inspector"),
        )


class TestCheckJob:
    def test_ends_done_with_its_counts(self, job: Job) -> None:
        run_job.call(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.error) == ("done", "")
        assert job.done == job.total == job.result["signs"] >= 300
        assert job.result["url"] == "/signs/"

    def test_a_check_cancelled_on_the_way_keeps_nothing(
        self, job: Job, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another connection cancels while the verdicts are gathered."""
        runs, kept = CheckRun.objects.count(), Finding.objects.count()
        Sign.objects.update(faces=write_faces(plain_face(hanzi="错路")))
        monkeypatch.setattr(findings, "BATCH", 1)
        real, beside = findings._copy, ThreadPoolExecutor(1)

        def cancel() -> None:
            Job.objects.filter(pk=job.pk).update(state="cancelled")
            connections.close_all()

        def copy_and_cancel(*values: Any) -> None:
            beside.submit(cancel).result()
            real(*values)

        monkeypatch.setattr(findings, "_copy", copy_and_cancel)
        run_job.call(str(job.pk))
        job.refresh_from_db()
        assert job.state == "cancelled"
        assert (CheckRun.objects.count(), Finding.objects.count()) == (runs, kept)
