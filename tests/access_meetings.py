"""Who may open the addresses of committees, meetings, announcements and public comment.

What they open is made here, in Tianhe: a committee with a meeting, an announced case, one under
public comment.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.domain.roles import Capability
from tests.access_route import DISTRICT, Route

SINCE = date(2024, 1, 1)


def committee() -> Mapping[str, Any]:
    return {"pk": _committee().pk}


def member() -> Mapping[str, Any]:
    return {"pk": _committee().members.get(person="委员").pk}


def meeting() -> Mapping[str, Any]:
    return {"pk": _meeting().pk}


def closed_meeting() -> Mapping[str, Any]:
    return {"pk": _meeting(state="closed", venue="二楼").pk}


def item() -> Mapping[str, Any]:
    return {"pk": _item().pk}


def seat() -> Mapping[str, Any]:
    """A seat without an account, whose vote the reviewer writes."""
    return {"pk": _item().pk, "member": member()["pk"]}


def announced() -> Mapping[str, Any]:
    day = timezone.localdate()
    days = ("approved_on", "filed_on", "announced_on", "effective_on")
    return {
        "pk": _case(
            "440106-2024-9001",
            "穗吉一路",
            state="announced",
            approved_by=_person("approver"),
            **dict.fromkeys(days, day),
        ).pk
    }


def commented() -> Mapping[str, Any]:
    day = timezone.localdate()
    values = {"comment_from": day, "comment_until": day + timedelta(days=7), "submitted_on": day}
    return {"pk": _case("440106-2024-9002", "穗吉二路", state="public_comment", **values).pk}


def _case(number: str, text: str, **more: Any) -> Any:
    from gazetteer.models import NamingCase

    values = {
        "kind": "naming",
        "text": text,
        "category": "STREET",
        "division_code": DISTRICT,
        "applicant": "测试",
        "applied_by": _person("officer"),
        "opened_on": timezone.localdate(),
        **more,
    }
    return NamingCase.objects.get_or_create(number=number, defaults=values)[0]


def _person(username: str) -> Any:
    from accounts.models import User

    return User.objects.get(username=username)


def _committee() -> Any:
    from gazetteer.models import Committee, CommitteeMember

    found, made = Committee.objects.get_or_create(
        title="天河区地名专家委员会（测试）", jurisdiction=DISTRICT, defaults={"founded_on": SINCE}
    )
    if made:
        CommitteeMember.objects.create(
            committee=found, person="委员", expertise="历史", term=(SINCE, None)
        )
    return found


def _meeting(**more: Any) -> Any:
    from gazetteer.models import Meeting

    values = {"held_on": timezone.localdate(), "called_by": _person("reviewer")}
    asked = {"state": "called", "venue": "一楼", **more}
    return Meeting.objects.get_or_create(committee=_committee(), **asked, defaults=values)[0]


def _item() -> Any:
    from gazetteer.models import AgendaItem

    case = _case("440106-2024-9003", "穗吉三路", state="expert_review")
    return AgendaItem.objects.get_or_create(meeting=_meeting(), case=case)[0]


MEETINGS: list[Route] = [
    # gazetteer: committees, meetings
    Route("gazetteer:meetings"),
    Route("gazetteer:committee", kwargs=committee),
    Route("gazetteer:committee_new", needs=Capability.REVIEW_NAME),
    Route(
        "gazetteer:meeting_new",
        kwargs=committee,
        needs=Capability.REVIEW_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:member_new",
        kwargs=committee,
        needs=Capability.REVIEW_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:member_end",
        kwargs=member,
        needs=Capability.REVIEW_NAME,
        outside=404,
    ),
    Route("gazetteer:meeting", kwargs=meeting),
    Route("gazetteer:meeting_votes", kwargs=meeting),
    Route(
        "gazetteer:agenda_add",
        kwargs=meeting,
        method="POST",
        data={"case": "none"},
        needs=Capability.REVIEW_NAME,
        # No such case: what is put on an agenda is tried in test_meeting_pages.py.
        ok=404,
        outside=404,
    ),
    Route(
        "gazetteer:agenda_remove",
        kwargs=item,
        needs=Capability.REVIEW_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:opinion",
        kwargs=seat,
        needs=Capability.REVIEW_NAME,
        outside=404,
    ),
    Route(
        "gazetteer:meeting_close",
        kwargs=meeting,
        needs=Capability.REVIEW_NAME,
        outside=404,
    ),
    Route("gazetteer:minutes", kwargs=closed_meeting),
    # gazetteer: announcements, filing papers, public comment
    Route("gazetteer:announcements"),
    Route("gazetteer:announcement", kwargs=announced),
    Route("gazetteer:announcement_word", kwargs=announced),
    Route(
        "gazetteer:filing_word",
        kwargs=lambda: {**announced(), "paper": "report"},
    ),
    Route("gazetteer:comment_list"),
    Route("gazetteer:comment_notice", kwargs=commented),
    Route("gazetteer:comment_word", kwargs=commented),
]
