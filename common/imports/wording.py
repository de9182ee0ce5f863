"""How remarks on rows and findings on whole files read, for every kind of import."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.datums import central_meridian, datums, zone_number
from common.models import ImportRow
from common.registries import ImportKind, RemarkText

COMMON: dict[str, RemarkText] = {
    "extra_cells": RemarkText(
        "fault",
        _("The row has %(extra)s more cells than the heading."),
        _("A separator inside a text: put the text into quotation marks."),
    ),
    "too_long": RemarkText(
        "fault",
        _("%(field)s has more than %(most)s characters."),
        _("Shorten the text; a quotation mark left open also joins many rows into one cell."),
    ),
    "not_number": RemarkText(
        "fault",
        _("%(field)s: “%(text)s” is not a number."),
        _("Write degrees as 113.264385 (or 113°15′51.8″), metres as 424654.893."),
    ),
    "from_dms": RemarkText(
        "note",
        _("%(field)s: “%(text)s” in degrees, minutes and seconds was read as %(value)s."),
    ),
    "half_position": RemarkText(
        "fault",
        _("Only one of longitude and latitude is given."),
        _("Give both, or leave both empty where the position is unknown."),
    ),
    "swapped": RemarkText(
        "fault",
        _("Longitude and latitude are swapped: %(x)s, %(y)s."),
        _("Map the columns the other way round; in China the longitude is the larger number."),
    ),
    "implausible": RemarkText(
        "fault",
        _("The position %(x)s, %(y)s cannot lie in China as %(datum)s."),
        _("Check the declared datum: degrees or metres, and which zone of Gauss–Krüger."),
    ),
    "not_geometry": RemarkText(
        "fault",
        _("“%(text)s” is not a geometry in WKT or GeoJSON."),
        _("Write for example POINT (113.264385 23.129112)."),
    ),
    "other_system": RemarkText(
        "fault",
        _("The shape says that it is in EPSG:%(srid)s, but %(datum)s is declared."),
        _("Declare the datum that the file says, or bring each datum in as a file of its own."),
    ),
    "broken_geometry": RemarkText(
        "fault",
        _("The geometry is broken: %(reason)s."),
        _("Repair it where it was drawn (in QGIS: Fix geometries) and export it again."),
    ),
}

LEVELS = {"fault": "wrong", "conflict": "check", "warning": "check", "note": "unknown"}
OUTCOME_STATES = {
    ImportRow.Outcome.ADD: "ok",
    ImportRow.Outcome.CHANGE: "due",
    ImportRow.Outcome.SAME: "unknown",
    ImportRow.Outcome.CONFLICT: "check",
    ImportRow.Outcome.FAULT: "wrong",
}

FINDINGS: dict[str, RemarkText] = {
    "fits_better": RemarkText(
        "warning",
        _(
            "These points fit the divisions better as %(best)s (%(best_inside)s inside instead "
            "of %(inside)s as %(declared)s; as declared they would have to move %(distance)s m "
            "to fit best)."
        ),
        _("Declare the other datum and check again, unless you know better where they are from."),
    ),
    "fits_elsewhere": RemarkText(
        "warning",
        _(
            "These points fit the divisions better as %(best)s (%(best_inside)s inside instead "
            "of %(inside)s as %(declared)s)."
        ),
        _("Declare the other datum and check again, unless you know better where they are from."),
    ),
    "fits": RemarkText("note", _("%(inside)s of the points lie inside their division.")),
    "left": RemarkText(
        "note",
        _("Columns that are not taken over (%(count)s): %(headings)s."),
        _("Where one of them is meant, choose its field and check again."),
    ),
    "without_position": RemarkText(
        "note",
        _("%(count)s of %(rows)s rows have no position."),
    ),
    "shifted": RemarkText(
        "note",
        _("Positions converted from %(declared)s are marked approximate."),
    ),
}


def datum_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of datums as a person chooses among them."""
    degrees, zones, meridians = [], [], []
    names = {
        "CGCS2000": gettext("CGCS2000, degrees (EPSG:4490)"),
        "WGS84": gettext("WGS 84, degrees (EPSG:4326)"),
        "GCJ-02": gettext("GCJ-02 (AMap, Tencent)"),
        "BD-09": gettext("BD-09 (Baidu)"),
        "EPSG:3857": gettext("Web Mercator, metres (EPSG:3857)"),
    }
    for key, datum in datums().items():
        if key in names:
            degrees.append((key, names[key]))
            continue
        code = datum.epsg or 0
        values = {
            "width": 6 if code <= 4512 else 3,
            "zone": zone_number(code),
            "meridian": central_meridian(code),
            "key": key,
        }
        if values["zone"] is not None:
            text = gettext("%(width)d° zone %(zone)d, meridian %(meridian)d°E (%(key)s)")
            zones.append((key, text % values))
        else:
            text = gettext("%(width)d°, meridian %(meridian)d°E (%(key)s)")
            meridians.append((key, text % values))
    return [
        (gettext("Degrees, and Web Mercator"), degrees),
        (gettext("Gauss–Krüger of CGCS2000 without a zone number"), meridians),
        (gettext("Gauss–Krüger of CGCS2000, zone number before the eastings"), zones),
    ]


def gist(text: Any) -> str:
    """A template without its values, for what many rows have in common."""
    return re.sub(r"%\(\w+\)s", "…", str(text))


def remark_text(kind: ImportKind, code: str) -> RemarkText:
    return kind.remarks.get(code) or COMMON.get(code) or FINDINGS[code]


def filled(text: Any, values: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """A template with its values; ``field`` is shown by its label."""
    shown = {
        key: labels.get(value, value) if key == "field" else value for key, value in values.items()
    }
    return str(text) % shown if shown else str(text)


def shown_remark(
    kind: ImportKind, remark: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, str]:
    """State, text and hint of a remark in the reader's language."""
    found = remark_text(kind, remark["code"])
    values = remark.get("values", {})
    return {
        "code": remark["code"],
        "state": LEVELS[found.level],
        "text": filled(found.text, values, labels),
        "hint": filled(found.hint, values, labels) if found.hint else "",
    }
