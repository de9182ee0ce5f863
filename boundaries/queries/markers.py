"""Questions about boundary markers: which stand on a day, how each was last found, its line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db.models import Case, CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models import When as Where

from boundaries.domain.courses import Course, Leg, legs
from boundaries.domain.displacement import OffLine, off_line
from boundaries.domain.lines import part_of_longer
from boundaries.domain.markers import SeriesFinding, check_series
from boundaries.models import Condition, LineFeature, Marker, MarkerKind, MarkerVisit
from boundaries.queries.agreements import features_of
from boundaries.queries.lines import get_line
from common.models import Rule

NUMBER_RULE, PROVINCE_RULE, MARKER_RULE = "B-NUMBER", "B-NUMBER-P", "B-MARKER"
# How urgent each condition is, in the states of the shell; never visited is unknown.
STATE_OF = {
    Condition.INTACT: "ok",
    Condition.DAMAGED: "due",
    Condition.TILTED: "due",
    Condition.BURIED: "due",
    Condition.COVERED: "due",
    Condition.MOVED: "wrong",
    Condition.LOST: "wrong",
}
# What a side has not submitted yet stands in its own record only.
SHOWN = Q(side=None) | Q(side__submitted_at__isnull=False)
NOT_VISITED = "unvisited"
ON_THE_LINE = (MarkerKind.SINGLE, MarkerKind.JUNCTION)
CONDITIONS = (*Condition.values, NOT_VISITED)


def markers_of(*, sides: Sequence[str], at: date) -> QuerySet[Marker]:
    """Markers that stand on the day between one of these divisions and another."""
    mine = Q(code_a__in=sides) | Q(code_b__in=sides) | Q(third_code__in=sides)
    found: QuerySet[Marker] = Marker.objects.on(at).filter(mine)
    return found


def markers(
    *, at: date, within: str = "", line: str = "", condition: str = "", text: str = ""
) -> QuerySet[Marker]:
    """Markers that stand on the day, in the order of their numbers along each line.

    Each has ``found`` (how the last visit left it, None where none is known) and ``visited_on``.
    ``text``: part of a number.
    """
    visits = MarkerVisit.objects.filter(SHOWN, marker=OuterRef("pk"), visited_on__lte=at)
    last = visits.order_by("-visited_on", "-recorded_at")
    # What was worked on is as it should be; what was only seen is as it was found.
    left = Case(
        Where(~Q(work=""), then=Value(str(Condition.INTACT))),
        default=F("condition"),
        output_field=CharField(),
    )
    rows: Any = Marker.objects.on(at).touching(within)
    rows = rows.annotate(
        found=Subquery(last.annotate(left=left).values("left")[:1]),
        visited_on=Subquery(last.values("visited_on")[:1], output_field=DateField()),
    )
    if line:
        rows = rows.of_line(line)
    if condition == NOT_VISITED:
        rows = rows.filter(found=None)
    elif condition:
        rows = rows.filter(found=condition)
    if text:
        rows = rows.filter(number__icontains=text)
    ordered: QuerySet[Marker] = rows.order_by("line_code", "serial", "post")
    return ordered


def marker_counts(rows: QuerySet[Marker]) -> dict[str, int]:
    """Markers by how they were last found, zero where there are none."""
    found = Counter(rows.order_by().values_list("found", flat=True))
    counts = {condition: found.get(condition, 0) for condition in Condition.values}
    return counts | {NOT_VISITED: found.get(None, 0)}


def state_of(condition: str | None) -> str:
    return STATE_OF[Condition(condition)] if condition else "unknown"


def get_marker(*, number: str, at: date) -> Marker | None:
    return markers(at=at).filter(number=number).first()


def visits(*, marker: Marker, until: date) -> QuerySet[MarkerVisit]:
    """Visits up to the day, the newest first."""
    rows = marker.visits.filter(SHOWN, visited_on__lte=until).select_related("recorded_by")
    return rows.prefetch_related("photos")


def shown_photos(marker: Marker, *, until: date) -> QuerySet[Any]:
    """Its photos up to the day, but for those in a record that is not submitted yet."""
    shown = Q(visit=None) | Q(visit__side=None) | Q(visit__side__submitted_at__isnull=False)
    known = Q(visit__visited_on__lte=until) | Q(visit=None, uploaded_at__date__lte=until)
    return marker.photos.filter(shown & known)


def marker_rules(*, on: date, code: str) -> dict[str, Any]:
    """Editions of the rules about markers on a day: patterns of numbers, limits of positions."""
    rules = Rule.objects.filter(rule_id__in=[NUMBER_RULE, PROVINCE_RULE, MARKER_RULE])
    return rules.in_force(on=on, code=code)


def course_of(*, line_code: str, at: date) -> Course | None:
    """The line as it runs on the day, measured from its beginning; None where there is none."""
    line = get_line(code=line_code, at=at)
    return None if line is None else Course(shapely.from_wkb(bytes(line.geometry.wkb)))


@dataclass(frozen=True, slots=True)
class Placed:
    """A marker on its line: metres along it and beside it."""

    marker: Any
    chainage: float
    offset: float


@dataclass(frozen=True, slots=True)
class LineMarkers:
    """The markers of a line in their order, what is wrong with the row, and the way between."""

    placed: Sequence[Placed]
    findings: Sequence[SeriesFinding]
    legs: Sequence[Leg]
    length_m: float


def markers_along(*, line_code: str, at: date) -> LineMarkers | None:
    """The markers of a line along its course on the day; None where the line is not in force."""
    course = course_of(line_code=line_code, at=at)
    if course is None:
        return None
    placed = []
    for marker in markers(at=at, line=line_code):
        spot = course.locate(marker.location.x, marker.location.y)
        placed.append(Placed(marker, spot.chainage, spot.offset))
    # A tri-junction post may have its number from another line: it is no part of this row.
    own = [each for each in placed if each.marker.line_code == line_code]
    # Of several posts of one number the first tells where the number stands.
    first = {each.marker.serial: each for each in reversed(own)}
    findings = check_series(
        [(each.marker.serial, each.marker.post) for each in own],
        {serial: each.chainage for serial, each in first.items()},
        section=part_of_longer(line_code),
    )
    ordered = [first[serial] for serial in sorted(first)]
    spots = [((each.marker.location.x, each.marker.location.y), each.chainage) for each in ordered]
    return LineMarkers(placed, findings, legs(spots), course.length_m)


def beside(
    kind: str, offset_m: float, accuracy_m: float | None, line_accuracy_m: float | None, limits: Any
) -> OffLine | None:
    """Whether a marker stands on the agreed line; None where it need not or it cannot be told.

    Of two or three posts of one number each stands on its own side.
    """
    if kind not in ON_THE_LINE or accuracy_m is None or line_accuracy_m is None:
        return None
    return off_line(
        offset_m,
        accuracy_m,
        line_accuracy_m,
        in_place_within=limits["in_place_within"],
        moved_beyond=limits["moved_beyond"],
    )


@dataclass(frozen=True, slots=True)
class FeatureSpan:
    """A river, ditch, road or ridge and the stretch of the line that follows it, in metres."""

    feature: LineFeature
    begins_m: float
    ends_m: float


def feature_spans(*, line_code: str, at: date) -> list[FeatureSpan]:
    """The features that the line follows, from its beginning on; none where it is not in force."""
    course = course_of(line_code=line_code, at=at)
    if course is None:
        return []
    spans = []
    for feature in features_of(line_code=line_code, at=at):
        for part in shapely.get_parts(shapely.from_wkb(bytes(feature.geometry.wkb))):
            ends = [course.locate(*part.coords[n]).chainage for n in (0, -1)]
            spans.append(FeatureSpan(feature, min(ends), max(ends)))
    return sorted(spans, key=lambda span: (span.begins_m, span.ends_m))


def followed_legs(found: LineMarkers, *, line_code: str, at: date) -> list[str]:
    """For each leg between markers the feature that the line follows on most of it, "" for none."""
    if not found.legs:
        return []
    spans = feature_spans(line_code=line_code, at=at)
    own = [each for each in found.placed if each.marker.line_code == line_code]
    first = {each.marker.serial: each.chainage for each in reversed(own)}
    stands = [first[serial] for serial in sorted(first)]
    names = []
    for leg in found.legs:
        low, high = sorted((stands[leg.first], stands[leg.second]))
        shared: Counter[str] = Counter()
        for span in spans:
            overlap = min(high, span.ends_m) - max(low, span.begins_m)
            shared[span.feature.name] += max(0.0, overlap)
        name, length = max(shared.items(), key=lambda pair: pair[1], default=("", 0.0))
        names.append(name if length > (high - low) / 2 else "")
    return names
