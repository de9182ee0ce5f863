"""What an adjustment does to lines, to what stands and goes on along them, and to disputes."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from boundaries.domain.adjusting import Outcome
from boundaries.domain.codes import is_county_cell
from boundaries.models import (
    BoundaryLine,
    DisputedArea,
    Inspection,
    LineAgreement,
    WardenContract,
)
from boundaries.queries.adjusting import Passage, heirs_of_cells
from boundaries.queries.disputes import disputes_claimed_by, disputes_under
from boundaries.queries.ending_lines import remade_lines
from boundaries.queries.lacking_vertices import lacking_vertices
from boundaries.queries.markers import markers_of
from boundaries.queries.touched import Measure
from common.models import in_a_row


def line_measures(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    ending, going_on = remade_lines(outcome=outcome, on=on)
    codes = sorted(line.code for line in ending)
    return [
        *_neighbours(outcome),
        *_disputes(outcome, on),
        *_lines(codes, len(going_on), on),
        *_markers(codes, passages, on),
    ]


def _neighbours(outcome: Outcome) -> list[Measure]:
    """Who gets a vertex more where a new edge meets its own: named, as no land moves by it."""
    rows = {each.version.division_id: each.version for each in lacking_vertices(outcome=outcome)}
    others = [row for key, row in rows.items() if key not in outcome.before]
    names = sorted(f"{row.shown} {row.code}" for row in others)
    if not names:
        return []
    fate = _("Get the vertices where new edges meet theirs; no land moves: %(names)s")
    fate %= {"names": in_a_row(names)}
    return [Measure(_("Neighbours"), str(len(names)), str(len(names)), fate)]


def _lines(codes: Sequence[str], going_on: int, on: date) -> list[Measure]:
    if not codes:
        return []
    eve = on - timedelta(days=1)
    lines = BoundaryLine.objects.on(eve).filter(code__in=codes)
    fate = _("End on the day; new ones are derived and to be demarcated (Art 16).")
    if going_on:
        fate += " " + _("%(count)d others keep their course and go on.") % {"count": going_on}
    found = [
        Measure(_("Boundary lines"), str(len(codes)), "", fate, "due"),
        Measure(
            _("Lines with joint inspections"),
            str(lines.filter(inspections__isnull=False).distinct().count()),
            "",
            _("Inspections stay with the old line; the new one begins a round of its own."),
        ),
    ]
    if under_way := Inspection.objects.under_way(eve).filter(line_code__in=codes).count():
        fate = _("To be filed or given up before the day: their lines end on it.")
        found.append(Measure(_("Joint inspections under way"), str(under_way), "", fate, "check"))
    if agreed := LineAgreement.objects.on(eve).filter(line_code__in=codes).count():
        fate = _("End with their lines; new lines are to be surveyed (Art 16).")
        found.append(Measure(_("Boundary agreements"), str(agreed), "", fate, "due"))
    if wardens := WardenContract.objects.filter(line_code__in=codes, period__contains=eve).count():
        fate = _("Are for the old line: to be made anew for the new one.")
        found.append(Measure(_("Contracts of wardens"), str(wardens), "", fate, "check"))
    return found


def _markers(ending: Sequence[str], passages: Sequence[Passage], on: date) -> list[Measure]:
    """Markers of lines that end, or of counties whose code does: these follow, numbers stay."""
    cells = [one for one in passages if is_county_cell(one.old.level, one.old.kind)]
    heirs = heirs_of_cells(cells)
    divided = {one.old.code for one in cells} - heirs.keys()
    sides = {*heirs, *(code for line in ending for code in line.split("-"))}
    standing = [
        marker
        for marker in markers_of(sides=sorted(sides), at=on - timedelta(days=1))
        if marker.line_code in ending or heirs.keys() & set(marker.codes)
    ]
    if not standing:
        return []
    inner = [m for m in standing if len({heirs.get(code, code) for code in m.codes}) == 1]
    waiting = [m for m in standing if divided & set(m.codes)]
    moved = [m for m in standing if heirs.keys() & set(m.codes) and m not in inner]
    fate = [_("Stand with their numbers; new ones come with the demarcation (Art 16).")]
    if moved:
        fate.append(_("%(count)d follow to the line of the heir.") % {"count": len(moved)})
    if inner:
        fate.append(_("%(count)d end: both sides become one.") % {"count": len(inner)})
    if waiting:
        fate.append(_("%(count)d wait for a person.") % {"count": len(waiting)})
    after = str(len(standing) - len(inner))
    state = "check" if waiting else "due"
    return [Measure(_("Boundary markers"), str(len(standing)), after, " ".join(fate), state)]


def _disputes(outcome: Outcome, on: date) -> list[Measure]:
    """Disputed land that changes hands, or whose claimant changes: the claims stay."""
    eve = on - timedelta(days=1)
    moved = []
    for key, unit in outcome.before.items():
        after = outcome.after.get(key)
        if unit.shape is not None and (after is None or after.shape != unit.shape):
            moved.append(unit.shape)
    codes = [unit.code for unit in outcome.before.values()]
    areas: dict[object, DisputedArea] = {
        area.pk: area
        for area in (
            *disputes_under(shapes=moved, at=eve),
            *disputes_claimed_by(codes=codes, at=eve),
        )
    }
    return [
        Measure(
            _("Disputed area: %(name)s") % {"name": area.name},
            f"{area.area_km2:.3f} km²",
            f"{area.area_km2:.3f} km²",
            _("Stays in dispute: the claims go over to the heirs, and only a document settles it."),
            "wrong",
            area.synthetic,
        )
        for area in areas.values()
    ]
