"""What an adjustment does to lines, to what stands and goes on along them, and to disputes."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from boundaries.domain.adjusting import Outcome
from boundaries.models import (
    BoundaryLine,
    DisputedArea,
    Inspection,
    Level,
    LineAgreement,
    WardenContract,
)
from boundaries.queries.adjusting import Passage
from boundaries.queries.disputes import disputes_claimed_by, disputes_under
from boundaries.queries.markers import markers_of
from boundaries.queries.touched import Measure


def line_measures(*, outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    return [*_disputes(outcome, on), *_lines(outcome, on), *_markers(outcome, passages, on)]


def _lines(outcome: Outcome, on: date) -> list[Measure]:
    ids = outcome.remade(Level.COUNTY) & outcome.before.keys()
    eve = on - timedelta(days=1)
    rows = BoundaryLine.objects.on(eve)
    lines = (rows.filter(side_a__in=ids) | rows.filter(side_b__in=ids)).distinct()
    codes = list(lines.values_list("code", flat=True))
    if not codes:
        return []
    found = [
        Measure(
            _("Boundary lines"),
            str(len(codes)),
            "",
            _("End on the day; new ones are derived and to be demarcated (Art 16)."),
            "due",
        ),
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


def _markers(outcome: Outcome, passages: Sequence[Passage], on: date) -> list[Measure]:
    """Markers between counties that change; those of a new code follow, the number stays."""
    eve = on - timedelta(days=1)
    changed = outcome.remade(Level.COUNTY)
    codes = {unit.code for key, unit in outcome.before.items() if key in changed}
    standing = list(markers_of(sides=sorted(codes), at=eve))
    if not standing:
        return []
    county = [one for one in passages if one.old.level == Level.COUNTY]
    heirs = {one.old.code: one.new.code for one in county if one.decided and one.land is None}
    divided = {one.old.code for one in county} - heirs.keys()
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
