"""The scorecard of targets as one map file that opens offline: a layer for each target."""

from html import escape
from typing import Any

import folium
from django.utils.translation import gettext as _

from boundaries.queries.outlines import MADE_UP, outline_sources, outlines
from common.geojson import collection
from common.models import bilingual
from facilities.domain.targets import Outcome
from facilities.exports.offline_map import Mark, OfflineMap, sheet_page
from facilities.exports.target_report import register_text
from facilities.exports.target_words import (
    missing_brief,
    outcome_word,
    short_text,
    state_of,
    value_text,
)
from facilities.queries.sources import ground_sources
from facilities.queries.targets import Scorecard, ScoreRow

# By the state of the page; unknown and not asked are told apart by words in the tooltip.
COLOURS = {
    "ok": "#2e7d4f",
    "check": "#c98a12",
    "wrong": "#b42318",
    "unknown": "#ffffff",
    "": "#e4e7eb",
}


def targets_page(card: Scorecard) -> str:
    """The file's text in the language in force: the first target that is short is shown first."""
    units = card.below or [card.area]
    codes = [unit.code for unit in units]
    shapes = outlines(at=card.at, codes=codes)
    sources = outline_sources(at=card.at, codes=codes)
    sources |= ground_sources(at=card.at, within=card.within)
    sources |= {row.edition.source_id for row in card.rows if row.edition.source_id}
    if card.synthetic:
        sources.add(MADE_UP)
    figure_map = OfflineMap(zoom_control="topleft", control_scale=True)
    short = [row for row in card.rows if row.measured.outcome == Outcome.SHORT]
    first = (short or list(card.rows))[:1]
    drawn = [_layer(card, row, shapes, show=row in first) for row in card.rows if shapes]
    for layer in drawn:
        layer.add_to(figure_map)
    if drawn:
        folium.LayerControl(collapsed=True).add_to(figure_map)
        figure_map.fit_bounds(drawn[0].get_bounds())
    name = bilingual(card.area.name, card.area.name_en)
    return sheet_page(
        figure_map,
        title=f"{_('Targets')} · {name} · {card.at.isoformat()}",
        lead=[
            register_text(card),
            _("What nobody has recorded is unknown, never none."),
            _("Choose a target at the upper right of the map."),
        ],
        headings=(_("Target"), _("State"), _("Measured"), _("Short by")),
        lines=[
            (
                f"{row.edition.target_id} {row.edition.title}",
                outcome_word(row.measured.outcome),
                value_text(row.edition, row.measured) or "—",
                short_text(row.edition, row.measured) or missing_brief(row.measured.missing),
            )
            for row in card.rows
        ],
        legend=[
            Mark(COLOURS["ok"], outcome_word(Outcome.MET)),
            Mark(COLOURS["wrong"], outcome_word(Outcome.SHORT)),
            Mark(COLOURS["check"], _("short by a target that is not verified")),
            Mark(COLOURS["unknown"], outcome_word(Outcome.UNKNOWN)),
            Mark(COLOURS[""], outcome_word(Outcome.NONE)),
        ],
        sources=sources,
        synthetic=card.synthetic,
        approximate=card.approximate,
    )


def _layer(card: Scorecard, row: ScoreRow, shapes: dict[str, Any], *, show: bool) -> Any:
    features = []
    for unit in card.below or [card.area]:
        standing = row.below.get(unit.code)
        edition = standing.edition if standing else row.edition
        measured = standing.measured if standing else row.measured
        if unit.code not in shapes:
            continue
        told = short_text(edition, measured) or value_text(edition, measured) if edition else ""
        properties = {
            "name": escape(bilingual(unit.name, unit.name_en)),
            "state": outcome_word(measured.outcome if measured else None),
            "told": escape(told) or "—",
            "colour": COLOURS[state_of(measured.outcome if measured else None, edition)],
        }
        features.append(
            {
                "type": "Feature",
                "id": unit.code,
                "geometry": shapes[unit.code],
                "properties": properties,
            }
        )
    return folium.GeoJson(
        collection(features),
        name=escape(f"{row.edition.target_id} {row.edition.title}"),
        overlay=False,
        show=show,
        style_function=_look,
        tooltip=folium.GeoJsonTooltip(
            fields=["name", "state", "told"], aliases=["", _("State"), _("In words")]
        ),
    )


def _look(feature: dict[str, Any]) -> dict[str, Any]:
    return {
        "fillColor": feature["properties"]["colour"],
        "fillOpacity": 0.75,
        "color": "#5b6672",
        "weight": 1,
    }
