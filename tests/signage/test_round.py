"""The way of a day's round: what is on it, in which order, and that the order is a good one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from signage.domain.round import Candidate, plan_round, reasons_of, worth
from signage.domain.route import distances, length, nearest_neighbour, two_opt, way_round

DAY = date(2026, 5, 1)
START = (113.32, 23.13)
points = st.lists(
    st.tuples(st.floats(113.2, 113.5), st.floats(23.0, 23.3)), min_size=0, max_size=14
)


class TestWayRound:
    @given(points)
    def test_calls_at_every_stop_once_and_is_never_longer_than_the_nearest_neighbour(
        self, stops: list[tuple[float, float]]
    ) -> None:
        order, total = way_round(START, stops)
        assert sorted(order) == list(range(len(stops)))
        if stops:
            metres = distances([START, *stops])
            assert total <= length(nearest_neighbour(metres), metres) + 0.01

    @given(points)
    def test_no_stretch_turned_round_makes_it_shorter(
        self, stops: list[tuple[float, float]]
    ) -> None:
        if len(stops) < 2:
            return
        metres = distances([START, *stops])
        best = two_opt(nearest_neighbour(metres), metres)
        reached = length(best, metres)
        for i in range(1, len(best)):
            for j in range(i + 1, len(best)):
                turned = best[:i] + best[i : j + 1][::-1] + best[j + 1 :]
                assert length(turned, metres) >= reached - 0.02

    def test_a_row_is_walked_from_one_end(self) -> None:
        row = [(113.32 + 0.01 * turn, 23.13) for turn in (3, 1, 2, 4)]
        order, total = way_round(START, row)
        assert order == [1, 2, 0, 3]
        assert total == pytest.approx(4097, abs=5)

    def test_nowhere_to_go(self) -> None:
        assert way_round(START, []) == ([], 0.0)


class TestPlanRound:
    def candidate(self, key: str, east: float, **changes: Any) -> Candidate:
        return Candidate(key, START[0] + east, START[1], **changes)

    def test_what_is_late_comes_before_what_is_near(self) -> None:
        late = self.candidate("late", 0.03, due_on=DAY - timedelta(days=5), grave=True)
        near = [self.candidate(f"near{turn}", 0.001 * turn) for turn in range(1, 4)]
        stops, _total = plan_round(start=START, candidates=[*near, late], day=DAY, stops=1)
        assert [stop.candidate.key for stop in stops] == ["late"]
        assert stops[0].reasons == ("overdue", "block")

    def test_legs_add_up_to_the_way(self) -> None:
        spots = [self.candidate(str(turn), 0.005 * turn) for turn in (4, 2, 1, 3)]
        stops, total = plan_round(start=START, candidates=spots, day=DAY, stops=3)
        assert [stop.candidate.key for stop in stops] == ["1", "2", "3"]
        assert sum(stop.leg_m for stop in stops) == pytest.approx(total)

    def test_reasons_and_their_worth(self) -> None:
        soon = self.candidate("soon", 0, due_on=DAY + timedelta(days=2), reported=True)
        assert reasons_of(soon, DAY) == ("due_soon", "report")
        older = self.candidate("a", 0, due_on=DAY - timedelta(days=20))
        newer = self.candidate("b", 0, due_on=DAY - timedelta(days=1))
        assert worth(older, DAY) > worth(newer, DAY) > worth(self.candidate("c", 0), DAY)


@pytest.mark.django_db
class TestRoundPage:
    def test_lists_stops_in_the_order_of_the_way(
        self, make_sign: Any, client_as: Any, django_assert_max_num_queries: Any
    ) -> None:
        sign = make_sign(number="NEAR-1", pinyin="WRONG LU")
        client = client_as("sign_inspector", "440106", language="en")
        where = f"{sign.location.x:.6f},{sign.location.y:.6f}"
        with django_assert_max_num_queries(30):
            page = client.get(reverse("signage:round"), {"point": where, "stops": "3"})
        text = page.content.decode()
        assert page.context["rows"][0]["found"].key == "NEAR-1"
        assert "fails a verified rule" in text and "geo:" in text
        assert len(page.context["rows"]) <= 3

    def test_keeps_to_the_jurisdiction_and_says_when_nothing_is_there(
        self, make_sign: Any, client_as: Any
    ) -> None:
        make_sign(number="NEAR-1", pinyin="WRONG LU")
        client = client_as("sign_inspector", "440105", language="en")
        page = client.get(reverse("signage:round"))
        assert all(
            row["found"].key[3:9] != "440106" and row["found"].key != "NEAR-1"
            for row in page.context["rows"]
        )
        empty = client.get(reverse("signage:round"), {"point": "100.1,30.1"}).content.decode()
        assert "Nothing within reach" in empty

    @pytest.mark.parametrize("point", ["x", "1,2,3", "999,1", ","])
    def test_refuses_what_is_no_position(self, client_as: Any, demo: Any, point: str) -> None:
        client = client_as("sign_inspector", "440106", language="en")
        page = client.get(reverse("signage:round"), {"point": point})
        assert page.status_code == 400 and "is no position" in page.content.decode()

    @pytest.mark.parametrize(
        ("role", "step"), [("sign_inspector", "order_fix"), ("place_name_officer", "order")]
    )
    def test_leads_to_the_fix_those_who_may_record_it_and_others_to_the_order(
        self, order: Any, client_as: Any, role: str, step: str
    ) -> None:
        client = client_as(role, "440106", language="en")
        where = f"{order.sign.location.x:.6f},{order.sign.location.y:.6f}"
        page = client.get(reverse("signage:round"), {"point": where, "stops": "3"})
        text = page.content.decode()
        shown = {
            name: reverse(f"signage:{name}", args=[order.pk]) for name in ("order", "order_fix")
        }
        assert [name for name, url in shown.items() if f'href="{url}"' in text] == [step]
        assert client.get(shown[step]).status_code == 200
