"""Markers recorded and corrected by programs: the form of the register, filled by properties."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require, within_either
from boundaries.forms.markers import MarkerForm, typed_marker
from boundaries.models import BoundaryLine, Marker
from boundaries.operations.markers import save_marker
from boundaries.views.marker_facts import sides_of
from common.errors import BadInput, NotInScope
from common.features import Writer, new_position, sent_fields
from common.forms import cleaned_values

Point = tuple[float, float]
SIDES = ("code_a", "code_b", "third_code")
# Where a property of the collection has another name than the field of the form.
FIELDS = {"manager": "manager_code"}
FIRST = ("line", "number")
MAY_SEND = (
    "kind", "material", "manager", "elevation_m", "accuracy_m", "measured_by", "set_on", "note",
    "approximate",
)  # fmt: skip


@transaction.atomic
def update_marker(
    *,
    by: Any,
    at: date,
    identity: str,
    check: Callable[[], None],
    properties: Mapping[str, Any],
    shape: Point | None,
    reason: str,
) -> None:
    """Correct what is given in the register, keep the rest, the witness objects among it."""
    rows = within_either(Marker.objects.on(at), by, fields=SIDES).filter(number=identity)
    held = rows.select_for_update(of=("self",), no_key=True).first()
    if held is None:
        raise NotInScope
    require(by=by, capability=Capability.EDIT_LINE, codes=held.codes)
    check()
    line = BoundaryLine.objects.on(at).filter(code=held.line_code).first()
    if line is None:
        raise BadInput("Its line is not in force on this day: an adjustment has ended it.")
    values = {**typed_marker(held), **sent_fields(properties, MAY_SEND, FIELDS)}
    where = new_position(shape, held.location.coords)
    _save(by=by, at=at, line=line, values=values, shape=where, reason=reason, marker=held)


@transaction.atomic
def create_marker(
    *, by: Any, at: date, properties: Mapping[str, Any], shape: Point | None, reason: str
) -> str:
    """Put a marker of a line on record; ``line`` and ``number`` are among the properties."""
    sent = sent_fields(properties, (*MAY_SEND, *FIRST), FIELDS)
    lines = within_either(BoundaryLine.objects.on(at), by)
    line = lines.filter(code=str(sent.pop("line", ""))[:30].replace("\0", "")).first()
    if line is None:
        raise BadInput("Send line: the code of a boundary line in your jurisdiction.")
    require(by=by, capability=Capability.EDIT_LINE, codes=[line.code_a, line.code_b])
    return _save(by=by, at=at, line=line, values=sent, shape=shape, reason=reason, marker=None)


def _save(
    *,
    by: Any,
    at: date,
    line: BoundaryLine,
    values: Mapping[str, Any],
    shape: Point | None,
    reason: str,
    marker: Marker | None,
) -> str:
    # What a page shows of a position is rounded; who sends none means the very position on record.
    where = shape or (marker.location.coords if marker else None)
    spot = {"longitude": where[0], "latitude": where[1]} if where else {}
    told = {"seen": 0, **values, **spot}
    form = MarkerForm(
        {name: v for name, v in told.items() if v is not None}, sides=sides_of(marker, line, at)
    )
    cleaned_values(form, FIELDS)
    facts = form.facts(third_code=marker.third_code if marker else "")
    saved = save_marker(
        by=by,
        at=at,
        line=line,
        facts=facts,
        marker=marker,
        seen=marker.version if marker else 0,
        reason=reason,
    )
    return str(saved.number)


WRITER = Writer(
    update=update_marker, create=create_marker, empty=dict.fromkeys(MAY_SEND), first=FIRST
)
