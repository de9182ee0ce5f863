"""The rectification notice (限期改正通知书) as an official paper, with its receipt of service.

Always in Chinese: it goes to a Chinese organisation and cites the law. Nothing of a complaint
goes into it, not even that there was one.
"""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from common.documents import Heading, OfficialDocument, Table, spelled_day, write_document
from gazetteer.models import Breach, Notice
from gazetteer.queries.divisions import division_chains
from gazetteer.queries.notices import fine_ranges

# Articles on acts of the administration itself: no remedy by review or lawsuit.
WITHIN_THE_ADMINISTRATION = ("art34-approval", "art35-filing")


def notice_document(*, notice: Notice, at: date) -> bytes:
    """The .docx; one that was not issued yet says that it is a draft."""
    with translation.override("zh-hans"):
        return write_document(_paper(notice, at))


def issuer_name(*, notice: Notice, at: date) -> str:
    """Whose paper it is: the civil-affairs bureau of the jurisdiction that numbers it."""
    code = notice.jurisdiction.ljust(6, "0")
    chain = division_chains(codes=[code], at=at)[code]
    named = "".join(each.name for each in chain[1:] or chain)
    with translation.override("zh-hans"):
        return _("%(division)s Civil Affairs Bureau") % {"division": named}


def _paper(notice: Notice, at: date) -> OfficialDocument:
    issued = notice.issued_on is not None
    issuer = issuer_name(notice=notice, at=at)
    title = _("Notice to correct within a time limit")
    breaches = list(notice.breaches.all())
    return OfficialDocument(
        title=title if issued else _("%(title)s (draft, not issued)") % {"title": title},
        issuer=issuer,
        number=notice.number,
        addressee=notice.organisation,
        blocks=[
            Heading(_("1. Facts")),
            notice.facts,
            Heading(_("2. Legal basis")),
            notice.legal_basis,
            Heading(_("3. What has to be put right")),
            notice.correction,
            Heading(_("4. Time limit and consequences")),
            _deadline(notice),
            *_consequences(breaches),
            *_remedies(breaches),
        ],
        signed_by=issuer,
        day=notice.issued_on,
        after=_receipt(notice) if issued else (),
        synthetic=notice.synthetic,
    )


def _deadline(notice: Notice) -> str:
    if notice.deadline is None:
        return _("The time limit is set when the notice is issued.")
    return _(
        "Put this right by %(day)s, that day included, and report in writing to this bureau what "
        "was put right."
    ) % {"day": spelled_day(notice.deadline)}


def _consequences(breaches: list[Breach]) -> list[str]:
    """What the articles say happens then, with the bounds of a fine."""
    lines = []
    for row in breaches:
        ranges = fine_ranges([row])
        text = f"{row.article}：{row.order_zh}"
        if ranges:
            text += _(" (%(who)s: a fine of %(least)s to %(most)s yuan)") % {
                "who": row.who_zh,
                "least": ranges[0].least,
                "most": ranges[0].most,
            }
        lines.append(f"{text}。")
    return lines


def _remedies(breaches: list[Breach]) -> list[str]:
    if all(row.key in WITHIN_THE_ADMINISTRATION for row in breaches):
        return []
    return [
        _(
            "Whoever does not accept this notice may apply for administrative review within sixty "
            "days of receiving it, or bring an administrative lawsuit within six months."
        )
    ]


def _receipt(notice: Notice) -> list[Heading | Table]:
    return [
        Heading(_("Receipt of service")),
        Table(
            rows=[
                [_("Paper served"), notice.number],
                [_("Served on"), notice.organisation],
                [_("How it was served"), ""],
                [_("Signature or seal of the recipient"), ""],
                [_("Day of receipt"), ""],
                [_("Served by (two persons)"), ""],
            ],
            widths=[2, 4],
        ),
    ]
