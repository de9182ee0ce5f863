"""A coverage result as one file: map, table, legend and sources, in one language."""

from html import escape
from typing import Any

import folium
import numpy as np
from django.utils.translation import gettext as _

from boundaries.queries.outlines import outlines
from common.geojson import collection
from facilities.domain.measures import SHARE
from facilities.exports.coverage_table import Line, lines, percent, total_line
from facilities.exports.coverage_words import (
    MEASURES,
    heads,
    legend,
    number,
    rests_on,
    rows,
    title,
    value_sentence,
)
from facilities.exports.offline_map import (
    Mark,
    OfflineMap,
    facility_legend,
    facility_look,
    marks_text,
    page,
)
from facilities.queries.coverage import CoverageResult
from facilities.queries.sources import coverage_sources

# Unknown, then least to most covered; the same hues as static/css/coverage.css.
COLOURS = ("#e4e7eb", "#dbe9f6", "#a9cce8", "#65a3d2", "#2b74b8", "#0d3f7d")
# More circles make the file slow to open; these hold the people whom it matters most to reach.
MOST_CELLS = 2000
MISSED = "#b42318"
# What folium says of a layer without anything in it.
NOWHERE = [[None, None], [None, None]]


def coverage_page(result: CoverageResult) -> str:
    """The file's text in the language in force."""
    areas = _areas(result)
    figure_map = OfflineMap(zoom_control="topleft", control_scale=True)
    areas.add_to(figure_map)
    cells, told = _uncovered(result)
    cells.add_to(figure_map)
    _facilities(result).add_to(figure_map)
    folium.LayerControl(collapsed=False).add_to(figure_map)
    if areas.get_bounds() != NOWHERE:
        figure_map.fit_bounds(areas.get_bounds())
    question, total = result.question, total_line(result)
    value = number(question, total.score.value if total.score else None)
    said = value_sentence(result)
    values = {
        "result": result,
        "question": question,
        "heads": heads(question),
        "rows": rows(question, lines(result)),
        "sums": rows(question, [total])[0].cells,
        "big": (value, said),
        "rests_on": rests_on(result),
    }
    return page(
        figure_map,
        title=title(result),
        template="facilities/coverage_export.html",
        values=values,
        legend=[
            *(Mark(COLOURS[shade], text) for shade, text in legend(result)),
            Mark(COLOURS[0], _("unknown") if said else _("nobody lives there")),
            *facility_legend(),
            Mark(MISSED, _("people not covered") + f": {told}", point=True, edge="none"),
        ],
        sources=coverage_sources(result),
    )


def _areas(result: CoverageResult) -> Any:
    shapes = outlines(at=result.question.at, codes=[row.division.code for row in result.rows])
    features = [
        {
            "type": "Feature",
            "id": line.code,
            "geometry": shapes[line.code],
            "properties": {**_told(line), "value": number(result.question, line.value)},
        }
        for line in lines(result)
        if line.code in shapes
    ]
    shares = {"elders": _("60+ covered"), "people": _("All people covered")}
    measure = result.question.measure
    if measure != SHARE:
        shares = {"value": heads(result.question)["value"], **shares}
    told = {"name": "", **shares, "missed": _("60+ not covered")}
    name = _("Share of people 60+ covered") if measure == SHARE else str(MEASURES[measure])
    if not features:
        return folium.FeatureGroup(name=name)
    return folium.GeoJson(
        collection(features),
        name=name,
        style_function=_area_style,
        tooltip=folium.GeoJsonTooltip(fields=list(told), aliases=list(told.values())),
    )


def _told(line: Line) -> dict[str, Any]:
    return {
        "class": line.shade,
        "name": escape(line.name),
        "elders": f"{line.elders_percent} % ({_number(line.tally.elders)})",
        "people": f"{line.percent} % ({_number(line.tally.people)})",
        "missed": _number(line.tally.uncovered_elders),
    }


def _area_style(feature: dict[str, Any]) -> dict[str, Any]:
    return {
        "fillColor": COLOURS[feature["properties"]["class"]],
        "fillOpacity": 0.85,
        "color": "#5b6672",
        "weight": 1,
    }


def _uncovered(result: CoverageResult) -> tuple[Any, str]:
    """The cells with the most people 60+ left out, and a sentence that says how many they are."""
    missed = result.uncovered
    order = np.argsort(-missed.elders, kind="stable")[:MOST_CELLS]
    features = [
        _point(
            str(number),
            *missed.lonlat[i],
            people=_number(missed.people[i]),
            elders=_number(missed.elders[i]),
            size=float(missed.elders[i]),
        )
        for number, i in enumerate(order)
    ]
    total = float(missed.elders.sum())
    told = _("%(shown)s of %(all)s cells, with %(share)s of the people 60+ who are not covered") % {
        "shown": _number(len(order)),
        "all": _number(len(missed.people)),
        "share": percent(float(missed.elders[order].sum()) / total if total else None) + " %",
    }
    layer = folium.GeoJson(
        collection(features or [_point("none", 0, 0, people="", elders="", size=0.0)]),
        name=_("Cells not covered"),
        show=False,
        marker=folium.CircleMarker(),
        style_function=_cell_style,
        tooltip=folium.GeoJsonTooltip(
            fields=["elders", "people"],
            aliases=[_("60+ not covered"), _("People not covered")],
        ),
    )
    return layer, told


def _cell_style(feature: dict[str, Any]) -> dict[str, Any]:
    size = feature["properties"]["size"]
    return {
        "radius": round(1 + (size / 40) ** 0.5, 1),
        "fill": bool(size),
        "fillColor": MISSED,
        "fillOpacity": 0.55,
        "stroke": False,
    }


def _facilities(result: CoverageResult) -> Any:
    sites = result.sites
    features = [
        _point(
            sites.keys[i],
            *sites.lonlat[i],
            name=escape(sites.names[i]),
            marks=marks_text(
                synthetic=bool(sites.synthetic[i]), approximate=bool(sites.approximate[i])
            ),
            synthetic=bool(sites.synthetic[i]),
        )
        for i in range(len(sites.keys))
    ]
    layer = folium.FeatureGroup(name=escape(result.category.name))
    if features:
        folium.GeoJson(
            collection(features),
            marker=folium.CircleMarker(),
            style_function=facility_look,
            tooltip=folium.GeoJsonTooltip(fields=["name", "marks"], aliases=["", _("Marks")]),
        ).add_to(layer)
    return layer


def _point(key: str, x: float, y: float, **properties: Any) -> dict[str, Any]:
    at = [round(float(x), 5), round(float(y), 5)]
    return {
        "type": "Feature",
        "id": key,
        "geometry": {"type": "Point", "coordinates": at},
        "properties": properties,
    }


def _number(value: float) -> str:
    return f"{round(value):,}"
