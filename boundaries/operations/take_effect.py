"""The day comes on which an adjustment takes effect; and, if it was wrong, it is undone.

One transaction writes versions, events, codes, shapes and lines, moves what the apps enrolled
(:mod:`boundaries.queries.touched`) and the jurisdictions of people. What was written is kept row
by row (``AdjustmentEffect``), so that undoing takes exactly that back.
"""

import logging
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.dispatch import Signal
from django.utils import timezone

from accounts.domain.roles import Capability
from boundaries.domain.adjusting import Outcome
from boundaries.domain.adjustments import Key, Unit
from boundaries.models import (
    Adjustment,
    AdjustmentState,
    CodeSystem,
    Division,
    DivisionChange,
    DivisionCode,
    DivisionEvent,
    DivisionVersion,
    Level,
)
from boundaries.operations.adjustments import (
    CannotAdjust,
    lock,
    move_to,
    refuse_lost_land,
    refuse_overlap,
    require_all,
    require_state,
)
from boundaries.operations.follow import follow, keep
from boundaries.operations.shapes import shapes_of_versions
from boundaries.queries.adjusting import outcome_of, passages_of
from common.crs import CGCS2000, area_km2
from common.errors import DimingError
from common.models import Source

# Sent after commit with ``adjustment`` (id), ``on`` (its day) and ``at`` (today).
divisions_adjusted = Signal()
log = logging.getLogger(__name__)
SOURCE = "adjustments"


@transaction.atomic
def take_effect(*, by: Any, at: datetime, adjustment: Adjustment) -> Adjustment:
    """Write an approved adjustment whose day has come. ``by`` None: the system, at night.

    All or nothing; refused before its day, and when the divisions are no longer what they were.
    """
    adjustment = lock(adjustment)
    require_state(adjustment, AdjustmentState.APPROVED)
    if by is not None:
        require_all(by, Capability.APPROVE_ADJUSTMENT, adjustment.codes)
    today = timezone.localdate(at)
    if adjustment.happens_on > today:
        raise CannotAdjust(
            "The adjustment takes effect on %(day)s, not before.",
            day=adjustment.happens_on.isoformat(),
        )
    refuse_overlap(adjustment)
    outcome = outcome_of(changes=adjustment.changes, on=adjustment.happens_on)
    refuse_lost_land(outcome)
    versions = _write_versions(adjustment, outcome)
    _write_codes(adjustment, outcome, {key: row.division_id for key, row in versions.items()})
    _write_events(adjustment, outcome, versions)
    follow(adjustment=adjustment, outcome=outcome, passages=passages_of(outcome=outcome))
    adjustment = move_to(adjustment, AdjustmentState.IN_FORCE, by, at)
    tell_of(adjustment, today)
    return adjustment


def let_due_adjustments_take_effect(
    *, at: datetime, within: str = ""
) -> list[tuple[Adjustment, Exception | None]]:
    """The system itself takes the last step; one that cannot go on, or fails, holds up no other."""
    found: list[tuple[Adjustment, Exception | None]] = []
    rows = Adjustment.objects.due(timezone.localdate(at)).within(within)
    for adjustment in rows.order_by("happens_on", "pk"):
        try:
            found.append((take_effect(by=None, at=at, adjustment=adjustment), None))
        except DimingError as refusal:
            found.append((adjustment, refusal))
        except Exception as failure:  # nothing of it is written, and the failure is told
            log.exception("adjustment %s did not take effect", adjustment.pk)
            found.append((adjustment, failure))
    return found


def _write_versions(adjustment: Adjustment, outcome: Outcome) -> dict[Key, DivisionVersion]:
    """Close the versions of the eve and open the new ones; identity → new version."""
    day = adjustment.happens_on
    standing = {
        row.division_id: row
        for row in DivisionVersion.objects.on(day - timedelta(days=1))
        .select_for_update(of=("self",))
        .filter(division_id__in=list(outcome.before))
    }
    for row in standing.values():
        row.period = DateRange(row.period.lower, day)
        row.save(update_fields=["period"])
    ids: dict[Key, Any] = {key: key for key in outcome.after if key in standing}
    for key in outcome.after:
        if key not in ids:
            ids[key] = Division.objects.create(id=uuid.uuid4()).pk
    created, altered = {}, _altered(outcome)
    for key, unit in sorted(outcome.after.items(), key=lambda pair: pair[1].level):
        version = _version(adjustment, unit, standing.get(key), same_land=key not in altered)
        version.division_id = ids[key]
        version.parent_id = ids.get(unit.parent, unit.parent) if unit.parent else None
        version.save(force_insert=True)
        created[key] = version
    shaped = [row for row in created.values() if row.geometry is not None]
    if shaped:
        shapes_of_versions(versions=shaped, at=day)
    keep(adjustment, "versions_closed", [row.pk for row in standing.values()])
    keep(adjustment, "versions", [row.pk for row in created.values()])
    begun = [str(ids[key]) for key in outcome.after if key not in standing]
    keep(adjustment, "divisions", begun)
    return created


def _altered(outcome: Outcome) -> set[Key]:
    """Units that gained or lost land, or may have."""
    whole = {a.after for a in outcome.arrows if a.before == a.after and a.share == 1}
    fed = {a.after for a in outcome.arrows if a.before != a.after}
    return {key for key in outcome.after if key not in whole or key in fed}


def _version(
    adjustment: Adjustment, unit: Unit, old: DivisionVersion | None, *, same_land: bool
) -> DivisionVersion:
    version = DivisionVersion(
        code=unit.code,
        name=unit.name,
        name_en=unit.name_en,
        level=unit.level,
        kind=unit.kind,
        period=DateRange(adjustment.happens_on, None),
        seat=unit.seat,
        authority=adjustment.authority,
        document=adjustment.document,
        source=_source(),
        synthetic=adjustment.synthetic or bool(old and old.synthetic),
        approximate=adjustment.approximate or bool(old and old.approximate),
    )
    if unit.shape is not None and not unit.shape.is_empty:
        shape = shapely.MultiPolygon(
            [p for p in shapely.get_parts(unit.shape) if p.geom_type == "Polygon"]
        )
        version.geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=CGCS2000)
        middle = shapely.to_wkb(shapely.point_on_surface(shape))
        version.point = GEOSGeometry(memoryview(middle), srid=CGCS2000)
        version.area_km2 = area_km2(shape)
    elif old is not None and same_land:
        # Shapes are read only where land may change hands.
        version.geometry, version.point = old.geometry, old.point
        version.area_km2 = old.area_km2
    return version


def _source() -> Source:
    source, _made = Source.objects.get_or_create(
        key=SOURCE, defaults={"title_zh": "本局行政区划调整", "title_en": "adjustments made here"}
    )
    return source


def _write_codes(adjustment: Adjustment, outcome: Outcome, ids: dict[Key, Any]) -> None:
    """Codes that end are on record as borne, so that they are never given again."""
    day, closed, made = adjustment.happens_on, [], []
    for key, old in outcome.before.items():
        new = outcome.after.get(key)
        if new is not None and new.code == old.code:
            continue
        row = (
            DivisionCode.objects.on(day - timedelta(days=1))
            .filter(division_id=key, code=old.code)
            .first()
        )
        if row is None:
            lower = DivisionVersion.objects.filter(division_id=key, code=old.code)
            begun = lower.order_by("period").values_list("period", flat=True)[0].lower
            made.append(_code(old, key, DateRange(begun, day)).pk)
        else:
            closed.append(row.pk)
            row.period = DateRange(row.period.lower, day)
            row.save(update_fields=["period"])
    for key, new in outcome.after.items():
        former = outcome.before.get(key)
        if former is None or former.code != new.code:
            made.append(_code(new, ids[key], DateRange(day, None)).pk)
    keep(adjustment, "codes_closed", closed)
    keep(adjustment, "codes", made)


def _code(unit: Unit, division: Any, period: DateRange) -> DivisionCode:
    system = CodeSystem.GB2260 if unit.level <= Level.COUNTY else CodeSystem.GB10114
    row: DivisionCode = DivisionCode.objects.create(
        division_id=division, system=system, code=unit.code, period=period, source=_source()
    )
    return row


def _write_events(
    adjustment: Adjustment, outcome: Outcome, created: dict[Key, DivisionVersion]
) -> None:
    day = adjustment.happens_on
    closed = {
        row.division_id: row.pk
        for row in DivisionVersion.objects.light().filter(
            division_id__in=list(outcome.before), period__endswith=day
        )
    }
    events = []
    for happening in outcome.happenings:
        event = DivisionEvent.objects.create(
            kind=str(happening.act),
            happens_on=day,
            approved=adjustment.approved_on.isoformat() if adjustment.approved_on else "",
            effective=day.isoformat(),
            announced=adjustment.announced_on.isoformat() if adjustment.announced_on else "",
            document=adjustment.document,
            authority=adjustment.authority,
            note=adjustment.title,
            source=_source(),
            synthetic=adjustment.synthetic,
        )
        events.append(event.pk)
        DivisionChange.objects.bulk_create(
            DivisionChange(
                event=event,
                before_id=None if arrow.before is None else closed[arrow.before],
                after=None if arrow.after is None else created[arrow.after],
                share=arrow.share if arrow.before and arrow.after else None,
                basis=_basis(outcome, arrow.before, arrow.share) if arrow.after else "",
            )
            for arrow in happening.arrows
        )
    keep(adjustment, "events", events)


def _basis(outcome: Outcome, before: Key | None, share: float | None) -> str:
    if before is None or share is None:
        return ""
    return DivisionChange.Basis.UNITS if share == 1 else DivisionChange.Basis.AREA


def tell_of(adjustment: Adjustment, today: date) -> None:
    """Send :data:`divisions_adjusted` after commit: it took effect, or was undone."""
    key, on = adjustment.pk, adjustment.happens_on

    def send() -> None:
        told = divisions_adjusted.send_robust(sender=Adjustment, adjustment=key, on=on, at=today)
        for receiver, outcome in told:
            if isinstance(outcome, Exception):
                log.error("%s failed after an adjustment", receiver, exc_info=outcome)

    transaction.on_commit(send)
