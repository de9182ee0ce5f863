"""The page of one boundary line; a joint inspection of earlier years entered from paper."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within_either
from boundaries.domain.inspections import InspectionState, inspection_state, next_lead
from boundaries.exports.inspection_words import STAGES
from boundaries.exports.line_words import level_words, state_words
from boundaries.forms.lines import InspectionForm
from boundaries.models import BoundaryLine, Inspection, JointInspection
from boundaries.operations.lines import CannotRecordInspection, record_inspection
from boundaries.queries.inspections import may_settle, open_points, stage, works_of
from boundaries.queries.junctions import junctions
from boundaries.queries.lines import (
    CYCLE_RULE,
    SOON_RULE,
    LineRow,
    get_line,
    get_line_row,
    inspection_rules,
    inspections,
    meeting,
)
from boundaries.queries.markers import markers_along
from boundaries.views.agreed import agreed_line
from boundaries.views.courses import along_the_line
from boundaries.views.junctions import told_junctions
from common.geojson import feature
from common.middleware import sentence
from common.models import cited
from common.queries import row_changes
from common.rules import RuleEdition


def line_record(request: Any, code: str) -> HttpResponse:
    line, row = get_line(code=code, at=request.day), get_line_row(code=code, at=request.day)
    if line is None or row is None:
        raise Http404
    rules = inspection_rules(on=request.day, code=code)
    rounds = list(inspections(code=code, until=request.day).select_related("lead", "work"))
    words = state_words()
    shape = shapely.from_wkb(bytes(line.geometry.wkb))
    along = markers_along(line_code=code, at=request.day)
    values = {
        "line": line,
        "row": row,
        "state_text": words[row.state],
        "facts": _facts(row, rules, _keep_day(request)),
        "agreed": agreed_line(row=row, at=request.day, along=along),
        "events": _events(rounds, row, rules),
        "actions": _actions(request.user, row, request.today),
        "works": [
            (each, *STAGES[stage(each, at=request.day)])
            for each in works_of(code=code, at=request.day)
        ],
        "points": [
            (point, may_settle(request.user, point))
            for point in open_points(line_code=code, at=request.day, by=request.user)
        ],
        "focus": feature(shape.simplify(0.00002), {"name": row.title}, code),
        "along": along_the_line(found=along, line_code=code, at=request.day),
        "junctions": told_junctions(junctions(at=request.day, line=code)),
        "meeting": [(other, words[other.state]) for other in meeting(line=line, at=request.day)],
        "changes": row_changes(line),
    }
    return render(request, "boundaries/line_record.html", values)


def _keep_day(request: Any) -> str:
    return "" if request.day == request.today else f"?at={request.day.isoformat()}"


def _facts(row: LineRow, rules: Mapping[str, RuleEdition], at_query: str) -> list[tuple[Any, ...]]:
    cycle, soon = rules.get(CYCLE_RULE), rules.get(SOON_RULE)
    article = f"{cited(cycle.authority)} {cited(cycle.article)}" if cycle else ""
    notice = ""
    if soon:
        notice = _("Shown as due %(days)s days before; this number is provisional.") % {
            "days": soon.parameters["due_soon_days"]
        }
    lead = dict(row.sides).get(next_lead(row.lead_code, row.code_a, row.code_b) or "")
    derived = _("derived from the sketch polygons, not from the boundary agreement")
    length = f"{number_format(round(row.length_km, 2), 2)} km"
    return [
        (_("Line code"), row.code, ""),
        (_("Level"), level_words()[str(row.level)], ""),
        *(
            (label, _division(code, name, at_query), "")
            for label, (code, name) in zip((_("Side A"), _("Side B")), row.sides, strict=True)
        ),
        (_("Length"), f"{length} ({derived})" if row.derived else length, ""),
        (_("Last joint inspection"), row.last_on and row.last_on.isoformat(), ""),
        (_("Led by"), dict(row.sides).get(row.lead_code or ""), ""),
        (_("Next joint inspection by"), row.due_on and row.due_on.isoformat(), article),
        (_("Leads next time"), lead, _("Lead and partner change places every round.")),
        (_("Notice"), notice, ""),
    ]


def _division(code: str, name: str, at_query: str) -> str:
    url = reverse("boundaries:division", args=[code])
    return format_html('<a href="{}{}">{} {}</a>', url, at_query, name, code)


def _events(
    rounds: list[JointInspection], row: LineRow, rules: Mapping[str, RuleEdition]
) -> list[dict[str, Any]]:
    """Every round, newest first, and whether it came within the cycle of the one before."""
    names = {
        division_id: name for division_id, (_, name) in zip(row.side_ids, row.sides, strict=True)
    }
    events: list[dict[str, Any]] = []
    if row.due_on:
        words = state_words()
        events.append(
            {
                "on": row.due_on,
                "title": _("Next joint inspection due"),
                "state": row.state,
                "text": words[row.state],
            }
        )
    years = rules[CYCLE_RULE].parameters["cycle_years"] if CYCLE_RULE in rules else None
    for this, before in zip(rounds, [*rounds[1:], None], strict=False):
        late = None
        if before is not None and years:
            clock = inspection_state(before.inspected_on, this.inspected_on, years, 0)
            late = clock.due_on if clock.state == InspectionState.OVERDUE else None
        said = [_("Led by %(name)s.") % {"name": names.get(this.lead_id, "—")}]
        if late:
            said.append(_("It had been due on %(day)s.") % {"day": late.isoformat()})
        said.append(this.summary)
        if this.synthetic:
            said.append(_("Synthetic: made up for demonstration."))
        elif not hasattr(this, "work"):
            said.append(_("Entered from paper by one side."))
        events.append(
            {
                "on": this.inspected_on,
                "title": _("Joint inspection"),
                "text": " ".join(part for part in said if part),
                "state": "check" if late else "ok",
            }
        )
    return events


def _actions(user: Any, row: LineRow, today: date) -> list[dict[str, Any]]:
    codes = [row.code_a, row.code_b]
    reason = _("Only boundary inspectors of either side do this.")
    under_way = Inspection.objects.under_way(today).filter(line_code=row.code, kind="regular")
    busy = {"boundaries:inspection_new"} if under_way.exists() else set()
    return [
        {
            "label": label,
            "url": reverse(name, args=[row.code]),
            "enabled": may_here(by=user, capability=capability, codes=codes) and name not in busy,
            "reason": _("A joint inspection of this line is under way: finish that one first.")
            if name in busy
            else reason,
            "primary": primary,
        }
        for label, name, capability, primary in (
            (
                _("Begin a joint inspection"),
                "boundaries:inspection_begin",
                Capability.RECORD_INSPECTION,
                True,
            ),
            (
                _("Enter one of earlier years"),
                "boundaries:inspection_new",
                Capability.RECORD_INSPECTION,
                False,
            ),
            (_("Record a marker"), "boundaries:marker_new", Capability.EDIT_LINE, False),
            (
                _("Entrust a warden"),
                "boundaries:warden_new",
                Capability.RECORD_INSPECTION,
                False,
            ),
        )
    ]


def inspection_new(request: Any, code: str) -> HttpResponse:
    own = within_either(BoundaryLine.objects.on(request.today), request.user)
    line = get_object_or_404(own, code=code)
    codes = [line.code_a, line.code_b]
    require(by=request.user, capability=Capability.RECORD_INSPECTION, codes=codes)
    row = get_line_row(code=code, at=request.today)
    assert row is not None
    lead = next_lead(row.lead_code, row.code_a, row.code_b)
    form = InspectionForm(
        request.POST or None, sides=row.sides, initial={"lead": lead, "inspected_on": request.today}
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            record_inspection(by=request.user, line=line, at=request.today, **form.cleaned_data)
        except CannotRecordInspection as refusal:
            refused = sentence(refusal)
        else:
            messages.success(request, _("The joint inspection is recorded."))
            return redirect("boundaries:line", code=code)
    values = {
        "form": form,
        "sentence": refused,
        "row": row,
        "lead_name": dict(row.sides).get(lead or "", ""),
        "last_lead_name": dict(row.sides).get(row.lead_code or "", ""),
        "cancel_url": reverse("boundaries:line", args=[code]),
        "submit_label": _("Record"),
    }
    status = 409 if refused else 200
    return render(request, "boundaries/line_inspection_form.html", values, status=status)
