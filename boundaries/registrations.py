"""What the shell shows of this app."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from boundaries import jobs
from boundaries.importers.markers import MARKERS
from boundaries.models import BoundaryLine, JointInspection
from boundaries.operations.follow import add_follower
from boundaries.operations.follow_markers import MARKERS_FOLLOW
from boundaries.queries.disputes import CLAIMS, perspectives
from boundaries.queries.division_tiles import division_tiles
from boundaries.queries.divisions import bounds_of, land_left_open
from boundaries.queries.features import divisions_collection, lines_collection, markers_collection
from boundaries.queries.line_search import lines_named
from boundaries.queries.line_tiles import line_tiles
from boundaries.queries.lines import line_counts
from boundaries.queries.marker_tiles import marker_tiles
from boundaries.queries.touched import add_touched
from boundaries.views import disagreements as disagreements_views
from boundaries.views import divisions as divisions_views
from boundaries.views import lines as lines_views
from boundaries.views import marker_programs
from boundaries.views import markers as markers_views
from boundaries.views import topology as topology_views
from common.features import add_feature_collection
from common.registries import (
    Card,
    Hit,
    LegendEntry,
    ListExport,
    MapLayer,
    NavigationItem,
    SearchTraits,
    add_card,
    add_extent,
    add_import_kind,
    add_job,
    add_list_export,
    add_map_layer,
    add_navigation,
    add_search,
    add_section_entry,
)

# Lines are found by their sides, which are hits themselves: they come after everything else.
LINE_SCORE = 0.2
MOST_LINE_HITS = 5


def register() -> None:
    add_touched(5, CLAIMS)
    add_follower(10, MARKERS_FOLLOW)
    _register_divisions()
    _register_lines()
    _register_markers()
    for collection in (
        divisions_collection(history=False),
        divisions_collection(history=True),
        lines_collection(),
        markers_collection(marker_programs.WRITER),
    ):
        add_feature_collection(collection)


def _register_divisions() -> None:
    add_navigation(
        NavigationItem(
            key="divisions",
            label=gettext_lazy("Divisions"),
            icon="map-2",
            url_name="boundaries:divisions",
            order=15,
        )
    )
    for key, label, url_name, order in (
        ("divisions", gettext_lazy("Divisions"), "boundaries:divisions", 10),
        ("adjustments", gettext_lazy("Adjustments"), "boundaries:adjustments", 20),
        ("disputes", gettext_lazy("Disputed areas"), "boundaries:disputes", 30),
    ):
        add_section_entry("divisions", NavigationItem(key, label, "map-2", url_name, order))
    add_map_layer(
        MapLayer(
            key="divisions",
            label=gettext_lazy("Divisions"),
            order=10,
            tiles=division_tiles,
            tables=(
                "boundaries_adjustment",
                "boundaries_adjustmenteffect",
                "boundaries_disputedarea",
                "boundaries_disputedclaim",
                "boundaries_divisionoutline",
                "boundaries_divisionversion",
                "boundaries_nationalline",
            ),
            legend=(
                LegendEntry("synthetic", gettext_lazy("towns and streets: cells made up")),
                LegendEntry("wrong", gettext_lazy("disputed area")),
            ),
            views=perspectives,
            unknown=land_left_open,
        )
    )
    add_extent(bounds_of)
    add_list_export(
        ListExport(
            key="divisions",
            title=gettext_lazy("Divisions"),
            url_name="boundaries:divisions",
            chosen=divisions_views.chosen_list,
        )
    )
    for kind, run, label in (
        ("check_coverage", jobs.run_check, gettext_lazy("Check of the polygons")),
        ("repair_coverage", jobs.run_repair, gettext_lazy("Repair of the polygons")),
    ):
        add_job(kind, run, label, asked=jobs.asked)
    add_list_export(
        ListExport(
            key="coverage-faults",
            title=gettext_lazy("Faults of the polygons"),
            url_name="boundaries:faults",
            chosen=topology_views.chosen_list,
        )
    )
    add_list_export(
        ListExport(
            key="disagreements",
            title=gettext_lazy("Disagreements of lists and documents"),
            url_name="boundaries:disagreements",
            chosen=disagreements_views.chosen_list,
        )
    )


def _register_lines() -> None:
    add_navigation(
        NavigationItem(
            key="lines",
            label=gettext_lazy("Lines"),
            icon="line-dashed",
            url_name="boundaries:lines",
            order=40,
        )
    )
    add_map_layer(
        MapLayer(
            key="lines",
            label=gettext_lazy("Boundary lines"),
            order=20,
            tiles=line_tiles,
            tables=(
                "boundaries_boundaryline",
                "boundaries_divisionversion",
                "boundaries_inspection",
                "boundaries_inspectionside",
                "boundaries_jointinspection",
                "boundaries_openpoint",
                "common_rule",
            ),
            legend=(
                LegendEntry("ok", gettext_lazy("inspected in time")),
                LegendEntry("due", gettext_lazy("due within a year")),
                LegendEntry("wrong", gettext_lazy("overdue")),
                LegendEntry("unknown", gettext_lazy("no inspection known")),
                LegendEntry("disputed", pgettext_lazy("line", "disputed")),
                LegendEntry("at-work", pgettext_lazy("line", "in inspection")),
            ),
            min_zoom=5,
            on_home=False,
        )
    )
    add_list_export(
        ListExport(
            key="boundary-lines",
            title=gettext_lazy("Boundary lines"),
            url_name="boundaries:lines",
            chosen=lines_views.chosen_list,
        )
    )
    for key, label, icon, name, order in (
        ("list", gettext_lazy("Boundary lines"), "line-dashed", "boundaries:lines", 10),
        ("markers", gettext_lazy("Boundary markers"), "flag", "boundaries:markers", 20),
        ("rounds", gettext_lazy("Rounds"), "calendar", "boundaries:rounds", 30),
        (
            "inspections",
            gettext_lazy("Inspections"),
            "clipboard-check",
            "boundaries:inspections",
            40,
        ),
        ("wardens", gettext_lazy("Wardens"), "walk", "boundaries:wardens", 50),
    ):
        add_section_entry(
            "lines",
            NavigationItem(key=key, label=label, icon=icon, url_name=name, order=order),
        )
    add_card(30, lines_card)
    add_search(find_lines, SearchTraits(best=LINE_SCORE))


def _register_markers() -> None:
    add_import_kind(MARKERS)
    add_map_layer(
        MapLayer(
            key="markers",
            label=gettext_lazy("Boundary markers"),
            order=45,
            tiles=marker_tiles,
            tables=(
                "boundaries_inspectionside",
                "boundaries_marker",
                "boundaries_markervisit",
            ),
            legend=(
                LegendEntry("ok", gettext_lazy("found intact")),
                LegendEntry("due", gettext_lazy("to be put right")),
                LegendEntry("wrong", gettext_lazy("moved or lost")),
                LegendEntry("unknown", gettext_lazy("not visited")),
            ),
            min_zoom=7,
            on_home=False,
        )
    )
    add_list_export(
        ListExport(
            key="boundary-markers",
            title=gettext_lazy("Boundary markers"),
            url_name="boundaries:markers",
            chosen=markers_views.chosen_list,
        )
    )


def lines_card(*, at: date, jurisdiction: str) -> Card:
    """Lines that touch the jurisdiction, and which of them are due or overdue."""
    counts = line_counts(at=at, within=jurisdiction)
    said = {
        "wrong": ngettext("%(count)d overdue", "%(count)d overdue", counts.by_state["wrong"]),
        "due": ngettext(
            "%(count)d due within a year", "%(count)d due within a year", counts.by_state["due"]
        ),
        "unknown": ngettext(
            "%(count)d without known inspection",
            "%(count)d without known inspection",
            counts.by_state["unknown"],
        ),
    }
    return Card(
        key="boundaries",
        title=_("Boundary lines"),
        icon="line-dashed",
        url=_lines_url(at, within=jurisdiction),
        count=counts.total,
        synthetic=JointInspection.objects.filter(
            synthetic=True, line__in=BoundaryLine.objects.on(at).touching(jurisdiction)
        ).exists(),
        unit=ngettext("line", "lines", counts.total),
        lines=[
            (
                state,
                text % {"count": counts.by_state[state]},
                _lines_url(at, within=jurisdiction, state=state),
            )
            for state, text in said.items()
            if counts.by_state[state]
        ],
    )


def _lines_url(at: date, **filters: str) -> str:
    if at != timezone.localdate():
        filters["at"] = at.isoformat()
    return f"{reverse('boundaries:lines')}?{urlencode(filters)}"


def find_lines(*, text: str, at: date, within: str, limit: int) -> list[Hit]:
    """Lines by the name or code of a side; two names find the line between them."""
    if len(text.strip()) < 2:
        return []
    found = lines_named(text=text, at=at, within=within, limit=min(limit, MOST_LINE_HITS))
    day = "" if at == timezone.localdate() else f"?at={at.isoformat()}"
    return [
        Hit(
            kind="line",
            key=row.code,
            title=row.title,
            subtitle=row.code,
            url=reverse("boundaries:line", args=[row.code]) + day,
            why="contains",
            score=LINE_SCORE,
            point=(row.lon, row.lat),
            flags=[flag for flag in ("synthetic", "approximate") if getattr(row, flag)],
        )
        for row in found
    ]
