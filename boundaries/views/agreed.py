"""What the page of a line says of its agreement: papers, edge, features followed, management."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from boundaries.domain.managed import Managed, read_managed
from boundaries.models import LineAgreement
from boundaries.queries.agreements import (
    EDGE_RULE,
    LineCheck,
    check_agreed_lines,
    check_features,
    edge_rules,
    get_agreement,
)
from boundaries.queries.lines import LineRow
from boundaries.queries.markers import LineMarkers


def agreed_line(*, row: LineRow, at: date, along: LineMarkers | None) -> dict[str, Any] | None:
    """The agreement of a line and where the polygons leave it; None where none is on record."""
    line_code = row.code
    agreement = get_agreement(line_code=line_code, at=at)
    if agreement is None:
        return None
    rule = edge_rules(on=at).get(EDGE_RULE)
    tolerance = rule.parameters["tolerance_m"] if rule else None
    check: LineCheck | None = None
    if tolerance is not None:
        (check,) = check_agreed_lines(at=at, line_code=line_code, tolerance_m=tolerance)
    return {
        "agreement": agreement,
        "tolerance_m": tolerance,
        "known": check is not None and check.departures is not None,
        "departures": (check.departures if check else None) or (),
        "beyond": check.beyond if check else (),
        "most_m": check.most_m if check else 0.0,
        "features": check_features(
            at=at, line_code=line_code, tolerance_m=1.0 if tolerance is None else tolerance
        ),
        "managed": _managed(agreement, row, along),
    }


def _managed(
    agreement: LineAgreement, row: LineRow, along: LineMarkers | None
) -> list[dict[str, Any]]:
    """Sections with who looks after them, as far as the words of the agreement can be read."""
    names = dict(row.sides)
    written = {row.code_a: row.name_a, row.code_b: row.name_b}
    sections = read_managed(agreement.managed, written)
    if sections is None:
        return []
    return [
        {
            "section": section,
            "name": names[section.side],
            "km": _km(sections, n, along),
            "markers": sum(1 for each in _own(agreement, along) if section.holds(each.serial)),
            "others": [
                each.number
                for each in _own(agreement, along)
                if section.holds(each.serial) and each.manager_code not in ("", section.side)
            ],
        }
        for n, section in enumerate(sections)
    ]


def _own(agreement: LineAgreement, along: LineMarkers | None) -> list[Any]:
    rows = along.placed if along else ()
    return [each.marker for each in rows if each.marker.line_code == agreement.line_code]


def _km(sections: Sequence[Managed], n: int, along: LineMarkers | None) -> float | None:
    """From the section's first marker to the next section's, the ends of the line included."""
    if along is None:
        return None
    at = {each.marker.serial: each.chainage for each in reversed(along.placed)}
    begins = 0.0 if n == 0 else at.get(sections[n].first)
    ends = along.length_m if n == len(sections) - 1 else at.get(sections[n + 1].first)
    return None if begins is None or ends is None else abs(ends - begins) / 1000
