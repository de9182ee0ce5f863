"""Today's round: where an officer should go, in which order, and why."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require_somewhere
from common.errors import BadInput
from common.filters import read_choice
from common.registries import MapLayer, home_bounds
from signage.domain.round import Stop, plan_round
from signage.models import ReportKind
from signage.queries.editions import ROUND, edition
from signage.queries.record import county_names
from signage.queries.round import RoundSign, round_candidates
from signage.views.wording import ORDER_LABELS, STATE_LABELS, due_words

MOST_STOPS = 30
LAYER = MapLayer(key="round", label="", order=90, tiles=lambda **_values: [])
REASON_STATES = {"overdue": "overdue", "due_soon": "due", "report": "check", "block": "wrong"}


class StartUnreadable(BadInput):
    template = "“%(text)s” is no position: write longitude and latitude, for example 113.32,23.13."


@require_GET
def round_of_the_day(request: Any) -> HttpResponse:
    codes = require_somewhere(by=request.user, capability=Capability.CHECK_SIGNS)
    limits = edition(rule_id=ROUND, at=request.day, code=settings.HOME_JURISDICTION).parameters
    counties = {
        code: name
        for code, name in county_names(within=settings.HOME_JURISDICTION, at=request.day).items()
        if any(code.startswith(mine) or mine.startswith(code) for mine in codes)
    }
    within = read_choice(request.GET, "within", counties)
    start, chosen = _start(request, within, codes)
    stops = _number(request.GET.get("stops", ""), int(limits["stops"]), MOST_STOPS)
    reach = float(limits["reach_m"])
    if not chosen:
        reach *= 3  # from the middle of a district, its edges are within reach too
    scope = [within] if within else codes
    found = round_candidates(at=request.day, start=start, reach_m=reach, codes=scope)
    by_key = {each.key: each for each in found}
    planned, total = plan_round(
        start=start,
        candidates=[each.as_candidate() for each in found],
        day=request.day,
        stops=stops,
    )
    fixing = tuple(request.user.jurisdictions_for(Capability.RECORD_FIX))
    rows = [
        _row(turn, stop, by_key[stop.candidate.key], request.day, fixing)
        for turn, stop in enumerate(planned, start=1)
    ]
    values = {
        "rows": rows,
        "total": total,
        "may_read_reports": request.user.may(Capability.READ_COMPLAINT),
        "candidates": len(found),
        "start": start,
        "own_start": chosen,
        "within": within,
        "counties": counties,
        "stops": stops,
        "choices": sorted({8, int(limits["stops"]), 20, MOST_STOPS}),
        "overlay": {"layer": _layer(), "url": _geojson(start, rows)},
        "bounds": _bounds(start, rows),
        "next_query": urlencode({"within": within, "stops": stops}),
    }
    return render(request, "signage/round.html", values)


def _layer() -> MapLayer:
    return MapLayer(key="round", label=_("Round"), order=90, tiles=LAYER.tiles)


def _start(request: Any, within: str, codes: list[str]) -> tuple[tuple[float, float], bool]:
    """Where one starts: the position in the address, else the middle of the jurisdiction."""
    text = request.GET.get("point", "")
    if text:
        try:
            lon, lat = (float(part) for part in text.split(","))
        except ValueError:
            raise StartUnreadable(text=text[:40]) from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise StartUnreadable(text=text[:40])
        return (lon, lat), True
    code = within or sorted(codes, key=len)[-1] or settings.HOME_JURISDICTION
    west, south, east, north = home_bounds(code, at=request.day)
    return ((west + east) / 2, (south + north) / 2), False


def _number(text: str, usual: int, most: int) -> int:
    return min(max(int(text), 1), most) if text.isdigit() and len(text) < 4 else usual


def _row(
    turn: int, stop: Stop, found: RoundSign, day: Any, fixing: tuple[str, ...]
) -> dict[str, Any]:
    reasons = {
        "overdue": due_words(found.due_on, day) if found.due_on else "",
        "due_soon": due_words(found.due_on, day) if found.due_on else "",
        "report": _("reported by the public"),
        "block": _("fails a verified rule"),
    }
    titles = {kind.value: kind.label for kind in ReportKind}
    is_report = found.url_kind == "report"
    return {
        "turn": turn,
        "found": found,
        "is_report": is_report,
        "title": str(titles.get(found.state, "")) if is_report else found.hanzi,
        "state": "check" if is_report else found.state,
        "state_label": _("report") if is_report else STATE_LABELS[found.state],
        # A fix is recorded by who holds that role there; others see the order.
        "fixes": found.order_state == "ordered" and found.division_code.startswith(fixing),
        "order": ORDER_LABELS.get(found.order_state, ""),
        "reasons": [(REASON_STATES[reason], reasons[reason]) for reason in stop.reasons],
        "leg": number_format(round(stop.leg_m), force_grouping=True),
        "geo": f"geo:{found.lat:.6f},{found.lon:.6f}",
    }


def _geojson(start: tuple[float, float], rows: list[dict[str, Any]]) -> dict[str, Any]:
    points = [start, *((row["found"].lon, row["found"].lat) for row in rows)]
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": points},
            "properties": {"kind": "way"},
        }
    ]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": points[turn]},
            "properties": {
                "kind": "stop" if turn else "start",
                "key": rows[turn - 1]["found"].key if turn else "",
                "turn": str(turn) if turn else "",
                "state": rows[turn - 1]["state"] if turn else "",
            },
        }
        for turn in range(len(points))
    ]
    if len(points) == 1:
        features.pop(0)
    return {"type": "FeatureCollection", "features": features}


def _bounds(start: tuple[float, float], rows: list[dict[str, Any]]) -> list[float]:
    lons = [start[0], *(row["found"].lon for row in rows)]
    lats = [start[1], *(row["found"].lat for row in rows)]
    margin = 0.004
    return [min(lons) - margin, min(lats) - margin, max(lons) + margin, max(lats) + margin]
