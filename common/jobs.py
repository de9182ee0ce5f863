"""Long work in the background with progress, cancel and a kept result (one worker, no broker)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import get_language, gettext, override
from django_tasks import task

from common.errors import DimingError
from common.models import Job
from common.registries import job_runner, job_unbegun, last_withdrawal


class JobCancelled(Exception):
    """Raised inside a job at its next report once the person has cancelled it."""


def start_job(*, kind: str, by: Any, **parameters: Any) -> Job:
    """Record the job and hand it to the worker once the transaction has committed."""
    job_runner(kind)
    job = Job.objects.create(
        kind=kind, parameters=parameters, asked_by=by, language=get_language() or ""
    )
    transaction.on_commit(lambda: run_job.enqueue(str(job.pk)))
    return job


@transaction.atomic
def cancel_job(*, job: Job) -> None:
    """A waiting job never starts, which its app is told; a running one stops at its next report."""
    held = Job.objects.select_for_update().get(pk=job.pk)
    if held.state not in (Job.State.WAITING, Job.State.RUNNING):
        return
    waiting = held.state == Job.State.WAITING
    held.state, held.finished_at = Job.State.CANCELLED, timezone.now()
    held.save(update_fields=["state", "finished_at"])
    unbegun = job_unbegun(held.kind) if waiting else None
    if unbegun is not None:
        unbegun(**held.parameters)


def file_given_out(job: Job) -> bool:
    """Whether a job keeps a file that names nothing of what has been withdrawn since it began."""
    if not job.result_file:
        return False
    withdrawn = last_withdrawal()
    return withdrawn is None or (job.started_at or job.created_at) > withdrawn


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


@contextmanager
def beside(report: Callable[[int, int, str], None]) -> Iterator[Callable[..., None]]:
    """Tell progress on a connection of its own: inside a transaction nobody else would see it."""

    def outside(done: int, total: int, doing: str) -> None:
        try:
            report(done, total, doing)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as other:

        def tell(done: int, total: int, doing: str = "") -> None:
            other.submit(outside, done, total, doing).result()

        yield tell


@task()
def run_job(job_id: str) -> None:
    waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
    if not waiting.update(state=Job.State.RUNNING, started_at=timezone.now()):
        return
    job = Job.objects.get(pk=job_id)
    # Progress and refusals are read by the person who asked.
    with override(job.language or None):
        _run(job)


def _run(job: Job) -> None:
    try:
        result = job_runner(job.kind)(job=job, report=reporter(job.pk), **job.parameters)
    except JobCancelled:
        return
    except DimingError as refusal:
        text = gettext(refusal.message_id)
        _finish(job, Job.State.FAILED, error=text % refusal.values if refusal.values else text)
    except Exception as fault:
        _finish(job, Job.State.FAILED, error=f"{type(fault).__name__}: {fault}")
        raise
    else:
        _finish(job, Job.State.DONE, result=result)


def _finish(job: Job, state: str, **values: Any) -> None:
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=state, finished_at=timezone.now(), **values
    )


def time_left(job: Job) -> str:
    """How long still, judged by the pace so far; empty where that is not known yet."""
    if job.state != Job.State.RUNNING or not job.done or not job.started_at:
        return ""
    now = timezone.now()
    remaining = (now - job.started_at) * ((job.total - job.done) / job.done)
    return str(timeuntil(now + remaining, now, depth=1))
