"""Pages of committees and meetings: members, agenda, votes, quorum, minutes."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from common.models import Rule
from gazetteer.models import (
    AgendaItem,
    Committee,
    CommitteeMember,
    Meeting,
    MeetingState,
    NamingCase,
    Opinion,
)
from gazetteer.operations.meetings import add_to_agenda, call_meeting, record_opinion
from gazetteer.queries.meetings import seats_of, tally_of
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
        by=bureau.reviewer, at=moment(), committee=committee, held_on=today(), venue="三楼会议室"
    )


@pytest.fixture
def item(bureau: Bureau, meeting: Meeting, case: NamingCase) -> AgendaItem:
    return add_to_agenda(by=bureau.reviewer, at=moment(), meeting=meeting, case=case)


@pytest.fixture
def page() -> Callable[..., Any]:
    """``page(person, "gazetteer:meeting", pk)``: the answer; with ``post``, to what was sent."""

    def ask(
        by: Any, name: str, *args: Any, post: Any = None, query: str = "", language: str = "zh-hans"
    ) -> Any:
        client = Client()
        client.force_login(by, backend="accounts.backends.PersonBackend")
        client.cookies["django_language"] = language
        address = reverse(name, args=args) + query
        return client.get(address) if post is None else client.post(address, post)

    return ask


def text_of(response: Any) -> str:
    return str(response.content.decode())


def member(committee: Committee, number: int) -> CommitteeMember:
    found: CommitteeMember = committee.members.get(person=f"委员{number}")
    return found


def vote(bureau: Bureau, item: AgendaItem, number: int, ballot: str = "for", **more: Any) -> None:
    record_opinion(
        by=bureau.expert if number == 1 else bureau.reviewer,
        at=moment(),
        item=item,
        member=member(item.meeting.committee, number),
        ballot=ballot,
        **more,
    )


class TestCommittee:
    def test_is_founded_and_its_members_appointed(self, bureau: Bureau, page: Any) -> None:
        given = {"title": "天河区地名专家委员会", "jurisdiction": "440106", "founded_on": today()}
        page(bureau.reviewer, "gazetteer:committee_new", post=given)
        made = Committee.objects.get(title="天河区地名专家委员会")
        person = {"person": "梁某", "expertise": "方言", "user": bureau.expert.pk, "chair": "on"}
        answer = page(
            bureau.reviewer,
            "gazetteer:member_new",
            made.pk,
            post=person | {"start": today(), "years": 5},
        )
        assert answer.status_code == 302
        shown = text_of(page(bureau.who("viewer"), "gazetteer:committee", made.pk))
        assert "梁某" in shown and "方言" in shown and "主任委员" in shown

    def test_a_refusal_keeps_what_was_typed(
        self, bureau: Bureau, committee: Committee, page: Any
    ) -> None:
        given = {"person": "委员2", "expertise": "规划", "start": today(), "years": 5}
        answer = page(bureau.reviewer, "gazetteer:member_new", committee.pk, post=given)
        assert answer.status_code == 409
        assert "委员2" in text_of(answer) and 'role="alert"' in text_of(answer)

    def test_shows_who_sat_on_the_day(
        self, bureau: Bureau, committee: Committee, page: Any
    ) -> None:
        shown = member(committee, 3)
        given = {"on": today(30), "reason": "调离"}
        page(bureau.reviewer, "gazetteer:member_end", shown.pk, post=given)
        shown.refresh_from_db()
        assert shown.term.upper == today(31)
        for day, sits in ((today(30), 3), (today(31), 2)):
            answer = page(
                bureau.reviewer, "gazetteer:committee", committee.pk, query=f"?at={day.isoformat()}"
            )
            assert len(answer.context["members"]) == sits
        assert "还剩" in text_of(page(bureau.reviewer, "gazetteer:committee", committee.pk))

    def test_was_not_there_before_it_was_founded(
        self, bureau: Bureau, committee: Committee, page: Any
    ) -> None:
        day = (committee.founded_on - timedelta(days=1)).isoformat()
        answer = page(bureau.reviewer, "gazetteer:committee", committee.pk, query=f"?at={day}")
        assert answer.status_code == 404

    def test_buttons_say_why_not(self, bureau: Bureau, committee: Committee, page: Any) -> None:
        shown = text_of(page(bureau.officer, "gazetteer:committee", committee.pk))
        assert "委员会及其会议由本辖区审核员管理。" in shown
        assert reverse("gazetteer:meeting_new", args=[committee.pk]) not in shown

    def test_an_empty_one_says_what_to_do_first(self, bureau: Bureau, page: Any) -> None:
        bare = Committee.objects.create(title="空", jurisdiction="4401", founded_on=today())
        shown = text_of(page(bureau.reviewer, "gazetteer:committee", bare.pk))
        assert "请先聘任委员" in shown


class TestMeetingList:
    def test_leads_to_committees_and_meetings(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        shown = text_of(page(bureau.who("viewer"), "gazetteer:meetings"))
        assert reverse("gazetteer:meeting", args=[item.meeting.pk]) in shown
        assert reverse("gazetteer:committee", args=[item.meeting.committee_id]) in shown

    def test_is_of_the_day(self, bureau: Bureau, meeting: Meeting, page: Any) -> None:
        day = today(-1).isoformat()
        answer = page(bureau.reviewer, "gazetteer:meetings", query=f"?at={day}")
        assert meeting not in [row["meeting"] for row in answer.context["meetings"]]

    @pytest.mark.parametrize("query", ["?page=99", "?page=x", "?within=abc"])
    def test_refuses_what_is_no_page(self, bureau: Bureau, page: Any, query: str) -> None:
        assert page(bureau.reviewer, "gazetteer:meetings", query=query).status_code == 400

    def test_reads_in_english(self, bureau: Bureau, item: AgendaItem, page: Any) -> None:
        shown = text_of(page(bureau.reviewer, "gazetteer:meetings", language="en"))
        assert "Expert review" in shown and "Found a committee" in shown


class TestMeeting:
    def test_is_called_and_filled_with_cases(
        self, bureau: Bureau, committee: Committee, case: NamingCase, page: Any
    ) -> None:
        given = {"held_on": today(), "venue": "三楼"}
        answer = page(bureau.reviewer, "gazetteer:meeting_new", committee.pk, post=given)
        made = Meeting.objects.get(venue="三楼")
        assert answer["Location"] == reverse("gazetteer:meeting", args=[made.pk])
        before = text_of(page(bureau.reviewer, "gazetteer:meeting", made.pk))
        assert case.number in before and "列入议程" in before
        page(bureau.reviewer, "gazetteer:agenda_add", made.pk, post={"case": case.number})
        answer = page(bureau.reviewer, "gazetteer:meeting", made.pk)
        assert [row["case"] for row in answer.context["agenda"]] == [case]
        assert answer.context["waiting"] == []

    def test_shows_name_findings_and_place_side_by_side(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        answer = page(bureau.expert, "gazetteer:meeting", item.meeting.pk)
        shown = text_of(answer)
        assert "穗吉新路" in shown and "Suiji Xinlu" in shown and "命名规则检查" in shown
        assert answer.context["focus"]["geometry"]["type"] == "LineString"
        assert "data-poll" in shown

    def test_a_member_votes_in_person_and_the_count_follows(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        pk = item.meeting.pk
        own = member(item.meeting.committee, 1)
        address = reverse("gazetteer:opinion", args=[item.pk, own.pk])
        assert address in text_of(page(bureau.expert, "gazetteer:meeting", pk))
        given = {"vote": "for", "text": "含义健康"}
        page(bureau.expert, "gazetteer:opinion", item.pk, own.pk, post=given)
        shown = text_of(page(bureau.who("viewer"), "gazetteer:meeting_votes", pk))
        assert "含义健康" in shown and "未达有效人数" in shown and "目前：通过" in shown
        vote(bureau, item, 2, "against", text="与旧名混淆")
        shown = text_of(page(bureau.who("viewer"), "gazetteer:meeting_votes", pk))
        assert "已达有效人数" in shown and "目前：未通过" in shown

    def test_standing_aside_keeps_its_reason(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        own = member(item.meeting.committee, 1)
        empty = page(bureau.expert, "gazetteer:opinion", item.pk, own.pk, post={"vote": "recused"})
        assert empty.status_code == 409
        given = {"vote": "recused", "text": "申请单位顾问"}
        page(bureau.expert, "gazetteer:opinion", item.pk, own.pk, post=given)
        kept = Opinion.objects.get(item=item)
        assert kept.recused and kept.recusal_reason == "申请单位顾问" and kept.ballot == ""
        assert "申请单位顾问" in text_of(page(bureau.officer, "gazetteer:meeting", item.meeting.pk))

    def test_nobody_votes_for_another(self, bureau: Bureau, item: AgendaItem, page: Any) -> None:
        committee = item.meeting.committee
        given = {"vote": "for"}
        first, second = member(committee, 1), member(committee, 2)
        for person, seat in ((bureau.reviewer, first), (bureau.expert, second)):
            answer = page(person, "gazetteer:opinion", item.pk, seat.pk, post=given)
            assert answer.status_code == 403
        other = bureau.make_user("expert", "4401")
        answer = page(other, "gazetteer:opinion", item.pk, first.pk, post=given)
        assert answer.status_code == 403
        assert not Opinion.objects.filter(item=item).exists()

    def test_an_applicant_has_to_stand_aside(self, bureau: Bureau, page: Any) -> None:
        committee = bureau.committee()
        case = bureau.move(bureau.assessed(applicant="委员2"), "to_experts", bureau.reviewer)
        made = call_meeting(
            by=bureau.reviewer, at=moment(), committee=committee, held_on=today(), venue="三楼"
        )
        item = add_to_agenda(by=bureau.reviewer, at=moment(), meeting=made, case=case)
        assert [seat.applicant for seat in seats_of(item=item)].count(True) == 1
        shown = page(bureau.reviewer, "gazetteer:opinion", item.pk, member(committee, 2).pk)
        assert "须回避" in text_of(shown)
        answer = page(
            bureau.reviewer,
            "gazetteer:opinion",
            item.pk,
            member(committee, 2).pk,
            post={"vote": "for"},
        )
        assert answer.status_code == 409

    def test_is_closed_with_its_minutes(self, bureau: Bureau, item: AgendaItem, page: Any) -> None:
        pk = item.meeting.pk
        assert "尚无人表决" in text_of(page(bureau.reviewer, "gazetteer:meeting", pk))
        vote(bureau, item, 1, text="含义健康")
        vote(bureau, item, 2)
        draft = page(bureau.reviewer, "gazetteer:meeting_close", pk)
        assert "赞成2票" in text_of(draft) and "含义健康" in text_of(draft)
        given = {"minutes": "会议同意该名称。"}
        page(bureau.reviewer, "gazetteer:meeting_close", pk, post=given)
        item.meeting.refresh_from_db()
        assert item.meeting.state == MeetingState.CLOSED
        shown = text_of(page(bureau.who("viewer"), "gazetteer:meeting", pk))
        assert "会议同意该名称。" in shown and "data-poll" not in shown
        assert reverse("gazetteer:opinion", args=[item.pk, 1])[:-2] not in shown
        answer = page(bureau.who("viewer"), "gazetteer:minutes", pk, language="en")
        word = Document(io.BytesIO(answer.content))
        assert "会议同意该名称。" in [line.text for line in word.paragraphs]
        assert word.tables[0].rows[1].cells[3].text == "通过"

    def test_minutes_of_an_open_meeting_are_not_there(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        assert page(bureau.reviewer, "gazetteer:minutes", item.meeting.pk).status_code == 404

    def test_a_case_is_taken_off_with_a_reason(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        page(bureau.reviewer, "gazetteer:agenda_remove", item.pk, post={"reason": "材料不齐"})
        assert not AgendaItem.objects.filter(pk=item.pk).exists()

    def test_refusals_are_told(self, bureau: Bureau, item: AgendaItem, page: Any) -> None:
        again = page(
            bureau.reviewer,
            "gazetteer:agenda_add",
            item.meeting.pk,
            post={"case": item.case.number},
        )
        assert again.status_code == 409
        for number in ("none", "a\x00b"):
            post = {"case": number}
            nobody = page(bureau.reviewer, "gazetteer:agenda_add", item.meeting.pk, post=post)
            assert nobody.status_code == 404
        answer = page(
            bureau.reviewer, "gazetteer:meeting", item.meeting.pk, query="?case=440106-1999-0001"
        )
        assert answer.status_code == 400

    def test_an_earlier_day_knows_nothing_of_it(
        self, bureau: Bureau, item: AgendaItem, page: Any
    ) -> None:
        day = today(-1).isoformat()
        answer = page(bureau.reviewer, "gazetteer:meeting", item.meeting.pk, query=f"?at={day}")
        assert answer.status_code == 404


class TestTally:
    def test_two_thirds_of_three_are_two(self, bureau: Bureau, item: AgendaItem) -> None:
        assert tally_of(item=item).needed == 2
        vote(bureau, item, 1)
        assert not tally_of(item=item).quorate
        vote(bureau, item, 2)
        assert tally_of(item=AgendaItem.objects.get(pk=item.pk)).quorate

    def test_without_a_rule_any_vote_counts(self, bureau: Bureau, item: AgendaItem) -> None:
        Rule.objects.filter(rule_id="C-QUORUM").delete()
        assert tally_of(item=item).needed is None
        vote(bureau, item, 1)
        assert tally_of(item=AgendaItem.objects.get(pk=item.pk)).quorate
