"""Lists, counts, board and points of naming cases as of a day."""

from datetime import date
from typing import Any

import pytest

from gazetteer.domain.clocks import CaseDates, clocks
from gazetteer.models import CaseState, NamingCase, Place
from gazetteer.queries.case_facts import rules_of
from gazetteer.queries.case_moves import case_clocks
from gazetteer.queries.cases import (
    CaseFilter,
    case_board,
    case_counts,
    case_points,
    case_signal,
    cases,
    cases_of_place,
    cases_on,
    get_case,
    steps_of,
)
from tests.gazetteer.naming_cases import Bureau, today

pytestmark = pytest.mark.usefixtures("demo")
HERE = "440106"


@pytest.fixture(autouse=True)
def no_other_cases(demo: Any) -> None:
    """The demonstration's own cases lie elsewhere, as far as these tests look."""
    NamingCase.objects.update(division_code="440299")


def numbers(**asked: Any) -> list[str]:
    return [row.number for row in cases(within=HERE, **asked).rows]


class TestLists:
    def test_know_the_state_of_a_past_day(self, bureau: Bureau) -> None:
        bureau.day = -5
        case = bureau.open()
        bureau.day = -3
        bureau.paper(case, "application")
        bureau.move(case, "submit")
        assert numbers(at=today(-6)) == []
        assert numbers(at=today(-4), state="draft") == [case.number]
        assert numbers(at=today(-3), state="submitted") == [case.number]
        found = get_case(number=case.number, at=today(-4))
        assert found is not None
        assert found.state_on == CaseState.DRAFT
        assert [step.move for step in steps_of(case=case, at=today(-4))] == ["open"]

    def test_put_what_is_due_first_page_by_page(self, bureau: Bureau) -> None:
        draft = bureau.open(text="穗吉二路")
        approved = bureau.approved()
        first = cases(at=today(), within=HERE, limit=1)
        assert [row.number for row in first.rows] == [approved.number]
        second = cases(at=today(), within=HERE, limit=1, after=first.after)
        assert [row.number for row in second.rows] == [draft.number]
        assert second.after == ""

    def test_overdue_is_what_its_clocks_say(self, bureau: Bureau) -> None:
        bureau.day = -30
        case = bureau.approved()
        for days, overdue in ((-16, False), (-15, False), (-14, True), (0, True)):
            row = cases_on(at=today(days)).get(pk=case.pk)
            told = any(each.state == "overdue" for each in case_clocks(case=row, at=today(days)))
            assert (row.overdue, told) == (overdue, overdue), days
        assert numbers(at=today(), state="overdue") == [case.number]
        assert case_signal(cases_on(at=today()).get(pk=case.pk), today()) == "overdue"

    def test_public_comment_is_waited_for_not_missed(self, bureau: Bureau) -> None:
        bureau.day = -30
        case = bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)
        row = cases_on(at=today()).get(pk=case.pk)
        assert not row.overdue
        assert row.due == case.comment_until

    def test_filter_by_kind_text_and_state(self, bureau: Bureau, road: Place) -> None:
        naming = bureau.open()
        renaming = bureau.open(kind="renaming", place=road, text="穗和路")
        assert numbers(at=today(), kind="renaming") == [renaming.number]
        assert numbers(at=today(), text="天河路") == [renaming.number]
        assert numbers(at=today(), text=naming.number) == [naming.number]
        assert numbers(at=today(), state="running")
        assert not numbers(at=today(), state="standard")
        assert [case.number for case in cases_of_place(place=road, at=today())] == [renaming.number]

    def test_show_only_the_readers_jurisdiction_and_no_secret(
        self, bureau: Bureau, road: Place
    ) -> None:
        case = bureau.open(kind="renaming", place=road, text="穗和路")
        assert numbers(at=today(), by=bureau.who("viewer", "440104")) == []
        assert numbers(at=today(), by=bureau.who("viewer")) == [case.number]
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert numbers(at=today(), by=bureau.who("viewer")) == []
        assert get_case(number=case.number, at=today()) is None

    def test_cost_two_queries_however_many(
        self, bureau: Bureau, django_assert_num_queries: Any
    ) -> None:
        for number in "一二三四五":
            bureau.open(text=f"穗吉{number}路")
        with django_assert_num_queries(2):
            for row in cases(at=today(), within=HERE).rows:
                assert row.title
                assert row.applied_by.username
        with django_assert_num_queries(2):
            case_board(at=today(), within=HERE)
        with django_assert_num_queries(2):
            case_counts(at=today(), within=HERE)


class TestBoard:
    def test_has_a_column_for_every_step(self, bureau: Bureau) -> None:
        bureau.open(text="穗吉二路")
        bureau.day = -30
        bureau.approved()
        columns = {column.state: column for column in case_board(at=today(), within=HERE)}
        assert next(iter(columns)) == CaseState.DRAFT
        assert columns[CaseState.DRAFT].total == 1
        assert (columns[CaseState.APPROVED].total, columns[CaseState.APPROVED].overdue) == (1, 1)
        counts = case_counts(at=today(), within=HERE)
        assert (counts["overdue"], counts["running"], counts["all"]) == (1, 2, 2)


class TestPoints:
    def test_give_one_point_with_its_step(self, bureau: Bureau) -> None:
        case = bureau.open()
        bureau.open(text="穗吉二路", geometry=None)
        (feature,) = case_points(at=today(), chosen=CaseFilter(within=HERE))
        assert feature["properties"]["key"] == case.number
        assert feature["properties"]["step"] == "draft"
        lon, lat = feature["geometry"]["coordinates"]
        assert 113.33 <= lon <= 113.34
        assert lat == pytest.approx(23.13)


class TestWorkedCase3:
    """Domain reference §10 (3), on the rules that are stored."""

    def test_an_approval_of_1_june_is_filed_and_announced_by_the_16th(self, bureau: Bureau) -> None:
        day = date(2024, 6, 1)
        rules = rules_of(case=bureau.open(), at=day)
        found = clocks(CaseDates(approved_on=day), rules, day)
        assert {each.due_on for each in found} == {date(2024, 6, 16)}
        filed = CaseDates(approved_on=day, filed_on=date(2024, 6, 10), approver_kind="department")
        announced = {each.kind: each for each in clocks(filed, rules, date(2024, 6, 10))}
        assert announced["announcement"].due_on == date(2024, 6, 25)
