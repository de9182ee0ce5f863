"""Disputed areas of a day: whom they concern, how each side sees them, what a change touches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext, gettext_lazy

from boundaries.domain.disputes import as_seen
from boundaries.domain.draft_shapes import area_m2, multi
from boundaries.models import AdjustmentState, DisputedArea, DisputedClaim, DivisionVersion
from boundaries.queries.divisions import division_names
from boundaries.queries.touched import Touched
from common.crs import CGCS2000
from common.postgis import TILE_4490, TileQuery

CLAIMS = Touched(
    key="disputed_claims",
    label=gettext_lazy("Claims to disputed land"),
    fate=gettext_lazy("Go over to the heir; the dispute stays."),
    model=DisputedClaim,
    point="geometry",
    nearest=True,
    # Land that goes from one side to another settles nothing: who still stands still claims it,
    # under another code too.
    where="""EXISTS (SELECT 1 FROM boundaries_disputedarea area
                    WHERE area.id = thing.area_id
                    AND coalesce(upper(area.period) > current_date, true))
             AND (passage.heir
                  OR passage.new || substr(thing.division_code, length(passage.old) + 1) <> ALL (
                    SELECT division_code FROM boundaries_disputedclaim other
                    WHERE other.area_id = thing.area_id))""",
)

# Claims under the code that each bore on the day: what the first adjustment after it took from it.
THEN = f"""(SELECT claim.id, claim.area_id, claim.geometry, coalesce((
        SELECT kept ->> 1 FROM boundaries_adjustmenteffect effect
        JOIN boundaries_adjustment adjustment ON adjustment.id = effect.adjustment_id,
             jsonb_array_elements(effect.rows) kept
        WHERE effect.key = '{CLAIMS.key}' AND adjustment.state = '{AdjustmentState.IN_FORCE}'
          AND adjustment.happens_on > %(at)s::date AND kept ->> 0 = claim.id::text
        ORDER BY adjustment.happens_on LIMIT 1), claim.division_code) AS division_code
    FROM boundaries_disputedclaim claim)"""


@dataclass(frozen=True, slots=True)
class View:
    """How a claimant sees it. Areas in km²; ``None``: its shape of record is not known.

    ``holds_km2``: disputed land that the polygons of record give it; ``shapes``: all claimants.
    """

    claim: DisputedClaim
    name: str
    claimed_km2: float
    holds_km2: float | None
    record_km2: float | None
    seen_km2: float
    shapes: Mapping[str, Any]


def shape_of(row: Any) -> Any:
    return shapely.from_wkb(bytes(row.geometry.wkb))


def disputes(*, at: date, within: str = "") -> list[DisputedArea]:
    """Areas in dispute that a division within the jurisdiction claimed on the day, with claims."""
    areas = list(DisputedArea.objects.on(at).select_related("source"))
    theirs = [claim for claim in _claims_then(areas, at) if claim.division_code.startswith(within)]
    concerned = {claim.area_id for claim in theirs}
    return [area for area in areas if area.pk in concerned]


def _claims_then(areas: Sequence[DisputedArea], at: date) -> list[DisputedClaim]:
    """The claims, of each area too, under the codes that they bore on the day."""
    prefetch_related_objects(areas, "claims")
    claims = [claim for area in areas for claim in area.claims.all()]
    if not claims:
        return []
    with connection.cursor() as cursor:
        sql = f"SELECT id, division_code FROM {THEN} claim WHERE area_id = ANY(%(areas)s::uuid[])"
        cursor.execute(sql, {"at": at, "areas": [str(area.pk) for area in areas]})
        codes = dict(cursor.fetchall())
    for claim in claims:
        claim.division_code = codes[claim.pk]
    return claims


def views_of(*, area: DisputedArea, at: date) -> list[View]:
    """Every claimant's view of the land, on the polygons of the day."""
    claims = _claims_then([area], at)
    codes = [claim.division_code for claim in claims]
    rows = {row.code: row for row in DivisionVersion.objects.on(at).filter(code__in=codes)}
    record = {code: shape_of(row) for code, row in rows.items() if row.geometry is not None}
    shapes: dict[str, Any] = {}
    for claim in claims:
        # Sides that joined have several claims.
        held = shapes.get(claim.division_code)
        own = shape_of(claim)
        shapes[claim.division_code] = own if held is None else multi([held, own])
    disputed = shape_of(area)
    found = []
    for claim in claims:
        code = claim.division_code
        seen = as_seen(record, shapes, code)
        own = record.get(code)
        found.append(
            View(
                claim=claim,
                name=rows[code].shown if code in rows else code,
                claimed_km2=_km2(shape_of(claim)),
                holds_km2=None if own is None else _km2(shapely.intersection(own, disputed)),
                record_km2=None if own is None else _km2(own),
                seen_km2=_km2(seen[code]),
                shapes=seen,
            )
        )
    return found


def _km2(shape: Any) -> float:
    return area_m2(shape) / 1e6


def disputes_under(*, shapes: Iterable[Any], at: date) -> list[DisputedArea]:
    """Areas in dispute on the day that hold some of this land (more than an edge of it)."""
    parts = [shape for shape in shapes if shape is not None and not shape.is_empty]
    if not parts:
        return []
    frame = _frame(shapely.total_bounds(parts))
    rows = DisputedArea.objects.on(at).filter(geometry__bboverlaps=frame)
    return [
        row
        for row in rows
        if any(area_m2(shapely.intersection(shape_of(row), part)) > 1.0 for part in parts)
    ]


def _frame(bounds: Sequence[float]) -> GEOSGeometry:
    return GEOSGeometry(shapely.box(*bounds).wkt, srid=CGCS2000)


def disputes_claimed_by(*, codes: Iterable[str], at: date) -> list[DisputedArea]:
    """Areas in dispute on the day of which one of these units is a claimant."""
    rows = DisputedArea.objects.on(at).filter(claims__division_code__in=list(codes))
    return list(rows.distinct())


def dispute_tiles(*, at: date) -> TileQuery:
    return TileQuery(
        layer="disputed",
        geometry="ST_Transform(area.geometry, 3857)",
        attributes=f"""area.id::text AS key, area.name, area.synthetic,
            '/divisions/disputed/' || area.id || '/' AS url,
            (SELECT string_agg(claim.division_code, ' ') FROM {THEN} claim
             WHERE claim.area_id = area.id) AS claimants""",
        rows=f"""boundaries_disputedarea area
            WHERE area.geometry && {TILE_4490} AND area.period @> %(at)s::date""",
        params={"at": at},
    )


def claim_tiles(*, at: date) -> list[TileQuery]:
    """The claims in dispute, and the edge that each would give its claimant.

    Where a claim lies in the claimant's own polygon of record its outline is no edge.
    """
    rows = f"""{THEN} claim
        JOIN boundaries_disputedarea area ON area.id = claim.area_id
        LEFT JOIN boundaries_divisionversion version
          ON version.code = claim.division_code AND version.period @> %(at)s::date
        WHERE claim.geometry && {TILE_4490} AND area.period @> %(at)s::date"""
    own = "ST_ClipByBox2D(version.geometry, ST_Expand(claim.geometry, 0.01)::box2d)"
    edge = f"""ST_Difference(ST_Boundary(claim.geometry),
        coalesce({own}, 'SRID=4490;POLYGON EMPTY'::geometry))"""
    return [
        TileQuery(
            layer=layer,
            geometry=f"ST_Transform({geometry}, 3857)",
            attributes="area.id::text AS key, area.name, claim.division_code AS code",
            rows=rows,
            params={"at": at},
        )
        for layer, geometry in (("claim", "claim.geometry"), ("claim_edge", edge))
    ]


def perspectives(*, at: date, bounds: Sequence[float]) -> list[tuple[str, str]]:
    """Ways to see land in dispute on the day: undetermined, then as each claimant sees it.

    ``bounds``: west, south, east, north in degrees; disputes that lie outside offer no way.
    Empty where nothing is in dispute.
    """
    areas = list(DisputedArea.objects.on(at).filter(geometry__bboverlaps=_frame(bounds)))
    codes = {claim.division_code for claim in _claims_then(areas, at)}
    if not codes:
        return []
    named = sorted(division_names(codes=codes, at=at).items())
    return [
        ("", gettext("disputed land: undetermined")),
        *((code, gettext("as %(name)s sees it") % {"name": name}) for code, name in named),
    ]
