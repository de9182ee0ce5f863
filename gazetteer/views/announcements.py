"""Announcements of names (地名公告) and public comment, as pages and as Word documents."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.documents import spelled_day, word_response
from common.filters import read_code
from common.list_layouts import whole_table
from common.models import reads_english
from common.registries import ChosenRows
from common.views.list_layouts import has_layout
from gazetteer.exports import announcements as papers
from gazetteer.exports.announced import announced_export
from gazetteer.models import CaseKind, CaseState, NamingCase
from gazetteer.queries.announcements import (
    announced_cases,
    cases_to_announce,
    commented_cases,
    comments_to_come,
    get_announced,
    get_commented,
    offices_of,
)
from gazetteer.queries.case_announcement import (
    Particular,
    announcement_particulars,
    spelling_of_case,
)
from gazetteer.queries.case_moves import case_clocks
from gazetteer.queries.divisions import division_chains, path_text
from gazetteer.views.case_wording import days_words
from gazetteer.views.meeting_pieces import focus_of
from gazetteer.views.paging import page_of, pager

FILING = {"form": papers.filing_form, "report": papers.filing_report}
LAYOUT = whole_table(
    kind=gettext_lazy("Kind"),
    division=gettext_lazy("Division it belongs to"),
    organ=gettext_lazy("Approving organ"),
    effect=gettext_lazy("Takes effect on"),
)


@require_GET
@has_layout(LAYOUT)
def announcement_list(request: Any) -> HttpResponse:
    at, asked = request.day, _filters(request.GET)
    page = page_of(request, announced_cases(at=at, **asked))
    total = page.paginator.count
    count = ngettext("%(count)d announcement", "%(count)d announcements", total) % {"count": total}
    waiting = cases_to_announce(within=asked["within"]) if at == request.today else []
    values = {
        "rows": _rows(page),
        "waiting": [_waiting(case, at) for case in waiting],
        "asked": asked,
        "pager": pager(request, page, count),
        "open_comments": commented_cases(at=at).count(),
    }
    return render(request, "gazetteer/announcement_list.html", values)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    cases = announced_cases(at=at, **_filters(query))
    return ChosenRows(
        count=cases.count(),
        export=lambda datum: announced_export(cases=cases, at=at, datum=datum),
    )


def _filters(query: QueryDict) -> dict[str, str]:
    return {
        "within": read_code(query.get("within", "")),
        "text": query.get("q", "").strip()[:80],
    }


@require_GET
def announcement(request: Any, pk: UUID) -> HttpResponse:
    """The announcement with its six particulars; before it is made, the draft of it."""
    case = _announced(request, pk)
    at = request.day
    announced = case.announced_on is not None and case.announced_on <= at
    particulars = announcement_particulars(case=case, at=at)
    values = {
        "case": case,
        "announced": announced,
        "title": papers.announcement_title(case),
        "rows": [
            (row.title, _read(row, case, case.announced_on or at)) for row in particulars.rows
        ],
        "old": case.current_text if case.kind == CaseKind.RENAMING else "",
        "lacking": particulars.lacking,
        "channels": case.announcement.get("channels", ""),
        "abolition": case.kind == CaseKind.ABOLITION,
        "issuer": offices_of(case=case, at=case.announced_on or at).announces,
        "clocks": [
            clock for clock in case_clocks(case=case, at=at) if clock.kind == "announcement"
        ],
        "focus": focus_of(case),
        "filing": [
            (_("Filing report (Word)"), reverse("gazetteer:filing_word", args=[pk, "report"])),
            (_("Filing form (Word)"), reverse("gazetteer:filing_word", args=[pk, "form"])),
        ],
        "actions": _actions(request, case, announced),
    }
    return render(request, "gazetteer/announcement.html", values)


@require_GET
def announcement_word(request: Any, pk: UUID) -> HttpResponse:
    case = _announced(request, pk)
    content = papers.word_of(papers.announcement, case=case, at=request.day)
    return word_response(content, f"地名公告-{case.text or case.current_text}-{case.number}")


@require_GET
def filing_word(request: Any, pk: UUID, paper: str) -> HttpResponse:
    """Filing report (备案报告) or filing form (备案登记表) of an approved case."""
    if paper not in FILING:
        raise Http404
    case = _announced(request, pk)
    content = papers.word_of(FILING[paper], case=case, at=request.day)
    name = {"form": "备案登记表", "report": "备案报告"}[paper]
    return word_response(content, f"{name}-{case.text or case.current_text}-{case.number}")


@require_GET
def comment_list(request: Any) -> HttpResponse:
    """What the public is asked about on the day, and until when."""
    at = request.day
    groups = [commented_cases(at=at), comments_to_come(at=at)]
    shown = [[_comment_row(case, at) for case in cases] for cases in groups]
    values = {"groups": [rows for rows in shown if rows]}
    return render(request, "gazetteer/comment_list.html", values)


@require_GET
def comment_notice(request: Any, pk: UUID) -> HttpResponse:
    """One case under public comment: what is proposed, until when, how to comment."""
    case = _commented(request, pk)
    at = request.day
    chain = division_chains(codes=[case.division_code], at=at)[case.division_code]
    values = {
        "case": case,
        "row": _comment_row(case, at),
        "facts": [
            (_("Name until now"), case.current_text, ""),
            (_("Proposed name"), case.text, ""),
            (_("Spelling in Roman letters"), spelling_of_case(case=case), ""),
            (_("Category"), case.get_category_display(), ""),
            (_("Division it belongs to"), path_text(chain), ""),
            (_("Position in words"), case.position, ""),
            (_("Meaning and origin"), case.meaning, ""),
            (_("Applicant"), case.applicant, ""),
        ],
        "issuer": offices_of(case=case, at=at).announces,
        "focus": focus_of(case),
        "actions": [
            {
                "label": _("Notice (Word, Chinese)"),
                "url": reverse("gazetteer:comment_word", args=[pk]) + _at(request),
                "enabled": True,
            },
            _record_action(request, case),
        ],
    }
    values["facts"] = [fact for fact in values["facts"] if fact[1]]
    return render(request, "gazetteer/comment_notice.html", values)


@require_GET
def comment_word(request: Any, pk: UUID) -> HttpResponse:
    case = _commented(request, pk)
    content = papers.word_of(papers.comment_notice, case=case, at=request.day)
    return word_response(content, f"征求意见-{case.text or case.current_text}-{case.number}")


def _announced(request: Any, pk: UUID) -> NamingCase:
    case = get_announced(pk=pk, at=request.day)
    if case is None:
        raise Http404
    return case


def _commented(request: Any, pk: UUID) -> NamingCase:
    case = get_commented(pk=pk, at=request.day)
    if case is None:
        raise Http404
    return case


def _rows(cases: Iterable[NamingCase]) -> list[dict[str, Any]]:
    """An announcement is in Chinese: in English the divisions are called as on its day."""
    if not reads_english():
        return [_row(case) for case in cases]
    rows = []
    for day, announced in groupby(cases, key=lambda case: case.announced_on):
        held = list(announced)
        chains = division_chains(codes=[case.division_code for case in held], at=day)
        rows += [_row(case, path_text(chains[case.division_code])) for case in held]
    return rows


def _row(case: NamingCase, where: str = "") -> dict[str, Any]:
    """Names and places as they were announced, whatever changed since."""
    said = case.announcement
    return {
        "case": case,
        "name": said.get("name") or case.text or case.current_text,
        "spelling": said.get("romanisation", ""),
        "where": where or said.get("division", ""),
        "body": said.get("approving_body") or case.approving_body,
        "kind": case.get_kind_display(),
    }


def _waiting(case: NamingCase, at: date) -> dict[str, Any]:
    clock = next((c for c in case_clocks(case=case, at=at) if c.kind == "announcement"), None)
    return {
        "case": case,
        "due_on": clock.due_on if clock else None,
        "state": clock.state if clock else "due",
        "text": days_words(clock.due_on, at) if clock else "",
    }


def _comment_row(case: NamingCase, at: date) -> dict[str, Any]:
    start, end = case.comment_from, case.comment_until
    if start is None or end is None:
        state, text = "unknown", ""
    elif at < start:
        state, text = "unknown", _("begins on %(day)s") % {"day": start.isoformat()}
    elif at > end:
        state, text = "ok", _("is over")
    else:
        state, text = "due", days_words(end, at)
    return {
        "case": case,
        "name": case.title,
        "spelling": spelling_of_case(case=case),
        "kind": case.get_kind_display(),
        "state": state,
        "text": text,
    }


def _actions(request: Any, case: NamingCase, announced: bool) -> list[dict[str, Any]]:
    word = {
        "label": _("Word document (Chinese)"),
        "url": reverse("gazetteer:announcement_word", args=[case.pk]) + _at(request),
        "enabled": True,
        "primary": announced,
    }
    if announced or request.day != request.today:
        return [word]
    may = may_here(by=request.user, capability=Capability.EDIT_NAME, codes=[case.division_code])
    reason = ""
    if case.state != CaseState.FILED:
        reason = _("A name is announced after it was filed.")
    elif not may:
        reason = _("Names are announced by place-name officers of this jurisdiction.")
    announce = {
        "label": _("Announce"),
        "url": reverse("gazetteer:case_move", args=[case.pk, "announce"]),
        "enabled": not reason,
        "reason": reason,
        "primary": True,
    }
    return [announce, word]


def _record_action(request: Any, case: NamingCase) -> dict[str, Any]:
    acts = (Capability.EDIT_NAME, Capability.REVIEW_NAME)
    may = any(may_here(by=request.user, capability=act, codes=[case.division_code]) for act in acts)
    reason = ""
    if request.day != request.today or case.state != CaseState.PUBLIC_COMMENT:
        reason = _("Opinions are recorded while the case is under public comment.")
    elif not may:
        reason = _("Opinions are recorded by place-name officers and reviewers here.")
    return {
        "label": _("Record an opinion"),
        "url": reverse("gazetteer:comment_new", args=[case.pk]),
        "enabled": not reason,
        "reason": reason,
        "primary": True,
    }


def _read(row: Particular, case: NamingCase, day: date) -> str:
    """A particular as it is announced; a division with its name in English beside it."""
    if not row.value:
        return ""
    if row.key == "approved_on":
        return spelled_day(date.fromisoformat(row.value))
    if row.key == "division" and reads_english():
        chains = division_chains(codes=[case.division_code], at=day)
        return f"{row.value} ({path_text(chains[case.division_code])})"
    return row.value


def _at(request: Any) -> str:
    return "" if request.day == request.today else f"?at={request.day.isoformat()}"
