"""The access table's rows of siting scenarios."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.domain.roles import Capability
from tests.access_route import Route

PLAN = Capability.ANALYSE_COVERAGE


def _scenario() -> Mapping[str, Any]:
    """A scenario of Tianhe whose search is over and found nothing."""
    from accounts.models import User
    from facilities.domain.scenarios import ScenarioQuestion
    from facilities.models import SitingScenario

    made, _new = SitingScenario.objects.get_or_create(
        name="天河试验情景",
        category_id="ELD-INST",
        jurisdiction="440106",
        day=date(2024, 5, 1),
        defaults={
            "question": ScenarioQuestion("mclp", 1000.0, new_sites=2).values(),
            "state": "stopped",
            "owner": User.objects.get(username="planner"),
        },
    )
    return {"pk": made.pk}


def _file() -> Mapping[str, Any]:
    return {**_scenario(), "format": "xlsx"}


SITING = [
    Route("facilities:scenarios"),
    Route("facilities:scenario_new", needs=PLAN),
    Route("facilities:scenario_compare"),
    Route("facilities:scenario", kwargs=_scenario, outside=404),
    Route("facilities:scenario_progress", kwargs=_scenario, outside=404),
    Route(
        "facilities:scenario_stop",
        method="POST",
        kwargs=_scenario,
        needs=PLAN,
        ok=409,
        outside=404,
    ),
    Route(
        "facilities:scenario_again",
        method="POST",
        kwargs=_scenario,
        needs=PLAN,
        ok=302,
        outside=404,
    ),
    # It has no answer; the files of one that has: test_siting_pages.py.
    Route("facilities:scenario_file", kwargs=_file, ok=404, outside=404),
]
