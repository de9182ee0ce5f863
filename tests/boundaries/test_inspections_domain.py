"""The five-year clock of joint inspections."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.inspections import InspectionState, inspection_state, next_lead

DAYS = st.dates(date(2002, 7, 1), date(2060, 12, 31))


class TestInspectionState:
    LAST = date(2018, 9, 30)

    @pytest.mark.parametrize(
        ("at", "state"),
        [
            (date(2018, 9, 30), "ok"),
            (date(2022, 9, 29), "ok"),
            (date(2022, 9, 30), "due"),
            (date(2023, 9, 30), "due"),
            (date(2023, 10, 1), "wrong"),
        ],
    )
    def test_follows_the_worked_case_of_the_domain_reference(self, at: date, state: str) -> None:
        assert inspection_state(self.LAST, at, 5, 365) == (state, date(2023, 9, 30))

    def test_a_line_without_inspection_is_unknown_and_has_no_day(self) -> None:
        assert inspection_state(None, date(2026, 1, 1), 5, 365) == ("unknown", None)

    def test_an_inspection_on_a_leap_day_falls_due_on_28_february(self) -> None:
        assert inspection_state(date(2024, 2, 29), date(2026, 1, 1), 5, 365).due_on == date(
            2029, 2, 28
        )

    def test_the_cycle_is_a_parameter(self) -> None:
        assert inspection_state(self.LAST, date(2021, 10, 1), 3, 365).state == "wrong"

    def test_refuses_an_inspection_that_lies_ahead(self) -> None:
        with pytest.raises(ValueError, match="not known on 2018-09-29"):
            inspection_state(self.LAST, date(2018, 9, 29), 5, 365)

    @given(last=DAYS, wait=st.integers(0, 9000), soon=st.integers(0, 730))
    def test_states_follow_each_other_in_one_order(self, last: date, wait: int, soon: int) -> None:
        order = [InspectionState.OK, InspectionState.DUE, InspectionState.OVERDUE]
        today = inspection_state(last, last + timedelta(days=wait), 5, soon)
        tomorrow = inspection_state(last, last + timedelta(days=wait + 1), 5, soon)
        assert order.index(today.state) <= order.index(tomorrow.state)
        assert today.due_on is not None
        overdue = last + timedelta(days=wait) > today.due_on
        assert (today.state == InspectionState.OVERDUE) == overdue


class TestNextLead:
    def test_the_other_side_leads_the_next_round(self) -> None:
        assert next_lead("440104", "440104", "440106") == "440106"
        assert next_lead("440106", "440104", "440106") == "440104"

    def test_nobody_is_named_where_no_round_is_known(self) -> None:
        assert next_lead(None, "440104", "440106") is None
        assert next_lead("440102", "440104", "440106") is None
