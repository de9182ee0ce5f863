"""The campaign against non-standard signs: rates by district and street, over time, by defect."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import shapely
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boundaries.queries.divisions import get_division
from boundaries.queries.outlines import outlines
from common.documents import word_response
from common.models import bilingual
from common.registries import MapLayer
from signage.domain.campaign import Standing, course_days, shade, shade_ranges, total
from signage.exports.campaign import CampaignFigures, as_word, as_workbook
from signage.queries.campaign import (
    AreaStanding,
    areas_below,
    by_area,
    first_day,
    standings_on,
    synthetic_signs,
)
from signage.queries.editions import rules_on
from signage.queries.orders import OrderFilter, order_counts

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIODS = (90, 180, 365)
USUAL_PERIOD = 180
COURSE_POINTS = 25
MOST_RULES = 12
WORST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Question:
    within: str
    days: int
    at: date


@require_GET
def campaign(request: Any) -> HttpResponse:
    question = _question(request)
    figures = campaign_figures(question)
    now = figures.now
    values = {
        "question": question,
        "figures": figures,
        "percent": now.percent,
        "counts": order_counts(at=question.at, chosen=OrderFilter(within=question.within)),
        "areas": [(area, shade(area.now.percent)) for area in figures.areas],
        "down": len(question.within) < 6,
        "course": _course_chart(figures),
        "defects": _defect_chart(figures),
        "classes": shade_ranges(),
        "overlay": _overlay(figures, question),
        "periods": [
            (days, _address(request, days=str(days)), days == question.days) for days in PERIODS
        ],
        "up_url": _address(request, within=settings.HOME_JURISDICTION),
        "file_query": urlencode(
            {"within": question.within, "days": question.days, "at": question.at.isoformat()}
        ),
        "whole": question.within == settings.HOME_JURISDICTION,
        "record": {"synthetic": figures.synthetic, "approximate": False},
    }
    return render(request, "signage/campaign.html", values)


@require_GET
def campaign_workbook(request: Any) -> HttpResponse:
    question = _question(request)
    response = HttpResponse(as_workbook(campaign_figures(question)), content_type=EXCEL)
    name = f"{_('Campaign for standard signs')} {question.at.isoformat()}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_GET
def campaign_report(request: Any) -> HttpResponse:
    question = _question(request)
    figures = campaign_figures(question)
    counts = order_counts(at=question.at, chosen=OrderFilter(within=question.within))
    name = f"{_('Campaign for standard signs')} {question.at.isoformat()}"
    return word_response(as_word(figures, counts), name)


def campaign_figures(question: Question) -> CampaignFigures:
    """Everything that page, workbook and report tell."""
    first = first_day(within=question.within)
    begin = question.at - timedelta(days=question.days)
    begin = max(begin, first) if first else question.at
    days = course_days(begin, question.at, COURSE_POINTS)
    found = standings_on(days=days, within=question.within)
    digits = 6 if len(question.within) < 6 else 9
    names = areas_below(within=question.within, at=question.at)
    course = {day: by_area(found[day], digits) for day in days}
    now, then = course[days[-1]], course[days[0]]
    codes = sorted({*names, *now})
    areas = [
        AreaStanding(
            code,
            names.get(code, code),
            now.get(code, Standing()),
            then.get(code) if len(days) > 1 else None,
        )
        for code in codes
    ]
    titles = {rule.rule_id: rule.title for rule in rules_on(at=question.at)}
    version = get_division(code=question.within.ljust(6, "0"), at=question.at)
    return CampaignFigures(
        name=bilingual(version.name, version.name_en) if version else question.within,
        day=question.at,
        areas=areas,
        days=days,
        course=course,
        now=total(now.values()),
        then=total(then.values()) if len(days) > 1 else None,
        rules=titles,
        synthetic=synthetic_signs(within=question.within, at=question.at),
    )


def _question(request: Any) -> Question:
    within = request.GET.get("within", "")
    days = request.GET.get("days", "")
    known = within.isdigit() and within.startswith(settings.HOME_JURISDICTION)
    return Question(
        within=within if known and len(within) == 6 else settings.HOME_JURISDICTION,
        days=int(days) if days in map(str, PERIODS) else USUAL_PERIOD,
        at=request.day,
    )


def _address(request: Any, **changes: str) -> str:
    kept = {**{key: value for key, value in request.GET.items() if value}, **changes}
    return f"{reverse('signage:campaign')}?{urlencode(kept)}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _course_chart(figures: CampaignFigures) -> dict[str, Any]:
    """The whole area and its worst parts."""
    ranked = [area for area in figures.areas if area.now.percent is not None]
    ranked.sort(key=lambda area: -(area.now.percent or 0))
    series = [
        {
            "name": figures.name,
            "values": [
                _rounded(total(figures.course[day].values()).percent) for day in figures.days
            ],
        }
    ]
    series += [
        {
            "name": area.name,
            "values": [
                _rounded(figures.course[day][area.code].percent)
                if area.code in figures.course[day]
                else None
                for day in figures.days
            ],
        }
        for area in ranked[:WORST_SHOWN]
    ]
    return {
        "kind": "line",
        "title": _("Non-standard signs over time"),
        "categories": [day.isoformat() for day in figures.days],
        "category_label": _("Day"),
        "series": series,
        "unit": "%",
        "decimals": 2,
    }


def _defect_chart(figures: CampaignFigures) -> dict[str, Any]:
    ranked = figures.ranked_rules()[:MOST_RULES]
    return {
        "kind": "hbar",
        "title": _("Non-standard signs by defect"),
        "categories": [f"{rule_id} {title}" for rule_id, title, _count in ranked],
        "category_label": _("Rule"),
        "series": [{"name": _("signs"), "values": [count for *_rest, count in ranked]}],
        "unit": "",
        "decimals": 0,
    }


def _overlay(figures: CampaignFigures, question: Question) -> dict[str, Any]:
    shapes = outlines(at=question.at, codes=[area.code for area in figures.areas])
    features = []
    for area in figures.areas:
        geometry = shapes.get(area.code)
        if geometry is None:
            continue
        percent = area.now.percent
        label = "○" if percent is None else f"{percent:.1f}%"
        shown = {"key": area.code, "name": area.name, "label": label, "shade": shade(percent)}
        features.append({"type": "Feature", "geometry": geometry, "properties": shown})
        whole = shapely.from_geojson(shapely.to_geojson(shapely.geometry.shape(geometry)))
        largest = max(getattr(whole, "geoms", [whole]), key=lambda part: part.area)
        spot = largest.representative_point()
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [spot.x, spot.y]},
                "properties": {**shown, "kind": "label"},
            }
        )
    layer = MapLayer(
        key="campaign", label=_("Share of non-standard signs"), order=90, tiles=lambda **_: []
    )
    return {"layer": layer, "url": {"type": "FeatureCollection", "features": features}}
