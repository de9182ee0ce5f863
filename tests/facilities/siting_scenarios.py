"""Siting scenarios on the demonstration set, asked and run without a worker."""

from datetime import date
from html import unescape

from facilities.domain.scenarios import ScenarioQuestion
from facilities.models import FacilityCategory, SitingScenario
from facilities.operations.scenarios import make_scenario, run_siting

DAY = date(2024, 5, 1)
BAIYUN = "440111"


def question(model="mclp", **given):
    return ScenarioQuestion(**{"model": model, "distance_m": 3000.0, "new_sites": 3, **given})


def make(by, *, name="白云三处", category="ELD-INST", within=BAIYUN, asked=None, **given):
    return make_scenario(
        by=by,
        at=DAY,
        name=name,
        category=FacilityCategory.objects.get(code=category),
        jurisdiction=within,
        question=asked or question(),
        **given,
    )


def run(scenario, report=lambda *_told: None):
    run_siting(job=scenario.job, report=report, scenario=str(scenario.pk))
    return SitingScenario.objects.get(pk=scenario.pk)


def body(response):
    return unescape(response.content.decode())
