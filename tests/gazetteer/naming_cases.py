"""A bureau's people and short ways to bring a naming case to any step, for tests."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import LineString
from django.utils import timezone

from common.crs import CGCS2000
from gazetteer.domain.papers import CONTENTS, items_of
from gazetteer.models import Ballot, Committee, NamingCase
from gazetteer.operations.case_papers import write_paper
from gazetteer.operations.cases import make_move, open_case
from gazetteer.operations.committees import add_member, found_committee
from gazetteer.operations.meetings import (
    add_to_agenda,
    call_meeting,
    close_meeting,
    record_opinion,
)

BODY, DOCUMENT = "广州市人民政府", "穗府函〔2026〕1号"


def moment(days: int = 0) -> datetime:
    return timezone.now() + timedelta(days=days)


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


@dataclass
class Bureau:
    """One person per role; ``day``: how many days from now the next step is taken."""

    make_user: Any
    day: int = 0
    people: dict[str, Any] = field(default_factory=dict)

    def who(self, role: str, jurisdiction: str = "4401") -> Any:
        key = f"{role}-{jurisdiction}"
        if key not in self.people:
            self.people[key] = self.make_user(role, jurisdiction)
        return self.people[key]

    @property
    def officer(self) -> Any:
        return self.who("place_name_officer")

    @property
    def reviewer(self) -> Any:
        return self.who("reviewer")

    @property
    def approver(self) -> Any:
        return self.who("approver")

    @property
    def expert(self) -> Any:
        return self.who("expert")

    @property
    def now(self) -> datetime:
        return moment(self.day)

    def open(self, **given: Any) -> NamingCase:
        """A new street in Tianhe, unless told otherwise."""
        values: dict[str, Any] = {
            "by": self.officer,
            "at": self.now,
            "kind": "naming",
            "applicant": "广州市天河区住房建设局",
        }
        if "place" not in given:
            values |= {
                "text": "穗吉新路",
                "category": "STREET",
                "class_code": "23440",
                "division_code": "440106",
                "geometry": LineString((113.33, 23.13), (113.34, 23.13), srid=CGCS2000),
                "position": "东起甲路，西至乙路",
            }
        return open_case(**(values | given))

    def paper(self, case: NamingCase, kind: str, by: Any = None) -> None:
        contents = dict.fromkeys(items_of(kind), "内容") if kind in CONTENTS else {}
        write_paper(by=by or self.officer, at=self.now, case=case, kind=kind, contents=contents)

    def move(self, case: NamingCase, move: str, by: Any = None, **values: Any) -> NamingCase:
        return make_move(by=by or self.officer, at=self.now, case=case, move=move, **values)

    def submitted(self, **given: Any) -> NamingCase:
        case = self.open(**given)
        self.paper(case, "application")
        return self.move(case, "submit")

    def assessed(self, **given: Any) -> NamingCase:
        """Accepted, with the assessment written."""
        case = self.move(self.submitted(**given), "accept", self.reviewer)
        self.paper(case, "assessment_report", self.reviewer)
        return case

    def for_approval(self, **given: Any) -> NamingCase:
        return self.move(self.assessed(**given), "to_approval", self.reviewer)

    def approved(self, **given: Any) -> NamingCase:
        case = self.for_approval(**given)
        self.paper(case, "approval", self.approver)
        return self.move(case, "approve", self.approver, body=BODY, document=DOCUMENT)

    def filed(self, **given: Any) -> NamingCase:
        case = self.approved(**given)
        self.paper(case, "filing_report")
        return self.move(case, "file")

    def announced(self, *, effective_on: date | None = None, **given: Any) -> NamingCase:
        case = self.filed(**given)
        return self.move(case, "announce", effective_on=effective_on)

    def in_effect(self, **given: Any) -> NamingCase:
        return self.move(self.announced(**given), "take_effect")

    def committee(self, members: int = 3) -> Committee:
        """Of the city; the first member signs in as the expert."""
        founded = found_committee(
            by=self.reviewer, at=self.now, title="广州市地名专家委员会", jurisdiction="4401"
        )
        for number in range(members):
            add_member(
                by=self.reviewer,
                at=self.now,
                committee=founded,
                person=f"委员{number + 1}",
                expertise="历史地理",
                user=self.expert if number == 0 else None,
                chair=number == 0,
            )
        return founded

    def voted(self, case: NamingCase, committee: Committee | None = None) -> NamingCase:
        """A case under expert review gets the vote and the report of a whole meeting."""
        committee = committee or self.committee()
        meeting = call_meeting(
            by=self.reviewer,
            at=self.now,
            committee=committee,
            held_on=today(self.day),
            venue="三楼会议室",
        )
        item = add_to_agenda(by=self.reviewer, at=self.now, meeting=meeting, case=case)
        for member in committee.members.all():
            record_opinion(
                by=self.expert if member.user_id else self.reviewer,
                at=self.now,
                item=item,
                member=member,
                ballot=Ballot.FOR,
            )
        close_meeting(by=self.reviewer, at=self.now, meeting=meeting, minutes="一致同意")
        self.paper(case, "expert_report", self.reviewer)
        return case
