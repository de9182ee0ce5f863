"""Putting a sign right: order, record the fix, verify or send back, close or waive.

Each step: scope, role, rule, write, audit. The allowed moves are data in
``signage.domain.rectification``; nobody verifies or closes their own fix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal
from common.photos import read_photo
from signage.domain.rectification import ORDERED, OVER, STEPS, Step, due_day, estimated_cost
from signage.models import (
    Colour,
    Finding,
    Manager,
    OrderKind,
    PhotoPhase,
    RectificationOrder,
    SentBackFix,
    Sign,
    SignReport,
    SignState,
)
from signage.operations.campaign import keep_day
from signage.operations.check import recheck_sign
from signage.operations.evidence import keep_photo, require_both_photos
from signage.operations.follow import reports_follow
from signage.queries.editions import COST, DEADLINE, edition
from signage.queries.record import code_at


class NoPhoto(BadInput):
    template = "A photo of the sign as it now stands is required."


class NoPhotoBefore(BadInput):
    template = "A photo of the sign before the fix is required: nobody has sent one in yet."


class SamePhotoTwice(BadInput):
    template = "The photos before and after are the same file."


class NothingToFix(Refusal):
    template = "Sign %(number)s has no open finding: there is nothing to order."


class OrderOpenAlready(Refusal):
    template = "Sign %(number)s already has an open order, due on %(due)s."


class KeptByOthers(Refusal):
    template = "Sign %(number)s is kept by %(manager)s: let them know; it is not ordered here."


class NotThisStep(Refusal):
    template = "This step does not fit: the order is “%(state)s”."


class OwnFix(Refusal):
    template = "You recorded this fix yourself: another person has to verify and close it."


class OwnOrder(Refusal):
    template = "You gave this order yourself: another person has to waive it."


class StillWrong(Refusal):
    template = "The order cannot be closed: the sign still fails %(findings)s."


@dataclass(frozen=True, slots=True)
class NewFace:
    """What the sign shows after the fix, as the inspector reads it on the spot.

    ``longitude`` and ``latitude`` (degrees, CGCS2000) only where the sign was moved; ``replaced``:
    a new one stands there; ``condition``: its score, None where nobody scored it.
    """

    hanzi: str
    pinyin: str
    ground_colour: str
    longitude: float | None = None
    latitude: float | None = None
    replaced: bool = False
    condition: int | None = None


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
    report: SignReport | None = None,
) -> RectificationOrder:
    """Order the responsible body to put a sign right by a day, for a finding or a report."""
    require(by=by, capability=Capability.ORDER_FIX, codes=[sign.division_code])
    day = timezone.localdate(at)
    sign = Sign.objects.select_for_update(no_key=True).get(pk=sign.pk)
    if sign.managed_by != Manager.CIVIL_AFFAIRS:
        raise KeptByOthers(number=sign.number, manager=str(sign.get_managed_by_display()))
    found = Finding.objects.open().filter(sign=sign, waiver__isnull=True)
    rules = sorted(found.values_list("rule_id_text", flat=True))
    if not rules and report is None:
        raise NothingToFix(number=sign.number)
    due_on = due_on or default_due_day(sign=sign, at=day)
    if due_on < day:
        raise BadInput("The day by which the fix is due lies in the past.")
    if not responsible_body.strip():
        raise BadInput("Name the body that has to put the sign right.")
    running = sign.orders.exclude(state__in=OVER).first()
    if running is not None:
        raise OrderOpenAlready(number=sign.number, due=running.due_on.isoformat())
    try:
        order = RectificationOrder.objects.create(
            sign=sign,
            state=ORDERED,
            responsible_body=responsible_body.strip(),
            instruction=instruction.strip(),
            rules=rules,
            cost=cost_of(sign=sign, at=day),
            due_on=due_on,
            ordered_at=at,
            ordered_by=by,
        )
    except IntegrityError:
        raise Refusal("This sign already has an open order.") from None
    keep_day(codes=[sign.division_code], at=day)
    _record(by, "order_fix", order, due_on=due_on.isoformat(), body=order.responsible_body)
    return order


def cost_of(*, sign: Sign, at: date) -> Any:
    """What putting this sign right is estimated at (rule SIGN-COST); None where unknown."""
    costs = edition(rule_id=COST, at=at, code=sign.division_code).parameters
    return estimated_cost(sign.sign_class, sign.cost, costs)


@transaction.atomic
def record_fix(
    *,
    by: Any,
    at: datetime,
    order: RectificationOrder,
    face: NewFace,
    photo: Any,
    photo_before: Any = None,
) -> RectificationOrder:
    """Record what the sign shows now, with photos as evidence, and check it at once.

    ``photo_before`` may be missing where the order has one already.
    """
    if photo is None:
        raise NoPhoto
    read = read_photo(photo)
    read_before = read_photo(photo_before) if photo_before is not None else None
    order, step = _enter(by, order, "record_fix")
    before = set(order.photos.filter(phase=PhotoPhase.BEFORE).values_list("sha256", flat=True)) | (
        {read_before.sha256} if read_before else set()
    )
    if not before:
        raise NoPhotoBefore
    if read.sha256 in before:
        raise SamePhotoTwice
    sign = Sign.objects.select_for_update(no_key=True).get(pk=order.sign_id)
    _apply_face(sign, face, timezone.localdate(at))
    _stand_up(sign, order, face, timezone.localdate(at))
    # Moving a sign into another jurisdiction needs the role there as well.
    require(by=by, capability=step.capability, codes=[sign.division_code])
    order.state, order.fixed_at, order.fixed_by = step.after, at, by
    order.save()
    failed = recheck_sign(sign=sign, at=timezone.localdate(at))
    if read_before is not None:
        keep_photo(read_before, sign=sign, order=order, by=by, phase=PhotoPhase.BEFORE)
    kept = keep_photo(read, sign=sign, order=order, by=by)
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
        _send_back(order, at, note)
    order.state = step.after
    order.save()
    _record(by, step.name, order, reason=note.strip())
    return order


@transaction.atomic
def close_order(
    *, by: Any, at: datetime, order: RectificationOrder, accepted: bool = True, note: str = ""
) -> RectificationOrder:
    """Close a verified order after checking the sign once more, or send it back with the reason.

    Refused while a rule in force fails. A provisional rule warns and never blocks (design §5):
    the order closes, its finding stays open and the audit line names it.
    """
    order, step = _enter(by, order, "close_order" if accepted else "send_back_order")
    if not accepted:
        _send_back(order, at, note)
        order.state = step.after
        order.save()
        _record(by, step.name, order, reason=note.strip())
        return order
    require_both_photos(order)
    sign = Sign.objects.select_for_update(no_key=True).get(pk=order.sign_id)
    failed = recheck_sign(sign=sign, at=timezone.localdate(at))
    blocking = [verdict for verdict in failed if verdict.edition.enforced]
    if blocking:
        raise StillWrong(findings=named(blocking))
    order.state, order.closed_at, order.closed_by = step.after, at, by
    order.save()
    reports_follow(order=order, by=by, at=at)
    keep_day(codes=[sign.division_code], at=timezone.localdate(at))
    _record(by, "close_order", order, still_failing=[verdict.rule_id for verdict in failed])
    return order


@transaction.atomic
def waive_order(
    *, by: Any, at: datetime, order: RectificationOrder, reason: str
) -> RectificationOrder:
    """Leave a sign as it is, with the reason; what fails now stays known and is not asked again.

    Whatever fails later, or once more after it had passed, is a new finding and counts.
    """
    order, step = _enter(by, order, "waive_order")
    if not reason.strip():
        raise BadInput("Say why the sign may stay as it is.")
    order.state, order.waived_at, order.waived_by = step.after, at, by
    order.waived_because = reason.strip()
    order.save()
    Finding.objects.open().filter(sign_id=order.sign_id).update(waiver=order)
    reports_follow(order=order, by=by, at=at, answer=order.waived_because)
    keep_day(codes=[order.sign.division_code], at=timezone.localdate(at))
    _record(by, "waive_order", order, reason=order.waived_because)
    return order


def _send_back(order: RectificationOrder, at: datetime, note: str) -> None:
    """Take the fix off the order, and keep how it stood until now; does not save the order."""
    if not note.strip():
        raise BadInput("Say what is still wrong when you send a fix back.")
    SentBackFix.objects.create(
        order=order,
        fixed_at=order.fixed_at,
        fixed_by=order.fixed_by,
        verified_at=order.verified_at,
        verified_by=order.verified_by,
        sent_back_at=at,
    )
    order.fixed_at = order.fixed_by = order.verified_at = order.verified_by = None


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
    if step.not_by_the_orderer and order.ordered_by_id == by.pk:
        raise OwnOrder
    return order, step


def _stand_up(sign: Sign, order: RectificationOrder, face: NewFace, day: date) -> None:
    """The fixed sign stands; a new one stands from this day."""
    sign.state = SignState.STANDING
    if order.kind == OrderKind.NEW:
        sign.period = DateRange(day, None)
    if order.kind == OrderKind.NEW or face.replaced:
        sign.installed_on = day
    if face.condition is not None:
        sign.condition = face.condition
    sign.save()


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
