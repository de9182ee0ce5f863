"""An answered siting scenario as GeoPackage, Excel, Word and a map in one file."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from shapely.geometry import Point

from common.datums import get_datum
from common.documents import WORD, Heading, OfficialDocument, Table, write_document
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, written
from facilities.exports.scenario_why import names_of, site_name, why_here
from facilities.exports.scenario_words import (
    SITES,
    count,
    excluded_words,
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

FORMATS = {
    "gpkg": "GeoPackage",
    "xlsx": "Excel",
    "docx": "Word",
    "html": gettext_lazy("Map in one file (opens offline)"),
}
KINDS = {
    "gpkg": "application/geopackage+sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": WORD,
    "html": "text/html; charset=utf-8",
}


def scenario_bytes(scenario: SitingScenario, format: str) -> tuple[bytes, str]:
    """The file of an answered scenario and its media type, in the language being read."""
    if format == "docx":
        return write_document(scenario_paper(scenario)), KINDS[format]
    if format == "html":
        # folium brings pandas, which the start of the server need not wait for.
        from facilities.exports.scenario_map import scenario_page

        return scenario_page(scenario).encode(), KINDS[format]
    with written(scenario_export(scenario), format=format) as (path, _rows):
        return path.read_bytes(), KINDS[format]


def scenario_export(scenario: SitingScenario) -> Export:
    """Sites, then the cells that none reaches, each as a row with its position."""
    return listed(
        name="siting",
        title=scenario.name,
        columns=[
            Column("kind", _("Kind")),
            Column("number", _("Number"), kind="number"),
            Column("name", _("Name")),
            Column("code", _("Division")),
            Column("gain_people", _("People who gain"), kind="number"),
            Column("gain_60_plus", _("People 60+ who gain"), kind="number"),
            Column("only_60_plus", _("60+ by this site alone"), kind="number"),
            Column("load_people", _("People served"), kind="number"),
            Column("load_60_plus", _("People 60+ served"), kind="number"),
            Column("room", _("Room for so many"), kind="number"),
            Column("far", _far_label(scenario), kind="number"),
            Column("why", _("Why here")),
            *flags(),
        ],
        rows=lambda: _rows(scenario),
        datum=get_datum("CGCS2000"),
        day=scenario.day,
    )


def _far_label(scenario: SitingScenario) -> str:
    return _("Farthest (min)") if scenario.asked.in_minutes else _("Farthest (m)")


def _rows(scenario: SitingScenario) -> Iterator[dict[str, Any]]:
    names = names_of(scenario)
    marks = {"synthetic": scenario.synthetic, "approximate": scenario.approximate}
    for site in scenario.result["sites"]:
        gain = site.get("gain") or {"people": None, "elders": None}
        yield {
            "kind": str(SITES[site["kind"]]),
            "number": float(site["number"]),
            "name": site_name(site, names),
            "code": site["code"],
            "gain_people": gain["people"],
            "gain_60_plus": gain["elders"],
            "only_60_plus": (site["only"] or {}).get("elders"),
            "load_people": site["load"]["people"],
            "load_60_plus": site["load"]["elders"],
            "room": site.get("room"),
            "far": None if site["far"] is None else round(site["far"], 1),
            "why": " ".join(why_here(scenario, site, names)),
            **marks,
            "geometry": Point(site["lon"], site["lat"]),
        }
    empty = dict.fromkeys(("number", "gain_people", "gain_60_plus", "only_60_plus", "far", "room"))
    for lon, lat, people, elders in scenario.result["uncovered"]["shown"]:
        yield {
            **empty,
            "kind": _("people not reached"),
            "name": "",
            "code": "",
            "load_people": people,
            "load_60_plus": elders,
            "why": "",
            **marks,
            "geometry": Point(lon, lat),
        }


def _split_table(scenario: SitingScenario) -> Table:
    rows = [
        (text, count(told["people"]), count(told["elders"])) for text, told in split_rows(scenario)
    ]
    headings = (_("Reached or not"), pgettext("population", "People"), _("People 60+"))
    return Table(rows=rows, headings=headings, widths=(3, 2, 2))


def scenario_paper(scenario: SitingScenario) -> OfficialDocument:
    """The report: what was asked, the answer, each site with its reasons, what is not known."""
    names = names_of(scenario)
    rules = place_rules(
        category=scenario.category_id, within=scenario.jurisdiction, at=scenario.day
    )
    sites = [
        (
            str(site["number"]),
            site_name(site, names),
            count(site["gain"]["elders"]),
            count((site["only"] or {}).get("elders")),
            count(site["load"]["elders"]),
        )
        for site in scenario.new_sites
    ]
    headings = (
        _("Number"),
        _("Site"),
        _("People 60+ who gain"),
        _("60+ by this site alone"),
        _("People 60+ served"),
    )
    blocks: list[Any] = [
        headline(scenario),
        how_good(scenario),
        *remarks(scenario),
        _split_table(scenario),
        Heading(_("Sites")),
        Table(rows=sites, headings=headings, widths=(1, 3, 2, 2, 2)),
        Heading(_("Why here")),
    ]
    for site in scenario.new_sites:
        reasons = " ".join(why_here(scenario, site, names))
        blocks.append(f"{site['number']}. {site_name(site, names)}: {reasons}")
    blocks += [
        Heading(_("What is asked")),
        Table(rows=[(_("Division"), names.get(scenario.jurisdiction, "")), *facts(scenario)]),
        excluded_words(scenario),
        *(f"{zone['text']}: {zone['rule']}" for zone in zone_rows(rules, scenario.result)),
        *not_checked(rules, scenario.result),
        Heading(_("What it rests on")),
        _("Fingerprint of the inputs: %(hash)s") % {"hash": scenario.inputs_hash},
        _("Sketch positions, not legal boundaries; synthetic and approximate rows say so."),
    ]
    return OfficialDocument(
        title=scenario.name, blocks=blocks, day=scenario.day, synthetic=scenario.synthetic
    )
