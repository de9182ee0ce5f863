"""Lineage: composition, totals and the way back, for any set of changes; worked cases."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.lineage import (
    Change,
    Relation,
    circle_of,
    crosswalk,
    predecessors,
    successors,
    total,
)

DAY = date(2000, 1, 1)
UNITS = [f"u{n}" for n in range(6)]


def day(number: int) -> date:
    return DAY + timedelta(days=number)


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Each unit may, on each of a few days, be shared out among one to three units."""
    changes = []
    for number in draw(st.lists(st.integers(1, 30), unique=True, max_size=5)):
        for unit in draw(st.lists(st.sampled_from(UNITS), unique=True, max_size=4)):
            heirs = draw(st.lists(st.sampled_from(UNITS), unique=True, min_size=1, max_size=3))
            weights = draw(st.lists(st.integers(1, 9), min_size=len(heirs), max_size=len(heirs)))
            for heir, weight in zip(heirs, weights, strict=True):
                changes.append(Change(day(number), unit, heir, weight / sum(weights)))
    return changes


class TestSuccessors:
    def test_unknown_parts_that_come_together_again_are_the_whole(self) -> None:
        parted = [Change(day(1), "u0", "u0"), Change(day(1), "u0", "u1")]
        joined = [Change(day(2), "u1", "u0", 1.0)]
        assert successors(["u0"], parted, start=DAY, end=day(1))["u0"] == {"u0": None, "u1": None}
        assert successors(["u0"], parted + joined, start=DAY, end=day(2)) == {"u0": {"u0": 1.0}}

    @given(histories())
    def test_shares_of_every_unit_sum_to_one(self, changes: list[Change]) -> None:
        flows = successors(UNITS, changes, start=DAY, end=day(40))
        assert set(flows) == set(UNITS)
        assert all(total(news) == pytest.approx(1) for news in flows.values())

    @given(histories(), st.integers(0, 31))
    def test_two_steps_give_the_same_as_one(self, changes: list[Change], middle: int) -> None:
        whole = successors(UNITS, changes, start=DAY, end=day(40))
        first = successors(UNITS, changes, start=DAY, end=day(middle))
        second = successors(UNITS, changes, start=day(middle), end=day(40))
        for old, news in whole.items():
            composed: dict[object, float] = {}
            for between, share in first[old].items():
                for new, part in second[between].items():
                    assert share is not None and part is not None
                    composed[new] = composed.get(new, 0) + share * part
            assert composed == pytest.approx(news)

    @given(histories())
    def test_predecessors_are_the_way_back(self, changes: list[Change]) -> None:
        there = successors(UNITS, changes, start=DAY, end=day(40))
        back = predecessors(UNITS, changes, start=DAY, end=day(40), alive=UNITS)
        assert {(o, n, s) for o, news in there.items() for n, s in news.items()} == {
            (o, n, s) for n, olds in back.items() for o, s in olds.items()
        }

    def test_a_unit_without_arrows_stays_itself(self) -> None:
        assert successors(["a"], [], start=DAY, end=day(9)) == {"a": {"a": 1.0}}

    def test_a_change_counts_from_its_day_on(self) -> None:
        changes = [Change(day(5), "a", "b")]
        assert successors(["a"], changes, start=DAY, end=day(4)) == {"a": {"a": 1.0}}
        assert successors(["a"], changes, start=DAY, end=day(5)) == {"a": {"b": 1.0}}
        assert successors(["a"], changes, start=day(5), end=day(9)) == {"a": {"a": 1.0}}

    def test_one_unknown_share_is_what_the_others_leave(self) -> None:
        changes = [Change(day(1), "a", "b", 0.25), Change(day(1), "a", "a")]
        assert successors(["a"], changes, start=DAY, end=day(2)) == {"a": {"b": 0.25, "a": 0.75}}

    def test_two_unknown_shares_stay_unknown(self) -> None:
        changes = [Change(day(1), "a", "b"), Change(day(1), "a", "a")]
        flows = successors(["a"], changes, start=DAY, end=day(2))
        assert flows == {"a": {"b": None, "a": None}}
        assert total(flows["a"]) is None

    def test_refuses_more_than_the_whole(self) -> None:
        changes = [Change(day(1), "a", "b", 0.8), Change(day(1), "a", "c", 0.8)]
        with pytest.raises(ValueError, match="more than 1"):
            successors(["a"], changes, start=DAY, end=day(2))

    def test_refuses_days_in_the_wrong_order(self) -> None:
        with pytest.raises(ValueError, match="before the first"):
            successors(["a"], [], start=day(2), end=day(1))


class TestCrosswalk:
    def test_tells_one_to_one_merged_split_and_new_apart(self) -> None:
        changes = [
            Change(day(1), "a", "b", 1),
            Change(day(1), "c", "d", 1),
            Change(day(1), "e", "d", 1),
            Change(day(1), "f", "g", 0.5),
            Change(day(1), "f", "h", 0.5),
            Change(day(1), "i", None),
            Change(day(1), None, "j"),
        ]
        flows = successors("acefi", changes, start=DAY, end=day(2))
        links = {(x.old, x.new): x for x in crosswalk(flows, alive="bdghj")}
        assert {pair: link.relation for pair, link in links.items()} == {
            ("a", "b"): Relation.SAME,
            ("c", "d"): Relation.MERGED,
            ("e", "d"): Relation.MERGED,
            ("f", "g"): Relation.SPLIT,
            ("f", "h"): Relation.SPLIT,
            ("i", None): Relation.ENDED,
            (None, "j"): Relation.NEW,
        }
        assert [pair for pair, link in links.items() if not link.reversible] == [
            ("c", "d"),
            ("e", "d"),
            ("i", None),
        ]


class TestCircleOf:
    def test_finds_units_that_lie_within_each_other(self) -> None:
        assert circle_of({"a": "b", "b": "c", "c": "b"}) == ["b", "c"]

    def test_a_tree_has_none(self) -> None:
        assert circle_of({"a": None, "b": "a", "c": "b"}) == []
