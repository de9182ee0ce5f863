"""What is planned: a draft of an adjustment, three siting scenarios, a begun entry. All made up.

Written by the operations themselves. The scenarios are searched by the job worker once it runs.
The small set has none of them: its tests make their own.
"""

from datetime import date

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from boundaries.domain.adjustments import MATERIALS
from boundaries.models import DivisionVersion, Level
from boundaries.operations.adjustments import draft_adjustment, submit_adjustment
from boundaries.queries.divisions import get_division
from common.errors import BadInput
from compendium.operations.entries import write_item
from demo.parts import DemoOptions
from facilities.domain.scenarios import ScenarioQuestion
from facilities.models import FacilityCategory
from facilities.operations.scenarios import make_scenario

FROM, TO, BAIYUN, CONGHUA = "440106", "440112", "440111", "440117"
HAPPENS_ON = date(2027, 1, 1)
PAPERS = dict.fromkeys(MATERIALS, "演示材料（模拟）")
SCENARIOS = (
    (
        "白云区新增三处养老机构（模拟）",
        "ELD-INST",
        BAIYUN,
        ScenarioQuestion("mclp", 2000.0, new_sites=3),
    ),
    (
        "白云区新增五处养老机构（模拟）",
        "ELD-INST",
        BAIYUN,
        ScenarioQuestion("mclp", 2000.0, new_sites=5),
    ),
    # Where graves may not lie is kept free by the made-up areas of the part before.
    (
        "从化区新增两处公益性公墓（模拟）",
        "FUN-CEM-PUB",
        CONGHUA,
        ScenarioQuestion("mclp", 10_000.0, new_sites=2),
    ),
)
SOURCE = "演示文字（模拟）"
WRITTEN = {
    "nature": "演示文字：此处由撰稿人写地形、水系、气候、资源和自然灾害，并注明资料来源（模拟）。",
    "culture": "演示文字：此处由撰稿人写风俗、特产、名胜和文物保护单位，并注明资料来源（模拟）。",
}


def load(options: DemoOptions) -> str:
    if options.small or not settings.DEBUG:
        return "none"
    people = {user.username: user for user in User.objects.all()}
    moved = _adjustment(people["boundary"])
    for name, category, within, question in SCENARIOS:
        make_scenario(
            by=people["planner"],
            at=timezone.localdate(),
            name=name,
            category=FacilityCategory.objects.get(code=category),
            jurisdiction=within,
            question=question,
        )
    _entry(people["tianhe"])
    return f"{moved} to go to another district, {len(SCENARIOS)} scenarios, one entry (synthetic)"


def _adjustment(drawer: User) -> str:
    """A street cell of one district that touches another one is to go there; not approved."""
    to = get_division(code=TO, at=timezone.localdate())
    street = (
        DivisionVersion.objects.on(timezone.localdate())
        .filter(code__startswith=FROM, level=Level.TOWNSHIP, geometry__touches=to.geometry)
        .order_by("code")
        .first()
        if to
        else None
    )
    if street is None:
        raise BadInput("The divisions of Guangzhou have no shapes yet: load the parts before.")
    adjustment = draft_adjustment(
        by=drawer,
        at=timezone.now(),
        title=f"{street.name}划归黄埔区（模拟方案）",
        happens_on=HAPPENS_ON,
        changes=[{"act": "transfer", "units": [street.code], "to": TO}],
        reason="演示：按江河走向理顺管理（模拟）。",
        materials=PAPERS,
    )
    submit_adjustment(by=drawer, at=timezone.now(), adjustment=adjustment)
    return str(street.name)


def _entry(writer: User) -> None:
    today = timezone.localdate()
    version = get_division(code=FROM, at=today)
    for key, text in WRITTEN.items():
        write_item(by=writer, at=today, version=version, key=key, text=text, source=SOURCE)
