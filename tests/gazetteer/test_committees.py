"""Committees and their meetings: members, agenda, votes, recusal, quorum, results."""

from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Grant, User
from common.errors import BadInput, NotInScope, NotPermitted
from common.models import AuditEntry, Rule
from gazetteer.domain.workflow import CannotMove
from gazetteer.models import AgendaItem, Ballot, Committee, Meeting, NamingCase, Opinion
from gazetteer.operations.cases import edit_case
from gazetteer.operations.committees import (
    CannotAppoint,
    TermOver,
    add_member,
    end_term,
    found_committee,
)
from gazetteer.operations.meetings import (
    CannotClose,
    CannotPutOnAgenda,
    CannotVote,
    MeetingClosed,
    MustBeRecused,
    add_to_agenda,
    call_meeting,
    close_meeting,
    record_opinion,
    remove_from_agenda,
)
from gazetteer.queries.case_facts import vote_on
from tests.gazetteer.naming_cases import Bureau, moment, today

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def committee(bureau: Bureau) -> Committee:
    return bureau.committee()


@pytest.fixture
def case(bureau: Bureau) -> NamingCase:
    return bureau.move(bureau.assessed(), "to_experts", bureau.reviewer)


@pytest.fixture
def meeting(bureau: Bureau, committee: Committee) -> Meeting:
    return call_meeting(
        by=bureau.reviewer, at=moment(), committee=committee, held_on=today(), venue="三楼"
    )


@pytest.fixture
def item(bureau: Bureau, meeting: Meeting, case: NamingCase) -> AgendaItem:
    return add_to_agenda(by=bureau.reviewer, at=moment(), meeting=meeting, case=case)


def vote(bureau: Bureau, item: AgendaItem, number: int, ballot: str = "for", **values: Any) -> Any:
    member = item.meeting.committee.members.get(person=f"委员{number}")
    return record_opinion(
        by=values.pop("by", bureau.expert if number == 1 else bureau.reviewer),
        at=moment(),
        item=item,
        member=member,
        ballot=ballot,
        **values,
    )


class TestCommittee:
    def test_is_founded_by_the_reviewers_of_its_jurisdiction(self, bureau: Bureau) -> None:
        given = {"at": moment(), "title": "天河区地名专家委员会", "jurisdiction": "440106"}
        found = found_committee(by=bureau.reviewer, **given)
        assert found.jurisdiction == "440106"
        with pytest.raises(NotPermitted):
            found_committee(by=bureau.officer, **given)
        with pytest.raises(NotInScope):
            found_committee(by=bureau.who("reviewer", "440104"), **given)

    @pytest.mark.parametrize(
        "values", [{"title": " "}, {"jurisdiction": "440199"}, {"founded_on": today(1)}]
    )
    def test_refuses_what_is_no_committee(self, bureau: Bureau, values: Any) -> None:
        given = {"title": "专家委员会", "jurisdiction": "4401"} | values
        with pytest.raises((BadInput, NotInScope)):
            found_committee(by=bureau.reviewer, at=moment(), **given)

    @pytest.mark.parametrize(
        ("values", "error"),
        [
            ({"person": ""}, BadInput),
            ({"expertise": ""}, BadInput),
            ({"years": 0}, BadInput),
            ({"start": today(-1)}, BadInput),
            ({"person": "委员2"}, CannotAppoint),
            ({"chair": True}, CannotAppoint),
        ],
    )
    def test_refuses_who_cannot_be_a_member(
        self, bureau: Bureau, committee: Committee, values: Any, error: Any
    ) -> None:
        given = {"person": "新委员", "expertise": "语言"} | values
        with pytest.raises(error):
            add_member(by=bureau.reviewer, at=moment(), committee=committee, **given)

    def test_an_account_without_the_role_could_not_vote(
        self, bureau: Bureau, committee: Committee
    ) -> None:
        with pytest.raises(CannotAppoint, match="role"):
            add_member(
                by=bureau.reviewer,
                at=moment(),
                committee=committee,
                person="甲",
                expertise="史",
                user=bureau.officer,
            )

    def test_a_term_ends_once(self, bureau: Bureau, committee: Committee) -> None:
        member = committee.members.get(person="委员2")
        end_term(by=bureau.reviewer, at=moment(), member=member, on=today(1))
        assert committee.members.on(today()).count() == 3
        assert committee.members.on(today(1)).count() == 2
        with pytest.raises(TermOver):
            end_term(by=bureau.reviewer, at=moment(), member=member, on=today(1))


class TestAgenda:
    def test_takes_cases_that_are_with_the_experts(
        self, bureau: Bureau, meeting: Meeting, item: AgendaItem
    ) -> None:
        with pytest.raises(CannotPutOnAgenda, match="agenda of an open meeting"):
            add_to_agenda(by=bureau.reviewer, at=moment(), meeting=meeting, case=item.case)
        draft = bureau.open(text="穗吉二路")
        with pytest.raises(CannotPutOnAgenda, match="under expert review"):
            add_to_agenda(by=bureau.reviewer, at=moment(), meeting=meeting, case=draft)

    def test_is_not_for_cases_of_elsewhere(self, bureau: Bureau, case: NamingCase) -> None:
        other = found_committee(
            by=bureau.reviewer, at=moment(), title="越秀区", jurisdiction="440104"
        )
        add_member(by=bureau.reviewer, at=moment(), committee=other, person="乙", expertise="史")
        there = call_meeting(
            by=bureau.reviewer, at=moment(), committee=other, held_on=today(), venue="一楼"
        )
        with pytest.raises(CannotPutOnAgenda, match="outside"):
            add_to_agenda(by=bureau.reviewer, at=moment(), meeting=there, case=case)

    def test_a_case_leaves_it_only_without_votes(self, bureau: Bureau, item: AgendaItem) -> None:
        vote(bureau, item, 1)
        with pytest.raises(CannotPutOnAgenda, match="Votes"):
            remove_from_agenda(by=bureau.reviewer, at=moment(), item=item, reason="改期")
        item.opinions.all().delete()
        remove_from_agenda(by=bureau.reviewer, at=moment(), item=item, reason="改期")
        assert not AgendaItem.objects.filter(pk=item.pk).exists()

    @pytest.mark.parametrize("values", [{"held_on": today(-1)}, {"venue": " "}])
    def test_a_meeting_has_a_day_to_come_and_a_venue(
        self, bureau: Bureau, committee: Committee, values: Any
    ) -> None:
        given = {"held_on": today(), "venue": "三楼"} | values
        with pytest.raises(BadInput):
            call_meeting(by=bureau.reviewer, at=moment(), committee=committee, **given)


class TestVote:
    def test_members_with_an_account_vote_in_person(self, bureau: Bureau, item: AgendaItem) -> None:
        with pytest.raises(NotPermitted):
            vote(bureau, item, 1, by=bureau.reviewer)
        with pytest.raises(NotPermitted, match="in person"):
            vote(bureau, item, 1, by=bureau.make_user("expert", "4401"))
        with pytest.raises(NotPermitted):
            vote(bureau, item, 2, by=bureau.expert)
        assert vote(bureau, item, 1).ballot == Ballot.FOR

    def test_the_last_vote_counts_and_the_former_is_kept(
        self, bureau: Bureau, item: AgendaItem
    ) -> None:
        vote(bureau, item, 2)
        vote(bureau, item, 2, "against", text="与村名不合")
        assert Opinion.objects.get(item=item).ballot == Ballot.AGAINST
        assert vote_on(item=item).against == 1

    @pytest.mark.parametrize(
        "values",
        [
            {"ballot": ""},
            {"ballot": "maybe"},
            {"ballot": "against"},
            {"ballot": "", "recused": True},
            {"ballot": "for", "recused": True, "recusal_reason": "亲属"},
            {"ballot": "for", "text": "长" * 100_000},
        ],
    )
    def test_refuses_what_is_no_vote(self, bureau: Bureau, item: AgendaItem, values: Any) -> None:
        with pytest.raises(BadInput):
            vote(bureau, item, 2, **values)

    def test_an_applicant_stands_aside(self, bureau: Bureau, meeting: Meeting) -> None:
        own = bureau.move(bureau.assessed(applicant="委员2"), "to_experts", bureau.reviewer)
        item = add_to_agenda(by=bureau.reviewer, at=moment(), meeting=meeting, case=own)
        with pytest.raises(MustBeRecused):
            vote(bureau, item, 2)
        vote(bureau, item, 2, "", recused=True, recusal_reason="本人申请")
        assert vote_on(item=item).recused == 1

    def test_not_before_the_day_nor_by_who_is_no_member_then(
        self, bureau: Bureau, committee: Committee, case: NamingCase
    ) -> None:
        later = call_meeting(
            by=bureau.reviewer, at=moment(), committee=committee, held_on=today(3), venue="三楼"
        )
        item = add_to_agenda(by=bureau.reviewer, at=moment(), meeting=later, case=case)
        with pytest.raises(CannotVote, match="from the day"):
            vote(bureau, item, 2)
        end_term(
            by=bureau.reviewer,
            at=moment(),
            member=committee.members.get(person="委员2"),
            on=today(2),
        )
        with pytest.raises(CannotVote, match="no member"):
            vote(bureau, item, 2)

    def test_an_applicant_writes_down_nobodys_vote(
        self, bureau: Bureau, meeting: Meeting, item: AgendaItem
    ) -> None:
        Grant.objects.create(
            user=bureau.officer,
            role="reviewer",
            jurisdiction="4401",
            period=DateRange(today(-10), None),
        )
        with pytest.raises(CannotVote, match="another person"):
            vote(bureau, item, 2, by=User.objects.get(pk=bureau.officer.pk))
        assert not Opinion.objects.filter(item=item).exists()

    def test_a_vote_on_an_earlier_application_of_the_day_does_not_count(
        self, bureau: Bureau, case: NamingCase
    ) -> None:
        case = bureau.move(bureau.voted(case), "return", bureau.reviewer, note="换名")
        edit_case(by=bureau.officer, at=moment(), case=case, text="穗祥新路")
        case = bureau.move(case, "submit")
        case = bureau.move(case, "accept", bureau.reviewer)
        case = bureau.move(case, "to_experts", bureau.reviewer)
        with pytest.raises(CannotMove, match="missing or incomplete"):
            bureau.move(case, "to_comment", bureau.reviewer)
        bureau.paper(case, "expert_report", bureau.reviewer)
        with pytest.raises(CannotMove, match="has not closed its vote"):
            bureau.move(case, "to_comment", bureau.reviewer)


class TestClosing:
    def test_gives_each_case_its_result(
        self, bureau: Bureau, meeting: Meeting, item: AgendaItem
    ) -> None:
        for number in (1, 2, 3):
            vote(bureau, item, number, "for" if number < 3 else "abstain")
        close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes="通过")
        item.refresh_from_db()
        assert item.result == "carried"
        line = AuditEntry.objects.filter(operation="close_meeting").latest("at")
        assert line.details["results"] == {item.case.number: "carried"}
        with pytest.raises(MeetingClosed):
            vote(bureau, item, 2)

    def test_half_of_the_votes_is_not_enough(
        self, bureau: Bureau, meeting: Meeting, item: AgendaItem
    ) -> None:
        vote(bureau, item, 1)
        vote(bureau, item, 2, "abstain")
        close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes="未通过")
        item.refresh_from_db()
        assert item.result == "refused"

    def test_needs_minutes_an_agenda_and_votes(
        self, bureau: Bureau, meeting: Meeting, case: NamingCase
    ) -> None:
        with pytest.raises(BadInput, match="minutes"):
            close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes=" ")
        with pytest.raises(CannotClose, match="agenda"):
            close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes="略")
        add_to_agenda(by=bureau.reviewer, at=moment(), meeting=meeting, case=case)
        with pytest.raises(CannotClose, match="Nobody has voted"):
            close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes="略")

    @pytest.mark.parametrize("status", ["provisional", "verified"])
    def test_a_quorum_binds_only_by_a_verified_rule(
        self, bureau: Bureau, meeting: Meeting, item: AgendaItem, status: str
    ) -> None:
        Rule.objects.filter(rule_id="C-QUORUM").update(status=status)
        vote(bureau, item, 1)
        if status == "verified":
            with pytest.raises(CannotClose, match="Too few"):
                close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes="略")
        else:
            close_meeting(by=bureau.reviewer, at=moment(), meeting=meeting, minutes="略")
