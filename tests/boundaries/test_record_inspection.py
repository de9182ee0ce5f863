"""Recording a joint inspection: who may, what is refused, what it leaves behind."""

from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.models import BoundaryLine, JointInspection
from boundaries.operations.lines import CannotRecordInspection, record_inspection
from boundaries.queries.lines import get_line_row
from common.errors import NotInScope, NotPermitted
from common.models import AuditEntry

DAY = date(2025, 6, 30)
LINE = "440104-440106"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


class TestRecordInspection:
    @pytest.fixture
    def inspector(self, make_user: Any) -> Any:
        return make_user("boundary_inspector", "4401")

    def record(self, by: Any, line: BoundaryLine, **changed: Any) -> JointInspection:
        values = {"inspected_on": DAY, "lead": "440104", "summary": " 界桩完好 ", "at": DAY}
        return record_inspection(by=by, line=line, **{**values, **changed})

    def test_sets_the_clock_anew_and_leaves_a_trace(
        self, line: BoundaryLine, inspector: Any
    ) -> None:
        inspection = self.record(inspector, line)
        row = get_line_row(code=LINE, at=DAY)
        assert row is not None
        assert (row.state, row.due_on) == ("ok", date(2030, 6, 30))
        assert row.lead_code == "440104"
        assert inspection.summary == "界桩完好" and not inspection.synthetic
        entry = AuditEntry.objects.latest("pk")
        assert (entry.operation, entry.user, entry.subject_id) == (
            "record_inspection",
            inspector,
            str(inspection.pk),
        )
        assert entry.details == {"line": LINE, "inspected_on": "2025-06-30", "lead": "440104"}

    def test_either_side_may_record(self, line: BoundaryLine, make_user: Any) -> None:
        tianhe = make_user("boundary_inspector", "440106")
        assert self.record(tianhe, line).pk
        assert AuditEntry.objects.latest("pk").jurisdiction == "440106"

    def test_a_correction_keeps_the_former_row(self, line: BoundaryLine, inspector: Any) -> None:
        inspection = self.record(inspector, line)
        inspection.summary = "一处界桩倾斜"
        inspection.save()
        assert [event.summary for event in inspection.events.all()] == ["界桩完好"]

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"inspected_on": date(2025, 7, 1)}, "still to come"),
            ({"inspected_on": date(2002, 6, 30)}, "not yet in force"),
            ({"inspected_on": date(2018, 9, 30)}, "already has an inspection"),
            ({"lead": "440105"}, "is not a side of this line"),
            ({"lead": ""}, "is not a side of this line"),
        ],
    )
    def test_refuses_in_words(
        self, line: BoundaryLine, inspector: Any, changed: dict[str, Any], why: str
    ) -> None:
        with pytest.raises(CannotRecordInspection, match=why):
            self.record(inspector, line, **changed)
        assert line.inspections.count() == 2

    def test_refuses_a_day_on_which_the_line_had_ended(
        self, line: BoundaryLine, inspector: Any
    ) -> None:
        line.period = DateRange(line.period.lower, date(2025, 6, 1))
        line.save()
        with pytest.raises(CannotRecordInspection, match="The line ended on 2025-06-01"):
            self.record(inspector, line)

    def test_a_viewer_is_refused_and_a_stranger_finds_nothing(
        self, line: BoundaryLine, make_user: Any
    ) -> None:
        with pytest.raises(NotPermitted):
            self.record(make_user("viewer", "4401"), line)
        with pytest.raises(NotInScope):
            self.record(make_user("boundary_inspector", "440105"), line)
