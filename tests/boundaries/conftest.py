"""What several tests of boundaries start from."""

from datetime import date
from types import SimpleNamespace

import pytest

from boundaries.models import BoundaryLine, JointInspection


@pytest.fixture
def line(demo: SimpleNamespace) -> BoundaryLine:
    """Yuexiu–Tianhe with two rounds, the last in 2018 as in the worked case."""
    line: BoundaryLine = BoundaryLine.objects.on(date(2025, 6, 30)).get(code="440104-440106")
    line.inspections.all().delete()
    for day, lead in ((date(2013, 10, 8), line.side_a), (date(2018, 9, 30), line.side_b)):
        JointInspection.objects.create(line=line, inspected_on=day, lead=lead)
    return line
