"""A trial of other parameters as pages show it: under way, what it would change, how old it is."""

from typing import Any

from django.utils.formats import number_format

from common.jobs import time_left
from signage.models import EditionTrial
from signage.queries.record import names_of_places
from signage.queries.standard import signs_by_id
from signage.queries.trials import why_stale


def told_of(trial: EditionTrial, request: Any, *, waiting: bool = True) -> dict[str, Any]:
    """``waiting``: what it is about is still to be decided, so that it may be out of date."""
    job = trial.job
    done = trial.differences is not None
    return {
        "trial": trial,
        # Its progress is told to who asked for it.
        "job": job if job is not None and job.asked_by_id == request.user.pk else None,
        "left": time_left(job) if job is not None else "",
        "running": trial.running,
        "done": done,
        "stale": why_stale(trial=trial, today=request.today) if done and waiting else "",
        "signs": number_format(trial.signs or 0, force_grouping=True),
        "differences": [_difference(each, request) for each in trial.differences or []],
    }


def _difference(each: dict[str, Any], request: Any) -> dict[str, Any]:
    return {
        "rule_id": each["rule_id"],
        "failing": number_format(each["failing"], force_grouping=True),
        "passing": number_format(each["passing"], force_grouping=True),
        "signs": signs_by_id(ids=each["signs"]),
        "places": names_of_places(ids=each["places"], at=request.day).items(),
    }
