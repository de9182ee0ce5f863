"""The coverage workspace: question in the address, answer as map, table and chart."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from shapely.geometry import shape

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from boundaries.queries.outlines import outlines
from common.errors import BadInput
from common.geojson import collection
from facilities.domain.classes import class_ranges
from facilities.exports.coverage_table import Line, as_csv, as_geojson, lines, total_line
from facilities.forms import CoverageForm
from facilities.models import Facility
from facilities.operations.exports import ask_for_coverage_export
from facilities.queries.coverage import (
    CoverageQuestion,
    CoverageResult,
    UnknownDivision,
    distance_presets,
    measure_coverage,
)
from facilities.views.wording import address, areas, day_query, extent

DEFAULTS = {"category": "ELD-INST", "distance": "1000", "k": "1", "by": "district"}
SORTS: dict[str, Any] = {
    "code": lambda line: line.code,
    "name": lambda line: line.name,
    "people": lambda line: line.tally.people,
    "elders": lambda line: line.tally.elders,
    "share": lambda line: line.tally.share or 0.0,
    "elders_share": lambda line: line.tally.elders_share or 0.0,
    "missed": lambda line: line.tally.uncovered_elders,
    "facilities": lambda line: line.facilities,
}
MOST_BARS = 30


class QuestionNotUnderstood(BadInput):
    template = "The question in the address cannot be read: %(why)s"


def coverage(request: Any) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        return render(request, "facilities/coverage.html", {"form": form}, status=400)
    question = _question(request, form)
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
        "total": total_line(result),
        "heads": _heads(asked, sort, day_query(request)),
        "presets": [
            (
                tier,
                address(request.path, {**asked, "distance": tier.distance_m}, day_query(request)),
            )
            for tier in distance_presets(at=question.at)
        ],
        "asked": {**asked, **day_query(request)},
        "classes": class_ranges(),
        "chart": _chart(result, shown),
        "map_data": _map_data(
            result, address(reverse("facilities:coverage_cells"), asked, day_query(request))
        ),
        "csv_url": address(reverse("facilities:coverage_csv"), asked, day_query(request)),
        "geojson_url": address(reverse("facilities:coverage_geojson"), asked, day_query(request)),
        "export": _export_button(request, question),
        "bounds": extent(question.within, request.day),
    }
    return render(request, "facilities/coverage.html", values)


def coverage_cells(request: Any) -> JsonResponse:
    """Inhabited cells that are not covered: [longitude, latitude, people, people 60+] each."""
    missed = measure_coverage(question=_question_or_refuse(request)).uncovered
    cells = [
        [round(x, 4), round(y, 4), people, elders]
        for (x, y), people, elders in zip(
            missed.lonlat.tolist(), missed.people.tolist(), missed.elders.tolist(), strict=True
        )
    ]
    return JsonResponse({"cells": cells})


def coverage_csv(request: Any) -> HttpResponse:
    question = _question_or_refuse(request)
    text = as_csv(measure_coverage(question=question))
    # The mark tells spreadsheet programs that the text is UTF-8.
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(question)}.csv"'
    return response


def coverage_geojson(request: Any) -> HttpResponse:
    question = _question_or_refuse(request)
    response = JsonResponse(
        as_geojson(measure_coverage(question=question)),
        content_type="application/geo+json",
        json_dumps_params={"ensure_ascii": False},
    )
    response["Content-Disposition"] = f'attachment; filename="{_file_name(question)}.geojson"'
    return response


@require_POST
def coverage_export(request: Any) -> HttpResponse:
    job = ask_for_coverage_export(by=request.user, question=_question_or_refuse(request))
    return redirect("job", job.pk)


def _form(request: HttpRequest) -> CoverageForm:
    given = request.POST if request.method == "POST" else request.GET
    known = {name: given[name] for name in CoverageForm.base_fields if given.get(name)}
    data = {**DEFAULTS, "within": settings.HOME_JURISDICTION, **known}
    return CoverageForm(data, areas=areas(request))


def _question(request: Any, form: CoverageForm) -> CoverageQuestion:
    values = form.cleaned_data
    return CoverageQuestion(
        at=request.day,
        category=values["category"].code,
        distance_m=values["distance"],
        at_least=values["k"],
        within=values["within"],
        by=values["by"],
    )


def _question_or_refuse(request: Any) -> CoverageQuestion:
    form = _form(request)
    if not form.is_valid():
        why = "; ".join(f"{form[name].label}: {errors[0]}" for name, errors in form.errors.items())
        raise QuestionNotUnderstood(why=why)
    return _question(request, form)


def _asked(question: CoverageQuestion) -> dict[str, Any]:
    return {
        "category": question.category,
        "distance": int(question.distance_m),
        "k": question.at_least,
        "within": question.within,
        "by": question.by,
    }


def _file_name(question: CoverageQuestion) -> str:
    return f"coverage-{question.category}-{question.distance_m:.0f}m-{question.at.isoformat()}"


def _sorted(rows: list[Line], sort: str) -> list[Line]:
    key = SORTS.get(sort.removeprefix("-"), SORTS["code"])
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _heads(asked: dict[str, Any], sort: str, day: dict[str, str]) -> list[dict[str, str]]:
    labels = {
        "name": _("Division"),
        "elders_share": _("60+ covered, %"),
        "share": _("All covered, %"),
        "people": _("All residents"),
        "elders": _("People 60+"),
        "missed": _("60+ not covered"),
        "facilities": _("Facilities"),
    }
    here = reverse("facilities:coverage")
    heads = []
    for key, label in labels.items():
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        # Numbers are most telling from the largest down, names from the first up.
        other = key if (order == "descending" or (key == "name" and not order)) else f"-{key}"
        heads.append(
            {
                "key": key,
                "label": label,
                "order": order,
                "url": address(here, asked, {"sort": other}, day),
            }
        )
    return heads


def _chart(result: CoverageResult, shown: list[Line]) -> dict[str, Any]:
    bars = shown[:MOST_BARS]
    percent = [
        [None if share is None else round(share * 100, 1) for share in shares]
        for shares in (
            [line.tally.elders_share for line in bars],
            [line.tally.share for line in bars],
        )
    ]
    return {
        "kind": "hbar",
        "title": _("Share of people covered"),
        "categories": [line.name for line in bars],
        "category_label": _("Division"),
        "series": [
            {"name": _("People 60+"), "values": percent[0]},
            {"name": _("All people"), "values": percent[1]},
        ],
        "unit": "%",
        "decimals": 1,
    }


def _map_data(result: CoverageResult, cells_url: str) -> dict[str, Any]:
    """What static/js/coverage.js draws over the base map."""
    shapes = outlines(at=result.question.at, codes=[row.division.code for row in result.rows])
    divisions = [
        {
            "type": "Feature",
            "geometry": shapes[line.code],
            "properties": {
                "key": line.code,
                "name": line.name,
                "shade": line.shade,
                "label": f"{line.elders_percent}%",
            },
        }
        for line in lines(result)
        if line.code in shapes
    ]
    rows = Facility.objects.on(result.question.at).filter(category=result.category)
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(row.location.coords)},
            "properties": {
                "key": str(row.pk),
                "name": row.name,
                "url": reverse("facilities:facility", args=[row.pk]),
                "synthetic": row.synthetic,
            },
        }
        for row in rows
    ]
    return {
        "areas": collection(divisions),
        # Of its own: a polygon is cut into tiles, and each piece would be labelled.
        "labels": collection(
            [{**area, "geometry": _inside(area["geometry"])} for area in divisions]
        ),
        "labelsFrom": 7 if result.question.by == "district" else 10.5,
        "facilities": collection(points),
        "cellsUrl": cells_url,
    }


def _inside(geometry: dict[str, Any]) -> dict[str, Any]:
    """A point within the largest part of the shape."""
    parts = shape(geometry).geoms
    point = max(parts, key=lambda part: part.area).representative_point()
    return {"type": "Point", "coordinates": [round(point.x, 5), round(point.y, 5)]}


def _export_button(request: Any, question: CoverageQuestion) -> dict[str, Any]:
    allowed = may_here(
        by=request.user, capability=Capability.ANALYSE_COVERAGE, codes=[question.within]
    )
    return {
        "enabled": allowed,
        "reason": _("Exporting the map is for planners of this area."),
        "url": f"{reverse('facilities:coverage_export')}?{urlencode(day_query(request))}",
    }
