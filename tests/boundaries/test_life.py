"""The life of a division: lanes, bars and arrows, and that of the real 2014 change."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.life import ROW_PX, Passage, Spell, joined, life_graph
from boundaries.models import DivisionVersion
from boundaries.queries.life import life_rows

TODAY = date(2024, 5, 1)
A = Spell("a", "黄埔区", "440112", date(1980, 12, 1), None)
B = Spell("b", "萝岗区", "440116", date(2005, 4, 28), date(2014, 12, 1))
JOINED = Passage(date(2014, 12, 1), "b", "a", "merge")


class TestLifeGraph:
    def test_arrows_join_the_lanes_on_the_day(self) -> None:
        graph = life_graph([B, A], [JOINED], own="a", day=TODAY)
        assert graph is not None
        assert [(lane.label, lane.own, lane.top) for lane in graph.lanes] == [
            ("黄埔区", True, 0),
            ("萝岗区", False, ROW_PX),
        ]
        (arrow,) = graph.passages
        assert (arrow.before, arrow.after) == ("萝岗区", "黄埔区") and arrow.y1 > arrow.y2
        ended = graph.lanes[1].spells[0].bar
        assert arrow.x == pytest.approx(ended.start + ended.width, abs=0.02)
        assert ended.closes and not graph.lanes[0].spells[0].bar.closes

    def test_versions_under_one_name_are_one_bar(self) -> None:
        later = Spell("a", "黄埔区", "440112", date(2014, 12, 1), None)
        first = Spell("a", "黄埔区", "440112", date(1980, 12, 1), date(2014, 12, 1))
        assert joined([first, later]) == [A]

    def test_a_gap_is_not_bridged(self) -> None:
        first = Spell("a", "黄埔区", "440112", date(1980, 12, 1), date(1990, 1, 1))
        later = Spell("a", "黄埔区", "440112", date(1995, 1, 1), None)
        assert joined([first, later]) == [first, later]

    def test_a_division_that_never_changed_has_no_graph(self) -> None:
        assert life_graph([A], [], own="a", day=TODAY) is None

    def test_passages_of_units_that_are_not_drawn_are_left_out(self) -> None:
        graph = life_graph([A, B], [Passage(TODAY, "a", "z", "split")], own="a", day=TODAY)
        assert graph is not None and not graph.passages

    @given(
        st.lists(
            st.tuples(st.integers(0, 5), st.dates(date(1950, 1, 1)), st.integers(1, 9000)),
            min_size=2,
            max_size=12,
        )
    )
    def test_everything_lies_within_the_picture(self, rows: list[tuple[int, date, int]]) -> None:
        spells = []
        for unit, start, days in rows:
            end = start + timedelta(days) if start < date(9900, 1, 1) else None
            spells.append(Spell(unit, f"区{unit}", "440100", start, end))
        graph = life_graph(spells, [], own=rows[0][0], day=TODAY)
        for lane in graph.lanes if graph else ():
            assert 0 <= lane.top < graph.height  # type: ignore[union-attr]
            for each in lane.spells:
                assert 0 <= each.bar.start <= 100 and each.bar.start + each.bar.width <= 100.01


@pytest.mark.django_db
class TestLifeOfARealDivision:
    def test_huangpu_took_in_luogang(self, demo: Any) -> None:
        own = DivisionVersion.objects.on(TODAY).get(code="440112").division_id
        with translation.override("zh-hans"):
            spells, passages, cut = life_rows(division_id=own)
        names = {spell.name for spell in spells}
        assert {"黄埔区", "萝岗区"} <= names and not cut
        luogang = next(spell.unit for spell in spells if spell.name == "萝岗区")
        assert (date(2014, 12, 1), luogang, own) in [
            (each.day, each.before, each.after) for each in passages
        ]

    def test_the_page_draws_it(self, demo: Any, client_as: Any) -> None:
        page = client_as("viewer", "44").get("/divisions/440112/?at=2024-05-01")
        assert [lane.label for lane in page.context["graph"].lanes if lane.own] == ["黄埔区"]
        assert b'marker-end="url(#life-head)"' in page.content
