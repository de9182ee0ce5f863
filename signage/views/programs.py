"""Signs recorded and corrected by programs: the forms of the pages, filled by properties."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require, within
from common.errors import NotInScope
from common.features import Writer, new_position, sent_fields
from common.forms import cleaned_values
from signage.forms.sign import NewSignForm, SignForm, record_of
from signage.models import Sign, SignState
from signage.operations.edit import SignRecord, edit_sign, record_sign
from signage.queries.record import standard_name

Point = tuple[float, float]
# Where a property of the collection has another name than the field of the form.
FIELDS = {"class": "sign_class", "sign_state": "state"}
# A position is the shape of the feature; a reason is told in a header.
FIRST = ("number",)
NOT_SENT = ("longitude", "latitude", "reason", *FIRST)
MAY_SEND = tuple(
    {field: name for name, field in FIELDS.items()}.get(field, field)
    for field in SignForm.base_fields
    if field not in NOT_SENT
)

NEEDED = tuple(name for name in MAY_SEND if SignForm.base_fields[FIELDS.get(name, name)].required)


@transaction.atomic
def update_sign(
    *,
    by: Any,
    at: date,
    identity: str,
    check: Callable[[], None],
    properties: Mapping[str, Any],
    shape: Point | None,
    reason: str,
) -> None:
    """Correct what is given, keep the rest; the sign is checked again in the same transaction."""
    rows = within(Sign.objects.shown().select_for_update(of=("self",), no_key=True), by)
    held = rows.on(at).filter(number=identity).first()
    if held is None:
        raise NotInScope
    require(by=by, capability=Capability.EDIT_SIGN, codes=[held.division_code])
    check()
    name = standard_name(place_id=held.place_id, at=at)
    known = record_of(held, name.text if name else "")
    values = {
        **known,
        **sent_fields(properties, MAY_SEND, FIELDS),
        **_position(new_position(shape, held.location.coords)),
        "reason": reason,
    }
    record = _cleaned(SignForm, values)
    del record["reason"]
    edit_sign(by=by, at=at, sign=held, record=SignRecord(**record), reason=reason)


def create_sign(
    *, by: Any, at: date, properties: Mapping[str, Any], shape: Point | None, reason: str
) -> str:
    """Put a sign on record that stands; its number is a property."""
    sent = sent_fields(properties, (*MAY_SEND, *FIRST), FIELDS)
    record = _cleaned(NewSignForm, {"state": SignState.STANDING, **sent, **_position(shape)})
    number = record.pop("number")
    return record_sign(by=by, at=at, number=number, record=SignRecord(**record)).number


def _position(shape: Point | None) -> dict[str, float]:
    return {"longitude": shape[0], "latitude": shape[1]} if shape else {}


def _cleaned(form: type[SignForm], values: Mapping[str, Any]) -> dict[str, Any]:
    filled = form({name: value for name, value in values.items() if value is not None})
    return cleaned_values(filled, FIELDS)


WRITER = Writer(
    update=update_sign,
    create=create_sign,
    empty={name: None for name in MAY_SEND if name not in NEEDED},
    needed=NEEDED,
    first=FIRST,
)
