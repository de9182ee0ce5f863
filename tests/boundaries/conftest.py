"""What several tests of boundaries start from."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from boundaries.models import BoundaryLine, Inspection, JointInspection, MarkerPhoto
from boundaries.operations.inspections import begin_inspection
from tests.boundaries.inspected import CODE, DAY, forget_visits


@pytest.fixture
def line(demo: SimpleNamespace) -> BoundaryLine:
    """Yuexiu–Tianhe with two rounds, the last in 2018 as in the worked case."""
    line: BoundaryLine = BoundaryLine.objects.on(date(2025, 6, 30)).get(code="440104-440106")
    forget_visits(side__inspection__line_code=line.code)
    Inspection.objects.filter(line_code=line.code, filed_on=None).delete()
    line.inspections.all().delete()
    for day, lead in ((date(2013, 10, 8), line.side_a), (date(2018, 9, 30), line.side_b)):
        JointInspection.objects.create(line=line, inspected_on=day, lead=lead)
    return line


@pytest.fixture
def free_line(demo: Any) -> BoundaryLine:
    """Yuexiu–Tianhe with no inspection under way and no photo of its markers."""
    found: BoundaryLine = BoundaryLine.objects.on(DAY).get(code=CODE)
    forget_visits(side__inspection__line_code=CODE)
    Inspection.objects.filter(line_code=CODE, filed_on=None).delete()
    MarkerPhoto.objects.filter(marker__line_code=CODE).delete()
    return found


@pytest.fixture
def people(make_user: Any) -> dict[str, Any]:
    """Who inspects and who signs on both sides, above both and beside them."""
    return {
        "a": make_user("boundary_inspector", "440104"),
        "b": make_user("boundary_inspector", "440106"),
        "sign-a": make_user("approver", "440104"),
        "sign-b": make_user("approver", "440106"),
        "above": make_user("boundary_inspector", "4401"),
        "sign-above": make_user("approver", "4401"),
        "beside": make_user("boundary_inspector", "440111"),
    }


@pytest.fixture
def begun(free_line: BoundaryLine, people: dict[str, Any]) -> Inspection:
    return begin_inspection(by=people["a"], at=DAY, line=free_line, kind="regular", lead="440104")
