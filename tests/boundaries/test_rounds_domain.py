"""Rounds, records that two sides sign, patrols: worked cases and properties."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.domain.joint_record import (
    Missing,
    SideState,
    Stage,
    content_hash,
    missing_of,
    stage_of,
)
from boundaries.domain.rounds import PlannedLine, Task, file_by, loads, plan_round
from boundaries.domain.wardens import late_by, patrol_due
from common.errors import BadInput

YEARS = [2023, 2024, 2025, 2026, 2027]
# The fifth round of the provincial lines (domain reference §5.2): lines and kilometres by year.
ROUND_FIVE = {
    2023: (14, 11_982),
    2024: (14, 7_874),
    2025: (14, 14_468),
    2026: (13, 13_629),
    2027: (13, 14_464),
}


def line(n: int, km: float = 10.0, due: date | None = None, lead: str | None = None) -> PlannedLine:
    return PlannedLine(f"a{n:03}-b{n:03}", f"a{n:03}", f"b{n:03}", km, due, lead)


def test_the_provincial_round_five_adds_up() -> None:
    lines, tasks = [], []
    for year, (count, km) in ROUND_FIVE.items():
        for _ in range(count):
            each = line(len(lines), km / count)
            lines.append(each)
            tasks.append(Task(each.code, year, each.code_a))
    found = loads(lines, tasks, YEARS)
    assert [(each.lines, round(each.km)) for each in found] == list(ROUND_FIVE.values())
    assert sum(each.lines for each in found) == 68
    assert round(sum(each.km for each in found)) == 62_417


PLANNED = st.builds(
    PlannedLine,
    st.uuids().map(str),
    st.just("440103"),
    st.just("440104"),
    st.floats(0, 500),
    st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from([None, "440103", "440104", "440199"]),
)


@given(st.lists(PLANNED, max_size=40, unique_by=lambda each: each.code))
def test_each_line_once_and_none_late_that_can_be_in_time(lines: list[PlannedLine]) -> None:
    tasks = plan_round(lines, YEARS)
    assert sorted(task.code for task in tasks) == sorted(each.code for each in lines)
    by_code = {each.code: each for each in lines}
    for task in tasks:
        each = by_code[task.code]
        assert task.lead in ("440103", "440104")
        if each.last_lead in ("440103", "440104"):
            assert task.lead != each.last_lead
        if each.due_on is not None:
            assert task.year <= max(each.due_on.year, YEARS[0])


def test_years_are_balanced_by_kilometres() -> None:
    lines = [line(n, km=5 + 7 * (n % 9)) for n in range(100)]
    km = [each.km for each in loads(lines, plan_round(lines, YEARS), YEARS)]
    assert max(km) - min(km) <= 61


def test_a_kept_year_stands_and_must_be_of_the_round() -> None:
    lines = [line(1), line(2)]
    tasks = plan_round(lines, YEARS, kept={"a001-b001": 2026})
    assert {task.code: task.year for task in tasks}["a001-b001"] == 2026
    with pytest.raises(BadInput, match="outside the round"):
        plan_round(lines, YEARS, kept={"a001-b001": 2030})
    with pytest.raises(BadInput, match="at least one year"):
        plan_round(lines, [])
    with pytest.raises(BadInput, match="no length"):
        plan_round([line(1, km=float("nan"))], YEARS)


def test_filing_day() -> None:
    assert file_by(2026, "03-31") == date(2026, 3, 31)


def test_a_signature_holds_only_while_both_signed_the_same() -> None:
    both = [SideState(True, "h"), SideState(True, "h")]
    assert stage_of(both, filed=False) == Stage.SIGNED
    assert stage_of([SideState(True, "h"), SideState(True, "g")], filed=False) == Stage.SUBMITTED
    assert stage_of([SideState(True, "h"), SideState(True, "")], filed=False) == Stage.SUBMITTED
    assert stage_of([SideState(True, ""), SideState(False, "")], filed=False) == Stage.FIELD
    assert stage_of(both, filed=True) == Stage.FILED


@given(st.dictionaries(st.text(), st.integers() | st.text(), max_size=6))
def test_the_hash_does_not_depend_on_the_order(content: dict[str, object]) -> None:
    turned = dict(reversed(list(content.items())))
    assert content_hash(content) == content_hash(turned)


def test_what_is_missing_is_named() -> None:
    side = {"organisers": "", "people": "甲", "sections": [], "visits": [{"marker": "1"}]}
    other = {"organisers": "", "people": "", "sections": [], "visits": [{"marker": "2"}]}
    content = {
        "sides": {"a": side, "b": other},
        "markers": ["1", "2", "3"],
        "inspected_on": "",
        "basis": "协议书",
        "kind": "regular",
    }
    assert missing_of(content, "a") == [
        (Missing.ORGANISERS, ""),
        (Missing.SECTIONS, ""),
        (Missing.DAY, ""),
        (Missing.MARKERS, "3"),
    ]


def test_a_loss_is_reported_within_twelve_hours() -> None:
    """Worked case 10: found 08:00, reported 20:01."""
    found = datetime(2024, 5, 6, 8, 0)
    assert late_by(found, datetime(2024, 5, 6, 20, 0), 12) is None
    assert late_by(found, datetime(2024, 5, 6, 20, 1), 12) == timedelta(minutes=1)
    with pytest.raises(ValueError, match="comes after"):
        late_by(found, datetime(2024, 5, 6, 7, 0), 12)


def test_a_patrol_is_due_31_days_after_the_last() -> None:
    begins = date(2024, 1, 1)
    assert patrol_due(begins, None, 31) == date(2024, 2, 1)
    assert patrol_due(begins, date(2024, 3, 1), 31) == date(2024, 4, 1)
