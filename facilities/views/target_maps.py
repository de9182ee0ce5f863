"""What the page of a target draws: divisions by their state, and the course through the years."""

from typing import Any

import shapely
from django.utils.translation import gettext as _

from boundaries.queries.outlines import outlines
from common.models import bilingual
from common.registries import LegendEntry, MapLayer
from facilities.domain.targets import Outcome, target_forms
from facilities.exports.target_words import amount, outcome_word, state_of
from facilities.queries.targets import TargetSheet

SYMBOLS = {"ok": "●", "check": "▲", "wrong": "◆", "unknown": "○", "": "–"}


def overlay(sheet: TargetSheet) -> dict[str, Any]:
    """Divisions with their state; the symbol and what is lacking are written on each."""
    card = sheet.card
    units = card.below or [card.area]
    shapes = outlines(at=card.at, codes=[unit.code for unit in units])
    features = []
    for unit in units:
        standing = sheet.row.below.get(unit.code)
        edition = standing.edition if standing else sheet.row.edition
        measured = standing.measured if standing else sheet.row.measured
        if unit.code not in shapes:
            continue
        state = state_of(measured.outcome if measured else None, edition)
        label = SYMBOLS[state]
        if edition and measured and measured.outcome == Outcome.SHORT and measured.short_by:
            label += f" {amount(edition, measured.short_by)}"
        shown = {
            "key": unit.code,
            "name": bilingual(unit.name, unit.name_en),
            "state": state or "none",
            "label": label,
        }
        shape = shapely.geometry.shape(shapes[unit.code])
        largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
        spot = largest.representative_point()
        features += [
            {"type": "Feature", "geometry": shapes[unit.code], "properties": shown},
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [spot.x, spot.y]},
                "properties": {**shown, "kind": "label"},
            },
        ]
    layer = MapLayer(
        key="targets",
        label=_("State of the target"),
        order=90,
        tiles=lambda **_: [],
        legend=[
            LegendEntry("ok", outcome_word(Outcome.MET)),
            LegendEntry("wrong", outcome_word(Outcome.SHORT)),
            LegendEntry("check", _("short by a target that is not verified")),
            LegendEntry("unknown", outcome_word(Outcome.UNKNOWN)),
        ],
    )
    return {"layer": layer, "url": {"type": "FeatureCollection", "features": features}}


def course_charts(sheet: TargetSheet) -> list[dict[str, Any]]:
    """How many met it, or how much there was, at the end of each year and on the day."""
    days = [point.day.isoformat() for point in sheet.course]
    measured = [point.standing.measured for point in sheet.course]
    same = {"category_label": _("Day"), "categories": days}
    if sheet.row.measured.counted and sheet.row.measured.wanted is not None:
        series = [
            {
                "name": outcome_word(outcome),
                # Nothing is counted where the divisions or the register of the day are unknown.
                "values": [
                    each.count(outcome) if each and each.results else None for each in measured
                ],
            }
            for outcome in (Outcome.MET, Outcome.SHORT, Outcome.UNKNOWN)
        ]
        title = _("Who met it, by year")
        return [{**same, "kind": "bar", "title": title, "series": series, "decimals": 0}]
    if all(each is None or each.value is None for each in measured):
        return []
    series = [
        {"name": _("Measured"), "values": [each.value if each else None for each in measured]},
        {"name": _("Asked"), "values": [each.wanted if each else None for each in measured]},
    ]
    unit = target_forms()[sheet.row.edition.form].counting.value
    words = {"per_thousand": _("for 1,000 people"), "times": _("times")}
    return [
        {
            **same,
            "kind": "line",
            "title": _("What there was, by year"),
            "series": series,
            "unit": words.get(unit, ""),
            "decimals": 2,
        }
    ]
