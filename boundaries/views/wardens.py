"""Pages of the wardens of lines: contracts, patrols, what was reported late."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.domain.roles import Capability
from accounts.domain.scope import any_covers
from accounts.scoping import may_here, require, within_either
from boundaries.domain.wardens import late_by, patrol_due
from boundaries.forms.inspections import ContractForm, PatrolForm, ReportedForm
from boundaries.models import BoundaryLine, WardenContract
from boundaries.operations.wardens import entrust, record_patrol, report_finding
from boundaries.queries.divisions import division_names
from boundaries.queries.inspections import by_then, patrol_rules
from boundaries.queries.lines import get_line_row, line_areas
from common.filters import read_code
from common.list_layouts import whole_table
from common.middleware import attempted
from common.views.list_layouts import has_layout

LISTED = 200
LAYOUT = whole_table(
    line=gettext_lazy("Line"),
    part=gettext_lazy("Part"),
    km=gettext_lazy("Kilometres"),
    warden=gettext_lazy("Warden"),
    due=gettext_lazy("Next patrol by"),
)


@has_layout(LAYOUT)
def contract_list(request: Any) -> HttpResponse:
    area = read_code(request.GET.get("within", settings.HOME_JURISDICTION))
    rows = _patrolled(WardenContract.objects.on(request.day).touching(area), request.day)
    rule_of = patrol_rules(on=request.day)
    values = {
        "rows": [
            _row(each, rule_of(each.side_code), request.user, request.day) for each in rows[:LISTED]
        ],
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "area": area,
    }
    return render(request, "boundaries/contract_list.html", values)


def _patrolled(rows: Any, at: date) -> Any:
    """Contracts with ``last``, the last patrol up to the day."""
    return rows.annotate(last=Max("patrols__walked_on", filter=Q(patrols__walked_on__lte=at)))


def _row(contract: Any, rule: Any, user: Any, at: date) -> dict[str, Any]:
    due = None
    if rule is not None:
        every = rule.parameters["every_days"]
        due = patrol_due(contract.period.lower, contract.last, every)
    return {
        "contract": contract,
        "warden": contract.warden if _reads_names(user, contract) else "",
        "due": due,
        "state": "unknown" if due is None else "wrong" if due < at else "ok",
    }


def _reads_names(user: Any, contract: WardenContract) -> bool:
    """The warden's name is personal: for the boundary people of the side that entrusted."""
    allowed = user.jurisdictions_for(Capability.RECORD_INSPECTION)
    return any_covers(allowed, contract.side_code)


def contract_record(request: Any, pk: UUID) -> HttpResponse:
    contract = get_object_or_404(_patrolled(WardenContract.objects.all(), request.day), pk=pk)
    rule = patrol_rules(on=request.day)(contract.side_code)
    hours = rule.parameters["report_within_hours"] if rule else None
    moment = min(timezone.now(), day_ends(request.day))
    patrols = []
    for each in contract.patrols.filter(walked_on__lte=request.day):
        late, reported = None, by_then(each.reported_at, request.day)
        if hours and each.found_at:
            # What is not reported yet is late as soon as the hours are over.
            late = late_by(each.found_at, reported or max(moment, each.found_at), hours)
        patrols.append((each, reported, late and spelled_span(late)))
    values = {
        **_row(contract, rule, request.user, request.day),
        "rule": rule,
        "told": rule.parameters if rule else None,
        "hours": hours,
        "side_name": division_names(codes=[contract.side_code], at=request.day).get(
            contract.side_code, ""
        ),
        "patrols": patrols,
        "may_record": request.day == request.today
        and may_here(
            by=request.user,
            capability=Capability.RECORD_INSPECTION,
            codes=[contract.side_code],
        ),
    }
    return render(request, "boundaries/contract_record.html", values)


def contract_new(request: Any, code: str) -> HttpResponse:
    own = within_either(BoundaryLine.objects.on(request.today), request.user)
    line = get_object_or_404(own, code=code)
    codes = [line.code_a, line.code_b]
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=codes)
    row = get_line_row(code=code, at=request.today)
    assert row is not None
    allowed = request.user.jurisdictions_for(Capability.RECORD_INSPECTION)
    sides = [(side, name) for side, name in row.sides if any_covers(allowed, side)]
    form = ContractForm(request.POST or None, sides=sides, initial={"from_day": request.today})
    refused = ""
    if request.method == "POST" and form.is_valid():
        made, refused = attempted(entrust, by=request.user, line=line, **form.cleaned_data)
        if not refused:
            messages.success(request, _("The contract is recorded."))
            return redirect("boundaries:warden", made.pk)
    values = {
        "form": form,
        "sentence": refused,
        "row": row,
        "cancel_url": reverse("boundaries:line", args=[code]),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/contract_form.html", values, status=status)


def patrol_new(request: Any, pk: UUID) -> HttpResponse:
    own = within_either(WardenContract.objects.all(), request.user)
    contract = get_object_or_404(own, pk=pk)
    codes = [contract.side_code]
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=codes)
    initial = {"walked_on": request.today, "strip_kept": True, "cleared": True}
    rule = patrol_rules(on=request.today)(contract.side_code)
    form = PatrolForm(request.POST or None, rule=rule, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        _done, refused = attempted(
            record_patrol,
            by=request.user,
            at=timezone.now(),
            today=request.today,
            contract=contract,
            **form.cleaned_data,
        )
        if not refused:
            messages.success(request, _("The patrol is recorded."))
            return redirect("boundaries:warden", pk)
    values = {
        "form": form,
        "sentence": refused,
        "contract": contract,
        "cancel_url": reverse("boundaries:warden", args=[pk]),
        "submit_label": _("Record"),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/patrol_form.html", values, status=status)


def patrol_reported(request: Any, pk: UUID, patrol: int) -> HttpResponse:
    """When a finding was reported; whether that was in time is told at once."""
    own = within_either(WardenContract.objects.all(), request.user)
    contract = get_object_or_404(own, pk=pk)
    codes = [contract.side_code]
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=codes)
    found = get_object_or_404(contract.patrols.exclude(found_at=None), pk=patrol)
    form = ReportedForm(request.POST or None, initial={"reported_at": timezone.localtime()})
    rule = patrol_rules(on=request.today)(contract.side_code)
    hours = rule.parameters["report_within_hours"] if rule else None
    refused = ""
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        held, refused = attempted(
            report_finding, by=request.user, at=now, patrol=found, **form.cleaned_data
        )
        if not refused:
            late = hours and late_by(held.found_at, held.reported_at, hours)
            if late:
                told = _("The report is recorded: %(late)s over the %(hours)s hours of the rule.")
                messages.warning(request, told % {"late": spelled_span(late), "hours": hours})
            else:
                messages.success(request, _("The report is recorded."))
            return redirect("boundaries:warden", pk)
    values = {
        "form": form,
        "sentence": refused,
        "contract": contract,
        "patrol": found,
        "hours": hours,
        "cancel_url": reverse("boundaries:warden", args=[pk]),
        "submit_label": _("Record"),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/patrol_reported.html", values, status=status)


def day_ends(day: date) -> datetime:
    """The last moment of a day, in the time of the bureau."""
    return timezone.make_aware(datetime.combine(day, time.max))


def spelled_span(span: timedelta) -> str:
    """3 h 05 min, in the reader's language."""
    minutes = int(span.total_seconds() // 60)
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}
