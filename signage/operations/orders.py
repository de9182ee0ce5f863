"""Putting a sign right: order, record the fix, verify or send back, close.

Each step: scope, role, rule, write, audit. The allowed moves are data in
``signage.domain.rectification``; nobody verifies or closes their own fix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal
from common.photos import ReadPhoto, read_photo
from signage.domain.rectification import ORDERED, STEPS, Step, due_day
from signage.models import Colour, Finding, RectificationOrder, Sign, SignPhoto
from signage.operations.check import recheck_sign
from signage.queries.editions import DEADLINE, edition
from signage.queries.record import code_at


class NoPhoto(BadInput):
    template = "A photo of the sign as it now stands is required."


class NothingToFix(Refusal):
    template = "Sign %(number)s has no open finding: there is nothing to order."


class OrderOpenAlready(Refusal):
    template = "Sign %(number)s already has an open order, due on %(due)s."


class NotThisStep(Refusal):
    template = "This step does not fit: the order is “%(state)s”."


class OwnFix(Refusal):
    template = "You recorded this fix yourself: another person has to verify and close it."


class StillWrong(Refusal):
    template = "The order cannot be closed: the sign still fails %(findings)s."


@dataclass(frozen=True, slots=True)
class NewFace:
    """What the sign shows after the fix, as the inspector reads it on the spot.

    ``longitude`` and ``latitude`` (degrees, CGCS2000) only where the sign was moved.
    """

    hanzi: str
    pinyin: str
    ground_colour: str
    longitude: float | None = None
    latitude: float | None = None


def default_due_day(*, sign: Sign, at: date) -> date:
    """The day by which the fix is due when nobody says otherwise (rule SIGN-DEADLINE)."""
    found = Finding.objects.open().filter(sign=sign)
    severities = list(found.values_list("rule__severity", flat=True))
    days = edition(rule_id=DEADLINE, at=at, code=sign.division_code).parameters
    return due_day(at, severities, days)


@transaction.atomic
def order_fix(
    *,
    by: Any,
    at: datetime,
    sign: Sign,
    responsible_body: str,
    instruction: str = "",
    due_on: date | None = None,
) -> RectificationOrder:
    """Order the responsible body to put a sign right by a day."""
    require(by=by, capability=Capability.ORDER_FIX, codes=[sign.division_code])
    day = timezone.localdate(at)
    sign = Sign.objects.select_for_update(no_key=True).get(pk=sign.pk)
    if not Finding.objects.open().filter(sign=sign).exists():
        raise NothingToFix(number=sign.number)
    due_on = due_on or default_due_day(sign=sign, at=day)
    if due_on < day:
        raise BadInput("The day by which the fix is due lies in the past.")
    if not responsible_body.strip():
        raise BadInput("Name the body that has to put the sign right.")
    running = sign.orders.exclude(state="closed").first()
    if running is not None:
        raise OrderOpenAlready(number=sign.number, due=running.due_on.isoformat())
    try:
        order = RectificationOrder.objects.create(
            sign=sign,
            state=ORDERED,
            responsible_body=responsible_body.strip(),
            instruction=instruction.strip(),
            due_on=due_on,
            ordered_at=at,
            ordered_by=by,
        )
    except IntegrityError:
        raise Refusal("This sign already has an open order.") from None
    _record(by, "order_fix", order, due_on=due_on.isoformat(), body=order.responsible_body)
    return order


@transaction.atomic
def record_fix(
    *, by: Any, at: datetime, order: RectificationOrder, face: NewFace, photo: Any
) -> RectificationOrder:
    """Record what the sign shows now, with a photo as evidence, and check it at once."""
    if photo is None:
        raise NoPhoto
    read = read_photo(photo)
    order, step = _enter(by, order, "record_fix")
    sign = Sign.objects.select_for_update(no_key=True).get(pk=order.sign_id)
    _apply_face(sign, face, timezone.localdate(at))
    # Moving a sign into another jurisdiction needs the role there as well.
    require(by=by, capability=step.capability, codes=[sign.division_code])
    order.state, order.fixed_at, order.fixed_by = step.after, at, by
    order.save()
    failed = recheck_sign(sign=sign, at=timezone.localdate(at))
    kept = _keep_photo(read, sign=sign, order=order, by=by)
    _record(
        by,
        "record_fix",
        order,
        sha256=read.sha256,
        photo=str(kept.pk),
        still_failing=[verdict.rule_id for verdict in failed],
    )
    return order


@transaction.atomic
def verify_fix(
    *, by: Any, at: datetime, order: RectificationOrder, accepted: bool = True, note: str = ""
) -> RectificationOrder:
    """Accept a recorded fix, or send it back with the reason; never one's own."""
    order, step = _enter(by, order, "verify_fix" if accepted else "send_back_fix")
    if accepted:
        order.verified_at, order.verified_by = at, by
    else:
        if not note.strip():
            raise BadInput("Say what is still wrong when you send a fix back.")
        order.fixed_at = order.fixed_by = None
    order.state = step.after
    order.save()
    _record(by, step.name, order, reason=note.strip())
    return order


@transaction.atomic
def close_order(*, by: Any, at: datetime, order: RectificationOrder) -> RectificationOrder:
    """Close a verified order after checking the sign once more.

    Refused while a rule in force fails. A provisional rule warns and never blocks (design §5):
    the order closes, its finding stays open and the audit line names it.
    """
    order, step = _enter(by, order, "close_order")
    sign = Sign.objects.select_for_update(no_key=True).get(pk=order.sign_id)
    failed = recheck_sign(sign=sign, at=timezone.localdate(at))
    blocking = [verdict for verdict in failed if verdict.edition.enforced]
    if blocking:
        raise StillWrong(findings=named(blocking))
    order.state, order.closed_at, order.closed_by = step.after, at, by
    order.save()
    _record(by, "close_order", order, still_failing=[verdict.rule_id for verdict in failed])
    return order


def named(failed: Sequence[Any]) -> str:
    """Failures in one line: R05 (TIANHE ROAD → TIANHE LU)."""
    return ", ".join(f"{v.rule_id} ({v.measured} → {v.expected})" for v in failed)


def _enter(by: Any, order: RectificationOrder, name: str) -> tuple[RectificationOrder, Step]:
    """Scope and role, then lock the order and see whether the step fits its state."""
    step = STEPS[name]
    require(by=by, capability=step.capability, codes=[order.sign.division_code])
    order = RectificationOrder.objects.select_for_update(of=["self"]).get(pk=order.pk)
    if order.state != step.before:
        raise NotThisStep(state=str(order.get_state_display()))
    if step.not_by_the_fixer and order.fixed_by_id == by.pk:
        raise OwnFix
    return order, step


def _apply_face(sign: Sign, face: NewFace, day: date) -> None:
    if not face.hanzi.strip():
        raise BadInput("Enter the characters that the sign shows now.")
    if face.ground_colour not in Colour.values:
        raise BadInput("“%(colour)s” is not a ground colour.", colour=face.ground_colour)
    sign.show_texts(hanzi=face.hanzi.strip(), pinyin=face.pinyin.strip(), ground=face.ground_colour)
    sign.planted_defects = None  # the truth was told of the former face
    if face.longitude is not None and face.latitude is not None:
        move_sign(sign, face.longitude, face.latitude, day)
    sign.save()


def move_sign(sign: Sign, longitude: float, latitude: float, day: date) -> None:
    """Set where a sign stands, with the division that holds the point; does not save."""
    point = Point(longitude, latitude, srid=CGCS2000)
    code = code_at(point=point, at=day)
    if not code:
        raise BadInput(
            "No division is known at %(lon)s, %(lat)s: give longitude and latitude in degrees.",
            lon=longitude,
            lat=latitude,
        )
    sign.location, sign.division_code = point, code


def _keep_photo(read: ReadPhoto, *, sign: Sign, order: RectificationOrder, by: Any) -> SignPhoto:
    where = read.taken_where
    photo = SignPhoto(
        sign=sign,
        order=order,
        sha256=read.sha256,
        taken_at=read.taken_at,
        taken_where=Point(*where, srid=CGCS2000) if where else None,
        uploaded_by=by,
    )
    photo.image.save(f"{photo.pk}.{read.suffix}", ContentFile(read.content), save=False)
    try:
        photo.save()
    except Exception:
        photo.image.delete(save=False)
        raise
    return photo


def _record(by: Any, operation: str, order: RectificationOrder, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=order,
        jurisdiction=order.sign.division_code,
        reason=details.pop("reason", ""),
        sign=order.sign.number,
        **details,
    )
