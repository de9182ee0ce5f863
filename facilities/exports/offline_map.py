"""A folium map in one file that opens without any network: nothing in it is fetched.

folium links Leaflet and five other libraries from content networks. Of these a map of shapes
and tooltips needs only Leaflet, which is written into the file from the copy that set-up
installed. A Content-Security-Policy in the file itself forbids every fetch.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import Element
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import get_language

from common.errors import Refusal

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
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


def page(figure_map: OfflineMap, *, title: str, language: str, body: str, style: str) -> str:
    """The whole file: ``body`` stands before the map, ``style`` arranges both."""
    figure = figure_map.get_root()
    figure.title = title
    figure.header.add_child(Literal(f"<style>{style}</style>"), name="page_style")
    figure.html.add_child(Literal(body), name="page_body")
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
    legend: Sequence[tuple[str, str]],
    sources: Iterable[Any],
    synthetic: bool = False,
    approximate: bool = False,
) -> str:
    """A whole file of one table beside the map. ``legend``: colour and what it means;
    ``synthetic``, ``approximate``: the table rests on rows that are made up, or not exact."""
    values = {
        "title": title,
        "lead": lead,
        "headings": headings,
        "lines": lines,
        "legend": legend,
        "sources": sorted(sources, key=lambda source: source.pk),
        "synthetic": synthetic,
        "approximate": approximate,
    }
    return page(
        figure_map,
        title=escape(title),
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        body=render_to_string("facilities/sheet_export.html", values),
        style=page_css("offline_map.css"),
    )


def leaflet_js() -> str:
    return _asset("vendor/leaflet/leaflet.js").read_text("utf-8").replace("</script", "<\\/script")


def leaflet_css() -> str:
    path = _asset("vendor/leaflet/leaflet.css")

    def inlined(found: re.Match[str]) -> str:
        image = base64.b64encode((path.parent / found[1]).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{image})"

    return IMAGE.sub(inlined, path.read_text("utf-8"))


def page_css(name: str) -> str:
    return _asset(f"css/{name}").read_text("utf-8")


def _asset(name: str) -> Path:
    found = finders.find(name)
    if not found:
        raise NoLeaflet(name=name)
    return Path(str(found))
