"""Long work in the background with progress, cancel and a kept result (one worker, no broker)."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from common.errors import DimingError
from common.models import Job
from common.registries import job_runner


class JobCancelled(Exception):
    """Raised inside a job at its next report once the person has cancelled it."""


def start_job(*, kind: str, by: Any, **parameters: Any) -> Job:
    """Record the job and hand it to the worker once the transaction has committed."""
    job_runner(kind)
    job = Job.objects.create(kind=kind, parameters=parameters, asked_by=by)
    transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))
    return job


def cancel_job(*, job: Job) -> None:
    """A waiting job never starts; a running one stops at its next report."""
    Job.objects.filter(pk=job.pk, state__in=[Job.State.WAITING, Job.State.RUNNING]).update(
        state=Job.State.CANCELLED, finished_at=timezone.now()
    )


def recover_jobs() -> int:
    """Hand jobs to the worker again that an earlier worker left behind when it was killed.

    For the start of the only worker. A job runs in one transaction or keeps nothing, so that
    running it again is safe; one that is queued twice runs once.
    """
    Job.objects.filter(state=Job.State.RUNNING).update(
        state=Job.State.WAITING, done=0, doing="", started_at=None
    )
    left = list(Job.objects.filter(state=Job.State.WAITING).values_list("pk", flat=True))
    for key in left:
        run_job.enqueue(str(key))
    return len(left)


def reporter(job_id: Any) -> Callable[[int, int, str], None]:
    def report(done: int, total: int, doing: str = "") -> None:
        running = Job.objects.filter(pk=job_id, state=Job.State.RUNNING)
        if not running.update(done=done, total=total, doing=doing[:200]):
            raise JobCancelled

    return report


@task()
def run_job(job_id: str) -> None:
    waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.RUNNING, started_at=timezone.now()):
        return
    job = Job.objects.get(pk=job_id)
    try:
        result = job_runner(job.kind)(job=job, report=reporter(job_id), **job.parameters)
    except JobCancelled:
        return
    except DimingError as refusal:
        _finish(job, Job.State.FAILED, error=str(refusal))
    except Exception as fault:
        _finish(job, Job.State.FAILED, error=f"{type(fault).__name__}: {fault}")
        raise
    else:
        _finish(job, Job.State.DONE, result=result)


def _finish(job: Job, state: str, **values: Any) -> None:
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=state, finished_at=timezone.now(), **values
    )
