"""Half-open periods and days as people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidDay
from common.periods import Period, add_years, parse_day

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    days,
    st.integers(1, 5000),
)


class TestPeriod:
    def test_the_last_day_is_outside(self) -> None:
        period = Period(date(2005, 4, 28), date(2014, 2, 12))
        assert period.covers(date(2005, 4, 28))
        assert not period.covers(date(2014, 2, 12))

    def test_an_open_side_never_ends(self) -> None:
        assert Period().covers(date(1, 1, 1)) and Period().covers(date(9999, 12, 31))

    def test_refuses_to_end_before_it_starts(self) -> None:
        with pytest.raises(ValueError):
            Period(date(2020, 1, 2), date(2020, 1, 2))

    @given(periods, periods)
    def test_two_overlap_exactly_when_they_share_a_day(self, one: Period, other: Period) -> None:
        assert one.start and one.end and other.start and other.end
        shares = max(one.start, other.start) < min(one.end, other.end)
        assert one.overlaps(other) is shares is other.overlaps(one)

    @given(periods)
    def test_neighbours_do_not_overlap(self, period: Period) -> None:
        assert not period.overlaps(Period(period.end, None))


class TestParseDay:
    @given(days)
    def test_reads_what_it_writes(self, day: date) -> None:
        assert parse_day(day.isoformat()) == day

    @pytest.mark.parametrize(
        "text",
        ["", "2024", "2024-5-1", "20240501", "2024-02-30", "2024-W01-1", "01/05/2024", "今天"],
    )
    def test_refuses_anything_else_with_the_text(self, text: str) -> None:
        with pytest.raises(InvalidDay) as refusal:
            parse_day(text)
        assert text in str(refusal.value)


class TestAddYears:
    def test_a_leap_day_falls_back(self) -> None:
        assert add_years(date(2020, 2, 29), 5) == date(2025, 2, 28)
        assert add_years(date(2018, 9, 30), 5) == date(2023, 9, 30)
