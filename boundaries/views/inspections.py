"""Pages of joint inspections at work: the list, the desk of one, what each side does there."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.domain.roles import Capability
from accounts.scoping import require, within_either
from boundaries.domain.inspections import next_lead
from boundaries.domain.joint_record import Stage
from boundaries.exports.inspection_pack import Taken, preparation_pack
from boundaries.exports.inspection_report import report
from boundaries.exports.inspection_words import STAGES
from boundaries.forms.inspections import (
    BeginForm,
    FileInspectionForm,
    PointForm,
    ReopenForm,
    ReportForm,
    SectionForm,
    SettleForm,
    SideForm,
    WithdrawForm,
)
from boundaries.models import BoundaryLine, Inspection, InspectionKind, OpenPoint
from boundaries.operations.inspections import (
    SectionFacts,
    add_section,
    begin_inspection,
    remove_section,
    write_report,
    write_side,
)
from boundaries.operations.points import raise_point, remove_point, settle_point
from boundaries.operations.signing import (
    file_inspection,
    reopen,
    sign,
    submit_side,
    withdraw_inspection,
)
from boundaries.operations.visits import remove_visit
from boundaries.queries.agreements import get_agreement
from boundaries.queries.divisions import division_names
from boundaries.queries.inspections import (
    content_of,
    get_inspection,
    inspection_works,
    open_points,
    particulars_hash,
    readable_sides,
    shown_to,
    stage,
)
from boundaries.queries.lines import get_line_row, inspections, line_areas
from boundaries.queries.markers import markers_along
from boundaries.views.courses import course_text
from boundaries.views.inspection_desk import desk_values, names_of
from common.documents import word_response, write_document
from common.filters import read_choice, read_code, read_count
from common.list_layouts import whole_table
from common.middleware import attempted
from common.pdf_documents import pdf_response, write_pdf
from common.views.list_layouts import has_layout

LISTED = 200
LAYOUT = whole_table(
    step=gettext_lazy("Step"),
    kind=gettext_lazy("Kind"),
    lead=gettext_lazy("Leads"),
    begun=gettext_lazy("Begun on"),
    filed=gettext_lazy("Filed on"),
)


@has_layout(LAYOUT)
def inspection_list(request: Any) -> HttpResponse:
    area = read_code(request.GET.get("within", settings.HOME_JURISDICTION))
    wanted = read_choice(request.GET, "stage", [str(each) for each in Stage])
    every = inspection_works(at=request.day, within=area)[:LISTED]
    rows = [(each, stage(each, at=request.day)) for each in every]
    codes = {code for each, _held in rows for code in each.codes}
    names = division_names(codes=codes, at=request.day)
    counts = {each: sum(1 for _row, held in rows if held == each) for each in Stage}
    values = {
        "rows": [
            (
                each,
                "–".join(names.get(code, code) for code in each.codes),
                *STAGES[held],
                names.get(each.lead_code, each.lead_code),
            )
            for each, held in rows
            if wanted in ("", held)
        ],
        "chips": [
            (each, *STAGES[each], counts[each], each == wanted) for each in Stage if counts[each]
        ],
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "area": area,
        "wanted": wanted,
    }
    return render(request, "boundaries/inspection_list.html", values)


def inspection_begin(request: Any, code: str) -> HttpResponse:
    own = within_either(BoundaryLine.objects.on(request.today), request.user)
    line = get_object_or_404(own, code=code)
    codes = [line.code_a, line.code_b]
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=codes)
    row = get_line_row(code=code, at=request.today)
    assert row is not None
    lead = next_lead(row.lead_code, row.code_a, row.code_b)
    initial = {"kind": InspectionKind.REGULAR, "lead": lead}
    form = BeginForm(request.POST or None, sides=row.sides, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        made, refused = attempted(
            begin_inspection, by=request.user, at=request.today, line=line, **form.cleaned_data
        )
        if not refused:
            messages.success(
                request, _("The joint inspection has begun: both sides have a record.")
            )
            return redirect("boundaries:inspection", made.pk)
    values = {
        "form": form,
        "sentence": refused,
        "row": row,
        "lead_name": dict(row.sides).get(lead or "", ""),
        "cancel_url": reverse("boundaries:line", args=[code]),
        "submit_label": _("Begin"),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/inspection_begin.html", values, status=status)


def _inspection_or_404(request: Any, pk: UUID) -> Inspection:
    found = get_inspection(pk=pk)
    if found is None or found.begun_on > request.day:
        raise Http404
    return found


def inspection_desk(
    request: Any, pk: UUID, *, fault: str = "", forms: dict[str, Any] | None = None
) -> HttpResponse:
    values = desk_values(request, _inspection_or_404(request, pk), forms or {})
    values["fault"] = fault
    status = 409 if fault else 400 if forms else 200
    return render(request, "boundaries/inspection_desk.html", values, status=status)


def _side(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    write_side(by=request.user, inspection=held, **data)


def _report(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    write_report(by=request.user, at=request.today, inspection=held, **data)


def _point(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    raise_point(by=request.user, at=request.today, inspection=held, **data)


def _reopen(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    reopen(by=request.user, inspection=held, **data)


def _file(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    file_inspection(by=request.user, at=request.today, inspection=held, **data)


def _submit(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    submit_side(by=request.user, at=timezone.now(), inspection=held)


def _sign(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    sign(
        by=request.user, at=timezone.now(), inspection=held, seen=request.POST.get("seen", "")[:64]
    )


def _section(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    facts = SectionFacts(**data)
    add_section(by=request.user, at=request.today, inspection=held, facts=facts)


def _withdraw(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    withdraw_inspection(by=request.user, at=request.today, inspection=held, **data)


def _unvisit(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    try:
        pk = UUID(request.POST.get("visit", ""))
    except ValueError:
        raise Http404 from None
    remove_visit(by=request.user, inspection=held, pk=pk)


def _unpoint(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    remove_point(by=request.user, inspection=held, pk=read_count(request.POST.get("point", "")))


def _remove(request: Any, held: Inspection, data: dict[str, Any]) -> None:
    remove_section(by=request.user, inspection=held, pk=read_count(request.POST.get("section", "")))


# Act → its form (none for a mere button), what it does, what is said afterwards.
ACTS: dict[str, tuple[Any, Callable[..., None], Callable[[], str]]] = {
    "side": (SideForm, _side, lambda: _("The people of your side are kept.")),
    "report": (ReportForm, _report, lambda: _("The report's particulars are kept.")),
    "section": (SectionForm, _section, lambda: _("The section is recorded.")),
    "remove": (None, _remove, lambda: _("The section is taken back.")),
    "point": (PointForm, _point, lambda: _("The problem is written down.")),
    "unvisit": (None, _unvisit, lambda: _("The visit is taken back.")),
    "unpoint": (None, _unpoint, lambda: _("The problem is taken back.")),
    "withdraw": (WithdrawForm, _withdraw, lambda: _("The inspection is given up.")),
    "submit": (None, _submit, lambda: _("Your side's record is submitted.")),
    "sign": (None, _sign, lambda: _("You have signed.")),
    "reopen": (ReopenForm, _reopen, lambda: _("The record is open again; both sides sign anew.")),
    "file": (
        FileInspectionForm,
        _file,
        lambda: _("The inspection is filed: the line's clock starts anew."),
    ),
}


@require_POST
def inspection_act(request: Any, pk: UUID, act: str) -> HttpResponse:
    held = _inspection_or_404(request, pk)
    if act not in ACTS:
        raise Http404
    needed = Capability.SIGN_INSPECTION if act == "sign" else Capability.RECORD_INSPECTION
    require(by=request.user, capability=needed, codes=held.codes)
    form_class, do, said = ACTS[act]
    form = form_class(request.POST) if form_class else None
    if form is not None and not form.is_valid():
        return inspection_desk(request, pk, forms={act: form})
    data = form.cleaned_data if form else {}
    _done, refused = attempted(do, request=request, held=held, data=data)
    if refused:
        if act == "report" and form is not None:
            # Whoever saves again has seen what the other one wrote.
            form.data = form.data.copy()
            form.data["seen"] = particulars_hash(_inspection_or_404(request, pk))
        return inspection_desk(request, pk, fault=refused, forms={act: form} if form else None)
    messages.success(request, said())
    return redirect("boundaries:inspection", pk)


def point_settle(request: Any, pk: int) -> HttpResponse:
    """Close a problem of a line, whatever inspection found it."""
    shown = OpenPoint.objects.filter(shown_to(request.user)).select_related("inspection")
    point = get_object_or_404(shown, pk=pk)
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=point.inspection.codes)
    form = SettleForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        _done, refused = attempted(
            settle_point, by=request.user, at=request.today, point=point, **form.cleaned_data
        )
        if not refused:
            messages.success(request, _("The problem is settled."))
            return redirect("boundaries:line", point.line_code)
    values = {
        "form": form,
        "sentence": refused,
        "point": point,
        "cancel_url": reverse("boundaries:line", args=[point.line_code]),
        "submit_label": _("Settle"),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/point_settle.html", values, status=status)


def _readable(request: Any, pk: UUID) -> Inspection:
    """Papers hold both records: for who may read both."""
    found = _inspection_or_404(request, pk)
    if len(readable_sides(request.user, found)) < 2:
        raise Http404
    return found


@require_GET
def inspection_report(request: Any, pk: UUID, format: str) -> HttpResponse:
    held = _readable(request, pk)
    if format not in ("docx", "pdf"):
        raise Http404
    names = names_of(held)
    paper = report(inspection=held, content=content_of(held), names=names)
    if format == "pdf":
        return pdf_response(write_pdf(paper), paper.title)
    return word_response(write_document(paper), paper.title)


@require_GET
def inspection_pack(request: Any, pk: UUID) -> HttpResponse:
    """What is taken into the field, for the people of either side."""
    held = _inspection_or_404(request, pk)
    require(by=request.user, capability=Capability.READ, codes=held.codes)
    along = markers_along(line_code=held.line_code, at=request.day)
    last = inspections(code=held.line_code, until=held.begun_on)
    codes = {code for row in along.placed for code in row.marker.codes} if along else set()
    taken = Taken(
        course=course_text(along, line_code=held.line_code, at=request.day) if along else [],
        agreement=get_agreement(line_code=held.line_code, at=request.day),
        last=last.select_related("lead", "work__line").first(),
        points=list(open_points(line_code=held.line_code, at=request.day, by=request.user)),
        names={**division_names(codes=codes, at=request.day), **names_of(held)},
    )
    content = preparation_pack(inspection=held, taken=taken, at=request.day)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{held.line_code}.zip"'
    return response
