"""Siting scenarios: list, form, answer with its reasons, comparison, files."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.domain.scope import any_covers
from accounts.scoping import may_here, require_somewhere, within
from common.list_layouts import whole_table
from common.middleware import attempted
from common.models import Job
from common.registries import LegendEntry, MapLayer
from common.views.list_layouts import has_layout
from facilities.exports.scenario_files import FORMATS, scenario_bytes
from facilities.exports.scenario_why import names_of, site_name, why_here
from facilities.exports.scenario_words import (
    SITES,
    STATES,
    excluded_words,
    facts,
    headline,
    how_good,
    impossible,
    not_checked,
    remarks,
    split_rows,
    value_words,
    zone_rows,
)
from facilities.forms.scenario import SCENARIO_DEFAULTS, ScenarioForm, asked_before
from facilities.importers.site_files import read_sites
from facilities.models import SitingScenario
from facilities.operations.scenarios import make_scenario, rerun_scenario, stop_scenario
from facilities.queries.protected import place_rules
from facilities.views.comparison import compared
from facilities.views.wording import address, areas, day_query, extent

MOST_LISTED = 200
PLAN = Capability.ANALYSE_COVERAGE
LAYOUT = whole_table(
    category=gettext_lazy("Category"),
    state=gettext_lazy("State"),
    answer=gettext_lazy("Answer"),
    day=gettext_lazy("Day"),
    by=gettext_lazy("By"),
)


@has_layout(LAYOUT)
def scenario_list(request: Any) -> HttpResponse:
    """Scenarios of a person's own jurisdictions, asked for this day or before, the newest first."""
    rows = _readable(request).filter(day__lte=request.day)
    own = request.user.jurisdictions_for(PLAN)
    values = {
        "rows": [(row, STATES[row.state], headline(row)) for row in rows[:MOST_LISTED]],
        "more": rows.count() > MOST_LISTED,
        "may_make": bool(own),
        "new_url": address(reverse("facilities:scenario_new"), day_query(request)),
    }
    return render(request, "facilities/scenario_list.html", values)


def scenario_new(request: Any) -> HttpResponse:
    """Ask; what the address gives (from the coverage page, say) is filled in already: ``like``
    names a scenario to be asked with changes, ``without`` a place of it that is not wanted."""
    own = require_somewhere(by=request.user, capability=PLAN)
    choices = [pair for pair in areas(request) if any_covers(own, pair[0])]
    given = {key: request.GET[key] for key in ScenarioForm.base_fields if request.GET.get(key)}
    first = choices[0][0] if choices else settings.HOME_JURISDICTION
    like = _like(request)
    initial = {**SCENARIO_DEFAULTS, "category": "ELD-INST", "within": first, **given}
    if like is not None:
        initial = {**asked_before(like), **given}
        if given.get("without"):
            initial["without"] = "; ".join((*like.asked.without, given["without"]))
    form = ScenarioForm(
        request.POST or None, request.FILES or None, areas=choices, initial=initial, like=like
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        made, refused = attempted(_made, request=request, form=form)
        if not refused:
            return redirect(address(reverse("facilities:scenario", args=[made.pk])))
    values = {
        "form": form,
        "like": like,
        "sentence": refused,
        "submit_label": _("Search"),
        "cancel_url": reverse("facilities:scenarios"),
    }
    status = 400 if refused else 200
    return render(request, "facilities/scenario_form.html", values, status=status)


def _like(request: Any) -> SitingScenario | None:
    text = request.GET.get("like")
    if not text:
        return None
    try:
        return _scenario_or_404(request, UUID(text))
    except ValueError:
        raise Http404 from None


def _made(request: Any, form: ScenarioForm) -> SitingScenario:
    values = form.cleaned_data
    # Without a new file those of the scenario that is asked again with changes.
    points: list[Any] = form.like.points if form.like is not None else []
    if values["candidates"] != "file":
        points = []
    if values["candidates"] == "file" and values["file"]:
        with NamedTemporaryFile(suffix=Path(values["file"].name).suffix) as held:
            for chunk in values["file"].chunks():
                held.write(chunk)
            held.flush()
            name = values["file"].name
            points = read_sites(Path(held.name), name=name, datum=values["datum"] or "CGCS2000")
    return make_scenario(
        by=request.user,
        at=request.day,
        name=values["name"],
        category=values["category"],
        jurisdiction=values["within"],
        question=form.question(),
        points=points,
        seed=values["seed"],
    )


def scenario_record(request: Any, pk: UUID) -> HttpResponse:
    return _shown(request, _scenario_or_404(request, pk))


def _shown(request: Any, scenario: SitingScenario, fault: str = "") -> HttpResponse:
    names = names_of(scenario)
    told = scenario.result
    rules = place_rules(
        category=scenario.category_id, within=scenario.jurisdiction, at=scenario.day
    )
    may = may_here(by=request.user, capability=PLAN, codes=[scenario.jurisdiction])
    values = {
        "scenario": scenario,
        "told": told,
        "where": names.get(scenario.jurisdiction, scenario.jurisdiction),
        "state": STATES[scenario.state],
        "headline": headline(scenario),
        "how_good": how_good(scenario),
        "impossible": impossible(scenario),
        "fault": fault or _job_fault(scenario),
        "remarks": remarks(scenario),
        "split": split_rows(scenario),
        "far_head": _("Farthest (min)") if scenario.asked.in_minutes else _("Farthest (m)"),
        "anew_url": address(
            reverse("facilities:scenario_new"),
            {"like": str(scenario.pk)},
            {} if scenario.day == request.today else {"at": scenario.day.isoformat()},
        ),
        "facts": facts(scenario),
        "places": excluded_words(scenario) if told else "",
        "zones": zone_rows(rules, told),
        "not_checked": not_checked(rules, scenario.result),
        "checked_here": bool(rules),
        "sites": [
            {**site, "title": site_name(site, names), "why": why_here(scenario, site, names)}
            for site in told.get("sites", ())
        ],
        "alike": _alike(scenario),
        "may_plan": may,
        "stopping": _stopping(scenario),
        "chart": _chart(scenario),
        "overlay": _overlay(scenario, names, rules),
        "bounds": extent(scenario.jurisdiction, scenario.day),
        "files": [
            (label, reverse("facilities:scenario_file", args=[scenario.pk, format]))
            for format, label in FORMATS.items()
        ],
    }
    status = 409 if fault else 200
    return render(request, "facilities/scenario_record.html", values, status=status)


def scenario_progress(request: Any, pk: UUID) -> JsonResponse:
    """What the search has reached: [seconds, best so far, bound] of each step."""
    scenario = _scenario_or_404(request, pk)
    chip = {"state": STATES[scenario.state], "text": scenario.get_state_display()}
    return JsonResponse(
        {
            "over": scenario.over,
            "chip": render_to_string("components/chip.html", chip),
            **_chart(scenario),
        }
    )


@require_POST
def scenario_stop(request: Any, pk: UUID) -> HttpResponse:
    scenario = _scenario_or_404(request, pk)
    _done, refused = attempted(stop_scenario, by=request.user, scenario=scenario)
    if refused:
        return _shown(request, scenario, refused)
    return redirect("facilities:scenario", pk)


@require_POST
def scenario_again(request: Any, pk: UUID) -> HttpResponse:
    scenario = _scenario_or_404(request, pk)
    made, refused = attempted(rerun_scenario, by=request.user, scenario=scenario)
    if refused:
        return _shown(request, scenario, refused)
    return redirect("facilities:scenario", made.pk)


def scenario_compare(request: Any) -> HttpResponse:
    """Scenarios side by side: those that are ticked in the list (``id``)."""
    asked = []
    for text in request.GET.getlist("id")[:20]:
        try:
            asked.append(UUID(text))
        except ValueError:
            raise Http404 from None
    rows = list(_readable(request).filter(pk__in=asked))
    rows.sort(key=lambda row: asked.index(row.pk))
    return render(request, "facilities/scenario_compare.html", compared(rows))


def scenario_file(request: Any, pk: UUID, format: str) -> HttpResponse:
    scenario = _scenario_or_404(request, pk)
    if format not in FORMATS or not scenario.answered:
        raise Http404
    content, kind = scenario_bytes(scenario, format)
    response = HttpResponse(content, content_type=kind)
    name = f"{scenario.name}-{scenario.day.isoformat()}.{format}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _readable(request: Any) -> Any:
    rows = SitingScenario.objects.shown()
    rows = rows.select_related("category", "owner", "job", "repeats")
    return within(rows, request.user, field="jurisdiction")


def _scenario_or_404(request: Any, pk: UUID) -> SitingScenario:
    found: SitingScenario | None = _readable(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _job_fault(scenario: SitingScenario) -> str:
    failed = scenario.state == SitingScenario.State.FAILED
    return scenario.job.error if failed and scenario.job else ""


def _stopping(scenario: SitingScenario) -> bool:
    """Somebody stopped it, and the search has not come to its end yet."""
    job = scenario.job
    return not scenario.over and job is not None and job.state == Job.State.CANCELLED


def _alike(scenario: SitingScenario) -> str:
    """How a repetition came out beside what it repeats, and if otherwise: why."""
    first = scenario.repeats
    if first is None or not scenario.over or not (scenario.inputs_hash and first.inputs_hash):
        return ""
    if scenario.inputs_hash != first.inputs_hash:
        return _("The people, the facilities or the places have changed since the first search.")
    if not (scenario.open_keys or first.open_keys):
        return _("The same question on the same ground: no answer, as the first time.")
    if scenario.open_keys == first.open_keys:
        return _("The same question on the same ground: the same sites as the first time.")
    if scenario.versions != first.versions:
        return _("The same question on the same ground, but other sites: the search has changed.")
    proven = SitingScenario.State.PROVEN
    if scenario.state != proven or first.state != proven:
        return _(
            "The same question on the same ground, but other sites: one search ended before its "
            "proof."
        )
    return _("The same question on the same ground, but other sites, which do as well.")


def _chart(scenario: SitingScenario) -> dict[str, Any]:
    history = scenario.history
    last = history[-1] if history else [0, None, None]
    whole = scenario.result.get("weight") or 0
    asked = scenario.asked
    told = ""
    if history and (whole or not asked.by_mean):
        told = _("Best so far: %(best)s; bound: %(bound)s.") % {
            "best": value_words(asked, last[1], whole),
            "bound": value_words(asked, last[2], whole),
        }
    return {"history": history, "told": told}


def _overlay(scenario: SitingScenario, names: Any, rules: Any) -> dict[str, Any]:
    told = scenario.result
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": zone["shape"],
            "properties": {"key": zone["key"], "kind": "zone", "name": zone["text"]},
        }
        for zone in zone_rows(rules, told)
        if zone["shape"]
    ]
    features += [
        _feature(row[0], row[1], key=f"cell-{n}", kind="uncovered", name="", elders=row[3])
        for n, row in enumerate(told.get("uncovered", {}).get("shown", ()))
    ]
    features += [
        _feature(
            site["lon"],
            site["lat"],
            key=site["key"],
            kind=site["kind"],
            name=site_name(site, names),
            number=str(site["number"]) if site["kind"] != "existing" else "",
        )
        for site in told.get("sites", ())
    ]
    layer = MapLayer(
        key="siting",
        label=_("Sites"),
        order=90,
        tiles=lambda **_: [],
        legend=[
            *(LegendEntry(kind, str(word)) for kind, word in SITES.items()),
            LegendEntry("uncovered", _("people not reached")),
            LegendEntry("zone", _("nothing may be built")),
        ],
    )
    return {"layer": layer, "url": {"type": "FeatureCollection", "features": features}}


def _feature(lon: float, lat: float, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }
