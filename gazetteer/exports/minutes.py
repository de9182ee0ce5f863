"""Minutes of a meeting of experts: drafted from the votes, and as a Word document.

Papers of record are in Chinese, whatever language the reader's pages are in.
"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.documents import Heading, OfficialDocument, Table, spelled_day, write_document
from gazetteer.models import ItemResult, Meeting
from gazetteer.queries.meetings import Tally, agenda_of, members_of, seats_of, tally_of


def draft_minutes(*, meeting: Meeting) -> str:
    """What is known of the meeting before anybody writes: who, when, where, how they voted."""
    with translation.override(settings.LANGUAGE_CODE):
        items = agenda_of(meeting=meeting)
        lines = [_opening(meeting)]
        for number, item in enumerate(items, start=1):
            lines.append(f"{number}. {item.case.title}（{item.case.number}）")
            lines.append(_votes(tally_of(item=item)))
            for seat in seats_of(item=item):
                given = seat.opinion
                if given is not None and given.recused:
                    text = _("%(person)s stood aside: %(reason)s")
                    lines.append(text % {"person": seat.member, "reason": given.recusal_reason})
                elif given is not None and given.text:
                    lines.append(f"{seat.member}：{given.text}")
        return "\n".join(lines)


def minutes_word(*, meeting: Meeting) -> bytes:
    """Minutes (专家论证会议纪要) with the vote on every case as a table."""
    with translation.override(settings.LANGUAGE_CODE):
        items = agenda_of(meeting=meeting)
        rows = [
            [
                str(number),
                f"{item.case.title}\n{item.case.number}",
                _votes(tally_of(item=item)),
                str(ItemResult(item.result).label) if item.result else "",
            ]
            for number, item in enumerate(items, start=1)
        ]
        headings = [_("No."), _("Case"), pgettext("vote", "Votes"), _("Result")]
        table = Table(rows=rows, headings=headings, widths=[1, 4, 6, 2])
        paper = OfficialDocument(
            title=_("Minutes of the expert review of place names"),
            blocks=[
                _opening(meeting),
                Heading(_("Results")),
                table,
                Heading(_("Minutes")),
                meeting.minutes,
            ],
            signed_by=meeting.committee.title,
            day=meeting.held_on,
            synthetic=meeting.synthetic or any(item.case.synthetic for item in items),
        )
        return write_document(paper)


def _opening(meeting: Meeting) -> str:
    members = members_of(committee=meeting.committee, at=meeting.held_on)
    return _(
        "On %(day)s the %(committee)s met in %(venue)s. Members: %(members)s. "
        "The meeting reviewed the following cases."
    ) % {
        "day": spelled_day(meeting.held_on),
        "committee": meeting.committee.title,
        "venue": meeting.venue,
        "members": "、".join(member.person for member in members),
    }


def _votes(tally: Tally) -> str:
    vote = tally.vote
    return _(
        "Members %(members)d, recused %(recused)d, voted %(cast)d: for %(yes)d, "
        "against %(no)d, abstained %(abstained)d."
    ) % {
        "members": vote.members,
        "recused": vote.recused,
        "cast": vote.cast,
        "yes": vote.in_favour,
        "no": vote.against,
        "abstained": vote.abstained,
    }
