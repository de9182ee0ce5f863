"""Dates known in part: read as people write them, bounded, ordered."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from common.partial_dates import read_partial_date

days = st.dates(date(1000, 1, 1), date(2999, 12, 30))
years = st.integers(1000, 2998)


class TestWhatPeopleWrite:
    @pytest.mark.parametrize(
        ("text", "edtf"),
        [
            ("1958", "1958"),
            ("1958年", "1958"),
            ("1958年3月", "1958-03"),
            ("1958年3月1日", "1958-03-01"),
            ("1949年以前", "[..1948]"),
            ("1949之前", "[..1948]"),
            ("before 1949", "[..1948]"),
            ("1949年以后", "[1950..]"),
            ("after 1949", "[1950..]"),
            ("约1920年", "1920~"),
            ("about 1920", "1920~"),
            ("1950年代", "195X"),
            ("195X", "195X"),
        ],
    )
    def test_is_read_as_edtf(self, text: str, edtf: str) -> None:
        assert read_partial_date(text).edtf == edtf
        assert read_partial_date(f"  {edtf} ").edtf == edtf

    @pytest.mark.parametrize(
        "text", ["", "yesterday", "1958-13", "1958-02-30", "58年", "1958年0月", "x" * 60, "民国"]
    )
    def test_anything_else_is_refused_in_one_sentence(self, text: str) -> None:
        with pytest.raises(BadInput, match="is not a date"):
            read_partial_date(text)


class TestBounds:
    @given(days)
    def test_a_day_is_itself(self, day: date) -> None:
        read = read_partial_date(day.isoformat())
        assert (read.first, read.last, read.precision, read.exact) == (day, day, "day", True)

    @given(years, st.integers(1, 12))
    def test_a_month_runs_from_its_first_day_to_its_last(self, year: int, month: int) -> None:
        read = read_partial_date(f"{year}年{month}月")
        last = calendar.monthrange(year, month)[1]
        assert (read.first, read.last) == (date(year, month, 1), date(year, month, last))
        assert read.precision == "month"

    @given(years)
    def test_a_year_follows_the_one_before_without_gap(self, year: int) -> None:
        this, following = read_partial_date(str(year)), read_partial_date(str(year + 1))
        assert this.last is not None
        assert following.first == this.last + timedelta(days=1)
        assert this.precision == "year"

    @given(years)
    def test_before_and_after_exclude_the_year_itself(self, year: int) -> None:
        before, after = read_partial_date(f"{year}年以前"), read_partial_date(f"{year}年以后")
        assert (before.first, before.last) == (None, date(year - 1, 12, 31))
        assert (after.first, after.last) == (date(year + 1, 1, 1), None)
        assert before.precision == after.precision == "open"

    def test_a_decade_has_ten_years(self) -> None:
        read = read_partial_date("195X")
        assert (read.first, read.last) == (date(1950, 1, 1), date(1959, 12, 31))
        assert read.precision == "decade"

    @given(years)
    def test_about_a_year_is_uncertain_and_keeps_its_year(self, year: int) -> None:
        read = read_partial_date(f"约{year}年")
        assert read.uncertain
        assert not read.exact
        assert read.first == date(year, 1, 1)

    @given(days, days)
    def test_days_order_as_dates_do(self, one: date, other: date) -> None:
        first, second = read_partial_date(one.isoformat()), read_partial_date(other.isoformat())
        assert (first.first < second.first) == (one < other)  # type: ignore[operator]

    @given(st.text(max_size=50))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            read = read_partial_date(text)
        except BadInput:
            return
        assert read.first is None or read.last is None or read.first <= read.last
        assert read_partial_date(read.edtf) == read
