"""What the page of a marker says: facts, doubts, visits with their displacement."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import cos, radians, sin
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from boundaries.domain.displacement import displacement, witness_doubt
from boundaries.domain.markers import Witness
from boundaries.exports.inspection_words import VERDICTS
from boundaries.exports.markers import direction_word, faces_word
from boundaries.models import BoundaryLine, Marker, MarkerPhoto, MarkerVisit, WitnessObject
from boundaries.queries.agreements import get_agreement
from boundaries.queries.divisions import division_names, names_of_sides
from boundaries.queries.markers import Placed, course_of, shown_photos, state_of
from boundaries.views.courses import off_text

# Half of the square that a displacement is drawn in, and how much of it the farthest point takes.
PLOT, FILLED = 100, 0.85
PHOTOS = 24


def side_names(marker: Marker, at: date) -> list[tuple[str, str]]:
    """Code and name of the divisions that a marker stands between, the smallest code first."""
    names = division_names(codes=marker.codes, at=at)
    return [(code, names.get(code, code)) for code in sorted(marker.codes)]


def sides_of(marker: Marker | None, line: BoundaryLine, at: date) -> list[tuple[str, str]]:
    """Code and name of those between which a marker stands, or a new one of a line is to stand."""
    return side_names(marker, at) if marker else list(names_of_sides(line=line, at=at).items())


def told_facts(marker: Marker, at: date) -> list[tuple[Any, ...]]:
    sides = side_names(marker, at)
    names = dict(sides)
    day = f"?at={at.isoformat()}"
    line = format_html(
        '<a href="{}{}">{}</a>',
        reverse("boundaries:line", args=[marker.line_code]),
        day,
        marker.line_code,
    )
    accuracy = None if marker.accuracy_m is None else f"± {marker.accuracy_m:g} m"
    course = course_of(line_code=marker.line_code, at=at)
    along = None
    if course is not None:
        spot = course.locate(marker.location.x, marker.location.y)
        along = _("%(km).2f km from the beginning of the line, %(off).0f m beside it") % {
            "km": spot.chainage / 1000,
            "off": spot.offset,
        }
    where = f"{marker.location.x:.6f}°E {marker.location.y:.6f}°N (CGCS2000)"
    return [
        (_("Line"), line, ""),
        (_("Between"), " – ".join(f"{name} {code}" for code, name in sides), ""),
        (_("Kind"), marker.get_kind_display(), ""),
        (_("Faces towards"), faces_word(marker, sides) or None, ""),
        (_("Material"), marker.get_material_display(), ""),
        (_("Position"), where, str(marker.source or "")),
        (_("Accuracy"), accuracy, ""),
        (_("Measured by"), marker.get_measured_by_display(), ""),
        (_("Elevation (m)"), marker.elevation_m, ""),
        (_("On the line"), along, ""),
        (_("Looked after by"), names.get(marker.manager_code), _("Decree 353, Article 6")),
        (_("Set on"), marker.set_on and marker.set_on.isoformat(), ""),
        (_("Remarks"), marker.note or "—", ""),
    ]


def warnings_of(marker: Marker, limits: Mapping[str, Any], at: date) -> list[str]:
    """What the register should have or be; it warns and never blocks."""
    told = []
    held = marker.witnesses.count()
    if held < limits["witnesses"]:
        told.append(
            _("%(held)d of %(wanted)d witness objects are recorded.")
            % {"held": held, "wanted": limits["witnesses"]}
        )
    course = course_of(line_code=marker.line_code, at=at)
    if course is None:
        told.append(_("Its line is not in force on this day: an adjustment has ended it."))
    else:
        told += _beside(marker, course, limits, at)
    if marker.accuracy_m is None:
        told.append(_("Its accuracy is unknown: no displacement can be judged."))
    return told


def _beside(marker: Marker, course: Any, limits: Mapping[str, Any], at: date) -> list[str]:
    """Whether it stands off the agreed line, or far from the sketch where none is agreed."""
    spot = course.locate(marker.location.x, marker.location.y)
    agreement = get_agreement(line_code=marker.line_code, at=at)
    if agreement is None:
        if spot.offset > limits["warn_beyond_m"]:
            text = _("It stands %(metres).0f m from the line of the sketch polygons.")
            return [text % {"metres": spot.offset}]
        return []
    off = off_text(Placed(marker, spot.chainage, spot.offset), agreement.accuracy_m, limits)
    if off is None or off["state"] == "ok":
        return []
    text = _("%(metres).2f m beside the agreed line: %(verdict)s (mean error %(sigma).2f m).")
    return [text % {"metres": spot.offset, "verdict": off["word"], "sigma": off["sigma_m"]}]


def photos_by_visit(marker: Marker, at: date) -> list[tuple[Any, list[MarkerPhoto]]]:
    """The photos of each visit, the newest first, so that two visits stand beside each other."""
    groups: dict[Any, list[MarkerPhoto]] = {}
    for photo in shown_photos(marker, until=at).select_related("visit")[:PHOTOS]:
        day = photo.visit.visited_on if photo.visit is not None else None
        groups.setdefault(day, []).append(photo)
    return sorted(groups.items(), key=lambda pair: pair[0] or date.min, reverse=True)


def told_visits(
    log: Sequence[MarkerVisit],
    witnesses: Sequence[WitnessObject | Witness],
    limits: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Visits, the newest first, each with what its measurements say and a drawing of it."""
    return [
        {
            "visit": visit,
            "state": state_of(visit.condition),
            "displacement": _displacement(visit, limits),
            "witnesses": told_witnesses(
                visit.witness_check,
                witnesses,
                limits.get("witness_accuracy_m"),
                limits["moved_beyond"],
            ),
        }
        for visit in log
    ]


def told_witnesses(
    checked: Sequence[Mapping[str, Any]],
    registered: Sequence[WitnessObject | Witness],
    accuracy_m: float | None,
    moved_beyond: float,
) -> list[tuple[str, str]]:
    """What each measured witness object says, as (state, sentence).

    Nothing is judged where no rule says how exact such a measurement is.
    """
    told = []
    for each in checked:
        # Of several objects of one name the one at about that distance is meant.
        same = [known for known in registered if known.what == each["what"]]
        known = min(same, key=lambda one: abs(one.distance_m - each["distance_m"]), default=None)
        if known is None:
            told.append(("check", _("%(what)s is not in the register.") % each))
            continue
        if accuracy_m is None:
            told.append(("unknown", _("%(what)s: not judged.") % each))
            continue
        doubt = witness_doubt(
            (known.distance_m, known.azimuth),
            (each["distance_m"], each["azimuth"]),
            accuracy_m,
            moved_beyond=moved_beyond,
        )
        if doubt is None:
            told.append(("ok", _("%(what)s agrees.") % each))
        elif doubt.azimuth is None:
            values = {**each, "metres": doubt.distance_m}
            told.append(("wrong", _("%(what)s: %(metres)+.2f m.") % values))
        else:
            values = {**each, "metres": doubt.distance_m, "degrees": doubt.azimuth}
            told.append(("wrong", _("%(what)s: %(metres)+.2f m, %(degrees)+.1f°.") % values))
    return told


def _displacement(visit: MarkerVisit, limits: Mapping[str, Any]) -> dict[str, Any] | None:
    if visit.measured is None:
        return None
    if visit.registered_accuracy_m is None or visit.measured_accuracy_m is None:
        return {"unknown": True}
    near, far = limits["in_place_within"], limits["moved_beyond"]
    found = displacement(
        visit.registered.coords,
        visit.registered_accuracy_m,
        visit.measured.coords,
        visit.measured_accuracy_m,
        in_place_within=near,
        moved_beyond=far,
    )
    word, state = VERDICTS[found.verdict]
    reach = max(found.distance_m, far * found.sigma_m)
    scale = FILLED * PLOT / reach
    angle = radians(found.azimuth)
    return {
        "word": word,
        "state": state,
        "distance_m": round(found.distance_m, 2),
        "direction": direction_word(found.azimuth),
        "azimuth": round(found.azimuth) % 360,
        "sigma_m": round(found.sigma_m, 2),
        "ratio": round(found.ratio, 1),
        "near": near,
        "far": far,
        "plot": {
            "near": round(near * found.sigma_m * scale, 1),
            "far": round(far * found.sigma_m * scale, 1),
            "x": round(found.distance_m * scale * sin(angle), 1),
            "y": round(-found.distance_m * scale * cos(angle), 1),
        },
    }
