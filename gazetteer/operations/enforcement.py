"""What goes beyond the notice itself: inspections (Art 30), talks (Art 31), penalties (37, 38)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, Refusal
from gazetteer.domain.notice_flow import FineRange, range_for
from gazetteer.models import Inquiry, InquiryKind, Notice, Power
from gazetteer.operations.evidence import keep_file
from gazetteer.operations.notices import LONGEST_TEXT, enter, hide_informant, is_overdue, take
from gazetteer.queries.notices import fine_ranges


class NoFine(BadInput):
    template = "The articles of this notice know no fine."


class OutsideTheRange(BadInput):
    template = "%(amount)s yuan lies outside what the articles allow: %(ranges)s."


class NotYetOverdue(Refusal):
    template = "The deadline has not gone by: these articles allow a penalty only afterwards."


@transaction.atomic
def record_inquiry(
    *,
    by: Any,
    at: datetime,
    notice: Notice,
    kind: str,
    held_on: date,
    persons: str,
    record: str,
    powers: Sequence[str] = (),
    files: Iterable[Any] = (),
) -> Inquiry:
    """Record an inspection with the powers that were used, or a talk with those responsible."""
    notice, step = enter(by, notice, "inquire")
    if kind not in InquiryKind.values or set(powers) - set(Power.values):
        raise BadInput("“%(kind)s” is no kind of inquiry.", kind=kind[:20])
    if kind == InquiryKind.INSPECTION and not powers:
        raise BadInput("Say which powers of Art 30 the inspection used.")
    if held_on > timezone.localdate(at):
        raise BadInput("The day lies in the future.")
    if not persons.strip() or not record.strip():
        raise BadInput("A record names who was present and what was found or said.")
    if len(persons) > 200 or len(record) > LONGEST_TEXT:
        raise BadInput(
            "A text is too long: it may have at most %(most)d characters.", most=LONGEST_TEXT
        )
    hide_informant(notice, persons, record)
    inquiry = Inquiry.objects.create(
        notice=notice,
        kind=kind,
        held_on=held_on,
        powers=list(powers) if kind == InquiryKind.INSPECTION else [],
        persons=persons.strip(),
        record=record.strip(),
        by=by,
        at=at,
    )
    take(by, at, notice, step, note=str(inquiry.kind))
    for upload in files:
        keep_file(upload, by=by, at=at, notice=notice)
    return inquiry


@transaction.atomic
def penalise(
    *,
    by: Any,
    at: datetime,
    notice: Notice,
    measure: str,
    fine_yuan: int | None = None,
    fined: str = "",
) -> Notice:
    """Record the penalty: a fine within the range of an article, or another measure of it."""
    notice, step = enter(by, notice, "penalise")
    breaches = list(notice.breaches.all())
    late = is_overdue(notice, timezone.localdate(at))
    if not measure.strip():
        raise BadInput("Say what was decided: public criticism, a ban, a fine.")
    if fine_yuan is None:
        if not late and all(row.fine_after_deadline for row in breaches):
            raise NotYetOverdue
    else:
        _check_fine(fine_yuan, fine_ranges(breaches), late)
        if not fined.strip():
            raise BadInput("Say on whom the fine is laid: it is the persons responsible.")
    hide_informant(notice, fined)
    notice.fine_yuan, notice.fined = fine_yuan, fined.strip()[:100] if fine_yuan else ""
    notice.outcome = measure.strip()[:LONGEST_TEXT]
    return take(by, at, notice, step, note=measure)


def _check_fine(amount: int, ranges: list[FineRange], late: bool) -> None:
    if not ranges:
        raise NoFine
    if range_for(amount, ranges, overdue=True) is None:
        shown = "; ".join(f"{each.article} {each.least:,}–{each.most:,}" for each in ranges)
        raise OutsideTheRange(amount=f"{amount:,}", ranges=shown)
    if range_for(amount, ranges, overdue=late) is None:
        raise NotYetOverdue
