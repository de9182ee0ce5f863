"""Siting scenarios: asked for, run in the background, stopped, run again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import numpy as np
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
from facilities.domain.scenario_search import solve
from facilities.domain.scenarios import ScenarioQuestion, check_question, fingerprint
from facilities.domain.siting import Progress
from facilities.models import FacilityCategory, SitingScenario
from facilities.queries.siting import read_ground
from facilities.queries.siting_places import FilePoint, from_file

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
    if question.candidates == "file":
        if not points:
            raise BadInput("Bring a file of places.")
        # Rows that cannot be used are told before anything is kept.
        from_file(points, within=jurisdiction, at=at, question=question)
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
    # Locks are taken in the order of the page of jobs: the job, then its scenario.
    held = SitingScenario.objects.select_related("job").get(pk=scenario.pk)
    if held.over or held.job is None:
        raise AlreadyOver
    cancel_job(job=held.job)
    record(by=by, operation="stop_scenario", subject=held, jurisdiction=held.jurisdiction)


def stop_unbegun(*, scenario: str) -> None:
    """Its job was cancelled while it waited, here or on the page of jobs."""
    _keep(UUID(scenario), state=State.STOPPED)


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
        # Before a first answer: there is nothing that the page could show.
        _keep(key, state=State.STOPPED, history=[])
        raise
    except Exception:
        _keep(key, state=State.FAILED)
        raise
    return {
        "url": reverse("facilities:scenario", args=[key]),
        _("New sites"): sum(1 for site in told["sites"] if site["kind"] != "existing"),
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
        answer = solve(question, ground, seed=held.seed, watch=follow, heard=follow.heard)
        found_any = len(np.setdiff1d(answer.result.sites, ground.staying(question))) > 0
        if follow.stopped and not (answer.result.proven or found_any):
            raise JobCancelled
        follow.describing = True
        told = describe(question, ground, answer, watch=follow)
    told.update(found.rests_on())
    told["stopped"] = follow.stopped
    if not told["feasible"]:
        state = State.IMPOSSIBLE if told["proven"] else State.NOT_FOUND
    else:
        state = State.PROVEN if told["proven"] else State.UNPROVEN
    if follow.stopped and not told["proven"]:
        state = State.STOPPED
    _keep(held.pk, result=told, history=told["history"], state=state)
    return told


class _Follow:
    """Keeps what the search has reached where the page can see it, and hears whether to stop."""

    def __init__(self, key: UUID, report: Callable[[int, int, str], None], total: int) -> None:
        self.key, self.report, self.total = key, report, total
        self.history: list[Progress] = []
        self.told = -EVERY_S
        self.stopped = False
        # While the answer is compared with other places: the chart is complete by then.
        self.describing = False
        self.outside: Callable[..., None] = report

    def __call__(self, progress: Progress) -> bool:
        if not self.describing:
            self.history.append(progress)
        now = monotonic()
        if not self.stopped and now - self.told >= EVERY_S:
            self.told = now
            try:
                done = self.total if self.describing else int(progress.seconds)
                self.outside(min(done, self.total), self.total, "")
            except JobCancelled:
                self.stopped = True
        return self.stopped

    def heard(self) -> None:
        """Before the search: raises :class:`JobCancelled` where it has been stopped."""
        now = monotonic()
        if now - self.told >= EVERY_S:
            self.told = now
            self.outside(0, self.total, "")

    def tell(self, done: int, total: int, _doing: str) -> None:
        # On a connection of its own: the solver may call from another thread.
        _keep(self.key, history=steps(self.history))
        doing = (
            _("Comparing with other places")
            if self.describing
            else _("Searching for the best sites")
        )
        self.report(done, total, doing)


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
        **{name: version(name) for name in ("highspy", "numpy", "scipy")},
    }
