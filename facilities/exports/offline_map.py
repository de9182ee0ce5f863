"""A folium map in one file that opens without any network: nothing in it is fetched.

folium links Leaflet and five other libraries from content networks. Of these a map of shapes
and tooltips needs only Leaflet, which is written into the file from the copy that set-up
installed. A Content-Security-Policy in the file itself forbids every fetch.
"""

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import folium
from branca.element import Element
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common.errors import Refusal
from common.models import Source, reads_english

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
FACILITY, MADE_UP, FACILITY_EDGE = "#f0a030", "#ffffff", "#7a3e00"
IMAGE = re.compile(r"url\((images/[\w.-]+)\)")


class NoLeaflet(Refusal):
    template = "The map library Leaflet is missing (%(name)s): run script/setup."


class OfflineMap(folium.Map):  # type: ignore[misc]
    """A folium map whose libraries are written into the page, without a base map."""

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    def __init__(self, **options: Any) -> None:
        super().__init__(tiles=None, attributionControl=False, font_size="13px", **options)
        header = self.get_root().header
        header.add_child(
            Literal(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            name="policy",
        )
        header.add_child(Literal(f"<style>{leaflet_css()}</style>"), name="leaflet_css")
        header.add_child(Literal(f"<script>{leaflet_js()}</script>"), name="leaflet")


class Literal(Element):  # type: ignore[misc]
    """Text that goes into the page as it is: no template of folium's is run over it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Literal"
        self.text = text

    def render(self, **kwargs: Any) -> str:
        return self.text


class Mark(NamedTuple):
    """A line of the legend: an area of this colour, or a circle for a ``point``."""

    colour: str
    text: str
    point: bool = False
    edge: str = "#5b6672"


def facility_legend() -> list[Mark]:
    """Circles as :func:`facility_look` draws them."""
    return [
        Mark(FACILITY, _("facility"), point=True, edge=FACILITY_EDGE),
        Mark(MADE_UP, _("facility, synthetic"), point=True, edge=FACILITY_EDGE),
    ]


def facility_look(feature: dict[str, Any]) -> dict[str, Any]:
    """A circle for a facility, empty where it is made up."""
    return {
        "radius": 5,
        "color": FACILITY_EDGE,
        "weight": 2,
        "fill": True,
        "fillColor": MADE_UP if feature["properties"]["synthetic"] else FACILITY,
        "fillOpacity": 1,
    }


def marks_text(*, synthetic: bool, approximate: bool) -> str:
    told = ((synthetic, "▒ " + _("synthetic")), (approximate, "≈ " + _("approximate")))
    return " · ".join(text for flag, text in told if flag) or "—"


def page(
    figure_map: OfflineMap,
    *,
    title: str,
    template: str,
    values: Mapping[str, Any],
    legend: Sequence[Mark],
    sources: Collection[str],
) -> str:
    """The whole file in the language in force: the words of ``template`` before the map.
    ``sources``: keys of those that are named under it."""
    figure = figure_map.get_root()
    figure.title = escape(title)
    shown = {
        **values,
        "title": title,
        "legend": legend,
        "sources": Source.objects.filter(pk__in=sources).order_by("pk"),
    }
    style = _asset("css/offline_map.css").read_text("utf-8")
    figure.header.add_child(Literal(f"<style>{style}</style>"), name="page_style")
    figure.html.add_child(Literal(render_to_string(template, shown)), name="page_body")
    language = "en" if reads_english() else "zh-Hans"
    text = str(figure.render())
    text = text.replace("<html>", f'<html lang="{language}">', 1)
    # People must be able to enlarge what they read.
    return text.replace(", maximum-scale=1.0, user-scalable=no", "", 1)


def sheet_page(
    figure_map: OfflineMap,
    *,
    title: str,
    lead: Sequence[str],
    headings: Sequence[str],
    lines: Sequence[Sequence[str]],
    legend: Sequence[Mark],
    sources: Collection[str],
    synthetic: bool = False,
    approximate: bool = False,
) -> str:
    """A whole file of one table beside the map. ``synthetic``, ``approximate``: the table rests
    on rows that are made up, or not exact."""
    values = {
        "lead": lead,
        "headings": headings,
        "lines": lines,
        "synthetic": synthetic,
        "approximate": approximate,
    }
    return page(
        figure_map,
        title=title,
        template="facilities/sheet_export.html",
        values=values,
        legend=legend,
        sources=sources,
    )


def leaflet_js() -> str:
    return _asset("vendor/leaflet/leaflet.js").read_text("utf-8").replace("</script", "<\\/script")


def leaflet_css() -> str:
    path = _asset("vendor/leaflet/leaflet.css")

    def inlined(found: re.Match[str]) -> str:
        image = base64.b64encode((path.parent / found[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    return IMAGE.sub(inlined, path.read_text("utf-8"))


def _asset(name: str) -> Path:
    found = finders.find(name)
    if not found:
        raise NoLeaflet(name=name)
    return Path(str(found))
