"""Lists, counts, board and points of naming cases as of a day."""

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from gazetteer.domain.clocks import CaseDates, clocks
from gazetteer.models import CaseState, NamingCase, Place
from gazetteer.queries.case_facts import rules_of
from gazetteer.queries.case_moves import case_clocks
from gazetteer.queries.case_record import steps_of
from gazetteer.queries.cases import (
    CaseFilter,
    case_counts,
    case_signal,
    cases_on,
    chosen_cases,
)
from gazetteer.queries.keyset import page
from tests.gazetteer.naming_cases import BODY, DOCUMENT, Bureau, today

pytestmark = pytest.mark.usefixtures("demo")
HERE = "440106"


@pytest.fixture(autouse=True)
def no_other_cases(demo: Any) -> None:
    """The demonstration's own cases lie elsewhere, as far as these tests look."""
    NamingCase.objects.update(division_code="440299")


def numbers(*, at: date, by: Any = None, **asked: str) -> list[str]:
    rows = chosen_cases(at=at, chosen=CaseFilter(within=HERE, **asked), by=by)
    return [row.number for row in rows.order_by("due", "pk")]


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
        assert cases_on(at=today(-4)).get(pk=case.pk).state_on == CaseState.DRAFT
        assert [step.move for step in steps_of(case=case, at=today(-4))] == ["open"]

    def test_tell_the_state_of_every_day_as_the_steps_tell_it(self, bureau: Bureau) -> None:
        """Steps that were written down late included: of the last ones the case itself tells."""
        bureau.day = -30
        case = bureau.for_approval()
        bureau.day = -20
        bureau.paper(case, "approval", bureau.approver)
        late = {"body": BODY, "document": DOCUMENT, "approved_on": today(-25)}
        bureau.move(case, "approve", bureau.approver, **late)
        returned = bureau.submitted(text="穗吉二路")
        bureau.day = -10
        bureau.move(returned, "return", bureau.reviewer, note="缺材料")
        for back in range(-31, 1):
            for row in cases_on(at=today(back)).filter(division_code__startswith=HERE):
                made = steps_of(case=row, at=today(back))
                assert row.state_on == (made[-1].after if made else CaseState.DRAFT), back

    def test_put_what_is_due_first_page_by_page(self, bureau: Bureau) -> None:
        draft = bureau.open(text="穗吉二路")
        approved = bureau.approved()
        rows = chosen_cases(at=today(), chosen=CaseFilter(within=HERE))
        first = page(rows, by="due", after="", limit=1)
        assert [row.number for row in first.rows] == [approved.number]
        second = page(rows, by="due", after=first.after, limit=1)
        assert [row.number for row in second.rows] == [draft.number]
        assert second.after == ""

    def test_put_the_latest_opened_first_page_by_page(self, bureau: Bureau) -> None:
        opened = []
        for bureau.day, text in ((-2, "穗吉二路"), (-1, "穗吉三路"), (-1, "穗吉四路")):
            opened.append(bureau.open(text=text))
        rows, after, seen = chosen_cases(at=today(), chosen=CaseFilter(within=HERE)), "", []
        while not seen or after:
            part = page(rows, by="-opened_on", after=after, limit=1)
            seen += [row.number for row in part.rows]
            after = part.after
        of_one_day = sorted(opened[1:], key=lambda case: str(case.pk))
        assert seen == [case.number for case in (*of_one_day, opened[0])]

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

    def test_show_only_the_readers_jurisdiction_and_no_secret(
        self, bureau: Bureau, road: Place
    ) -> None:
        case = bureau.open(kind="renaming", place=road, text="穗和路")
        assert numbers(at=today(), by=bureau.who("viewer", "440104")) == []
        assert numbers(at=today(), by=bureau.who("viewer")) == [case.number]
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert numbers(at=today(), by=bureau.who("viewer")) == []
        assert not cases_on(at=today()).filter(pk=case.pk).exists()


class TestBoard:
    def test_counts_what_is_overdue_at_a_step_whatever_it_shows(
        self, bureau: Bureau, client: Client
    ) -> None:
        bureau.open(text="穗吉二路")
        bureau.day = -30
        bureau.approved()
        counts = case_counts(at=today(), within=HERE)
        assert (counts["overdue"], counts["running"], counts["all"]) == (1, 2, 2)
        client.force_login(bureau.officer, backend="accounts.backends.PersonBackend")
        with patch("gazetteer.views.cases.IN_A_COLUMN", 0):
            columns = client.get(f"/cases/board/?within={HERE}").context["columns"]
        late = {str(each["label"]): each["overdue"] for each in columns if each["overdue"]}
        assert late == {str(CaseState.APPROVED.label): 1}
        assert not any(each["cards"] for each in columns)


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
