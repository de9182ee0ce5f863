"""An adjustment that took effect is taken back exactly, or refused with the reason."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Model, ProtectedError, Q
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.models import Grant
from boundaries.domain.draft_shapes import without_vertices
from boundaries.models import (
    Adjustment,
    AdjustmentState,
    BoundaryLine,
    Division,
    DivisionChange,
    DivisionCode,
    DivisionEvent,
    DivisionVersion,
    Inspection,
    JointInspection,
    LineAgreement,
    LineFeature,
    Marker,
    WardenContract,
)
from boundaries.operations.adjustments import (
    CannotAdjust,
    hold_changes,
    lock,
    move_to,
    require_all,
    require_state,
)
from boundaries.operations.follow import (
    AGREEMENTS_ENDED,
    GRANTS,
    GRANTS_ENDED,
    GRANTS_MOVED,
    LINES,
    LINES_ENDED,
    SHAPES,
    followers,
    iso,
    write_shape,
)
from boundaries.operations.take_effect import tell_of
from boundaries.queries.disputes import shape_of
from boundaries.queries.recorded_under import recorded_under
from boundaries.queries.touched import take_back_rows, touched_tables
from common.errors import BadInput


@transaction.atomic
def undo_adjustment(*, by: Any, at: datetime, adjustment: Adjustment, note: str) -> Adjustment:
    """Take back everything that taking effect wrote; the adjustment stays on record as undone.

    Refused once something was built on it: a later change of one of its units, an inspection of a
    new line, a thing recorded under a new code or moved since.
    """
    adjustment = lock(adjustment)
    require_state(adjustment, AdjustmentState.IN_FORCE)
    if by is not None:
        require_all(by, Capability.APPROVE_ADJUSTMENT, adjustment.codes)
    if not note.strip():
        raise BadInput("Give the reason in words.")
    hold_changes()
    kept: Mapping[str, Any] = dict(adjustment.effects.values_list("key", "rows"))
    _refuse_later(adjustment, kept)
    for each in reversed(followers()):
        if rows := kept.get(each.key):
            each.take_back(rows=rows)
    _take_back_things(kept)
    _take_back_grants(kept)
    _take_back_vertices(kept)
    DivisionEvent.objects.filter(pk__in=kept.get("events", ())).delete()
    _restore(DivisionCode, kept.get("codes", ()), _open(kept.get("codes_closed", ())))
    try:
        _restore(BoundaryLine, kept.get(LINES, ()), kept.get(LINES_ENDED, ()))
        _restore(LineAgreement, (), kept.get(AGREEMENTS_ENDED, ()))
        _refuse_recorded(kept)
        _restore(DivisionVersion, kept.get("versions", ()), _open(kept.get("versions_closed", ())))
        Division.objects.filter(pk__in=kept.get("divisions", ())).delete()
    except ProtectedError as error:
        first = next(iter(error.protected_objects))
        raise CannotAdjust(
            "“%(thing)s” was built on this adjustment since: it cannot be undone.",
            thing=str(first),
        ) from error
    adjustment.effects.all().delete()
    adjustment = move_to(adjustment, AdjustmentState.UNDONE, by, at, note)
    tell_of(adjustment, timezone.localdate(at))
    return adjustment


def _refuse_later(adjustment: Adjustment, kept: Mapping[str, Any]) -> None:
    versions = list(kept.get("versions", ()))
    closed = DivisionVersion.objects.light().filter(pk__in=versions)
    later = closed.filter(period__endswith__isnull=False).order_by("code").first()
    own = list(kept.get("events", ()))
    arrows = DivisionChange.objects.filter(Q(before__in=versions) | Q(after__in=versions))
    event = arrows.exclude(event__in=own).select_related("event").first()
    if later is not None or event is not None:
        day = later.period.upper if later is not None else event.event.happens_on
        raise CannotAdjust(
            "One of its units was changed again on %(day)s: undo that first.", day=day.isoformat()
        )
    lines = list(kept.get(LINES, ()))
    inspection = JointInspection.objects.filter(line__in=lines).select_related("line").first()
    if inspection is not None:
        raise CannotAdjust(
            "The new line %(line)s was inspected on %(day)s: the adjustment cannot be undone.",
            line=inspection.line.code,
            day=inspection.inspected_on.isoformat(),
        )
    work = Inspection.objects.filter(line__in=lines).select_related("line").first()
    if work is not None:
        raise CannotAdjust(
            "A joint inspection of the new line %(line)s began on %(day)s: the adjustment cannot "
            "be undone.",
            line=work.line_code,
            day=work.begun_on.isoformat(),
        )
    _refuse_along(adjustment, lines)
    _refuse_ended_roles(kept)


def _refuse_along(adjustment: Adjustment, lines: Sequence[Any]) -> None:
    """What was agreed on, surveyed, set or given in charge along a new line from the day on."""
    codes = list(BoundaryLine.objects.filter(pk__in=lines).values_list("code", flat=True))
    day = adjustment.happens_on
    for model in (LineAgreement, LineFeature, Marker, WardenContract):
        rows = model.objects.filter(line_code__in=codes, period__startswith__gte=day)
        row = rows.order_by("period").first()
        if row is not None:
            raise CannotAdjust(
                "“%(thing)s” was built on this adjustment since: it cannot be undone.",
                thing=f"{row} {row.line_code}",
            )


def _refuse_ended_roles(kept: Mapping[str, Any]) -> None:
    rows = (*kept.get(GRANTS, ()), *kept.get(GRANTS_MOVED, ()))
    written = {pk: upper for pk, *_former, upper in rows}
    standing = Grant.objects.filter(pk__in=list(written))
    if {row.pk: iso(row.period.upper) for row in standing} != written:
        raise CannotAdjust("A role that it moved was ended since: it cannot be undone.")


def _take_back_grants(kept: Mapping[str, Any]) -> None:
    Grant.objects.filter(pk__in=[pk for pk, _upper in kept.get(GRANTS, ())]).delete()
    for pk, jurisdiction, lower, upper, _written in kept.get(GRANTS_MOVED, ()):
        end = date.fromisoformat(upper) if upper else None
        Grant.objects.filter(pk=pk).update(
            jurisdiction=jurisdiction, period=DateRange(date.fromisoformat(lower), end)
        )
    _restore(Grant, (), kept.get(GRANTS_ENDED, ()))


def _take_back_vertices(kept: Mapping[str, Any]) -> None:
    """Of neighbours that were corrected, or changed by others since, only what is still there."""
    for pk, places in kept.get(SHAPES, ()):
        row = DivisionVersion.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is not None and row.geometry is not None:
            shape = without_vertices(shape_of(row), [(x, y) for x, y in places])
            if shape is not None:
                write_shape(row, shape)


def _take_back_things(kept: Mapping[str, Any]) -> None:
    for table in touched_tables():
        rows: Sequence[Sequence[str]] = kept.get(table.key, ())
        if rows and take_back_rows(table=table, rows=rows) != len(rows):
            raise CannotAdjust(
                "%(things)s that it moved were moved or removed since: it cannot be undone.",
                things=str(table.label),
            )


def _refuse_recorded(kept: Mapping[str, Any]) -> None:
    """Whatever still bears one of the new codes once all that moved is back was recorded since."""
    standing = DivisionVersion.objects.light().filter(pk__in=kept.get("versions_closed", ()))
    olds = set(standing.values_list("code", flat=True))
    made = DivisionVersion.objects.light().filter(pk__in=kept.get("versions", ()))
    begun = set(made.values_list("code", flat=True)) - olds
    found = recorded_under(codes=begun) if begun else None
    if found is not None:
        things, count = found
        raise CannotAdjust(
            "%(things)s were recorded under its new codes since (%(count)d): it cannot be undone.",
            things=str(things),
            count=count,
        )


def _open(keys: Sequence[Any]) -> list[tuple[Any, None]]:
    return [(key, None) for key in keys]


def _restore(model: type[Model], made: Sequence[Any], closed: Sequence[Sequence[Any]]) -> None:
    """Remove what was made and give closed periods their former end."""
    model._default_manager.filter(pk__in=list(made)).delete()
    for key, upper in closed:
        row: Any = model._default_manager.get(pk=key)
        row.period = DateRange(row.period.lower, date.fromisoformat(upper) if upper else None)
        row.save(update_fields=["period"])
