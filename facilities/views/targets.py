"""The scorecard of a division, and one target: who meets it, by how much not, year by year."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.domain.roles import Capability
from accounts.scoping import area_to_read, may_here, require
from common.documents import html_response, word_response
from common.filters import read_choice, read_code
from common.middleware import attempted
from common.models import bilingual
from common.registries import ChosenRows
from facilities.domain.targets import Outcome, Result, Subject
from facilities.exports.target_report import register_text, targets_word
from facilities.exports.target_table import targets_export
from facilities.exports.target_words import (
    missing_brief,
    missing_text,
    outcome_word,
    parameter_words,
    result_name,
    result_text,
    short_text,
    state_of,
    value_text,
)
from facilities.forms import FigureForm
from facilities.models import Target
from facilities.operations.figures import record_figure
from facilities.queries.coverage import UnknownDivision
from facilities.queries.targets import (
    Scorecard,
    ScoreRow,
    Standing,
    figures_of,
    scorecard,
    target_sheet,
)
from facilities.views.target_maps import course_charts, overlay
from facilities.views.wording import address, areas, day_query

GROUPS = (
    ("T", gettext_lazy("The plan")),
    ("C", gettext_lazy("Living circles")),
    ("F", gettext_lazy("Funeral facilities")),
)
STATES = [str(outcome) for outcome in Outcome]
LONGEST_TARGET = 12
# A street each of a large city: what is beyond stands in the exports.
MOST_RESULTS = 200
ORDER = {Outcome.SHORT: 0, Outcome.UNKNOWN: 1, Outcome.MET: 2, Outcome.NONE: 3}


@dataclass(frozen=True, slots=True)
class Cell:
    """One standing as a page shows it."""

    code: str
    name: str
    state: str
    word: str
    value: str = ""
    short: str = ""
    unknown: str = ""
    synthetic: bool = False
    approximate: bool = False


@require_GET
def targets(request: Any) -> HttpResponse:
    """All targets of a division and, beside each, how the divisions below it stand."""
    area, state = _area(request.GET, request.user), _state(request.GET)
    shell = _shell(request, area)
    try:
        card = scorecard(at=request.day, within=area)
    except UnknownDivision:
        # Before the records begin: the page says so and offers today.
        return render(request, "facilities/targets.html", shell)
    here = address(reverse("facilities:targets"), {"within": area}, day_query(request))
    values = {
        **shell,
        "card": card,
        "name": bilingual(card.area.name, card.area.name_en),
        "register": register_text(card),
        "begins_url": address(
            reverse("facilities:targets"), {"within": area, "at": str(card.begins or "")}
        ),
        "groups": [
            (label, rows)
            for key, label in GROUPS
            if (rows := [_line(request, card, row) for row in _chosen(card, state, key)])
        ],
        "states": [
            (
                outcome_word(outcome),
                count,
                _chip_state(outcome),
                address(here, {}) if state == outcome else f"{here}&state={outcome}",
                state == outcome,
            )
            for outcome, count in card.counts.items()
        ],
        "below": [(unit.code, bilingual(unit.name, unit.name_en)) for unit in card.below],
        "report_url": address(
            reverse("facilities:targets_report"), {"within": area}, day_query(request)
        ),
        "map_url": address(reverse("facilities:targets_map"), {"within": area}, day_query(request)),
    }
    return render(request, "facilities/targets.html", values)


@require_GET
def target(request: Any, target_id: str) -> HttpResponse:
    """One target of a division: by division, by whom it is met, its course and its editions."""
    area = _area(request.GET, request.user)
    sheet = target_sheet(at=request.day, within=area, target_id=target_id[:LONGEST_TARGET])
    card, row = sheet.card, sheet.row
    results = sorted(row.measured.results, key=lambda each: (ORDER[each.outcome], each.code))
    figures = _figures(request, row.edition, area)
    values = {
        **_shell(request, area, target_id=row.edition.target_id),
        "card": card,
        "row": row,
        "edition": row.edition,
        "name": bilingual(card.area.name, card.area.name_en),
        "own": _cell(card.area.code, "", Standing(row.edition, row.measured)),
        "why": missing_text(row.measured.missing, row.edition),
        "below": [
            (
                _cell(unit.code, bilingual(unit.name, unit.name_en), row.below[unit.code]),
                _target_url(request, row.edition.target_id, unit.prefix),
            )
            for unit in card.below
        ],
        "results": [_result(request, card, row, each) for each in results[:MOST_RESULTS]],
        "more": max(0, len(results) - MOST_RESULTS),
        "register": register_text(card),
        "parameters": parameter_words(row.edition),
        "editions": [(each, each.pk == row.edition.pk) for each in sheet.editions],
        "charts": course_charts(sheet),
        "overlay": overlay(sheet),
        "export_query": address(
            "", {"within": area, "target": row.edition.target_id}, day_query(request)
        ),
        **figures,
    }
    return render(request, "facilities/target.html", values)


@require_GET
def targets_report(request: Any) -> HttpResponse:
    """The scorecard as a Word document."""
    area = _area(request.GET, request.user)
    card = scorecard(at=request.day, within=area)
    name = bilingual(card.area.name, card.area.name_en)
    title = _("%(area)s: report on the targets for facilities") % {"area": name}
    return word_response(targets_word(card), f"{title} {request.day.isoformat()}")


@require_GET
def targets_map(request: Any) -> HttpResponse:
    """The scorecard as one map file that opens offline."""
    # folium brings pandas, which the start of the server need not wait for.
    from facilities.exports.target_map import targets_page

    area = _area(request.GET, request.user)
    card = scorecard(at=request.day, within=area)
    name = bilingual(card.area.name, card.area.name_en)
    return html_response(targets_page(card), f"{_('Targets')} {name} {request.day.isoformat()}")


@require_http_methods(["GET", "POST"])
def figure_new(request: Any) -> HttpResponse:
    """Record a policy figure that a target is held against."""
    area = _area(request.GET, request.user)
    require(by=request.user, capability=Capability.EDIT_FACILITY, codes=[area])
    form = FigureForm(
        request.POST or None,
        areas=areas(request),
        initial={"division": area, "starts_on": request.day.isoformat()},
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        _done, refusal = attempted(record_figure, by=request.user, **form.cleaned_data)
        if not refusal:
            messages.success(request, _("The figure is recorded."))
            return redirect(_target_url(request, request.GET.get("target", ""), area))
    values = {
        "form": form,
        "sentence": refusal,
        "cancel_url": address(reverse("facilities:targets"), {"within": area}, day_query(request)),
    }
    return render(request, "facilities/figure_new.html", values)


def chosen_targets(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the scorecard takes out as a file: every target in the division and in each below it."""
    asked = query.get("target", "")[:LONGEST_TARGET]
    card = scorecard(at=at, within=_area(query, by), target_id=asked)
    rows = _chosen(card, _state(query))
    kept = replace(card, rows=rows)
    return ChosenRows(
        count=len(rows) * (1 + len(card.below)),
        export=lambda datum: targets_export(card=kept, datum=datum),
    )


def _area(query: QueryDict, by: Any) -> str:
    area = area_to_read(
        asked=read_code(query.get("within", "")), by=by, home=settings.HOME_JURISDICTION
    )
    require(by=by, capability=Capability.READ, codes=[area])
    return area


def _state(query: QueryDict) -> str:
    return read_choice(query, "state", STATES)


def _chosen(card: Scorecard, state: str, group: str = "") -> list[ScoreRow]:
    return [
        row
        for row in card.rows
        if row.edition.target_id.startswith(group) and state in ("", row.measured.outcome)
    ]


def _shell(request: Any, area: str, *, target_id: str = "") -> dict[str, Any]:
    """The chips of the areas that this person may read."""
    there = reverse("facilities:target", args=[target_id]) if target_id else ""
    return {
        "area": area,
        "areas": [
            (
                name,
                address(
                    there or reverse("facilities:targets"), {"within": code}, day_query(request)
                ),
                code == area,
            )
            for code, name in areas(request)
            if may_here(by=request.user, capability=Capability.READ, codes=[code])
        ],
        "targets_url": address(reverse("facilities:targets"), {"within": area}, day_query(request)),
        "today_url": address(reverse("facilities:targets"), {"within": area}),
    }


def _line(request: Any, card: Scorecard, row: ScoreRow) -> dict[str, Any]:
    edition = row.edition
    return {
        "edition": edition,
        "basis": _basis(edition),
        "url": _target_url(request, edition.target_id, card.within),
        "own": _cell(card.area.code, "", Standing(edition, row.measured)),
        "below": [
            _mark(unit.code, bilingual(unit.name, unit.name_en), row.below[unit.code])
            for unit in card.below
        ],
    }


def _basis(edition: Target) -> str:
    """How sure the number is, and by when it is to be met."""
    told = []
    if edition.confidence != Target.Confidence.VERIFIED:
        told.append(edition.get_confidence_display())
    if edition.reconstructed:
        told.append(_("number reconstructed"))
    if edition.due_on:
        told.append(_("by %(day)s") % {"day": edition.due_on.isoformat()})
    return " · ".join(map(str, told))


def _mark(code: str, name: str, standing: Standing) -> Cell:
    """What a mark of the scorecard tells; there are hundreds of them."""
    edition, measured = standing.edition, standing.measured
    if edition is None or measured is None:
        return Cell(code, name, "", outcome_word(None))
    return Cell(
        code=code,
        name=name,
        state=state_of(measured.outcome, edition),
        word=outcome_word(measured.outcome),
        short=short_text(edition, measured),
    )


def _cell(code: str, name: str, standing: Standing) -> Cell:
    found, edition, measured = _mark(code, name, standing), standing.edition, standing.measured
    if edition is None or measured is None:
        return found
    return replace(
        found,
        value=value_text(edition, measured),
        unknown=missing_brief(measured.missing),
        synthetic=measured.synthetic,
        approximate=measured.approximate,
    )


def _chip_state(outcome: Outcome) -> str:
    return {Outcome.MET: "ok", Outcome.SHORT: "wrong", Outcome.UNKNOWN: "unknown"}.get(outcome, "")


def _result(request: Any, card: Scorecard, row: ScoreRow, result: Result) -> dict[str, Any]:
    url = ""
    if result.subject == Subject.FACILITY:
        url = address(reverse("facilities:facility", args=[result.key]), day_query(request))
    elif result.subject == Subject.DIVISION:
        url = address(reverse("boundaries:division", args=[result.code]), day_query(request))
    asked = result.outcome != Outcome.NONE
    return {
        "name": result_name(result, card.categories),
        "url": url,
        "state": state_of(result.outcome, row.edition),
        "word": outcome_word(result.outcome) if asked else "",
        "text": result_text(row.edition, result),
        "short": result.short_by,
        "synthetic": result.synthetic,
        "approximate": result.approximate,
    }


def _target_url(request: Any, target_id: str, within: str) -> str:
    there = (
        reverse("facilities:target", args=[target_id])
        if target_id
        else reverse("facilities:targets")
    )
    return address(there, {"within": within}, day_query(request))


def _figures(request: Any, edition: Target, area: str) -> dict[str, Any]:
    """The policy figures of a target that compares two, and whether one may be recorded."""
    keys = [edition.parameters[name] for name in ("over", "under") if name in edition.parameters]
    if not keys:
        return {}
    return {
        "figures": figures_of(keys=keys, within=area),
        "may_record": may_here(by=request.user, capability=Capability.EDIT_FACILITY, codes=[area]),
        "figure_url": address(
            reverse("facilities:figure_new"),
            {"within": area, "target": edition.target_id},
            day_query(request),
        ),
    }
