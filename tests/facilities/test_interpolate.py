"""People from one set of areas to another: nobody lost, nobody made."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from facilities.domain.interpolate import (
    NowhereToGo,
    PlaceWithoutTotal,
    TotalsNested,
    TotalWithoutPlace,
    control_weights,
    controlled,
    interpolate,
    intersect,
    squares,
)

E0, N0 = 500_000.0, 2_500_000.0
SPAN = st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 5), st.integers(1, 5))


def boxes(*spans):
    """Rectangles from (x, y, width, height) in hundreds of metres."""
    rows = [
        shapely.box(E0 + x * 100, N0 + y * 100, E0 + (x + w) * 100, N0 + (y + h) * 100)
        for x, y, w, h in spans
    ]
    return np.array(rows, dtype=object)


class TestInterpolate:
    def test_people_go_by_area(self):
        found = interpolate(
            boxes((0, 0, 4, 1)), np.array([100]), boxes((0, 0, 1, 1), (1, 0, 3, 1), (9, 9, 1, 1))
        )
        assert found.tolist() == [25, 75, 0]

    def test_people_go_where_the_dwellings_are(self):
        sources, targets = boxes((0, 0, 4, 1)), boxes((0, 0, 2, 1), (2, 0, 2, 1))
        found = interpolate(
            sources,
            np.array([100]),
            targets,
            control=boxes((0, 0, 1, 1), (1, 0, 2, 1)),
            amounts=np.array([10.0, 30]),
        )
        # 10 dwellings and half of 30 lie in the first target, the other half in the second.
        assert found.tolist() == [63, 37]

    @pytest.mark.parametrize(
        "given", [{"control": boxes((0, 0, 1, 1))}, {"amounts": np.array([7.0])}]
    )
    def test_a_control_without_its_amounts_is_refused(self, given):
        area = boxes((0, 0, 2, 1))
        with pytest.raises(BadInput, match="needs its amount"):
            interpolate(area, np.array([7]), area, **given)

    def test_where_the_control_has_nothing_people_go_by_area_and_that_is_told(self):
        pieces = intersect(boxes((0, 0, 2, 1), (5, 0, 2, 1)), boxes((0, 0, 1, 1), (1, 0, 6, 1)))
        weights, blank = control_weights(pieces, boxes((0, 0, 1, 1)), np.array([7.0]))
        assert blank.tolist() == [1]
        assert weights.tolist() == [7, 0, 20000]

    @given(
        st.lists(st.tuples(SPAN, st.integers(0, 999)), min_size=1, max_size=5),
        st.lists(SPAN, min_size=1, max_size=5),
    )
    def test_nobody_is_lost_and_nobody_made(self, sources, targets):
        areas = boxes(*(span for span, _ in sources))
        people = np.array([count for _, count in sources])
        places = boxes(*targets)
        shared = [[shapely.intersection(area, place).area for place in places] for area in areas]
        if any(n and not sum(row) for n, row in zip(people.tolist(), shared, strict=True)):
            with pytest.raises(NowhereToGo):
                interpolate(areas, people, places)
            return
        found = interpolate(areas, people, places)
        assert found.sum() == people.sum() and (found >= 0).all()
        exact = sum(
            n * np.array(row) / max(sum(row), 1)
            for n, row in zip(people.tolist(), shared, strict=True)
        )
        assert (np.abs(found - exact) < len(areas)).all()

    def test_less_than_nobody_is_refused(self):
        with pytest.raises(BadInput):
            interpolate(boxes((0, 0, 1, 1)), np.array([-1]), boxes((0, 0, 1, 1)))


class TestSquares:
    def test_lie_on_whole_multiples_and_cover_the_shapes(self):
        area = shapely.Point(E0 + 130, N0 + 70).buffer(260)
        found = squares(np.array([area], dtype=object), 100)
        assert shapely.union_all(found).covers(area)
        assert not (shapely.get_coordinates(found) % 100).any()
        assert all(square.intersects(area) for square in found)

    def test_too_many_are_refused_before_they_are_made(self):
        with pytest.raises(BadInput, match="larger"):
            squares(boxes((0, 0, 900, 900)), 1)


class TestControlled:
    codes = np.array(["440103001", "440103002", "440104001"])
    groups = np.array([[1.0, 2, 1], [3.0, 0, 1], [1.0, 1, 1]])

    def test_totals_are_met_to_the_person(self):
        found = controlled(self.groups, self.codes, {"440103": 1001, "440104": 7})
        assert found[:2].sum() == 1001 and found[2].sum() == 7
        assert found[:2].sum(axis=0).tolist() == [501, 250, 250]
        assert found[2].tolist() == [3, 2, 2]

    @pytest.mark.parametrize(
        ("totals", "refusal"),
        [
            ({"4401": 1, "440103": 1}, TotalsNested),
            ({"4401": 1, "5101": 1}, TotalWithoutPlace),
            ({"440103": 1}, PlaceWithoutTotal),
        ],
    )
    def test_totals_that_do_not_fit_are_refused(self, totals, refusal):
        with pytest.raises(refusal):
            controlled(self.groups, self.codes, totals)

    def test_a_total_of_nobody_empties_the_division(self):
        assert not controlled(self.groups, self.codes, {"4401": 0}).any()
