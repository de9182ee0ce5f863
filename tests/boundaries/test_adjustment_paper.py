"""An adjustment as a paper, before it is in force and after."""

from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pgtrigger
import pytest
from docx import Document

from boundaries.models import AdjustmentStep
from common.templatetags.shell import number
from tests.boundaries.test_adjustments import TODAY, approved, in_force

pytestmark = pytest.mark.django_db


class TestPaper:
    def test_word_and_pdf_with_both_maps(self, demo: SimpleNamespace, client_as: Any) -> None:
        adjustment = approved()
        client = client_as("boundary_inspector", "4401")
        for format, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
            answer = client.get(f"/adjustments/{adjustment.pk}/paper.{format}")
            assert answer.status_code == 200 and answer.content.startswith(begins)
        assert client.get(f"/adjustments/{adjustment.pk}/paper.html").status_code == 404
        answer = client.get(f"/adjustments/{adjustment.pk}/paper.docx")
        paper = Document(BytesIO(answer.content))
        assert len(paper.inline_shapes) == 2
        cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
        assert "440103 荔湾区" in cells and "440104 越秀区" in cells

    def test_warns_of_what_the_page_warns_of(self, demo: SimpleNamespace, client_as: Any) -> None:
        """A county without land that is called as another one of the city."""
        draft = [{"act": "establish", "code": "440198", "name": "越秀区", "to": "440100"}]
        adjustment = approved(draft, title="新设")
        client = client_as("boundary_inspector", "4401")
        page = client.get(f"/adjustments/{adjustment.pk}/")
        told = [text for _state, text in page.context["remarks"]]
        assert {state for state, _text in page.context["remarks"]} == {"unknown", "wrong", "check"}
        assert all(text in page.content.decode() for text in told)
        answer = client.get(f"/adjustments/{adjustment.pk}/paper.docx")
        lines = [line.text for line in Document(BytesIO(answer.content)).paragraphs]
        assert set(told) <= set(lines)
        assert any("440198 越秀区没有土地" in line for line in lines)
        assert any("同名为越秀区" in line for line in lines)

    def test_tells_the_numbers_of_the_page(self, demo: SimpleNamespace, client_as: Any) -> None:
        adjustment = approved()
        client = client_as("boundary_inspector", "4401")
        page = client.get(f"/adjustments/{adjustment.pk}/").context["rows"]
        answer = client.get(f"/adjustments/{adjustment.pk}/paper.docx")
        tables = Document(BytesIO(answer.content)).tables
        told = {tuple(c.text for c in row.cells) for table in tables for row in table.rows}
        paper = {(row[1], row[2]): row[5:] for row in told if len(row) == 7}
        rows = [row for row, _word, _level in page if row.old and row.new and row.old_km2]
        assert len(rows) > 5
        for row in rows:
            # As the page writes them, last digit and all.
            numbers = (number(row.old_km2, 3), number(row.new_km2, 3))
            assert paper[row.old, row.new] == numbers

    def test_of_one_in_force_tells_its_steps(self, demo: SimpleNamespace, client_as: Any) -> None:
        adjustment = in_force(day=date(2026, 8, 1))
        answer = client_as("viewer", "4401", language="en").get(
            f"/adjustments/{adjustment.pk}/paper.docx"
        )
        paper = Document(BytesIO(answer.content))
        assert not paper.inline_shapes
        cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
        assert "已生效" in cells


class TestOtherDays:
    def test_list_and_record_tell_the_step_of_the_day(
        self, demo: SimpleNamespace, client_as: Any
    ) -> None:
        adjustment = in_force(day=date(2026, 8, 1))
        days = [TODAY - timedelta(days=n) for n in (9, 6, 3, 1)]
        with pgtrigger.ignore("boundaries.AdjustmentStep:append_only"):
            for step, day in zip(adjustment.steps.order_by("at", "pk"), days, strict=True):
                AdjustmentStep.objects.filter(pk=step.pk).update(on=day)
        client = client_as("boundary_inspector", "4401", language="en")
        told = {}
        for day in (days[0] - timedelta(days=1), *days):
            listed = client.get(f"/adjustments/?at={day}").context["rows"]
            page = client.get(f"/adjustments/{adjustment.pk}/?at={day}")
            told[day] = [row[2] for row in listed]
            assert page.context["state"] in (*told[day], "not drawn up yet on this day")
            assert len(page.context["events"]) == sum(each <= day for each in days)
            assert bool(page.context["effects"]) is (day == days[3])
            approved = [value for label, value in page.context["facts"] if label == "Approval"]
            assert bool(approved) is (day >= days[2])
        assert list(told.values()) == [[], ["draft"], ["submitted"], ["approved"], ["in force"]]
        chips = client.get(f"/adjustments/?at={days[1]}").context["chips"]
        assert [(chip["key"], chip["count"]) for chip in chips] == [("submitted", 1)]
        only = client.get(f"/adjustments/?at={days[1]}&state=in_force").context["rows"]
        assert only == []
