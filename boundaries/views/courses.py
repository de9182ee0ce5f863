"""The markers of a line on its page: profile, what is wrong in their row, the course in words."""

from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from boundaries.domain.markers import SeriesFault, SeriesFinding
from boundaries.exports.inspection_words import OFF_LINE
from boundaries.exports.markers import condition_word, direction_word
from boundaries.queries.agreements import get_agreement
from boundaries.queries.markers import (
    MARKER_RULE,
    LineMarkers,
    Placed,
    beside,
    feature_spans,
    followed_legs,
    marker_rules,
    state_of,
)

WIDTH, LISTED = 1000, 8


def along_the_line(*, found: LineMarkers | None, line_code: str, at: date) -> dict[str, Any] | None:
    """What the page shows; None where the line is not in force or has no markers."""
    if found is None or not found.placed:
        return None
    span = found.length_m or 1.0
    agreement = get_agreement(line_code=line_code, at=at)
    accuracy = agreement.accuracy_m if agreement else None
    limits = marker_rules(on=at, code=line_code[:6])[MARKER_RULE].parameters
    return {
        "rows": [
            {
                "marker": each.marker,
                "km": each.chainage / 1000,
                "offset": each.offset,
                "state": state_of(each.marker.found),
                "word": condition_word(each.marker.found),
                "off": off_text(each, accuracy, limits),
                "x": round(WIDTH * each.chainage / span, 1),
            }
            for each in found.placed
        ],
        "features": [
            {
                "feature": each.feature,
                "begins_km": each.begins_m / 1000,
                "ends_km": each.ends_m / 1000,
                "x": round(WIDTH * each.begins_m / span, 1),
                "width": round(WIDTH * (each.ends_m - each.begins_m) / span, 1),
            }
            for each in feature_spans(line_code=line_code, at=at)
        ],
        "length_km": span / 1000,
        "findings": [finding_text(each) for each in found.findings],
        "course": course_text(found, line_code=line_code, at=at),
        "agreed": agreement is not None,
        "synthetic": any(each.marker.synthetic for each in found.placed),
    }


def off_text(each: Placed, line_accuracy_m: float | None, limits: Any) -> dict[str, Any] | None:
    """Whether a marker stands on the agreed line, in words; None where it cannot be told."""
    marker = each.marker
    found = beside(marker.kind, each.offset, marker.accuracy_m, line_accuracy_m, limits)
    if found is None:
        return None
    word, state = OFF_LINE[found.verdict]
    return {"word": word, "state": state, "sigma_m": found.sigma_m}


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


def course_text(found: LineMarkers, *, line_code: str, at: date) -> list[str]:
    """Marker to marker, in the manner of an agreement's course text (走向说明).

    A feature is named where the line follows it for most of the way between two markers.
    """
    followed = followed_legs(found, line_code=line_code, at=at)
    first: dict[int, Any] = {}
    for each in found.placed:
        if each.marker.line_code == line_code:
            first.setdefault(each.marker.serial, each.marker)
    numbers = [first[serial].number for serial in sorted(first)]
    told = []
    for leg, name in zip(found.legs, followed, strict=True):
        values = {
            "first": numbers[leg.first],
            "second": numbers[leg.second],
            "metres": number_format(round(leg.length_m), force_grouping=True),
            "direction": direction_word(leg.azimuth),
            "feature": name,
        }
        text = (
            _(
                "From marker %(first)s the line follows %(feature)s for %(metres)s m to the "
                "%(direction)s to %(second)s."
            )
            if name
            else _(
                "From marker %(first)s the line runs %(metres)s m to the %(direction)s to "
                "%(second)s."
            )
        )
        told.append(text % values)
    return told
