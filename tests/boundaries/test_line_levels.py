"""Lines by level (provincial, city, county); whole lines out of their sections."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from boundaries.domain.lines import line_level
from boundaries.models import BoundaryLine
from boundaries.operations.lines import derive_lines
from boundaries.queries.lines import line_counts, lines
from boundaries.queries.whole_lines import whole_lines

DAY = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("code", "other", "level"),
    [
        ("440882", "450521", 1),
        ("440113", "440606", 2),
        ("440104", "440106", 3),
        # Municipalities have no cities within; 济源 (419001) lies in none.
        ("110101", "110102", 3),
        ("500101", "500233", 3),
        ("410882", "419001", 3),
        # Dongguan and Shenzhen: a city without counties is a city all the same.
        ("440306", "441900", 2),
    ],
)
def test_the_level_of_a_line(code: str, other: str, level: int) -> None:
    assert line_level(code, other) == level


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
class TestLevels:
    def test_the_database_says_the_same(self) -> None:
        rows = lines(at=DAY, within="44", limit=None).rows
        assert all(row.level == line_level(row.code_a, row.code_b) for row in rows)
        counts = line_counts(at=DAY, within="44")
        assert sum(counts.by_level.values()) == counts.total
        assert counts.by_level[2] and counts.by_level[3]
        for level in "123":
            found = lines(at=DAY, within="44", level=level, limit=None).rows
            assert len(found) == counts.by_level[int(level)]

    def test_whole_lines_are_their_sections_together(self) -> None:
        rows = lines(at=DAY, within="4401", level="2", limit=None).rows
        with translation.override("zh-hans"):
            whole = whole_lines(at=DAY, level=2, within="4401")
        assert sum(one.sections for one in whole) == len(rows)
        assert sum(one.km for one in whole) == pytest.approx(sum(row.length_km for row in rows))
        foshan = next(one for one in whole if one.between == "4401-4406")
        sections = lines(at=DAY, between="4401-4406", limit=None).rows
        assert foshan.sections == len(sections) > 1
        assert foshan.title == "广州市–佛山市"

    def test_a_provincial_line_has_the_number_of_its_markers(self) -> None:
        """The demonstration set has none of its own: one of its lines is made one with 广西."""
        line = BoundaryLine.objects.on(DAY).touching("440882").first()
        assert line is not None
        BoundaryLine.objects.filter(pk=line.pk).update(
            code_a="440882", code_b="450521", code="440882-450521"
        )
        with translation.override("zh-hans"):
            (guangxi,) = whole_lines(at=DAY, level=1, within="44")
        assert (guangxi.code, guangxi.between, guangxi.sections) == ("4445", "44-45", 1)
        assert guangxi.name_a == "广东省"

    def test_deriving_tells_the_lengths_by_level(self) -> None:
        found = derive_lines(within="4401", by=None, at=DAY, commit=False)
        assert sum(found.level_m.values()) == pytest.approx(found.length_m)
        assert found.level_m[1] == 0 and found.level_m[2] > 100_000

    def test_the_pages(self, client_as: Any) -> None:
        client = client_as("viewer", "4401", language="en")
        page = client.get("/lines/whole/?within=4401&level=2&at=2025-06-30").content.decode()
        assert "4401-4406" in page and "between=4401-4406" in page
        page = client.get("/lines/?within=&between=4401-4406&at=2025-06-30").content.decode()
        assert "440113-440606" in page and "440104-440106" not in page
        page = client.get("/lines/?within=4401&level=3&at=2025-06-30").content.decode()
        assert "440113-440606" not in page and "440104-440106" in page
        for wrong in ("between=x", "level=4"):
            assert client.get(f"/lines/?{wrong}").status_code == 400
        page = client.get("/lines/440113-440606/?at=2025-06-30").content.decode()
        assert "city line" in page
