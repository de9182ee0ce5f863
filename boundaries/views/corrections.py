"""The page of a line's measured corrections: what would move, proposed, written, undone."""

from collections.abc import Callable
from typing import Any

import shapely
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within_either
from boundaries.forms.lines import ReasonForm
from boundaries.models import BoundaryLine, CorrectionState, LineCorrection
from boundaries.operations.corrections import (
    decline_correction,
    propose_correction,
    undo_correction,
    write_correction,
)
from boundaries.queries.agreements import get_agreement
from boundaries.queries.corrections import ProposedCorrection, correction_of, corrections_of
from boundaries.queries.lines import get_line_row
from common.errors import DimingError
from common.geojson import feature
from common.middleware import attempted, sentence

STATES = {
    CorrectionState.PROPOSED: "due",
    CorrectionState.DECLINED: "unknown",
    CorrectionState.WRITTEN: "ok",
    CorrectionState.UNDONE: "check",
}


def line_corrections(
    request: Any, code: str, *, fault: str = "", form: ReasonForm | None = None
) -> HttpResponse:
    """What a correction would move today, and every one that was proposed."""
    row = get_line_row(code=code, at=request.day)
    if row is None or get_agreement(line_code=code, at=request.day) is None:
        raise Http404
    codes = [row.code_a, row.code_b]
    today = request.day == request.today
    approves = today and all(
        may_here(by=request.user, capability=Capability.APPROVE_ADJUSTMENT, codes=[code])
        for code in codes
    )
    edits = today and may_here(by=request.user, capability=Capability.EDIT_LINE, codes=codes)
    rows = list(corrections_of(line_code=code, until=request.day))
    waiting = any(each.state == CorrectionState.PROPOSED for each in rows)
    found: ProposedCorrection | None = None
    impossible = ""
    if not waiting:
        try:
            found = correction_of(line_code=code, at=request.day)
        except DimingError as refusal:
            impossible = sentence(refusal)
    values = {
        "row": row,
        "found": found,
        "focus": _moved_land(found, code) if found else None,
        "impossible": impossible,
        "waiting": waiting,
        "corrections": [
            {
                "one": each,
                "state": STATES[CorrectionState(each.state)],
                "own": each.proposed_by_id == request.user.pk,
                "may_write": approves
                and each.state == CorrectionState.PROPOSED
                and each.proposed_by_id != request.user.pk,
                "may_decline": each.state == CorrectionState.PROPOSED
                and (approves or (edits and each.proposed_by_id == request.user.pk)),
                "may_undo": approves and each.state == CorrectionState.WRITTEN,
            }
            for each in rows
        ],
        "may_propose": edits and bool(found and found.moved),
        "form": form or ReasonForm(),
        "fault": fault,
    }
    status = 409 if fault else 400 if form is not None else 200
    return render(request, "boundaries/line_corrections.html", values, status=status)


def _moved_land(found: ProposedCorrection, code: str) -> Any:
    """The land that changes sides, for the map; None where nothing moves."""
    sides = {found.agreement.code_a, found.agreement.code_b}
    parts = [
        shapely.symmetric_difference(each.before, each.move.shape)
        for each in found.moved
        if each.version.code in sides
    ]
    return feature(shapely.union_all(parts), {"name": code}, code) if parts else None


def _propose(request: Any, line: BoundaryLine, reason: str) -> None:
    propose_correction(
        by=request.user, at=timezone.now(), day=request.today, line=line, reason=reason
    )


def _write(request: Any, held: LineCorrection, reason: str) -> None:
    write_correction(by=request.user, at=timezone.now(), correction=held)


def _decline(request: Any, held: LineCorrection, reason: str) -> None:
    decline_correction(by=request.user, at=timezone.now(), correction=held, reason=reason)


def _undo(request: Any, held: LineCorrection, reason: str) -> None:
    undo_correction(by=request.user, at=timezone.now(), correction=held, reason=reason)


# Step → what it does, whether it asks for a reason, what is said afterwards.
STEPS: dict[str, tuple[Callable[..., None], bool, Callable[[], str]]] = {
    "write": (_write, False, lambda: _("The polygons are corrected.")),
    "decline": (_decline, True, lambda: _("The correction is declined.")),
    "undo": (_undo, True, lambda: _("The polygons are as they were before.")),
}


@require_POST
def correction_propose(request: Any, code: str) -> HttpResponse:
    own = within_either(BoundaryLine.objects.on(request.today), request.user)
    line = get_object_or_404(own, code=code)
    require(by=request.user, capability=Capability.EDIT_LINE, codes=[line.code_a, line.code_b])
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return line_corrections(request, code, form=form)
    data = {"request": request, "line": line, "reason": form.cleaned_data["reason"]}
    _done, refused = attempted(_propose, **data)
    if refused:
        return line_corrections(request, code, fault=refused, form=form)
    messages.success(request, _("The correction is proposed: another person writes it."))
    return redirect("boundaries:line_corrections", code)


@require_POST
def correction_step(request: Any, code: str, pk: Any, step: str) -> HttpResponse:
    own = within_either(BoundaryLine.objects.on(request.today), request.user)
    line = get_object_or_404(own, code=code)
    held = get_object_or_404(LineCorrection, pk=pk, line_code=line.code)
    if step not in STEPS:
        raise Http404
    do, asks, said = STEPS[step]
    form = ReasonForm(request.POST)
    if asks and not form.is_valid():
        return line_corrections(request, code, form=form)
    reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
    _done, refused = attempted(do, request=request, held=held, reason=reason)
    if refused:
        return line_corrections(request, code, fault=refused)
    messages.success(request, said())
    return redirect("boundaries:line_corrections", code)
