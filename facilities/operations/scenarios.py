"""Siting scenarios: asked for, run in the background, stopped, run again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import highspy
import numpy
import scipy
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.audit import record
from common.errors import BadInput, Refusal
from common.jobs import JobCancelled, beside, cancel_job, start_job
from common.models import Job
from facilities.domain import siting
from facilities.domain.scenario_reasons import describe, steps
from facilities.domain.scenarios import ScenarioQuestion, check_question, fingerprint, solve
from facilities.domain.siting import Progress
from facilities.models import FacilityCategory, SitingScenario
from facilities.queries.siting import FilePoint, read_ground

SITING = "siting"
EVERY_S = 0.5
State = SitingScenario.State


class AlreadyOver(Refusal):
    template = "The search is over: there is nothing to stop."


class StillRunning(Refusal):
    template = "The search is still running: stop it or wait for its end."


@transaction.atomic
def make_scenario(
    *,
    by: Any,
    at: date,
    name: str,
    category: FacilityCategory,
    jurisdiction: str,
    question: ScenarioQuestion,
    points: Sequence[FilePoint] = (),
    seed: int = 0,
    repeats: SitingScenario | None = None,
) -> SitingScenario:
    """Keep the question and start the search. Raises NotInScope, NotPermitted, BadInput."""
    require(by=by, capability=Capability.ANALYSE_COVERAGE, codes=[jurisdiction])
    check_question(question)
    if question.candidates == "file" and not points:
        raise BadInput("Bring a file of places.")
    made = SitingScenario.objects.create(
        name=name.strip(),
        category=category,
        jurisdiction=jurisdiction,
        day=at,
        question=question.values(),
        points=[list(point) for point in points],
        seed=seed,
        owner=by,
        repeats=repeats,
    )
    made.job = start_job(kind=SITING, by=by, scenario=str(made.pk))
    made.save(update_fields=["job"])
    record(by=by, operation="make_scenario", subject=made, jurisdiction=jurisdiction)
    return made


def rerun_scenario(*, by: Any, scenario: SitingScenario) -> SitingScenario:
    """Ask the same again, as a scenario of its own: the page tells whether it came out alike."""
    if not scenario.over:
        raise StillRunning
    return make_scenario(
        by=by,
        at=scenario.day,
        name=scenario.name,
        category=scenario.category,
        jurisdiction=scenario.jurisdiction,
        question=scenario.asked,
        points=scenario.points,
        seed=scenario.seed,
        repeats=scenario,
    )


@transaction.atomic
def stop_scenario(*, by: Any, scenario: SitingScenario) -> None:
    """End the search; the best answer so far is kept, unproven, with its gap."""
    require(by=by, capability=Capability.ANALYSE_COVERAGE, codes=[scenario.jurisdiction])
    held = SitingScenario.objects.select_for_update().get(pk=scenario.pk)
    if held.over or held.job is None:
        raise AlreadyOver
    waiting = Job.objects.select_for_update().get(pk=held.job_id).state == Job.State.WAITING
    cancel_job(job=held.job)
    if waiting:
        held.state = State.STOPPED
        held.save(update_fields=["state"])
    record(by=by, operation="stop_scenario", subject=held, jurisdiction=held.jurisdiction)


def run_siting(
    *, job: Job, report: Callable[[int, int, str], None], scenario: str
) -> dict[str, Any]:
    """Search in the background; the chart of the page is drawn from ``history`` meanwhile."""
    key = UUID(scenario)
    held = SitingScenario.objects.select_related("category").get(pk=key)
    _keep(key, state=State.RUNNING, history=[], versions=versions())
    try:
        told = _search(held, report)
    except JobCancelled:
        _keep(key, state=State.STOPPED)
        raise
    except Exception:
        _keep(key, state=State.FAILED)
        raise
    return {
        "url": reverse("facilities:scenario", args=[key]),
        _("New sites"): sum(1 for site in told["sites"] if site["kind"] == "new"),
    }


def _search(held: SitingScenario, report: Callable[[int, int, str], None]) -> dict[str, Any]:
    question = held.asked
    total = max(1, round(question.time_limit_s))
    report(0, total, _("Reading people and places"))
    found = read_ground(
        question=question,
        category=held.category_id,
        within=held.jurisdiction,
        at=held.day,
        points=held.points,
    )
    ground = found.ground
    _keep(
        held.pk,
        inputs_hash=fingerprint(question, held.seed, ground),
        synthetic=found.synthetic,
        approximate=found.approximate,
    )
    follow = _Follow(held.pk, report, total)
    with beside(follow.tell) as tell:
        follow.outside = tell
        answer = solve(question, ground, seed=held.seed, watch=follow)
    told = describe(question, ground, answer)
    told["base_on"] = found.base_on.isoformat() if found.base_on else None
    told["stopped"] = follow.stopped
    if not told["feasible"]:
        state = State.IMPOSSIBLE if told["proven"] else State.STOPPED
    elif told["proven"]:
        state = State.PROVEN
    else:
        state = State.STOPPED if follow.stopped else State.UNPROVEN
    _keep(held.pk, result=told, history=told["history"], state=state)
    return told


class _Follow:
    """Keeps what the search has reached where the page can see it, and hears whether to stop."""

    def __init__(self, key: UUID, report: Callable[[int, int, str], None], total: int) -> None:
        self.key, self.report, self.total = key, report, total
        self.history: list[Progress] = []
        self.told = -EVERY_S
        self.stopped = False
        self.outside: Callable[..., None] = report

    def __call__(self, progress: Progress) -> bool:
        self.history.append(progress)
        now = monotonic()
        if not self.stopped and now - self.told >= EVERY_S:
            self.told = now
            try:
                self.outside(min(int(progress.seconds), self.total), self.total, "")
            except JobCancelled:
                self.stopped = True
        return self.stopped

    def tell(self, done: int, total: int, _doing: str) -> None:
        # On a connection of its own: the solver may call from another thread.
        _keep(self.key, history=steps(self.history))
        self.report(done, total, _("Searching for the best sites"))


def _keep(key: UUID, **values: Any) -> None:
    SitingScenario.objects.filter(pk=key).update(**values)


@cache
def versions() -> Mapping[str, str]:
    """The search itself, by its text, and the libraries that it rests on."""
    text = hashlib.sha256()
    for path in sorted(Path(siting.__file__).parent.glob("*.py")):
        text.update(path.read_bytes())
    return {
        "siting": text.hexdigest()[:12],
        "highspy": highspy.Highs().version(),
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
    }
