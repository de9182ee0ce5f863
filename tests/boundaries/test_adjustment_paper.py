"""An adjustment as a paper, before it is in force and after."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from docx import Document

from tests.boundaries.test_adjustments import approved, in_force

pytestmark = pytest.mark.django_db


class TestPaper:
    def test_word_and_pdf_with_both_maps(self, demo: SimpleNamespace, client_as: Any) -> None:
        adjustment = approved()
        client = client_as("boundary_inspector", "4401")
        for format, begins in (("pdf", b"%PDF-"), ("docx", b"PK")):
            answer = client.get(f"/adjustments/{adjustment.pk}/paper.{format}")
            assert answer.status_code == 200 and answer.content.startswith(begins)
        answer = client.get(f"/adjustments/{adjustment.pk}/paper.docx")
        paper = Document(BytesIO(answer.content))
        assert len(paper.inline_shapes) == 2
        cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
        assert "440103 荔湾区" in cells and "440104 越秀区" in cells

    def test_of_one_in_force_tells_its_steps(self, demo: SimpleNamespace, client_as: Any) -> None:
        adjustment = in_force(day=date(2026, 8, 1))
        answer = client_as("viewer", "4401").get(f"/adjustments/{adjustment.pk}/paper.docx")
        assert not Document(BytesIO(answer.content)).inline_shapes
