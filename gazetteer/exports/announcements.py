"""Papers about a name as Word documents: its announcement, public comment, filing.

Papers of record are in Chinese, whatever language the reader's pages are in.
"""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from common.documents import Heading, OfficialDocument, Table, spelled_day, write_document
from gazetteer.models import CASE_PAPERS, CaseKind, NamingCase
from gazetteer.queries.announcements import offices_of
from gazetteer.queries.case_announcement import announcement_particulars, spelling_of_case
from gazetteer.queries.divisions import division_chains

NAME_AND_VALUE = [3, 7]
Paper = Callable[[NamingCase, date], OfficialDocument]


def word_of(paper: Paper, *, case: NamingCase, at: date) -> bytes:
    """One of the papers below, written in Chinese."""
    with translation.override(settings.LANGUAGE_CODE):
        return write_document(paper(case, at))


def announcement_title(case: NamingCase) -> str:
    """关于命名“…”的公告, in the language in use."""
    names = {"name": case.text or case.current_text, "old": case.current_text}
    if case.kind == CaseKind.RENAMING:
        return _("Announcement that “%(old)s” is renamed “%(name)s”") % names
    if case.kind == CaseKind.ABOLITION:
        return _("Announcement that the name “%(name)s” is abolished") % names
    return _("Announcement of the name “%(name)s”") % names


def announcement(case: NamingCase, at: date) -> OfficialDocument:
    """地名公告 with the six particulars (2023 办法): as announced, or the draft of it."""
    announced = case.announced_on is not None and case.announced_on <= at
    offices = offices_of(case=case, at=case.announced_on or at)
    rows = [
        [str(row.title), _shown(row.key, row.value) or _("(missing)")]
        for row in announcement_particulars(case=case, at=at).rows
    ]
    if case.kind == CaseKind.RENAMING:
        rows.insert(1, [_("former name"), case.current_text])
    opening = {
        CaseKind.NAMING: _("named with the approval of %(body)s (%(document)s)"),
        CaseKind.RENAMING: _("renamed with the approval of %(body)s (%(document)s)"),
        CaseKind.ABOLITION: _("abolished with the approval of %(body)s (%(document)s)"),
    }[CaseKind(case.kind)] % {
        "body": case.approving_body or _("(missing)"),
        "document": case.approval_document or _("(missing)"),
    }
    blocks = [
        _(
            "Under Article 14 of the Regulation on Place Names the following place name, "
            "%(approved)s, is announced:"
        )
        % {"approved": opening},
        Table(rows=rows, widths=NAME_AND_VALUE),
        _effect(case),
    ]
    return OfficialDocument(
        issuer=offices.announces,
        title=announcement_title(case),
        blocks=[block for block in blocks if block],
        signed_by=offices.announces,
        day=case.announced_on if announced else None,
        mark="" if announced else _("Draft: not announced"),
        synthetic=case.synthetic,
    )


def comment_notice(case: NamingCase, at: date) -> OfficialDocument:
    """公示: what is proposed, until when, and how to say what one thinks of it."""
    offices = offices_of(case=case, at=at)
    name = {"name": case.text or case.current_text, "old": case.current_text}
    title = {
        CaseKind.NAMING: _("Public comment on the proposed name “%(name)s”"),
        CaseKind.RENAMING: _("Public comment on the renaming of “%(old)s” to “%(name)s”"),
        CaseKind.ABOLITION: _("Public comment on the abolition of the name “%(name)s”"),
    }[CaseKind(case.kind)]
    period = {}
    if case.comment_from and case.comment_until:
        period = {"start": spelled_day(case.comment_from), "end": spelled_day(case.comment_until)}
    blank = "＿" * 12
    blocks = [
        _("Under Article 11 of the Regulation on Place Names the public is asked about this name:"),
        Table(rows=_proposal(case, at), widths=NAME_AND_VALUE),
        Heading(_("Period")),
        _("From %(start)s to %(end)s.") % period if period else _("(missing)"),
        Heading(_("How to comment")),
        _(
            "Opinions are taken by %(office)s in writing, by telephone and at the counter. "
            "Please give your reasons and a way to reach you; who comments is not made public."
        )
        % {"office": offices.announces or _("(missing)")},
        "\n".join(
            f"{label}：{blank}"
            for label in (_("Telephone"), _("Address"), _("E-mail"), _("Counter hours"))
        ),
    ]
    return OfficialDocument(
        issuer=offices.announces,
        title=title % name,
        blocks=blocks,
        signed_by=offices.announces,
        day=case.comment_from,
        synthetic=case.synthetic,
    )


def filing_report(case: NamingCase, at: date) -> OfficialDocument:
    """备案报告 of whoever approved, to whom the name is filed with (Art 13)."""
    offices = offices_of(case=case, at=at)
    filed = case.filed_on is not None and case.filed_on <= at
    written = case.papers.filter(kind="filing_report").first()
    statement = str(written.contents.get("statement", "")) if written else ""
    with_report = [
        str(title) for kind, title in CASE_PAPERS if kind not in ("filing_report", "other")
    ]
    there = {str(paper.get_kind_display()) for paper in case.papers.exclude(kind="other")}
    enclosed = [title for title in with_report if title in there or title == _("filing form")]
    approved = case.approved_on
    return OfficialDocument(
        title=_("Report on the filing of the place name “%(name)s”")
        % {"name": case.text or case.current_text},
        addressee=offices.receives,
        blocks=[
            _(
                "On %(day)s %(body)s approved the %(kind)s of “%(name)s” (%(document)s). "
                "Under Article 13 of the Regulation on Place Names it is herewith filed."
            )
            % {
                "day": spelled_day(approved) if approved else _("(missing)"),
                "body": case.approving_body or _("(missing)"),
                "kind": case.get_kind_display(),
                "name": case.title,
                "document": case.approval_document or _("(missing)"),
            },
            *([statement] if statement else []),
            Heading(_("Enclosed")),
            "\n".join(f"{number}. {title}" for number, title in enumerate(enclosed, start=1)),
        ],
        signed_by=offices.files,
        day=case.filed_on if filed else None,
        mark="" if filed else _("Draft: not filed"),
        synthetic=case.synthetic,
    )


def filing_form(case: NamingCase, at: date) -> OfficialDocument:
    """备案登记表, to be copied into the national database of place names."""
    offices = offices_of(case=case, at=at)
    filed = case.filed_on is not None and case.filed_on <= at
    approved = spelled_day(case.approved_on) if case.approved_on else ""
    rows = [
        [_("case number"), case.number],
        [_("kind of case"), str(case.get_kind_display())],
        *_proposal(case, at),
        [_("applicant"), case.applicant],
        [_("approving organ"), case.approving_body],
        [_("approval document"), case.approval_document],
        [_("day of approval"), approved],
        [_("filed by"), offices.files],
        [_("filed with"), offices.receives],
        [_("filed on"), spelled_day(case.filed_on) if filed and case.filed_on else ""],
    ]
    return OfficialDocument(
        title=_("Form for the filing of a place name"),
        blocks=[Table(rows=[[name, value or "—"] for name, value in rows], widths=NAME_AND_VALUE)],
        mark="" if filed else _("Draft: not filed"),
        synthetic=case.synthetic,
    )


def _proposal(case: NamingCase, at: date) -> list[list[str]]:
    chain = division_chains(codes=[case.division_code], at=at)[case.division_code]
    rows = [
        [_("name until now"), case.current_text],
        [_("proposed name"), case.text],
        [_("spelling in Roman letters"), spelling_of_case(case=case)],
        [_("category"), str(case.get_category_display())],
        [_("division it belongs to"), "".join(each.name for each in chain)],
        [_("position in words"), case.position],
        [_("meaning and origin"), case.meaning],
    ]
    return [[name, value] for name, value in rows if value]


def _effect(case: NamingCase) -> str:
    if case.effective_on is None:
        return ""
    words = {"day": spelled_day(case.effective_on)}
    if case.kind == CaseKind.ABOLITION:
        return _("From %(day)s the name is no longer used.") % words
    return (
        _(
            "From %(day)s it is the standard name, which is to be used where Article 18 of the "
            "Regulation asks for it."
        )
        % words
    )


def _shown(key: str, value: str) -> str:
    if key == "approved_on" and value:
        return spelled_day(date.fromisoformat(value))
    return value
