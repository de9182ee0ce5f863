"""The markers of a line on its page: profile, what is wrong in their row, the course in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from boundaries.domain.agreed import Departure
from boundaries.domain.markers import SeriesFault, SeriesFinding
from boundaries.exports.markers import condition_word, direction_word
from boundaries.queries.agreements import (
    EDGE_RULE,
    check_agreed_lines,
    edge_rules,
    get_agreement,
)
from boundaries.queries.markers import LineMarkers, markers_along, state_of

WIDTH, LISTED = 1000, 8


def along_the_line(*, line_code: str, at: date) -> dict[str, Any] | None:
    """What the page shows; None where the line is not in force or has no markers."""
    found = markers_along(line_code=line_code, at=at)
    if found is None or not found.placed:
        return None
    span = found.length_m or 1.0
    return {
        "rows": [
            {
                "marker": each.marker,
                "km": each.chainage / 1000,
                "offset": each.offset,
                "state": state_of(each.marker.found),
                "word": condition_word(each.marker.found),
                "x": round(WIDTH * each.chainage / span, 1),
            }
            for each in found.placed
        ],
        "length_km": span / 1000,
        "findings": [finding_text(each) for each in found.findings],
        "course": course_text(found),
        "synthetic": any(each.marker.synthetic for each in found.placed),
    }


def finding_text(finding: SeriesFinding) -> str:
    shown = ", ".join(f"{serial:03}" for serial in finding.serials[:LISTED])
    if len(finding.serials) > LISTED:
        shown += " …"
    text = {
        SeriesFault.TWICE: _("The same post stands twice: %(serials)s."),
        SeriesFault.INCOMPLETE: _("Posts of one number are not complete: %(serials)s."),
        SeriesFault.GAP: _("Serials are missing: %(serials)s."),
        SeriesFault.ORDER: _("The serial does not rise along the line: %(serials)s."),
    }[finding.fault]
    return text % {"serials": shown}


def course_text(found: LineMarkers) -> list[str]:
    """Marker to marker, in the manner of an agreement's course text (走向说明)."""
    first: dict[int, Any] = {}
    for each in found.placed:
        first.setdefault(each.marker.serial, each.marker)
    numbers = [first[serial].number for serial in sorted(first)]
    return [
        _("From marker %(first)s the line runs %(metres)s m to the %(direction)s to %(second)s.")
        % {
            "first": numbers[leg.first],
            "second": numbers[leg.second],
            "metres": number_format(round(leg.length_m), force_grouping=True),
            "direction": direction_word(leg.azimuth),
        }
        for leg in found.legs
    ]


def agreed_line(*, line_code: str, at: date) -> dict[str, Any] | None:
    """The agreement of a line and where the polygons leave it; None where none is on record."""
    agreement = get_agreement(line_code=line_code, at=at)
    if agreement is None:
        return None
    rule = edge_rules(on=at).get(EDGE_RULE)
    tolerance = rule.parameters["tolerance_m"] if rule else None
    found: Sequence[Departure] | None = None
    if tolerance is not None:
        (check,) = check_agreed_lines(at=at, line_code=line_code, tolerance_m=tolerance)
        found = check.departures
    return {
        "agreement": agreement,
        "tolerance_m": tolerance,
        "known": found is not None,
        "departures": found or (),
        "most_m": max((each.most_m for each in found or ()), default=0.0),
    }
