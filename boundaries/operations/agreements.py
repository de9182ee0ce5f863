"""Agreements come on record: their surveyed lines replace derived ones, never silently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.agreed import departures, pieces_of
from boundaries.models import BoundaryLine, LineAgreement, LineFeature
from boundaries.queries.agreements import EDGE_RULE, edge_rules
from common import audit
from common.crs import CGCS2000, length_m
from common.errors import BadInput


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """One row of a file; ``geometry``: MultiLineString in CGCS2000 degrees, ``values``: columns."""

    row: int
    line_code: str
    geometry: Any
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeatureFacts:
    """One row of a file of features; ``geometry``: MultiLineString in CGCS2000 degrees."""

    row: int
    line_code: str
    geometry: Any
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one row: how far the standing line lay from the agreed one at most."""

    line_code: str
    document: str
    length_km: float
    most_m: float
    replaced: bool


@transaction.atomic
def take_in(*, agreements: Sequence[AgreementFacts], at: date, far_m: float) -> list[TakenIn]:
    """Record agreements in force from a day on; their lines are the surveyed ones from then.

    An earlier agreement of the line ends on that day. Refused, with the row's number: a line that
    is not in force on the day, one that has an agreement from that day or later, a line that
    stands twice, a course in more pieces than the line has, and one that leaves the standing line
    by more than ``far_m`` (a wrong line or a wrong datum rather than a survey).
    """
    codes = [each.line_code for each in agreements]
    lines = {
        line.code: line
        for line in BoundaryLine.objects.on(at).select_for_update().filter(code__in=codes)
    }
    later = LineAgreement.objects.filter(line_code__in=codes, period__startswith__gte=at)
    held = set(later.values_list("line_code", flat=True))
    rule = edge_rules(on=at).get(EDGE_RULE)
    tolerance = rule.parameters["tolerance_m"] if rule else far_m
    done = []
    for each in agreements:
        line = lines.get(each.line_code)
        if line is None:
            raise BadInput(
                "Row %(row)d: there is no line %(code)s on %(day)s.",
                row=each.row,
                code=each.line_code[:25],
                day=at.isoformat(),
            )
        if each.line_code in held:
            raise BadInput(
                "Row %(row)d: line %(code)s has an agreement from this day or later already.",
                row=each.row,
                code=each.line_code,
            )
        held.add(each.line_code)
        standing = shapely.from_wkb(bytes(line.geometry.wkb))
        pieces, known = pieces_of(each.geometry), pieces_of(standing)
        if pieces > known:
            raise BadInput(
                "Row %(row)d: it is in %(pieces)d pieces that do not join, line %(code)s in "
                "%(known)d: close the gaps.",
                row=each.row,
                pieces=pieces,
                code=each.line_code,
                known=known,
            )
        both = (
            *departures(each.geometry, standing, tolerance),
            *departures(standing, each.geometry, tolerance),
        )
        most = max((part.most_m for part in both), default=0.0)
        if most > far_m:
            raise BadInput(
                "Row %(row)d: it lies up to %(metres)s m from line %(code)s: check its system.",
                row=each.row,
                metres=f"{most:,.0f}",
                code=each.line_code,
            )
        done.append(_write(each, line, at, most))
    if done:
        audit.record(
            by=None,
            operation="take_in_agreements",
            subject=lines[done[0].line_code],
            jurisdiction=done[0].line_code[:2],
            lines=[each.line_code for each in done],
        )
    return done


def _write(facts: AgreementFacts, line: BoundaryLine, at: date, most: float) -> TakenIn:
    earlier = LineAgreement.objects.on(at).filter(line_code=line.code).first()
    if earlier is not None:
        earlier.period = DateRange(earlier.period.lower, at)
        earlier.save(update_fields=["period"])
    shape = GEOSGeometry(memoryview(shapely.to_wkb(facts.geometry)), srid=CGCS2000)
    LineAgreement.objects.create(
        line_code=line.code,
        code_a=line.code_a,
        code_b=line.code_b,
        geometry=shape,
        period=DateRange(at, None),
        **facts.values,
    )
    replaced = line.derived
    # The line ends and begins anew with the survey, so that every day before shows what stood then.
    if line.period.lower is None or line.period.lower < at:
        until = line.period.upper
        line.period = DateRange(line.period.lower, at)
        line.save(update_fields=["period"])
        line.pk = None
        line._state.adding = True
        line.period = DateRange(at, until)
    line.geometry, line.length_m = shape, length_m(facts.geometry)
    line.derived, line.approximate = False, False
    line.save()
    return TakenIn(line.code, facts.values["document"], line.length_m / 1000, most, replaced)


@transaction.atomic
def take_in_features(
    *, features: Sequence[FeatureFacts], at: date, far_m: float
) -> list[LineFeature]:
    """Record linear features as surveyed, from a day on; an earlier survey of one ends on it.

    Refused, with the row's number: a line without agreement on the day, a feature on record from
    that day or later, one that stands twice, one farther than ``far_m`` from the agreed line.
    """
    agreed = {row.line_code: row for row in LineAgreement.objects.on(at)}
    held = {
        (row.line_code, row.name) for row in LineFeature.objects.filter(period__startswith__gte=at)
    }
    made = []
    for each in features:
        agreement, name = agreed.get(each.line_code), each.values["name"]
        if agreement is None:
            raise BadInput(
                "Row %(row)d: line %(code)s has no agreement on %(day)s.",
                row=each.row,
                code=each.line_code[:25],
                day=at.isoformat(),
            )
        if (each.line_code, name) in held:
            raise BadInput(
                "Row %(row)d: “%(name)s” is on record for line %(code)s from this day or later.",
                row=each.row,
                name=name,
                code=each.line_code,
            )
        held.add((each.line_code, name))
        line = shapely.from_wkb(bytes(agreement.geometry.wkb))
        most = max((p.most_m for p in departures(each.geometry, line, far_m)), default=0.0)
        if most > far_m:
            raise BadInput(
                "Row %(row)d: it lies up to %(metres)s m from line %(code)s: check its system.",
                row=each.row,
                metres=f"{most:,.0f}",
                code=each.line_code,
            )
        earlier = LineFeature.objects.on(at).filter(line_code=each.line_code, name=name).first()
        if earlier is not None:
            earlier.period = DateRange(earlier.period.lower, at)
            earlier.save(update_fields=["period"])
        made.append(
            LineFeature.objects.create(
                line_code=each.line_code,
                code_a=agreement.code_a,
                code_b=agreement.code_b,
                geometry=GEOSGeometry(memoryview(shapely.to_wkb(each.geometry)), srid=CGCS2000),
                period=DateRange(at, None),
                **each.values,
            )
        )
    if made:
        audit.record(
            by=None,
            operation="take_in_line_features",
            subject=made[0],
            jurisdiction=made[0].line_code[:2],
            features=[f"{each.line_code} {each.name}" for each in made],
        )
    return made
