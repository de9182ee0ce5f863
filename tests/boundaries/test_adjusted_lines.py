"""What an adjustment does to agreements and joint inspections of the lines that it ends."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation

from accounts.models import User
from boundaries.domain.adjustments import MATERIALS
from boundaries.models import Adjustment, BoundaryLine, Inspection, LineAgreement
from boundaries.operations.adjustments import (
    CannotAdjust,
    approve_adjustment,
    draft_adjustment,
    submit_adjustment,
)
from boundaries.operations.take_effect import take_effect
from boundaries.operations.undo import undo_adjustment
from boundaries.queries.adjusting import outcome_of
from boundaries.queries.simulated_lines import line_measures
from boundaries.queries.simulation import simulate

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = TODAY - timedelta(days=30)
CODE = "440104-440106"
JOIN = [{"act": "merge", "units": ["440103", "440104"], "code": "440104", "name": "越秀区"}]
RENAME = [{"act": "rename", "units": ["440104"], "name": "越华区"}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def agreement(demo: SimpleNamespace) -> LineAgreement:
    line = BoundaryLine.objects.on(DAY).get(code=CODE)
    return LineAgreement.objects.create(
        line_code=line.code, code_a=line.code_a, code_b=line.code_b, document="协议书",
        geometry=line.geometry, period=DateRange(date(2020, 1, 1), None),
    )  # fmt: skip


def approver() -> Any:
    return User.objects.get(username="approver")


def in_force(changes: Any = JOIN) -> Adjustment:
    drawer = User.objects.get(username="boundary")
    adjustment = draft_adjustment(
        by=drawer, at=NOW, title="荔湾并入越秀", happens_on=DAY, changes=changes,
        materials=dict.fromkeys(MATERIALS, "见卷 1"),
    )  # fmt: skip
    submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
    adjustment = approve_adjustment(
        by=approver(), at=NOW, adjustment=adjustment, authority="国务院", document="国函1号",
        approved_on=DAY - timedelta(days=10),
    )  # fmt: skip
    return take_effect(by=approver(), at=NOW, adjustment=adjustment)


def test_agreements_end_with_their_lines_and_come_back(agreement: LineAgreement) -> None:
    adjustment = in_force()
    agreement.refresh_from_db()
    assert agreement.period.upper == DAY
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")
    agreement.refresh_from_db()
    assert agreement.period.upper is None


def test_another_name_leaves_lines_agreements_and_markers_alone(agreement: LineAgreement) -> None:
    outcome = outcome_of(changes=RENAME, on=DAY)
    assert line_measures(outcome=outcome, passages=[], on=DAY) == []
    standing = set(BoundaryLine.objects.on(DAY).touching("440104").values_list("pk", "period"))
    adjustment = in_force(RENAME)
    now = set(BoundaryLine.objects.on(DAY).touching("440104").values_list("pk", "period"))
    assert standing and now == standing
    agreement.refresh_from_db()
    assert agreement.period.upper is None
    undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="批复有误")


def test_inspections_under_way_and_agreements_are_told(agreement: LineAgreement) -> None:
    """The demonstration set has the line 越秀–天河 under way."""
    with translation.override("en"):
        told = {str(one.label): one.before for one in simulate(changes=JOIN, on=DAY).measures}
    assert told["Joint inspections under way"] == "1" and told["Boundary agreements"] == "1"


def test_an_inspection_of_the_new_line_stops_the_undoing(demo: SimpleNamespace) -> None:
    adjustment = in_force()
    line = BoundaryLine.objects.on(DAY).get(code=CODE)
    Inspection.objects.create(
        line=line, line_code=line.code, code_a=line.code_a, code_b=line.code_b, kind="special",
        section="洪水后", lead_code=line.code_a, begun_on=TODAY,
    )  # fmt: skip
    with pytest.raises(CannotAdjust, match="of the new line 440104-440106 began on"):
        undo_adjustment(by=approver(), at=NOW, adjustment=adjustment, note="误")
