"""Pages of the rounds of joint inspection: lines by year, moved between years, filed as a plan."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, require_somewhere
from boundaries.domain.rounds import file_by
from boundaries.exports.markers import condition_word
from boundaries.forms.inspections import FileForm, RoundForm, years_of
from boundaries.models import InspectionRound
from boundaries.operations.rounds import file_round, make_round, move_line
from boundaries.queries.inspections import by_then, open_points, plan_rule
from boundaries.queries.lines import line_areas
from boundaries.queries.markers import marker_counts, markers, state_of
from boundaries.queries.rounds import plan_of
from common.filters import read_code, read_count
from common.middleware import attempted


def round_list(request: Any) -> HttpResponse:
    area = read_code(request.GET.get("within", ""))
    rows = InspectionRound.objects.filter(jurisdiction__startswith=area)
    rows = rows.filter(first_year__lte=request.day.year)
    own = request.user.jurisdictions_for(Capability.RECORD_INSPECTION)
    values = {
        "rows": [
            (each, by_then(each.filed_on, request.day))
            for each in rows.annotate(lines=Count("tasks"))
        ],
        "may_make": bool(own),
    }
    return render(request, "boundaries/round_list.html", values)


def round_new(request: Any) -> HttpResponse:
    own = require_somewhere(by=request.user, capability=Capability.RECORD_INSPECTION)
    home = min(own, key=len)
    areas = [(each.prefix, each.name) for each in line_areas(home=home, at=request.today)]
    areas = [pair for pair in areas if any(pair[0].startswith(code) for code in own)]
    initial = {"jurisdiction": home, **years_of(request.today)}
    form = RoundForm(request.POST or None, areas=areas, initial=initial)
    refused = ""
    if request.method == "POST" and form.is_valid():
        made, refused = attempted(
            make_round, by=request.user, at=request.today, **form.cleaned_data
        )
        if not refused:
            messages.success(request, _("The round is proposed: move lines between its years."))
            return redirect("boundaries:round", made.pk)
    values = {
        "form": form,
        "sentence": refused,
        "cancel_url": reverse("boundaries:rounds"),
        "submit_label": _("Propose it"),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/round_form.html", values, status=status)


def round_record(request: Any, pk: UUID, *, fault: str = "", form: Any = None) -> HttpResponse:
    planned = get_object_or_404(InspectionRound.objects.prefetch_related("tasks"), pk=pk)
    plan = plan_of(planned, at=request.day)
    may = may_here(
        by=request.user,
        capability=Capability.RECORD_INSPECTION,
        codes=[planned.jurisdiction],
    )
    rule = plan_rule(on=request.day, code=planned.jurisdiction)
    kind = "province" if len(planned.jurisdiction) <= 2 else "county"
    heaviest = max((year.load.km for year in plan.years), default=0) or 1
    found = marker_counts(markers(at=request.day, within=planned.jurisdiction))
    points = open_points(at=request.day, by=request.user).filter(
        line_code__in=planned.tasks.values("line_code")
    )
    values = {
        "round": planned,
        "plan": plan,
        "years": [
            {
                "year": each,
                "width": round(100 * each.load.km / heaviest),
                "done_width": round(100 * each.done_km / heaviest),
            }
            for each in plan.years
        ],
        "filed_on": by_then(planned.filed_on, request.day),
        "may_plan": may and planned.filed_on is None and request.day == request.today,
        "file_by": file_by(planned.first_year, rule.parameters[kind]) if rule else None,
        "file_rule": rule,
        "form": form or FileForm(),
        "fault": fault,
        "conditions": [
            (
                condition_word(None if key == "unvisited" else key),
                count,
                state_of(None if key == "unvisited" else key),
            )
            for key, count in found.items()
            if count
        ],
        "markers": sum(found.values()),
        "open_points": points.count(),
    }
    return render(request, "boundaries/round_record.html", values, status=409 if fault else 200)


@require_POST
def round_move(request: Any, pk: UUID) -> HttpResponse:
    planned = get_object_or_404(InspectionRound, pk=pk)
    line = request.POST.get("line", "")[:25].replace("\0", "")
    _done, refused = attempted(
        move_line,
        by=request.user,
        planned=planned,
        line_code=line,
        year=read_count(request.POST.get("year", "")),
        seen=read_count(request.POST.get("seen", "")),
    )
    if refused:
        return round_record(request, pk, fault=refused)
    # Without script, too, one goes on from the card that was moved.
    return redirect(reverse("boundaries:round", args=[pk]) + f"#year-{line}")


@require_POST
def round_file(request: Any, pk: UUID) -> HttpResponse:
    planned = get_object_or_404(InspectionRound, pk=pk)
    codes = [planned.jurisdiction]
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=codes)
    form = FileForm(request.POST)
    if not form.is_valid():
        return round_record(request, pk, form=form)
    _done, refused = attempted(
        file_round,
        by=request.user,
        at=request.today,
        planned=planned,
        filed_with=form.cleaned_data["filed_with"],
    )
    if refused:
        return round_record(request, pk, fault=refused, form=form)
    messages.success(request, _("The plan is filed."))
    return redirect("boundaries:round", pk)
