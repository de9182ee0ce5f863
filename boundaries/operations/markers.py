"""Markers come on record and are corrected."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext

from accounts.domain.roles import Capability
from accounts.scoping import own_side, require
from boundaries.domain.courses import Course
from boundaries.domain.markers import (
    MarkerNumber,
    NumberFault,
    Witness,
    WrongNumber,
    parse_number,
)
from boundaries.models import (
    BoundaryLine,
    Marker,
    MarkerKind,
    WitnessObject,
)
from boundaries.queries.divisions import division_names, divisions_at, names_of_sides
from boundaries.queries.markers import (
    MARKER_RULE,
    NUMBER_RULE,
    PROVINCE_RULE,
    marker_rules,
)
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal

KIND_OF = {"Q": MarkerKind.SINGLE, **dict.fromkeys("AB", MarkerKind.DOUBLE)}
# Of two posts of one number, and of three, each stands for a side in the order of their codes.
TWO_POSTS, THREE_POSTS = "AB", "CDE"
# What a register says and a row keeps alike.
KEPT = (
    "material", "accuracy_m", "measured_by", "elevation_m", "manager_code", "third_code", "set_on",
    "note", "approximate",
)  # fmt: skip


class WrongMarkerNumber(BadInput):
    template = "“%(number)s” is not the number of a marker of this line."


class OffTheLine(BadInput):
    template = "The position lies %(metres)s m from the line: check the coordinates and the datum."


class OnTheOtherSide(BadInput):
    template = "Post %(post)s stands on the side of %(wanted)s, but the position lies in %(found)s."


class ChangedByOther(Refusal):
    template = (
        "Somebody else has changed this marker meanwhile (%(changes)s): nothing was saved. "
        "Compare, and save again if your values hold."
    )


@dataclass(frozen=True, slots=True)
class MarkerFacts:
    """What stands in the register of a marker; positions in CGCS2000 degrees, lengths in metres."""

    number: str
    longitude: float
    latitude: float
    kind: str = ""
    material: str = ""
    accuracy_m: float | None = None
    measured_by: str = ""
    elevation_m: float | None = None
    manager_code: str = ""
    third_code: str = ""
    set_on: date | None = None
    note: str = ""
    approximate: bool = False
    witnesses: Sequence[Witness] = ()


def read_number(number: str, *, line: BoundaryLine, rules: Any) -> MarkerNumber:
    """What a number says, by the pattern of the province or of the county line it belongs to.

    Raises :class:`WrongMarkerNumber` with the reason.
    """
    ids = [NUMBER_RULE]
    if line.code_a[:2] != line.code_b[:2]:
        ids.insert(0, PROVINCE_RULE)
    fault = NumberFault.FORM
    for rule_id in ids:
        if rule_id not in rules:
            continue
        try:
            parsed = parse_number(number, rules[rule_id].parameters["pattern"])
        except WrongNumber as wrong:
            if wrong.fault != NumberFault.FORM:
                fault = wrong.fault
            continue
        if line.code_a.startswith(parsed.side_a) and line.code_b.startswith(parsed.side_b):
            return parsed
        fault = NumberFault.SIDES
    if fault == NumberFault.SIDES:
        raise WrongMarkerNumber(
            "“%(number)s” names other sides than this line has, or not the smaller code first.",
            number=number[:30],
        )
    if fault == NumberFault.SERIAL:
        raise WrongMarkerNumber(
            "“%(number)s” has no serial: serials begin with 001.", number=number[:30]
        )
    raise WrongMarkerNumber(
        "“%(number)s” is not written as a marker's number: %(example)s is one of this line.",
        number=number[:30],
        example=f"{line.code}001Q",
    )


def check_position(
    *,
    line: BoundaryLine,
    post: str,
    longitude: float,
    latitude: float,
    at: date,
    rules: Any,
    third_code: str = "",
) -> float:
    """Metres beside the line; raises BadInput where no marker of this line can stand there.

    ``third_code``: the third side of a tri-junction post, without which C, D and E tell no side.
    """
    course = Course(shapely.from_wkb(bytes(line.geometry.wkb)))
    limits = rules[MARKER_RULE].parameters
    offset = course.locate(longitude, latitude).offset
    if offset > limits["refuse_beyond_m"]:
        raise OffTheLine(metres=f"{offset:,.0f}")
    sides, posts = {line.code_a, line.code_b}, TWO_POSTS
    if third_code and post in THREE_POSTS:
        sides, posts = {*sides, third_code}, THREE_POSTS
    wanted = dict(zip(posts, sorted(sides), strict=False)).get(post)
    # Nearer to the line than the sketch polygons are true, the side cannot be told.
    if wanted is not None and offset > limits["warn_beyond_m"]:
        held = {row.code for row in divisions_at(longitude=longitude, latitude=latitude, at=at)}
        others = held & sides
        if others and wanted not in held:
            names = names_of_sides(line=line, at=at) | division_names(codes=sides, at=at)
            found = min(others)
            raise OnTheOtherSide(post=post, wanted=names.get(wanted, wanted), found=names[found])
    return offset


@transaction.atomic
def save_marker(
    *,
    by: Any,
    at: date,
    line: BoundaryLine,
    facts: MarkerFacts,
    marker: Marker | None = None,
    seen: int = 0,
    reason: str = "",
) -> Marker:
    """Record a marker of a line, or correct one (``seen``: its version as the person saw it).

    Raises BadInput for numbers, positions and days that cannot be, :class:`ChangedByOther` where
    somebody else saved it in between. A tri-junction post is corrected by any of its three sides.
    """
    codes = marker.codes if marker else [line.code_a, line.code_b]
    require(by=by, capability=Capability.EDIT_LINE, codes=codes)
    if facts.set_on is not None and facts.set_on > at:
        raise BadInput(
            "%(day)s is still to come: record it afterwards.", day=facts.set_on.isoformat()
        )
    rules = marker_rules(on=at, code=line.code_a)
    parsed = read_number(facts.number, line=line, rules=rules)
    check_position(
        line=line,
        post=parsed.post,
        longitude=facts.longitude,
        latitude=facts.latitude,
        at=at,
        rules=rules,
        third_code=facts.third_code,
    )
    if marker is None:
        held = Marker(period=DateRange(facts.set_on or at, None))
    else:
        held = Marker.objects.select_for_update().get(pk=marker.pk)
        if held.version != seen:
            wanted = Marker()
            fill(wanted, line, parsed, facts)
            raise ChangedByOther(changes=_differences(held, wanted, facts.witnesses))
        held.version += 1
    fill(held, line, parsed, facts)
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as error:
        raise BadInput(
            "Another marker has the number “%(number)s” on these days.", number=facts.number
        ) from error
    held.witnesses.all().delete()
    WitnessObject.objects.bulk_create(witness_rows(held, facts.witnesses))
    audit.record(
        by=by,
        operation="save_marker",
        subject=held,
        jurisdiction=own_side(by=by, capability=Capability.EDIT_LINE, codes=codes),
        reason=reason,
        number=held.number,
    )
    return held


def fill(held: Marker, line: BoundaryLine, parsed: MarkerNumber, facts: MarkerFacts) -> None:
    """Bring a row up to the facts; shared with the import."""
    held.line_code, held.code_a, held.code_b = line.code, line.code_a, line.code_b
    held.number, held.serial, held.post = facts.number, parsed.serial, parsed.post
    held.kind = facts.kind or KIND_OF.get(parsed.post, MarkerKind.TRIPLE)
    held.location = Point(facts.longitude, facts.latitude, srid=CGCS2000)
    for name in KEPT:
        setattr(held, name, getattr(facts, name))


def witness_rows(marker: Marker, witnesses: Sequence[Witness]) -> list[WitnessObject]:
    return [
        WitnessObject(marker=marker, order=order, **asdict(each))
        for order, each in enumerate(witnesses, start=1)
    ]


def _differences(held: Marker, wanted: Marker, witnesses: Sequence[Witness]) -> str:
    """What stands now where the person would write something else: both values are shown."""
    told = []
    there = [Witness(each.what, each.distance_m, each.azimuth) for each in held.witnesses.all()]
    # A form shows seven decimals, one centimetre: what it does not show has not been changed.
    now, then = (f"{each.location.x:.7f}, {each.location.y:.7f}" for each in (held, wanted))
    if now != then:
        told.append(("location", now, then))
    for name in ("number", "kind", *KEPT):
        if getattr(held, name) != getattr(wanted, name):
            told.append((name, _shown(held, name), _shown(wanted, name)))
    changes = [
        f"{Marker._meta.get_field(name).verbose_name}: {now} ≠ {then}" for name, now, then in told
    ]
    if there != list(witnesses):
        now, then = (" | ".join(map(str, each)) or "—" for each in (there, witnesses))
        changes.append(f"{gettext('Witness objects')}: {now} ≠ {then}")
    return "; ".join(changes) or "—"


def _shown(marker: Marker, name: str) -> str:
    """A value as the reader's language writes it."""
    value = getattr(marker, name)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    display = getattr(marker, f"get_{name}_display", None)
    return "—" if value in ("", None) else str(display() if display else value)
