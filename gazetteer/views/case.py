"""One naming case: where it stands, what speaks for and against it, what can be done now."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.middleware import sentence
from common.models import cited
from common.queries import RowChange, row_changes
from gazetteer.domain.workflow import EDITABLE, FINAL
from gazetteer.forms.case import figure_labels
from gazetteer.models import ApprovalRule, CaseKind, CaseState, CaseStep, NamingCase, PublicComment
from gazetteer.queries.case_facts import (
    approval_rule,
    case_findings,
    handed_in_at,
    is_protected,
    required_papers,
    rules_of,
)
from gazetteer.queries.case_moves import PossibleMove, case_clocks, case_moves, move_title
from gazetteer.queries.case_record import (
    agenda_of,
    as_it_was,
    comments_of,
    get_case,
    night_of,
    papers_of,
    steps_of,
)
from gazetteer.queries.divisions import division_chains
from gazetteer.queries.impact import impact_of
from gazetteer.views.case_pieces import (
    finding_rows,
    kept_findings,
    more_papers,
    paper_rows,
    spelled,
    step_bar,
    url_if_there,
)
from gazetteer.views.case_wording import clock_row, state_chip
from gazetteer.views.wording import spelling_values

# Steps after which a paper of the decision is looked for, in the order of the way.
_DECIDED = (
    CaseState.FOR_APPROVAL,
    CaseState.APPROVED,
    CaseState.FILED,
    CaseState.ANNOUNCED,
    CaseState.STANDARD,
)


@require_GET
def case_record(request: Any, pk: UUID) -> HttpResponse:
    case = get_case(case_id=pk)
    if case is None or case.opened_on > request.day:
        raise Http404
    at, now = request.day, request.day == request.today
    changes = _changes(case, until=night_of(at))
    steps = steps_of(case=case, at=at)
    if not now:
        case = as_it_was(case=case, steps=steps, at=at)
    rule = approval_rule(case=case, at=at)
    clocks = [clock_row(clock, at) for clock in case_clocks(case=case, at=at)]
    moves = case_moves(case=case, by=request.user, at=at) if now else []
    papers = paper_rows(
        case,
        papers_of(case=case, at=at),
        _needed(case, at),
        handed_in=handed_in_at(case=case, at=at),
        user=request.user,
        now=now,
    )
    comments = comments_of(case=case, at=at)
    spelling = spelled(case.text or case.current_text, case.category, case.division_code)
    values = {
        "case": case,
        "now": now,
        "state": state_chip(case.state),
        "kind_label": CaseKind(case.kind).label,
        "way": step_bar(case, steps),
        "clocks": clocks,
        "overdue": [each for each in clocks if each["state"] == "overdue"],
        "moves": [_move_row(case, move) for move in moves],
        "actions": _actions(request.user, case, moves) if now else [],
        "pages": _pages(case),
        "facts": _facts(request, case),
        **spelling_values(spelling, name=case.text, reading=case.reading),
        "findings": _findings(request, case),
        "papers": papers,
        "more_papers": more_papers(case, papers, user=request.user) if now else [],
        "approval": _approval(case, rule),
        "comments": _comments(request.user, case, comments, now=now),
        "comment_url": _comment_url(request.user, case) if now else "",
        "stances": _stances(comments),
        "agenda": [
            {"item": item, "url": url_if_there("gazetteer:meeting", item.meeting_id)}
            for item in agenda_of(case=case, at=at)
        ],
        "related": impact_of(place=case.place, at=at).groups if case.place else [],
        "events": _events(steps),
        "changes": changes,
        "focus": _focus(case),
    }
    return render(request, "gazetteer/case_record.html", values)


def _needed(case: NamingCase, at: Any) -> list[str]:
    """The papers that this case cannot do without, as far as it has come."""
    needed = ["application", *required_papers(case=case, rules=rules_of(case=case, at=at))]
    if is_protected(case=case, at=at):
        needed.append("impact_statement")
    if case.state in _DECIDED:
        needed.append("approval")
    if case.state in _DECIDED[1:]:
        needed.append("filing_report")
    return needed


def _move_row(case: NamingCase, move: PossibleMove) -> dict[str, Any]:
    return {
        "move": move,
        "url": reverse("gazetteer:case_move", args=[case.pk, move.key]),
        "after": CaseState(move.after).label,
        "reasons": [sentence(reason) for reason in move.reasons],
    }


def _actions(user: Any, case: NamingCase, moves: Sequence[PossibleMove]) -> list[dict[str, Any]]:
    """The step to make next, if this person can make one, then the change of the application."""
    found = []
    first = next((move for move in moves if move.allowed and not move.needs_note), None)
    if first is not None:
        url = reverse("gazetteer:case_move", args=[case.pk, first.key])
        found.append({"label": first.title, "url": url, "enabled": True, "primary": True})
    allowed = may_here(by=user, capability=Capability.EDIT_NAME, codes=[case.division_code])
    reason = ""
    if case.state not in EDITABLE:
        reason = _("The application is changed as a draft or after it was returned.")
    elif not allowed:
        reason = _("Applications are written by place-name officers of this jurisdiction.")
    found.append(
        {
            "label": _("Change the application"),
            "url": reverse("gazetteer:case_edit", args=[case.pk]),
            "enabled": not reason,
            "reason": reason,
        }
    )
    return found


def _pages(case: NamingCase) -> list[tuple[str, Any]]:
    """What is published of the case: (address, title)."""
    found = []
    if case.comment_from is not None:
        found.append(
            (url_if_there("gazetteer:comment_notice", case.pk), _("Notice for the public"))
        )
    if case.approved_on is not None:
        found.append((url_if_there("gazetteer:announcement", case.pk), _("Announcement")))
    return [(url, title) for url, title in found if url]


def _facts(request: Any, case: NamingCase) -> list[tuple[Any, ...]]:
    chain = division_chains(codes=[case.division_code], at=request.day)[case.division_code]
    query = "" if request.day == request.today else f"?at={request.day.isoformat()}"
    links = format_html_join(
        " ",
        '<a href="{}{}">{}</a>',
        ((reverse("boundaries:division", args=[each.code]), query, each.shown) for each in chain),
    )
    place: Any = ""
    if case.place is not None:
        address = reverse("gazetteer:place", args=[case.place_id])
        label = case.current_text or case.text
        place = format_html('<a href="{}{}">{}</a>', address, query, label)
    facts: list[tuple[Any, ...]] = [
        (_("Case number"), case.number, ""),
        (_("Proposed name"), case.text, ""),
        (_("Name until now"), case.current_text, ""),
        (_("Place"), place, ""),
        (_("Category"), case.get_category_display(), ""),
        (_("Class (GB/T 18521)"), case.class_code, ""),
        (_("Lies in"), links or case.division_code, ""),
        (_("Position in words"), case.position, ""),
        *((label, case.details.get(key, ""), "") for key, label in figure_labels().items()),
        (_("Meaning and origin"), case.meaning, ""),
        (_("Applicant"), case.applicant, ""),
        (_("Recorded by"), str(case.applied_by), ""),
        (_("Opened on"), case.opened_on.isoformat(), ""),
        (_("Submitted on"), case.submitted_on and case.submitted_on.isoformat(), ""),
        (_("Wide social impact"), _("yes") if case.wide_impact else "", ""),
        (_("The place itself is no more"), _("yes") if case.vanished else "", ""),
    ]
    must = {_("Position in words"), _("Proposed name"), _("Applicant")}
    if case.kind == CaseKind.ABOLITION:
        must.discard(_("Proposed name"))
    # What a case of this kind does not have takes no room; what it lacks is shown as unknown.
    return [fact for fact in facts if fact[1] not in ("", None) or fact[0] in must]


def _changes(case: NamingCase, *, until: datetime) -> list[RowChange]:
    """The history of the row without the findings, which are told in words of their own."""
    kept = str(NamingCase._meta.get_field("findings").verbose_name)
    changes = [
        replace(each, fields=[field for field in each.fields if field.label != kept])
        for each in row_changes(case)
        if each.at < until
    ]
    return [each for each in changes if each.fields]


def _findings(request: Any, case: NamingCase) -> dict[str, Any]:
    """What the rules say now; of a case that is over, what they said when it was handed in."""
    if case.state in FINAL and case.findings:
        return {"rows": [], "kept": kept_findings(case), "checked_on": case.checked_on}
    checked = case_findings(case=case, at=request.day)
    rows = finding_rows(case, checked, user=request.user, at=request.day)
    if request.day != request.today:
        for row in rows:
            row["override_url"] = ""
    return {"rows": rows, "kept": [], "checked_on": None}


def _approval(case: NamingCase, rule: ApprovalRule | None) -> list[tuple[Any, ...]]:
    """Who approves, consults, files and is told (Arts 4, 12, 13), and what was decided."""
    if rule is None:
        return []
    basis = f"{cited(rule.authority)} {cited(rule.article)}".strip()
    facts: list[tuple[Any, ...]] = [
        (pgettext("approval", "Approves"), case.approving_body or rule.approver, basis),
        (pgettext("approval", "Consulted"), rule.consult, basis),
        (pgettext("approval", "Filed with"), rule.filed_with, basis),
        (pgettext("approval", "Reported to"), rule.report_to, basis),
        (_("Approval document"), case.approval_document, ""),
        (_("Approved on"), case.approved_on and case.approved_on.isoformat(), ""),
        (pgettext("approval", "Signed by"), str(case.approved_by or ""), ""),
        (_("Filed on"), case.filed_on and case.filed_on.isoformat(), ""),
        (_("Announced on"), case.announced_on and case.announced_on.isoformat(), ""),
        (_("Takes effect on"), case.effective_on and case.effective_on.isoformat(), ""),
        (_("Standard name since"), case.standard_on and case.standard_on.isoformat(), ""),
    ]
    return [fact for fact in facts if fact[1]]


def _comments(
    user: Any, case: NamingCase, comments: Sequence[PublicComment], *, now: bool
) -> list[dict[str, Any]]:
    informed = may_here(by=user, capability=Capability.READ_INFORMANT, codes=[case.division_code])
    handles = (
        now
        and case.state == CaseState.PUBLIC_COMMENT
        and may_here(by=user, capability=Capability.REVIEW_NAME, codes=[case.division_code])
    )
    return [
        {
            "comment": comment,
            "contact": comment.contact if informed else "",
            "hidden": bool(comment.contact) and not informed,
            "handle_url": reverse("gazetteer:comment_handle", args=[comment.pk]) if handles else "",
        }
        for comment in comments
    ]


def _comment_url(user: Any, case: NamingCase) -> str:
    may = may_here(by=user, capability=Capability.EDIT_NAME, codes=[case.division_code])
    if case.state != CaseState.PUBLIC_COMMENT or not may:
        return ""
    return reverse("gazetteer:comment_new", args=[case.pk])


def _stances(comments: Sequence[PublicComment]) -> list[tuple[Any, int]]:
    return [
        (stance.label, sum(comment.stance == stance for comment in comments))
        for stance in PublicComment.Stance
    ]


def _events(steps: Sequence[CaseStep]) -> list[dict[str, Any]]:
    """The steps, the newest first."""
    return [
        {
            "on": step.on,
            "title": move_title(step.move),
            "text": " · ".join(
                part
                for part in (str(CaseState(step.after).label), str(step.by or ""), step.note)
                if part
            ),
            "state": state_chip(step.after)["state"],
        }
        for step in reversed(steps)
    ]


def _focus(case: NamingCase) -> dict[str, Any] | None:
    shape = case.geometry or (case.place.geometry if case.place else None)
    if shape is None:
        return None
    return {
        "type": "Feature",
        "id": str(case.pk),
        "geometry": json.loads(shape.geojson),
        "properties": {"name": case.title},
    }
