"""Two committees with made-up members, meetings that were held and one that is open today."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from gazetteer.models import AgendaItem, Ballot, Committee, CommitteeMember, Meeting, NamingCase
from gazetteer.operations.committees import add_member, found_committee
from gazetteer.operations.meetings import (
    add_to_agenda,
    call_meeting,
    close_meeting,
    record_opinion,
)

SOURCE = "demo-synthetic"
FOUNDED_DAYS_AGO = 400
# Title, jurisdiction, members: name, field, account, whether in the chair.
COMMITTEES = (
    (
        "广州市地名专家咨询委员会（演示）",
        "4401",
        (
            ("演示委员甲", "历史地理", "expert", True),
            ("演示委员乙", "语言文字", "", False),
            ("演示委员丙", "城乡规划", "", False),
            ("演示委员丁", "地方志", "", False),
            ("演示委员戊", "测绘地理信息", "", False),
        ),
    ),
    (
        "天河区地名专家咨询委员会（演示）",
        "440106",
        (
            ("演示委员己", "地方史", "", True),
            ("演示委员庚", "民俗文化", "", False),
            ("演示委员辛", "道路交通", "", False),
        ),
    ),
)
VENUE = "市民政局三楼会议室（演示）"


class Committees:
    """The committees; ``now`` is the moment from which all days are counted back."""

    def __init__(self, people: Mapping[str, Any], now: datetime) -> None:
        self.people, self.now = people, now
        self.all = [self._found(*row) for row in COMMITTEES]

    def _found(self, title: str, jurisdiction: str, members: Any) -> Committee:
        at = self.now - timedelta(days=FOUNDED_DAYS_AGO)
        by = self.people["reviewer"]
        committee = found_committee(
            by=by, at=at, title=title, jurisdiction=jurisdiction, document="模拟文件"
        )
        for person, expertise, account, chair in members:
            add_member(
                by=by,
                at=at,
                committee=committee,
                person=person,
                expertise=expertise,
                user=self.people.get(account),
                chair=chair,
                years=5,
            )
        committee.members.update(synthetic=True, source=SOURCE)
        Committee.objects.filter(pk=committee.pk).update(synthetic=True, source=SOURCE)
        return committee

    def vote(self, case: NamingCase, *, days: int) -> None:
        """A meeting that was held ``days`` ago on one case: carried, one abstention."""
        at = self.now - timedelta(days=days)
        meeting = self._meeting(at, called=at - timedelta(days=3))
        item = add_to_agenda(by=self.people["reviewer"], at=at, meeting=meeting, case=case)
        for turn, member in enumerate(self._members()):
            ballot = Ballot.ABSTAIN if turn == 3 else Ballot.FOR
            self._opinion(item, member, at, ballot)
        close_meeting(
            by=self.people["reviewer"],
            at=at,
            meeting=meeting,
            minutes="与会委员逐一发表意见，多数赞成拟用名称（演示纪要）。",
        )

    def call_open_meeting(self, cases: Iterable[NamingCase]) -> None:
        """Today's meeting, at which two of the members have voted on the first case."""
        meeting = self._meeting(self.now, called=self.now - timedelta(days=4))
        by = self.people["reviewer"]
        items = [add_to_agenda(by=by, at=self.now, meeting=meeting, case=case) for case in cases]
        if not items:
            return
        for member in self._members()[1:3]:
            self._opinion(items[0], member, self.now, Ballot.FOR)
        record_opinion(
            by=by,
            at=self.now,
            item=items[0],
            member=self._members()[3],
            recused=True,
            recusal_reason="曾参与该道路的规划编制（演示）",
        )

    def _members(self) -> list[CommitteeMember]:
        return list(self.all[0].members.order_by("pk"))

    def _meeting(self, held: datetime, *, called: datetime) -> Meeting:
        meeting = call_meeting(
            by=self.people["reviewer"],
            at=called,
            committee=self.all[0],
            held_on=timezone.localdate(held),
            venue=VENUE,
        )
        meeting.synthetic, meeting.source_id = True, SOURCE
        meeting.save(update_fields=["synthetic", "source"])
        return meeting

    def _opinion(
        self, item: AgendaItem, member: CommitteeMember, at: datetime, ballot: Ballot
    ) -> None:
        record_opinion(
            by=member.user or self.people["reviewer"],
            at=at,
            item=item,
            member=member,
            ballot=ballot,
            text="符合命名规则，含义健康（演示意见）。" if ballot == Ballot.FOR else "",
        )
