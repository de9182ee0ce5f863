"""Tags that every page is built with: addresses that keep the day, the map, charts, numbers."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.models import Source, cited
from common.registries import MapLayer, home_bounds, job_label, map_layers

register = template.Library()
register.filter(cited)

# States: symbol (never colour alone) and the word that stands in when a page gives no text.
SYMBOLS = {
    "ok": "●",
    "check": "▲",
    "wrong": "◆",
    "waived": "◇",
    "unknown": "○",
    "due": "◷",
    "overdue": "◷",
    "synthetic": "▒",
    "approximate": "≈",
}


@register.simple_tag(takes_context=True)
def dayurl(context: Any, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, keeping the day that is being looked at."""
    return reverse(name, args=args, kwargs=kwargs) + context.get("at_query", "")


@register.filter
def symbol(state: str) -> str:
    return SYMBOLS.get(str(state), SYMBOLS["unknown"])


@register.filter
def state_word(state: str) -> str:
    return {
        "ok": _("in order"),
        "check": _("to check"),
        "wrong": _("wrong"),
        "unknown": _("unknown"),
        "due": _("due"),
        "overdue": _("overdue"),
        "synthetic": _("synthetic"),
        "approximate": _("approximate"),
    }.get(str(state), str(state))


@register.filter
def number(value: Any, decimals: int = 0) -> str:
    """A number with thousands separators; a dash where it is unknown."""
    if value is None or value == "":
        return "—"
    if isinstance(value, float):
        value = round(value, int(decimals))  # Django's formatting cuts digits off
    return f"{Decimal(str(value)):,.{int(decimals)}f}"


@register.filter
def job_kind(kind: str) -> str:
    return str(job_label(kind))


@register.simple_tag
def language_code() -> str:
    """For the ``lang`` attribute: zh-Hans or en."""
    return "en" if (get_language() or "").startswith("en") else "zh-Hans"


@register.inclusion_tag("components/map.html", takes_context=True)
def map_panel(
    context: Any,
    layers: str = "divisions",
    bounds: Sequence[float] | None = None,
    focus: Mapping[str, Any] | None = None,
    list_id: str = "",
    hidden: str = "",
    overlay: Mapping[str, Any] | None = None,
    views: bool = False,
) -> dict[str, Any]:
    """The map of a page.

    ``layers``: keys of registered layers, comma separated, drawn bottom to top; ``hidden``: those
    of them that start switched off. ``bounds``: [west, south, east, north] in degrees, else those
    of the focus, else the home jurisdiction's. ``focus``: GeoJSON drawn highlighted.
    ``list_id``: id of the element whose ``data-key`` rows answer the map. ``overlay``: a layer of
    this page alone, {layer: MapLayer, url: address of GeoJSON or GeoJSON itself}, drawn above the
    others by its own module. ``views``: whether the legend offers the ways to see a layer, which
    costs a question.
    """
    known = map_layers()
    shown = [known[key] for key in _keys(layers) if key in known]
    off = _keys(hidden)
    home = home_bounds(settings.HOME_JURISDICTION, at=context.get("day"))
    query = context.get("at_query", "")
    unknown = {
        layer.key: layer.unknown(at=context["day"])
        for layer in shown
        if layer.unknown and context.get("day")
    }
    config = {
        "layers": [
            *(_layer(layer, query, off) for layer in shown),
            *([_overlay(overlay)] if overlay else []),
        ],
        "bounds": list(bounds) if bounds else None,
        "homeBounds": list(home),
        "focus": focus,
        "unknownLand": any(unknown.values()),
        "listId": list_id,
        "day": context.get("day"),
        "language": "en" if language_code() == "en" else "zh",
        "modules": static("js/layers/"),
        "home": settings.HOME_JURISDICTION,
        "here": "/here/",
        "tiandituKey": settings.TIANDITU_KEY,
    }
    return {
        "config": json.dumps(config, ensure_ascii=False, default=str),
        "texts": json.dumps(_map_texts(), ensure_ascii=False),
        "layers": [
            {
                "layer": layer,
                "off": layer.key in off,
                "unknown": unknown.get(layer.key, ""),
                "views": layer.views(at=context["day"], bounds=bounds or home)
                if views and layer.views
                else [],
            }
            for layer in [*shown, *([overlay["layer"]] if overlay else [])]
        ],
        "credits": _credits(),
        "tianditu": bool(settings.TIANDITU_KEY),
    }


def _credits() -> list[str]:
    """Short titles of the sources; the page of sources has all about them."""
    titles = (source.title for source in Source.objects.exclude(credit="").order_by("key"))
    return list(dict.fromkeys(re.split(r"\s*[（(]", title)[0] for title in titles))


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def _layer(layer: MapLayer, query: str, off: list[str]) -> dict[str, Any]:
    return {
        "key": layer.key,
        "tiles": f"/tiles/{layer.key}/{{z}}/{{x}}/{{y}}.mvt{query}",
        "minZoom": layer.min_zoom,
        "off": layer.key in off,
    }


def _overlay(overlay: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": overlay["layer"].key, "data": overlay["url"], "off": False}


def _map_texts() -> dict[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "open": _("Open"),
        "close": _("Close"),
        "noWebgl": _(
            "This browser cannot draw the map (WebGL is missing). The list says the same."
        ),
        "map": _("Map"),
        "wheel": _("Hold Ctrl and turn the wheel to zoom the map"),
        "wheelMac": _("Hold ⌘ and turn the wheel to zoom the map"),
        "fingers": _("Use two fingers to move the map"),
        "measureDistance": _("Measure a distance"),
        "measureArea": _("Measure an area"),
        "measureHow": _("Click points on the map; Backspace takes one back, Esc ends."),
        "distance": _("Distance"),
        "area": _("Area"),
        "perimeter": _("Perimeter"),
        "print": _("Print the map"),
        "here": _("What is here?"),
        "hereHow": _("Click a point on the map, or press Enter for its middle; Esc ends."),
    }


@register.inclusion_tag("components/chart.html")
def chart(data: Mapping[str, Any]) -> dict[str, Any]:
    """A chart with the table of its numbers.

    ``data``: kind (bar, hbar or line), title, categories, series [{name, values}], unit, and
    optionally ``decimals``, ``category_label``.
    """
    decimals = data.get("decimals", 1)
    columns = [series["values"] for series in data["series"]]
    rows = zip(data["categories"], *columns, strict=True)
    texts = {"png": _("Picture (PNG)"), "csv": _("Numbers (CSV)"), "unknown": _("unknown")}
    return {
        "data": data,
        "config": json.dumps({**data, "texts": texts}, ensure_ascii=False, default=float),
        "rows": [(row[0], row[1:]) for row in rows],
        "decimals": decimals,
    }
