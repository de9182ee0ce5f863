"""The filtered register of facilities as one map file that opens offline."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from itertools import islice
from typing import Any

import folium
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from boundaries.queries.outlines import outline_sources, outlines
from common.geojson import collection
from facilities.exports.offline_map import (
    OfflineMap,
    facility_legend,
    facility_look,
    marks_text,
    sheet_page,
)
from facilities.exports.register_paper import (
    category_headings,
    category_lines,
    division_names,
)
from facilities.models import Facility
from facilities.queries.facilities import counts_by_category

# More circles make the file slow to open.
MOST_POINTS = 5_000


def register_page(
    *, rows: QuerySet[Facility], at: date, title: str, told: Sequence[str] = ()
) -> str:
    """The file's text in the language in force: counts by category beside a circle for each."""
    listed = list(islice(rows, MOST_POINTS))
    counts = counts_by_category(rows=rows)
    more = sum(each.facilities for each in counts) - len(listed)
    figure_map = OfflineMap(zoom_control="topleft", control_scale=True)
    sources = set(rows.order_by().values_list("source", flat=True).distinct())
    if listed:
        names = division_names(listed, at)
        sources |= outline_sources(at=at, codes=list(names))
        points = _points(listed, names)
        for layer in (*_districts(names, at), points):
            layer.add_to(figure_map)
        figure_map.fit_bounds(points.get_bounds())
    lead = [_("In service on %(day)s.") % {"day": at.isoformat()}, *told]
    if more > 0:
        lead.append(
            _("And %(count)s more: the tables to export hold all.") % {"count": f"{more:,}"}
        )
    return sheet_page(
        figure_map,
        title=title,
        lead=lead,
        headings=category_headings(),
        lines=category_lines(counts),
        legend=facility_legend(),
        sources=sources,
        synthetic=any(each.synthetic for each in counts),
        approximate=any(each.approximate for each in counts),
    )


def _districts(names: Mapping[str, str], at: date) -> list[Any]:
    """The outlines of the districts in which they lie; none where they are not recorded."""
    shapes = outlines(at=at, codes=list(names))
    features = [
        {"type": "Feature", "id": code, "geometry": shape, "properties": {"name": names[code]}}
        for code, shape in shapes.items()
    ]
    if not features:
        return []
    return [folium.GeoJson(collection(features), style_function=_outline)]


def _outline(_feature: dict[str, Any]) -> dict[str, Any]:
    return {"fillColor": "#ffffff", "fillOpacity": 0.6, "color": "#5b6672", "weight": 1}


def _points(rows: Sequence[Facility], names: Mapping[str, str]) -> Any:
    features = [
        {
            "type": "Feature",
            "id": str(row.pk),
            "geometry": {"type": "Point", "coordinates": [round(v, 5) for v in row.location]},
            "properties": {
                "name": escape(row.name),
                "category": escape(row.category.name),
                "division": escape(names.get(row.division_code[:6], row.division_code)),
                "beds": _("unknown") if row.beds is None else f"{row.beds:,}",
                "marks": marks_text(synthetic=row.synthetic, approximate=row.approximate),
                "synthetic": row.synthetic,
            },
        }
        for row in rows
    ]
    fields = {
        "name": "",
        "category": _("Category"),
        "division": _("Division"),
        "beds": _("Beds"),
        "marks": _("Marks"),
    }
    return folium.GeoJson(
        collection(features),
        name=_("Facilities"),
        marker=folium.CircleMarker(),
        style_function=facility_look,
        tooltip=folium.GeoJsonTooltip(fields=list(fields), aliases=list(fields.values())),
    )
