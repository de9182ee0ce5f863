"""What people report of signs: taken down, merged, answered, turned into orders.

Who reported stays hidden (Regulation on Place Names, Art 33).
"""

from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.crs import CGCS2000
from common.errors import BadInput, Refusal
from common.hidden import repeats
from common.photos import read_photo
from gazetteer.operations.open_posts import count_open_post
from signage.models import (
    PhotoPhase,
    RectificationOrder,
    ReportChannel,
    Reporter,
    ReportKind,
    ReportState,
    Sign,
    SignReport,
    SignState,
)
from signage.operations.check import recheck_sign
from signage.operations.evidence import keep_photo
from signage.operations.orders import order_fix
from signage.queries.record import code_at

LONGEST_FACTS, LONGEST_NAME, LONGEST_CONTACT = 2000, 80, 100
SHORTEST_PURPOSE = 4
# What the report of such a kind says of the sign itself.
SAYS_DAMAGED = (ReportKind.DAMAGED, ReportKind.HIDDEN)


class NamesTheReporter(BadInput):
    template = "The facts repeat the name or number of whoever reports: leave it out there, so that it stays hidden."  # noqa: E501


class DealtWithAlready(Refusal):
    template = "This report was dealt with already: it is “%(state)s”."


class CannotMerge(Refusal):
    template = "These two reports name different signs."


class NobodyKnown(Refusal):
    template = "Nothing is known of who reported this."


@sensitive_variables("name", "contact")
@transaction.atomic
def take_report(
    *,
    by: Any,
    at: datetime,
    kind: str,
    facts: str,
    sign: Sign | None = None,
    point: tuple[float, float] | None = None,
    channel: str = ReportChannel.WEB,
    outer_number: str = "",
    name: str = "",
    contact: str = "",
    photo: Any = None,
    address: str = "",
) -> SignReport:
    """Take down a report on one sign or on a spot (longitude, latitude in CGCS2000).

    ``by`` is None on the open page, where the number of reports from an ``address`` is limited.
    """
    if kind not in ReportKind.values or channel not in ReportChannel.values:
        raise BadInput("Say what is wrong and how the report was received.")
    _check_texts(facts, name.strip(), contact.strip())
    where, code = _where(sign, point, timezone.localdate(at))
    if by is None:
        channel = ReportChannel.WEB
        count_open_post(address=address, at=at)
    else:
        require(by=by, capability=Capability.CHECK_SIGNS, codes=[code])
    read = read_photo(photo) if photo is not None else None
    try:
        with transaction.atomic():
            report = SignReport.objects.create(
                sign=sign,
                location=where,
                division_code=code,
                kind=kind,
                facts=facts.strip(),
                channel=channel,
                outer_number=outer_number.strip(),
                received_at=at,
                synthetic=bool(sign and sign.synthetic),
            )
    except IntegrityError:
        raise Refusal("This ticket of the hotline is recorded already.") from None
    if name.strip() or contact.strip():
        Reporter.objects.create(report=report, name=name.strip(), contact=contact.strip())
    if read is not None:
        keep_photo(read, by=by, sign=sign, report=report, phase=PhotoPhase.BEFORE)
    _record(by, "take_report", report, channel=str(channel), kind=kind)
    return report


def _where(sign: Sign | None, point: tuple[float, float] | None, day: date) -> tuple[Any, str]:
    if sign is not None:
        return sign.location, sign.division_code
    if point is None:
        raise BadInput("Name the sign, or the spot on the map.")
    where = Point(*point, srid=CGCS2000)
    code = code_at(point=where, at=day)
    if not code:
        raise BadInput(
            "No division is known at %(lon)s, %(lat)s: give longitude and latitude in degrees.",
            lon=point[0],
            lat=point[1],
        )
    return where, code


@sensitive_variables("name", "contact")
def _check_texts(facts: str, name: str, contact: str) -> None:
    if not facts.strip():
        raise BadInput("Say what you saw.")
    if len(facts) > LONGEST_FACTS or len(name) > LONGEST_NAME or len(contact) > LONGEST_CONTACT:
        raise BadInput("A text is too long.")
    if any("\x00" in text for text in (facts, name, contact)):
        raise BadInput("The text holds a character that cannot be read.")
    if repeats((name, contact), facts):
        raise NamesTheReporter


@transaction.atomic
def merge_report(*, by: Any, at: datetime, report: SignReport, into: SignReport) -> SignReport:
    """Treat a report as the same as another one; its reporter is told by the other's answer."""
    # Always in one order, so that two who merge the same two each into the other do not block.
    both = SignReport.objects.filter(pk__in=(report.pk, into.pk)).order_by("pk")
    list(both.select_for_update(of=["self"]))
    report, into = _open(by, report), _open(by, into, states=(ReportState.NEW, ReportState.IN_HAND))
    if report.pk == into.pk:
        raise CannotMerge("This is one and the same report.")
    if report.sign_id and into.sign_id and report.sign_id != into.sign_id:
        raise CannotMerge
    report.state, report.merged_into = ReportState.MERGED, into
    report.decided_at, report.decided_by = at, by
    report.save()
    report.merged.update(merged_into=into)
    if into.sign_id is None and report.sign_id is not None:
        into.sign = report.sign
        into.save()
    _record(by, "merge_report", report, into=str(into.pk))
    return report


@transaction.atomic
def dismiss_report(*, by: Any, at: datetime, report: SignReport, answer: str) -> SignReport:
    """Close a report without an order: unfounded, or not ours; with the answer."""
    report = _open(by, report)
    if not answer.strip():
        raise BadInput("Give the answer: why nothing has to be done, or who deals with it now.")
    report.state, report.answer = ReportState.DISMISSED, answer.strip()
    report.decided_at, report.decided_by = at, by
    report.save()
    _record(by, "dismiss_report", report, reason=report.answer)
    return report


@transaction.atomic
def order_from_report(
    *,
    by: Any,
    at: datetime,
    report: SignReport,
    sign: Sign | None = None,
    responsible_body: str,
    instruction: str = "",
    due_on: date | None = None,
) -> RectificationOrder:
    """Order the fix that a report asks for; a sign that is said to be damaged fails the check.

    ``sign``: which one is meant, where the report named only a spot.
    """
    report = _open(by, report)
    meant = sign or report.sign
    if meant is None:
        raise BadInput("Say first which sign is meant.")
    if report.kind in SAYS_DAMAGED:
        meant = Sign.objects.select_for_update(no_key=True).get(pk=meant.pk)
        meant.state = SignState.DAMAGED
        meant.save()
        recheck_sign(sign=meant, at=timezone.localdate(at))
    order = order_fix(
        by=by,
        at=at,
        sign=meant,
        responsible_body=responsible_body,
        instruction=instruction,
        due_on=due_on,
        report=report,
    )
    report.state, report.order, report.sign = ReportState.IN_HAND, order, meant
    report.decided_at, report.decided_by = at, by
    report.save()
    # What people sent in shows the sign before the fix.
    report.photos.update(order=order, sign=meant)
    _record(by, "order_from_report", report, order=str(order.pk))
    return order


@transaction.atomic
def read_reporter(*, by: Any, subject: SignReport, purpose: str) -> Reporter:
    """Who reported, for a purpose that the audit log keeps; asked for each time."""
    require(by=by, capability=Capability.READ_INFORMANT, codes=[subject.division_code])
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise BadInput("Say what you need the name for: the audit log keeps it.")
    found = Reporter.objects.filter(report=subject).first()
    if found is None:
        raise NobodyKnown
    _record(by, "read_reporter", subject, reason=purpose.strip()[:500])
    return found


def _open(by: Any, report: SignReport, states: tuple[str, ...] = (ReportState.NEW,)) -> SignReport:
    """Scope and role, then lock the report and see whether it still waits."""
    require(by=by, capability=Capability.ORDER_FIX, codes=[report.division_code])
    found: SignReport = SignReport.objects.select_for_update(of=["self"]).get(pk=report.pk)
    if found.state not in states:
        raise DealtWithAlready(state=str(found.get_state_display()))
    return found


def _record(by: Any, operation: str, report: SignReport, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=report,
        jurisdiction=report.division_code,
        reason=details.pop("reason", ""),
        **details,
    )
