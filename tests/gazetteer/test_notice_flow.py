"""The way of a notice and the differences of a suggestion: pure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gazetteer.domain.differences import (
    LONGEST,
    changes_of,
    differences,
    digest_of,
    is_renaming,
    marked,
    position_text,
    read_position,
)
from gazetteer.domain.notice_flow import (
    OVER,
    STEPS,
    FineRange,
    clock,
    next_steps,
    range_for,
)
from gazetteer.domain.romanise import romanise

DAY = date(2026, 3, 2)
ART37 = FineRange("37", 2000, 10000, True)
ART38 = FineRange("38", 1000, 5000, False)


class TestSteps:
    def test_the_way_through_is_open_and_every_state_is_reached(self) -> None:
        state, way = "draft", ["approve", "issue", "serve", "correct", "verify", "close"]
        for name in way:
            assert STEPS[name] in next_steps(state)
            state = STEPS[name].after or state
        assert state == "closed"

    def test_nothing_moves_when_it_is_over(self) -> None:
        assert [step for state in OVER for step in next_steps(state)] == []

    def test_the_drafter_never_approves_or_penalises(self) -> None:
        assert "draft" in STEPS["approve"].not_by
        assert "draft" in STEPS["penalise"].not_by


class TestClock:
    @pytest.mark.parametrize(
        ("state", "left", "shown"),
        [("served", 0, "due"), ("served", -1, "overdue"), ("issued", 5, "due")],
    )
    def test_the_last_day_is_still_in_time(self, state: str, left: int, shown: str) -> None:
        found = clock(state, DAY + timedelta(days=left), DAY)
        assert (found.state, found.days) == (shown, left)

    @pytest.mark.parametrize("state", ["corrected", "verified", "closed", "withdrawn", "draft"])
    def test_stops_where_nobody_waits_for_a_correction(self, state: str) -> None:
        assert clock(state, DAY - timedelta(days=9), DAY).days is None


class TestFine:
    @pytest.mark.parametrize("amount", [2000, 10000, 5000])
    def test_within_article_37_once_the_deadline_went_by(self, amount: int) -> None:
        assert range_for(amount, [ART37], overdue=True) is ART37
        assert range_for(amount, [ART37], overdue=False) is None

    @pytest.mark.parametrize("amount", [0, 1999, 10001])
    def test_outside_article_37_never(self, amount: int) -> None:
        assert range_for(amount, [ART37], overdue=True) is None

    @given(st.integers(0, 20_000), st.booleans())
    def test_some_article_allows_it_exactly_where_one_range_holds_it(
        self, amount: int, overdue: bool
    ) -> None:
        found = range_for(amount, [ART37, ART38], overdue=overdue)
        by_37 = overdue and 2000 <= amount <= 10000
        assert (found is not None) == (by_37 or 1000 <= amount <= 5000)


class TestChanges:
    def test_hold_only_what_differs(self) -> None:
        record = {"text": "天河路", "origin": ""}
        found = changes_of(record, {"text": " 天河路 ", "origin": "因天河得名", "meaning": ""})
        assert found == {"origin": {"from": "", "to": "因天河得名"}}

    def test_the_kind_of_an_alias_alone_is_nothing(self) -> None:
        assert changes_of({}, {"alias_kind": "alias"}) == {}
        assert set(changes_of({}, {"alias_kind": "short", "alias": "天河"})) == {
            "alias",
            "alias_kind",
        }

    @given(st.dictionaries(st.sampled_from(sorted(LONGEST)), st.text(max_size=20)))
    def test_what_was_taken_over_proposes_nothing_more(self, proposed: dict[str, str]) -> None:
        changes = changes_of({}, proposed)
        record = {field: change["to"] for field, change in changes.items()}
        assert changes_of(record, proposed) == {}
        assert all(each.done and not each.conflict for each in differences(changes, record))

    def test_equal_wishes_have_equal_digests_whatever_the_record_said(self) -> None:
        one = {"origin": {"from": "", "to": "甲"}}
        other = {"origin": {"from": "乙", "to": "甲"}}
        assert digest_of(one) == digest_of(other) != digest_of({"origin": {"from": "", "to": "丙"}})

    def test_a_record_changed_meanwhile_is_a_conflict(self) -> None:
        [found] = differences({"origin": {"from": "甲", "to": "乙"}}, {"origin": "丙"})
        assert found.conflict and not found.done


class TestMarked:
    @given(st.text(max_size=40), st.text(max_size=40))
    def test_the_pieces_are_the_texts(self, before: str, after: str) -> None:
        old, new = marked(before, after)
        assert "".join(text for _, text in old) == before
        assert "".join(text for _, text in new) == after
        same = [[text for kind, text in side if kind == "same"] for side in (old, new)]
        assert "".join(same[0]) == "".join(same[1])

    def test_what_differs_is_marked_and_nothing_else(self) -> None:
        old, new = marked("天河路东段", "天和路东段")
        assert old == [("same", "天"), ("del", "河"), ("same", "路东段")]
        assert new == [("same", "天"), ("ins", "和"), ("same", "路东段")]

    def test_texts_with_little_in_common_stand_whole(self) -> None:
        assert marked("中山七路", "荔景大道") == ([("del", "中山七路")], [("ins", "荔景大道")])


class TestRenaming:
    def renames(self, before: str, after: str) -> bool:
        spelt = [romanise(text, category="street").syllables for text in (before, after)]
        return is_renaming(before, after, syllables_before=spelt[0], syllables_after=spelt[1])

    @pytest.mark.parametrize("after", ["天和路", "添河路"])
    def test_a_homophone_written_by_mistake_is_a_slip(self, after: str) -> None:
        assert not self.renames("天河路", after)

    @pytest.mark.parametrize("after", ["天河街", "天河大路", "地河路", "河路"])
    def test_what_would_be_called_otherwise_is_a_renaming(self, after: str) -> None:
        assert self.renames("天河路", after)


class TestPositions:
    @pytest.mark.parametrize(
        "text", ["113.3245, 23.1291", "113.3245，23.1291", " 113.3245 23.1291 "]
    )
    def test_read_as_people_type_them(self, text: str) -> None:
        assert read_position(text) == (113.3245, 23.1291)

    @pytest.mark.parametrize("text", ["", "x", "113", "23.1, 113.3", "200, 10", "1e3, 2"])
    def test_anything_else_is_none(self, text: str) -> None:
        assert read_position(text) is None

    @given(st.floats(-180, 180), st.floats(-90, 90))
    def test_what_is_written_is_read_again(self, lon: float, lat: float) -> None:
        found = read_position(position_text(lon, lat))
        assert found is not None
        assert abs(found[0] - lon) < 1e-6 and abs(found[1] - lat) < 1e-6
