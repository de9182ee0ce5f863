"""The coverage workspace: question in the address, answer as map, table and chart."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.documents import word_response
from common.errors import BadInput
from common.registries import ChosenRows
from facilities.domain.cost import DETOUR
from facilities.domain.measures import EQUITY, NEAREST, SHARE
from facilities.exports.coverage_files import (
    MOST_CELLS,
    MOST_LOADS,
    coverage_export,
    coverage_word,
)
from facilities.exports.coverage_table import Line, as_csv, as_geojson, lines, total_line
from facilities.exports.coverage_words import (
    MEASURES,
    a_bed,
    far_head,
    heads,
    legend,
    most_missed,
    number,
    rests_on,
    rows,
    tier_heads,
    tier_rows,
    told_beds,
    unit,
    value_sentence,
    zone_sentence,
)
from facilities.forms import CoverageForm
from facilities.operations.exports import ask_for_coverage_export
from facilities.queries.coverage import (
    CoverageQuestion,
    CoverageResult,
    UnknownDivision,
    measure_coverage,
)
from facilities.queries.tiers import Tier
from facilities.views.coverage_shapes import cells_of, map_data, zones_of
from facilities.views.wording import address, areas, day_query, extent

DEFAULTS = {
    "category": "ELD-INST",
    "measure": SHARE,
    "mode": "straight",
    "distance": "1000",
    "minutes": "15",
    "detour": str(DETOUR),
    "k": "1",
    "by": "district",
}
SORTS: dict[str, Any] = {
    "code": lambda line: line.code,
    "name": lambda line: line.name,
    "people": lambda line: line.tally.people,
    "elders": lambda line: line.tally.elders,
    "share": lambda line: line.tally.share or 0.0,
    "elders_share": lambda line: line.tally.elders_share or 0.0,
    "missed": lambda line: line.tally.uncovered_elders,
    "facilities": lambda line: line.facilities,
    "value": lambda line: _or_less(line.value),
    "worst": lambda line: _or_less(line.score and line.score.worst_tenth),
    "gini": lambda line: _or_less(line.score and line.score.gini),
    "without": lambda line: _or_less(line.score and line.score.without),
    "beds": lambda line: _or_less(line.score and line.score.capacity),
    "unknown": lambda line: _or_less(line.score and line.score.unknown),
}
MOST_BARS = 30


class QuestionNotUnderstood(BadInput):
    template = "The question in the address cannot be read: %(why)s"


def coverage(request: Any) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return render(request, "facilities/coverage.html", {"form": form}, status=400)
    question = _question(request.day, form)
    try:
        result = measure_coverage(question=question)
    except UnknownDivision:
        # Before the records begin: the page says so and offers today.
        return render(request, "facilities/coverage.html", {"form": form, "no_records": True})
    asked = _asked(question)
    sort = request.GET.get("sort", "code")
    shown = _sorted(lines(result), sort)
    values = {
        "form": form,
        "result": result,
        "question": question,
        "lines": shown,
        "rows": rows(question, shown),
        "total": total_line(result),
        "sums": rows(question, [total_line(result)])[0].cells,
        "big": _big(result),
        "rests_on": rests_on(result),
        "unit": unit(question),
        "loads": [(load, told_beds(load), a_bed(load)) for load in result.loads[:MOST_LOADS]],
        "more_loads": max(0, len(result.loads) - MOST_LOADS),
        "most_missed": most_missed(result, MOST_CELLS),
        "far_head": far_head(question),
        "heads": _heads(question, asked, sort, day_query(request)),
        "presets": [
            (
                tier,
                address(request.path, {**asked, **_tier(question, tier)}, day_query(request)),
                question.limit == (tier.minutes if question.in_minutes else tier.distance_m),
            )
            for tier in (each.tier for each in result.tiers)
        ],
        "asked": {**asked, **day_query(request)},
        "legend": legend(result),
        "chart": _chart(result, shown),
        "tier_heads": tier_heads(result),
        "tier_rows": tier_rows(result),
        "zone_sentence": zone_sentence(question),
        "map_data": map_data(
            result,
            cells_url=address(reverse("facilities:coverage_cells"), asked, day_query(request)),
            zones_url=address(reverse("facilities:coverage_zones"), asked, day_query(request)),
        ),
        "csv_url": address(reverse("facilities:coverage_csv"), asked, day_query(request)),
        "geojson_url": address(reverse("facilities:coverage_geojson"), asked, day_query(request)),
        "word_url": address(reverse("facilities:coverage_word"), asked, day_query(request)),
        "siting_url": _siting_url(request, question),
        "export": _export_button(request, question),
        "bounds": extent(question.within, request.day),
    }
    return render(request, "facilities/coverage.html", values)


def coverage_cells(request: Any) -> JsonResponse:
    return cells_of(measure_coverage(question=_question_or_refuse(request)))


def coverage_zones(request: Any) -> JsonResponse:
    return zones_of(_question_or_refuse(request))


def coverage_csv(request: Any) -> HttpResponse:
    question = _question_or_refuse(request)
    text = as_csv(measure_coverage(question=question))
    # The mark tells spreadsheet programs that the text is UTF-8.
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{question.key}.csv"'
    return response


def coverage_geojson(request: Any) -> HttpResponse:
    question = _question_or_refuse(request)
    response = JsonResponse(
        as_geojson(measure_coverage(question=question)),
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
    )
    response["Content-Disposition"] = f'attachment; filename="{question.key}.geojson"'
    return response


def coverage_paper(request: Any) -> HttpResponse:
    """The answer as a Word paper, in the language being read."""
    question = _question_or_refuse(request)
    return word_response(coverage_word(measure_coverage(question=question)), question.key)


def chosen_coverage(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the list exports take out: the answer to the question in the address."""
    known = {name: query[name] for name in CoverageForm.base_fields if query.get(name)}
    within = known.get("within", settings.HOME_JURISDICTION)
    form = CoverageForm({**_defaults(), **known}, areas=[(within, within)])
    result = measure_coverage(question=_question(at, _valid(form)))
    return ChosenRows(
        count=len(result.rows),
        export=lambda datum: coverage_export(result=result, datum=datum),
    )


@require_POST
def coverage_map_file(request: Any) -> HttpResponse:
    job = ask_for_coverage_export(by=request.user, question=_question_or_refuse(request))
    return redirect("job", job.pk)


def _form(request: HttpRequest) -> CoverageForm:
    given = request.POST if request.method == "POST" else request.GET
    known = {name: given[name] for name in CoverageForm.base_fields if given.get(name)}
    return CoverageForm({**_defaults(), **known}, areas=areas(request))


def _defaults() -> dict[str, str]:
    return {**DEFAULTS, "within": settings.HOME_JURISDICTION}


def _question(at: date, form: CoverageForm) -> CoverageQuestion:
    values = form.cleaned_data
    return CoverageQuestion(
        at=at,
        category=values["category"].code,
        distance_m=values["distance"],
        at_least=values["k"],
        within=values["within"],
        by=values["by"],
        mode=values["mode"],
        measure=values["measure"],
        minutes=values["minutes"],
        detour=values["detour"],
    )


def _question_or_refuse(request: Any) -> CoverageQuestion:
    return _question(request.day, _valid(_form(request)))


def _valid(form: CoverageForm) -> CoverageForm:
    if not form.is_valid():
        why = "; ".join(f"{form[name].label}: {errors[0]}" for name, errors in form.errors.items())
        raise QuestionNotUnderstood(why=why)
    return form


def _asked(question: CoverageQuestion) -> dict[str, Any]:
    return {
        "category": question.category,
        **({} if question.measure == SHARE else {"measure": question.measure}),
        **_way(question),
        "k": question.at_least,
        "within": question.within,
        "by": question.by,
    }


def _way(question: CoverageQuestion) -> dict[str, Any]:
    """Only what the way needs, so that addresses stay short."""
    if question.mode == "straight":
        return {"distance": int(question.distance_m)}
    limit = (
        {"minutes": int(question.minutes)}
        if question.in_minutes
        else {"distance": int(question.distance_m)}
    )
    return {"mode": question.mode, **limit, "detour": f"{question.detour:g}"}


def _tier(question: CoverageQuestion, tier: Tier) -> dict[str, int]:
    """The standard names each circle by its minutes and by its radius."""
    return {"minutes": tier.minutes} if question.in_minutes else {"distance": tier.distance_m}


def _or_less(value: float | None) -> float:
    """What is unknown stands below everything that is known."""
    return -1.0 if value is None else value


def _big(result: CoverageResult) -> tuple[str, str]:
    """The large number and its sentence, of another measure than the share."""
    score = result.score
    return number(result.question, score.value if score else None), value_sentence(result)


def _sorted(rows: list[Line], sort: str) -> list[Line]:
    key = SORTS.get(sort.removeprefix("-"), SORTS["code"])
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _heads(
    question: CoverageQuestion, asked: dict[str, Any], sort: str, day: dict[str, str]
) -> list[dict[str, str]]:
    here = reverse("facilities:coverage")
    found = []
    for key, label in {"name": _("Division"), **heads(question)}.items():
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        # Numbers are most telling from the largest down, names from the first up.
        other = key if (order == "descending" or (key == "name" and not order)) else f"-{key}"
        found.append(
            {
                "key": key,
                "label": label,
                "order": order,
                "url": address(here, asked, {"sort": other}, day),
            }
        )
    return found


def _chart(result: CoverageResult, shown: list[Line]) -> dict[str, Any]:
    question, bars = result.question, shown[:MOST_BARS]
    chart = {
        "kind": "hbar",
        "categories": [line.name for line in bars],
        "category_label": _("Division"),
    }
    if question.measure != SHARE:
        decimals = 3 if question.measure == EQUITY else 1
        values = [None if line.value is None else round(line.value, decimals) for line in bars]
        name = heads(question)["value"]
        return chart | {
            "title": str(MEASURES[question.measure]),
            "series": [{"name": name, "values": values}],
            "unit": unit(question) if question.measure == NEAREST else "",
            "decimals": decimals,
        }
    percent = [
        [None if share is None else round(share * 100, 1) for share in shares]
        for shares in (
            [line.tally.elders_share for line in bars],
            [line.tally.share for line in bars],
        )
    ]
    return chart | {
        "title": _("Share of people covered"),
        "series": [
            {"name": _("People 60+"), "values": percent[0]},
            {"name": _("All people"), "values": percent[1]},
        ],
        "unit": "%",
        "decimals": 1,
    }


def _siting_url(request: Any, question: CoverageQuestion) -> str:
    """The same question as the first draft of a scenario, for those who may ask one."""
    allowed = may_here(
        by=request.user, capability=Capability.ANALYSE_COVERAGE, codes=[question.within]
    )
    if not allowed:
        return ""
    way = _way(question)
    if question.mode == "straight":
        way |= {"mode": "detour", "detour": 1}
    asked = {"category": question.category, "within": question.within, **way}
    return address(reverse("facilities:scenario_new"), asked, day_query(request))


def _export_button(request: Any, question: CoverageQuestion) -> dict[str, Any]:
    allowed = may_here(
        by=request.user, capability=Capability.ANALYSE_COVERAGE, codes=[question.within]
    )
    return {
        "enabled": allowed,
        "reason": _("Exporting the map is for planners of this area."),
        "url": f"{reverse('facilities:coverage_export')}?{urlencode(day_query(request))}",
    }
