"""What is done with a naming case: a step is made, a paper written, a finding overridden."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require, within
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from gazetteer.domain.clocks import COMMENT
from gazetteer.domain.papers import WRITING
from gazetteer.forms import OverrideForm
from gazetteer.forms.case_steps import MoveForm, PaperForm, move_fields
from gazetteer.models import CasePaper, CaseState, NamingCase
from gazetteer.operations.case_papers import write_paper
from gazetteer.operations.cases import make_move
from gazetteer.operations.override_finding import override_finding
from gazetteer.queries.case_announcement import announcement_particulars
from gazetteer.queries.case_facts import applicants_of, approval_rule, case_findings, rules_of
from gazetteer.queries.case_moves import PossibleMove, case_moves
from gazetteer.views.case_wording import PAPERS
from gazetteer.views.naming import shown_findings

SAFE_TO_SHOW = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".png": "image/png"}


def case_move(request: Any, pk: UUID, move: str) -> HttpResponse:
    case = case_in_reach(request, pk)
    moves = case_moves(case=case, by=request.user, at=request.today)
    chosen = next((each for each in moves if each.key == move), None)
    if chosen is None:
        raise Http404
    if not chosen.permitted:
        raise next(reason for reason in chosen.reasons if isinstance(reason, NotPermitted))
    form = MoveForm(
        request.POST or None,
        details=move_fields(move, **_first_values(case, request.today)),
        note_needed=chosen.needs_note,
    )
    refused = " ".join(sentence(reason) for reason in chosen.reasons)
    if request.method == "POST" and form.is_valid():
        refused = refusal_of(
            make_move,
            by=request.user,
            at=timezone.now(),
            case=case,
            move=move,
            **{key: value for key, value in form.cleaned_data.items() if value not in (None, "")},
        )
        if not refused:
            messages.success(request, _move_made(chosen))
            return redirect("gazetteer:case", pk=pk)
    values = {
        "form": form,
        "case": case,
        "move": chosen,
        "after": CaseState(chosen.after).label,
        "sentence": refused,
        "particulars": announcement_particulars(case=case, at=request.today).rows
        if move == "announce"
        else [],
        "cancel_url": reverse("gazetteer:case", args=[pk]),
    }
    status = 409 if refused and request.method == "POST" else 200
    return render(request, "gazetteer/case_move_form.html", values, status=status)


def case_paper(request: Any, pk: UUID, kind: str) -> HttpResponse:
    case = case_in_reach(request, pk)
    if kind not in WRITING:
        raise Http404
    capability, _states = WRITING[kind]
    require(by=request.user, capability=Capability(capability), codes=[case.division_code])
    held = None if kind == "other" else case.papers.filter(kind=kind).first()
    initial = {f"item_{item}": text for item, text in (held.contents if held else {}).items()}
    form = PaperForm(request.POST or None, request.FILES or None, kind=kind, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        refused = refusal_of(
            write_paper,
            by=request.user,
            at=timezone.now(),
            case=case,
            kind=kind,
            contents=form.contents(),
            file=form.cleaned_data["file"],
        )
        if not refused:
            messages.success(request, _("The paper is kept."))
            return redirect(reverse("gazetteer:case", args=[pk]) + "#papers")
    values = {
        "form": form,
        "case": case,
        "title": PAPERS[kind],
        "held": held,
        "sentence": refused,
        "cancel_url": reverse("gazetteer:case", args=[pk]),
    }
    return render(request, "gazetteer/case_paper_form.html", values, status=409 if refused else 200)


@require_GET
def case_paper_file(request: Any, pk: UUID) -> FileResponse:
    """The file of a paper; only what browsers show safely opens there, the rest is saved."""
    papers = CasePaper.objects.exclude(case__place__secrecy="secret").exclude(file="")
    paper = get_object_or_404(papers, pk=pk)
    suffix = "." + paper.file.name.rpartition(".")[2].lower()
    kind = SAFE_TO_SHOW.get(suffix, "application/octet-stream")
    try:
        file = paper.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = paper.file_name or f"{paper.kind}{suffix}"
    response = FileResponse(
        file, as_attachment=suffix not in SAFE_TO_SHOW, filename=name, content_type=kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    return response


def case_override(request: Any, pk: UUID, rule_id: str) -> HttpResponse:
    case = case_in_reach(request, pk)
    require(by=request.user, capability=Capability.OVERRIDE_FINDING, codes=[case.division_code])
    checked = case_findings(case=case, at=request.today)
    found = next((each for each in checked if each.rule_id == rule_id), None)
    if found is None:
        raise Http404
    form = OverrideForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        own = request.user.pk in applicants_of(case=case)
        refused = refusal_of(
            override_finding,
            by=request.user,
            subject=case,
            jurisdiction=case.division_code,
            checked=found,
            at=request.today,
            applicants=[request.user] if own else [],
            **form.cleaned_data,
        )
        if not refused:
            messages.success(request, _("The finding is overridden; it is shown with the reason."))
            return redirect(reverse("gazetteer:case", args=[pk]) + "#findings")
    values = {
        "form": form,
        "name": case,
        "findings": shown_findings([found], at=request.today),
        "sentence": refused,
        "cancel_url": reverse("gazetteer:case", args=[pk]),
    }
    return render(request, "gazetteer/override_form.html", values, status=409 if refused else 200)


def case_in_reach(request: Any, pk: UUID) -> NamingCase:
    """The case, if it lies in this person's jurisdictions; else there is none (404)."""
    rows = NamingCase.objects.shown().select_related("place", "rule", "applied_by")
    found: NamingCase = get_object_or_404(within(rows, request.user), pk=pk)
    return found


def refusal_of(operation: Any, **values: Any) -> str:
    """Carry out an operation; the sentence to show where it refuses, else nothing."""
    try:
        operation(**values)
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return sentence(error)
    return ""


def _first_values(case: NamingCase, today: Any) -> dict[str, Any]:
    """What the forms of steps suggest: the law's days, the organ the rule names."""
    edition = rules_of(case=case, at=today).get(COMMENT)
    days = int(edition.parameters["public_comment_days"]) if edition else 0
    rule = approval_rule(case=case, at=today)
    return {
        "at": today,
        "comment_until": today + timedelta(days=days),
        "body": rule.approver if rule else "",
        "position": case.position,
    }


def _move_made(move: PossibleMove) -> str:
    return _("Done: the case is now “%(state)s”.") % {"state": CaseState(move.after).label}
