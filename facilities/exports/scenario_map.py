"""An answered siting scenario as one file that opens offline: map, sites, reasons."""

from html import escape
from typing import Any

import folium
from django.utils.translation import gettext as _

from boundaries.queries.outlines import outline_sources, outlines
from common.geojson import collection
from facilities.domain.exclusions import DISTANCES
from facilities.exports.offline_map import Mark, OfflineMap, page
from facilities.exports.scenario_why import names_of, site_name, why_here
from facilities.exports.scenario_words import (
    SITES,
    count,
    facts,
    headline,
    how_good,
    not_checked,
    remarks,
    split_rows,
    zone_rows,
)
from facilities.models import SitingScenario
from facilities.queries.protected import place_rules
from facilities.queries.sources import ground_sources

MISSED = "#b42318"
LOOKS = {
    "new": {"radius": 9, "color": "#ffffff", "weight": 2, "fillColor": "#1f4f8f"},
    "zone": {"color": MISSED, "weight": 1, "dashArray": "4 3", "fillColor": MISSED},
    "extension": {"radius": 7, "color": "#ffffff", "weight": 2, "fillColor": "#5b3fa0"},
    "existing": {"radius": 5, "color": "#7a3e00", "weight": 2, "fillColor": "#f0a030"},
}


def scenario_page(scenario: SitingScenario) -> str:
    """The file's text in the language in force."""
    names = names_of(scenario)
    figure_map = OfflineMap(zoom_control="topleft", control_scale=True)
    code = scenario.jurisdiction
    shapes = outlines(at=scenario.day, codes=[code.ljust(6, "0")])
    area = folium.GeoJson(
        collection([_feature("area", shape) for shape in shapes.values()]),
        name=escape(names.get(code, code)),
        style_function=lambda _feature: {"fillOpacity": 0.05, "color": "#5b6672", "weight": 1.5},
    )
    sites = _layer(
        _("Sites"),
        [
            _feature(
                site["key"],
                _point(site["lon"], site["lat"]),
                kind=site["kind"],
                name=escape(site_name(site, names)),
                served=count(site["load"]["elders"]),
            )
            for site in scenario.result["sites"]
        ],
        {"name": "", "served": _("People 60+ served")},
    )
    missed = _layer(
        _("people not reached"),
        [
            _feature(f"cell-{n}", _point(lon, lat), kind="cell", elders=count(elders))
            for n, (lon, lat, _people, elders) in enumerate(scenario.result["uncovered"]["shown"])
        ],
        {"elders": _("60+ not covered")},
    )
    rules = place_rules(category=scenario.category_id, within=code, at=scenario.day)
    zones = zone_rows(rules, scenario.result)
    kept_free = _layer(
        _("nothing may be built"),
        [
            _feature(zone["key"], zone["shape"], kind="zone", text=escape(zone["text"]),
                     rule=escape(zone["rule"]))
            for zone in zones
            if zone["shape"]
        ],
        {"text": "", "rule": _("Rule")},
    )  # fmt: skip
    if shapes:
        area.add_to(figure_map)
    if kept_free is not None:
        kept_free.add_to(figure_map)
    for layer in (missed, sites):
        if layer is not None:
            layer.add_to(figure_map)
    if sites is not None:
        _number(scenario, sites)
    folium.LayerControl(collapsed=False).add_to(figure_map)
    figure_map.fit_bounds((area if shapes else sites).get_bounds())
    values = {
        "scenario": scenario,
        "headline": headline(scenario),
        "how_good": how_good(scenario),
        "remarks": remarks(scenario),
        "split": split_rows(scenario),
        "zones": zones,
        "facts": facts(scenario),
        "not_checked": not_checked(rules, scenario.result),
        "sites": [
            {**site, "title": site_name(site, names), "why": why_here(scenario, site, names)}
            for site in scenario.new_sites
        ],
    }
    return page(
        figure_map,
        title=scenario.name,
        template="facilities/scenario_export.html",
        values=values,
        legend=_legend(scenario),
        sources=outline_sources(at=scenario.day, codes=list(shapes)) | _sources(scenario),
    )


def _legend(scenario: SitingScenario) -> list[Mark]:
    """Only what is drawn."""
    kinds = {site["kind"] for site in scenario.result["sites"]}
    told = [
        Mark(LOOKS[kind]["fillColor"], str(word), point=True, edge=LOOKS[kind]["color"])
        for kind, word in SITES.items()
        if kind in kinds
    ]
    if scenario.result["uncovered"]["shown"]:
        told.append(Mark(MISSED, _("people not reached"), point=True, edge="none"))
    if scenario.result.get("zones"):
        told.append(Mark("#f6e3e1", _("nothing may be built"), edge=MISSED))
    return told


def _sources(scenario: SitingScenario) -> set[str]:
    result = scenario.result
    kept_free = [zone["name"] for zone in result.get("zones", ())]
    return ground_sources(
        at=scenario.day,
        within=scenario.jurisdiction,
        category=scenario.category_id,
        networks=[name for name, *_more in result.get("networks", ())],
        protected=[kind for name in kept_free for kind in DISTANCES.get(name, (name,))],
    )


def _layer(name: str, features: list[dict[str, Any]], told: dict[str, str]) -> Any:
    if not features:
        return None
    return folium.GeoJson(
        collection(features),
        name=name,
        marker=folium.CircleMarker(),
        style_function=_look,
        tooltip=folium.GeoJsonTooltip(fields=list(told), aliases=list(told.values())),
    )


def _number(scenario: SitingScenario, sites: Any) -> None:
    """As on the page: a new site is known on the map by the number that it has in the table."""
    for site in scenario.new_sites:
        text = f'<span class="site-number">{site["number"]}</span>'
        icon = folium.DivIcon(html=text, icon_size=(18, 18), class_name="")
        spot = (site["lat"], site["lon"])
        folium.Marker(spot, icon=icon, interactive=False, keyboard=False).add_to(sites)


def _look(feature: dict[str, Any]) -> dict[str, Any]:
    look = LOOKS.get(feature["properties"]["kind"])
    if look is None:
        return {"radius": 3, "stroke": False, "fill": True, "fillColor": MISSED,
                "fillOpacity": 0.5}  # fmt: skip
    opacity = 0.12 if feature["properties"]["kind"] == "zone" else 1
    return {**look, "fill": True, "fillOpacity": opacity}


def _feature(key: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}
