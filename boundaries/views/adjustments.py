"""Pages of adjustments of divisions: the list, the workspace of a draft, one adjustment."""

import json
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require
from boundaries.domain.adjustments import Approver, clocks, read_changes
from boundaries.exports.adjustment_remarks import remarks
from boundaries.exports.adjustment_report import adjustment_report
from boundaries.forms.adjustments import AdjustmentForm, ApprovalForm, ChangeForm, NoteForm
from boundaries.models import Adjustment, AdjustmentState
from boundaries.operations.adjustments import (
    approve_adjustment,
    change_draft,
    draft_adjustment,
    drew,
    extend_adjustment,
    require_outcome,
    return_adjustment,
    submit_adjustment,
    withdraw_adjustment,
)
from boundaries.operations.take_effect import take_effect
from boundaries.operations.undo import undo_adjustment
from boundaries.queries.adjusting import approver_for
from boundaries.queries.adjustment_maps import maps_of
from boundaries.queries.adjustments import content_hash, visible_adjustments
from boundaries.queries.simulation import Simulation, simulate
from boundaries.views.adjustment_facts import approved_by, effects_of, facts_of, materials_of
from boundaries.views.adjustment_words import (
    act_words,
    draw_texts,
    level_word,
    material_words,
    relation_words,
    state_mark,
    state_word,
)
from common.documents import word_response, write_document
from common.errors import BadInput, DimingError, NotInScope
from common.filters import read_choice
from common.list_layouts import whole_table
from common.middleware import sentence
from common.pdf_documents import pdf_response, write_pdf
from common.views.list_layouts import has_layout

_S = AdjustmentState
# Nothing is simulated any more.
OVER = (_S.IN_FORCE, _S.UNDONE, _S.WITHDRAWN)
# Step → (states in which it is taken, capability, form).
STEPS: dict[str, tuple[tuple[str, ...], Capability, Any]] = {
    "submit": ((_S.DRAFT, _S.RETURNED), Capability.DRAFT_ADJUSTMENT, None),
    "approve": ((_S.SUBMITTED,), Capability.APPROVE_ADJUSTMENT, ApprovalForm),
    "return": ((_S.SUBMITTED,), Capability.APPROVE_ADJUSTMENT, NoteForm),
    "effect": ((_S.APPROVED,), Capability.APPROVE_ADJUSTMENT, None),
    "extend": ((_S.APPROVED, _S.IN_FORCE), Capability.APPROVE_ADJUSTMENT, NoteForm),
    "undo": ((_S.IN_FORCE,), Capability.APPROVE_ADJUSTMENT, NoteForm),
    "withdraw": (
        (_S.DRAFT, _S.RETURNED, _S.SUBMITTED, _S.APPROVED),
        Capability.DRAFT_ADJUSTMENT,
        NoteForm,
    ),
}
# Taken of the draft that the page has shown: their addresses carry its hash.
SEEN = ("submit", "approve", "return")
MOST_ROWS, MOST_UNITS = 200, 60
LAYOUT = whole_table(
    step=gettext_lazy("Step"),
    effect=gettext_lazy("Takes effect on"),
    due=gettext_lazy("Finish by"),
    by=gettext_lazy("Drawn up by"),
)


def step_words() -> dict[str, str]:
    return {
        "submit": _("Submit"),
        "approve": _("Enter the approval"),
        "return": _("Send back"),
        "effect": _("Put into effect"),
        "extend": _("Six months more"),
        "undo": _("Undo the adjustment"),
        "withdraw": _("Withdraw"),
    }


@has_layout(LAYOUT)
def adjustments_list(request: Any) -> HttpResponse:
    seen = visible_adjustments(by=request.user, at=request.day)
    rows = seen.exclude(stood_at=None).select_related("drawn_by")
    state = read_choice(request.GET, "state", _S.values)
    counts = {key: rows.filter(stood_at=key).count() for key in _S.values}
    chips = [
        {"key": key, "text": str(_S(key).label), "count": counts[key], "on": key == state}
        for key in _S.values
        if counts[key]
    ]
    if state:
        rows = rows.filter(stood_at=state)
    values = {
        "rows": [
            (row, state_mark(row.stood_at), state_word(row.stood_at), *_due(row, request.day))
            for row in rows[:MOST_ROWS]
        ],
        "chips": chips,
        "state": state,
        "may_draft": request.user.may(Capability.DRAFT_ADJUSTMENT),
    }
    return render(request, "boundaries/adjustment_list.html", values)


def _due(row: Any, day: date) -> tuple[date | None, str]:
    """The next day to keep, and the state of the clock on a day."""
    if row.stood_at == _S.APPROVED:
        due = clocks(approved_on=row.approved_on, extended=row.extended).done_by
        return due, "wrong" if due and due < day else "due"
    if row.stood_at in (_S.DRAFT, _S.SUBMITTED, _S.RETURNED):
        return None, "unknown"
    return None, ""


def adjustment_new(request: Any) -> HttpResponse:
    return _workspace(request, None)


def adjustment_edit(request: Any, pk: Any) -> HttpResponse:
    adjustment = get_object_or_404(visible_adjustments(by=request.user, at=request.day), pk=pk)
    return _workspace(request, adjustment)


def _workspace(request: Any, adjustment: Adjustment | None) -> HttpResponse:
    codes = (
        adjustment.codes[:1]
        if adjustment
        else request.user.jurisdictions_for(Capability.DRAFT_ADJUSTMENT)[:1]
    )
    _require_draft(request.user, codes)
    initial = {"happens_on": request.today}
    if adjustment is not None:
        initial = {
            "title": adjustment.title,
            "happens_on": adjustment.happens_on,
            "reason": adjustment.reason,
            "major": adjustment.major,
            "changes": json.dumps(adjustment.changes, ensure_ascii=False, indent=1),
            **adjustment.materials,
        }
    adding = request.method == "POST" and "add" in request.POST
    change = ChangeForm(request.POST if adding else None, request.FILES or None, acts=act_words())
    # Kept through "add" and "try": the draft as it was when the form was opened.
    seen = request.POST.get("seen") or (content_hash(adjustment) if adjustment else None)
    refused, found = "", None
    if adding:
        initial, refused = _with_change(request.POST, change)
        change = change if refused or change.errors else ChangeForm(acts=act_words())
    posted = None if adding else request.POST or None
    form = AdjustmentForm(posted, initial=initial, materials=material_words())
    if request.method == "POST" and not adding and form.is_valid():
        values = form.values()
        try:
            if "try" in request.POST:
                tried = simulate(changes=values["changes"], on=values["happens_on"])
                require_outcome(by=request.user, outcome=tried.outcome)
                found = tried
            elif adjustment is None:
                adjustment = draft_adjustment(by=request.user, at=timezone.now(), **values)
                return redirect("boundaries:adjustment", pk=adjustment.pk)
            else:
                change_draft(by=request.user, adjustment=adjustment, seen=seen, **values)
                return redirect("boundaries:adjustment", pk=adjustment.pk)
        except NotInScope:
            # Nothing is hidden by a 404 here, and what was drawn would be lost.
            refused = _("The draft changes units outside of your jurisdiction.")
        except DimingError as refusal:
            refused = sentence(refusal)
    back = reverse("boundaries:adjustment", args=[adjustment.pk]) if adjustment else ""
    values = {
        "form": form,
        "adjustment": adjustment,
        "seen": seen,
        "sentence": refused,
        "change": change,
        "draw_texts": json.dumps(draw_texts(), ensure_ascii=False),
        "cancel_url": back or reverse("boundaries:adjustments"),
        **_told(found),
    }
    status = 400 if refused or form.errors or change.errors else 200
    return render(request, "boundaries/adjustment_form.html", values, status=status)


def _with_change(sent: Any, change: ChangeForm) -> tuple[dict[str, Any], str]:
    """What was typed, with one more change in the list; and why not, where it cannot be read."""
    initial: dict[str, Any] = {
        key: sent.get(key, "")
        for key in ("title", "happens_on", "reason", "changes", *material_words())
    }
    initial["major"] = "major" in sent
    if not change.is_valid():
        return initial, ""
    try:
        changes = json.loads(initial["changes"] or "[]")
        if not isinstance(changes, list):
            raise BadInput("A draft is a list of changes: it holds none.")
        changes.append(change.values())
        read_changes(changes)
    except (ValueError, RecursionError):
        return initial, _("This is not JSON.")
    except DimingError as refusal:
        return initial, sentence(refusal)
    initial["changes"] = json.dumps(changes, ensure_ascii=False, indent=1)
    return initial, ""


def _require_draft(user: Any, codes: list[str]) -> None:
    require(
        by=user, capability=Capability.DRAFT_ADJUSTMENT, codes=codes or user.jurisdictions()[:1]
    )


def _told(found: Simulation | None) -> dict[str, Any]:
    """A simulation as the templates show it."""
    if found is None:
        return {"simulation": None}
    words = relation_words()
    return {
        "simulation": found,
        "rows": [(row, words[row.relation], level_word(row.level)) for row in found.rows][
            :MOST_UNITS
        ],
        "rows_left": max(0, len(found.rows) - MOST_UNITS),
        "remarks": remarks(found),
        "maps": maps_of(found.outcome),
    }


def adjustment_record(request: Any, pk: Any) -> HttpResponse:
    adjustment = get_object_or_404(visible_adjustments(by=request.user, at=request.day), pk=pk)
    found, refused = None, ""
    approver: Approver | None = None
    # What stood on another day is looked at; what is to be done is for the state of now.
    state, now = adjustment.stood_at, adjustment.stood_at == adjustment.state
    if state and adjustment.state not in OVER:
        try:
            found = simulate(changes=adjustment.changes, on=adjustment.happens_on)
            approver = approver_for(adjustment=adjustment, outcome=found.outcome)
        except DimingError as refusal:
            refused = sentence(refusal)
    told = clocks(approved_on=approved_by(adjustment, request.day), extended=adjustment.extended)
    values = {
        "adjustment": adjustment,
        "mark": state_mark(state),
        "state": state_word(state),
        "actions": _actions(request.user, adjustment) if now else [],
        "refused": refused,
        "facts": facts_of(adjustment, approver, request.day),
        "clocks": told,
        "late": bool(told.done_by and told.done_by < request.day) and state == _S.APPROVED,
        "materials": materials_of(adjustment),
        "effects": effects_of(adjustment) if state == _S.IN_FORCE else [],
        "events": [
            {
                "on": step.on,
                "title": str(step.get_after_display()),
                "text": " · ".join(filter(None, [str(step.by or _("the system")), step.note])),
                "state": "ok",
            }
            for step in adjustment.steps.filter(on__lte=request.day).select_related("by")
        ],
        "json": json.dumps(adjustment.changes, ensure_ascii=False, indent=1),
        **_told(found),
    }
    return render(request, "boundaries/adjustment_record.html", values)


@require_GET
def adjustment_paper(request: Any, pk: Any, format: str) -> HttpResponse:
    """The adjustment as Word or PDF, with both maps while it is not in force yet."""
    if format not in ("docx", "pdf"):
        raise Http404
    adjustment = get_object_or_404(visible_adjustments(by=request.user, at=request.day), pk=pk)
    # The paper is in the language of the bureau, whoever reads the page in another.
    with translation.override(settings.LANGUAGE_CODE):
        found, approver = None, None
        if adjustment.state not in OVER:
            found = simulate(changes=adjustment.changes, on=adjustment.happens_on)
            approver = approver_for(adjustment=adjustment, outcome=found.outcome)
        paper = adjustment_report(
            adjustment=adjustment,
            facts=facts_of(adjustment, approver, request.day),
            materials=materials_of(adjustment),
            found=found,
            relations=relation_words(),
        )
    if format == "pdf":
        return pdf_response(write_pdf(paper), paper.title)
    return word_response(write_document(paper), paper.title)


def _actions(user: Any, adjustment: Adjustment) -> list[dict[str, Any]]:
    """Steps of this state, each refused with its reason where the person may not take it."""
    found = []
    words = step_words()
    if adjustment.state in (_S.DRAFT, _S.RETURNED):
        found.append(_action(user, adjustment, "edit", _("Change the draft")))
    for key, (states, _capability, _form) in STEPS.items():
        if adjustment.state in states:
            found.append(_action(user, adjustment, key, words[key]))
    return found


def _action(user: Any, adjustment: Adjustment, key: str, label: str) -> dict[str, Any]:
    capability = STEPS[key][1] if key in STEPS else Capability.DRAFT_ADJUSTMENT
    own = key == "approve" and drew(by=user, adjustment=adjustment)
    may = may_here(by=user, capability=capability, codes=adjustment.codes)
    reason = (
        _("You drew up this draft yourself: another person approves it.")
        if own
        else _("Your roles do not include this step.")
    )
    names, seen = ("adjustment_edit", [adjustment.pk]), ""
    if key != "edit":
        names = ("adjustment_step", [adjustment.pk, key])
    if key in SEEN:
        seen = f"?seen={content_hash(adjustment)}"
    return {
        "label": label,
        "url": f"{reverse(f'boundaries:{names[0]}', args=names[1])}{seen}",
        "enabled": may and not own,
        "reason": reason,
        "primary": key in ("submit", "approve", "effect"),
    }


def adjustment_step(request: Any, pk: Any, step: str) -> HttpResponse:
    """One step: a page that asks for what it needs, then takes it."""
    adjustment = get_object_or_404(visible_adjustments(by=request.user, at=request.day), pk=pk)
    if step not in STEPS:
        raise Http404
    require(by=request.user, capability=STEPS[step][1], codes=adjustment.codes[:1])
    kind = STEPS[step][2]
    form = (
        kind(request.POST or None, initial={"happens_on": adjustment.happens_on}) if kind else None
    )
    refused = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        given = form.cleaned_data if form is not None else {}
        if step in SEEN and "seen" in request.GET:
            given["seen"] = request.GET["seen"]
        try:
            _take(step, request.user, adjustment, given)
        except DimingError as refusal:
            refused = sentence(refusal)
        else:
            messages.success(request, pgettext("adjustment", "The step is taken."))
            return redirect("boundaries:adjustment", pk=pk)
    values = {
        "adjustment": adjustment,
        "form": form,
        "step": step,
        "label": step_words()[step],
        "sentence": refused,
        "submit_label": step_words()[step],
        "cancel_url": reverse("boundaries:adjustment", args=[pk]),
    }
    return render(
        request, "boundaries/adjustment_step.html", values, status=409 if refused else 200
    )


def _take(step: str, user: Any, adjustment: Adjustment, given: dict[str, Any]) -> None:
    operations: dict[str, Any] = {
        "submit": submit_adjustment,
        "approve": approve_adjustment,
        "return": return_adjustment,
        "effect": take_effect,
        "extend": extend_adjustment,
        "undo": undo_adjustment,
        "withdraw": withdraw_adjustment,
    }
    operations[step](by=user, at=timezone.now(), adjustment=adjustment, **given)
