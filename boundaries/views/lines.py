"""Pages of boundary lines: the list with its map, one line, recording a joint inspection."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import shapely
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within_either
from boundaries.domain.inspections import InspectionState, inspection_state, next_lead
from boundaries.exports.inspection_words import STAGES
from boundaries.exports.lines import lines_export
from boundaries.forms.lines import InspectionForm
from boundaries.models import BoundaryLine, Inspection, JointInspection
from boundaries.operations.lines import CannotRecordInspection, record_inspection
from boundaries.queries.inspections import may_settle, open_points, stage, works_of
from boundaries.queries.lines import (
    AT_WORK,
    CYCLE_RULE,
    DISPUTED,
    SOON_RULE,
    SORTS,
    STATES,
    WORKS,
    LineCounts,
    LinePage,
    LineRow,
    get_line,
    get_line_row,
    inspection_rules,
    inspections,
    line_areas,
    line_counts,
    lines,
    meeting,
)
from boundaries.views.courses import agreed_line, along_the_line
from common.errors import BadInput
from common.filters import read_code
from common.geojson import feature
from common.middleware import sentence
from common.queries import row_changes
from common.registries import ChosenRows, home_bounds
from common.rules import RuleEdition

PAGE = 50


def state_words() -> dict[str, str]:
    """What the states mean for a line, by urgency."""
    return {
        "wrong": _("overdue"),
        "due": _("due within a year"),
        "unknown": _("no inspection known"),
        "ok": _("inspected in time"),
    }


def works_words() -> list[tuple[str, str, str]]:
    """What goes on at a line, its mark in the shell and its word."""
    return [
        (DISPUTED, "wrong", pgettext("line", "disputed")),
        (AT_WORK, "due", pgettext("line", "in inspection")),
    ]


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    filters = _filters(query)
    chosen = {key: filters[key] for key in ("within", "text", "state", "work")}
    return ChosenRows(
        count=line_counts(at=at, **chosen).total,
        export=lambda datum: lines_export(
            filters=filters, at=at, datum=datum, states=state_words()
        ),
    )


def _filters(asked: QueryDict) -> dict[str, str]:
    """The filters and the order out of the address; raises BadInput for what is none."""
    area = read_code(asked.get("within", settings.HOME_JURISDICTION))
    state, sort = asked.get("state", ""), asked.get("sort", "due")
    work = asked.get("work", "")
    if state not in ("", *STATES) or sort not in SORTS or work not in ("", *WORKS):
        raise BadInput("The list has no such filter or order.")
    text = asked.get("q", "").strip()[:80]
    return {"within": area, "state": state, "work": work, "text": text, "sort": sort}


def lines_list(request: Any) -> HttpResponse:
    asked = request.GET
    filters = _filters(asked)
    area, state, work, text, sort = (
        filters[key] for key in ("within", "state", "work", "text", "sort")
    )
    page = lines(
        at=request.day,
        **filters,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        limit=PAGE,
    )
    counts = line_counts(at=request.day, within=area, text=text)
    words = state_words()
    marks = {key: (mark, word) for key, mark, word in works_words()}
    values = {
        "rows": [(row, words[row.state], marks.get(row.work)) for row in page.rows],
        "pager": _pager(asked, page, _found(filters, request.day, counts)),
        "counts": counts,
        "length_km": counts.length_m / 1000,
        "chips": [
            {
                "state": key,
                "text": words[key],
                "count": counts.by_state[key],
                "url": _address(asked, state="" if key == state else key),
                "on": key == state,
            }
            for key in STATES
        ]
        + [
            {
                "state": mark,
                "text": word,
                "count": counts.by_work[key],
                "url": _address(asked, work="" if key == work else key),
                "on": key == work,
            }
            for key, mark, word in works_words()
            if counts.by_work[key] or key == work
        ],
        "sorts": [
            (key, label, _address(asked, sort=key), key == sort)
            for key, label in (
                ("due", _("by urgency")),
                ("code", _("by code")),
                ("length", _("longest first")),
            )
        ],
        "areas": line_areas(home=settings.HOME_JURISDICTION, at=request.day),
        "area": area,
        "state": state,
        "work": work,
        "sort": sort,
        "text": text,
        "bounds": list(home_bounds(area, at=request.day)),
        "everything_url": _address(asked, state="", work="", q=""),
    }
    return render(request, "boundaries/line_list.html", values)


def _found(filters: Mapping[str, str], at: date, counts: LineCounts) -> int:
    if not filters["work"]:
        return counts.by_state[filters["state"]] if filters["state"] else counts.total
    return line_counts(
        at=at, **{key: filters[key] for key in ("within", "text", "state", "work")}
    ).total


def _address(asked: QueryDict, **changed: str) -> str:
    """The list's own address with some filters changed, from its first page again."""
    kept = {key: value for key, value in asked.items() if key not in ("after", "before")}
    query = urlencode({key: value for key, value in {**kept, **changed}.items() if value})
    return f"{reverse('boundaries:lines')}?{query}" if query else reverse("boundaries:lines")


def _pager(asked: QueryDict, page: LinePage, found: int) -> dict[str, str]:
    return {
        "count_text": ngettext("%(count)d line", "%(count)d lines", found) % {"count": found},
        "next_url": _address(asked, after=page.after) if page.after else "",
        "previous_url": _address(asked, before=page.before) if page.before else "",
    }


def line_record(request: Any, code: str) -> HttpResponse:
    line, row = get_line(code=code, at=request.day), get_line_row(code=code, at=request.day)
    if line is None or row is None:
        raise Http404
    rules = inspection_rules(on=request.day, code=code)
    rounds = list(inspections(code=code, until=request.day).select_related("lead", "work"))
    words = state_words()
    shape = shapely.from_wkb(bytes(line.geometry.wkb))
    values = {
        "line": line,
        "row": row,
        "state_text": words[row.state],
        "facts": _facts(row, rules, _keep_day(request)),
        "agreed": agreed_line(line_code=code, at=request.day),
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
        "along": along_the_line(line_code=code, at=request.day),
        "meeting": [(other, words[other.state]) for other in meeting(line=line, at=request.day)],
        "changes": row_changes(line),
    }
    return render(request, "boundaries/line_record.html", values)


def _keep_day(request: Any) -> str:
    return "" if request.day == request.today else f"?at={request.day.isoformat()}"


def _facts(row: LineRow, rules: Mapping[str, RuleEdition], at_query: str) -> list[tuple[Any, ...]]:
    cycle, soon = rules.get(CYCLE_RULE), rules.get(SOON_RULE)
    article = f"{cycle.authority} {cycle.article}" if cycle else ""
    notice = ""
    if soon:
        notice = _("Shown as due %(days)s days before; this number is provisional.") % {
            "days": soon.parameters["due_soon_days"]
        }
    lead = dict(row.sides).get(next_lead(row.lead_code, row.code_a, row.code_b) or "")
    derived = _("derived from the sketch polygons, not from the boundary agreement")
    length = f"{number_format(row.length_km, 2)} km"
    return [
        (_("Line code"), row.code, ""),
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
