"""Check signs against the rules of a day and keep what is wrong as findings.

The bulk way and the single way are the same code over different sets of signs.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import Refusal
from signage.domain.rules import RuleBook, Verdict
from signage.models import CheckRun, Sign
from signage.operations.campaign import keep_day
from signage.operations.findings import (
    Report,
    begin_many,
    begin_single,
    gather,
    keep,
    keep_absences,
    keep_many,
    note_checked,
)
from signage.operations.follow import reopen_orders
from signage.queries.changes import Changes, changes_since
from signage.queries.editions import rule_book
from signage.queries.facts import places_of, signs_to_check
from signage.queries.judge import Missing, Tally, judged, places_needing_signs
from signage.queries.place_facts import PlaceRow, rows_of_places
from signage.queries.signs import last_day_of_findings


class CheckedLater(Refusal):
    template = (
        "Signs here were checked for %(day)s already: findings are only kept "
        "for that day or a later one."
    )


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What one check saw: failures per rule, signs that failed, unknown verdicts, seconds.

    ``absences`` are signs that ought to stand and do not; ``opened`` and ``resolved`` stay 0
    where nothing was kept.
    """

    within: str
    day: date
    signs: int
    failed_signs: int
    unknown: int
    absences: int
    counts: dict[str, int]
    seconds: float
    opened: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What fails, for scoring against a known truth."""

    rules: dict[UUID, frozenset[str]]
    missing: list[Missing]


def look_at_signs(*, at: date, within: str = "", changed: Changes | None = None) -> CheckSummary:
    """Check without keeping anything: what a dry run prints."""
    started, tally = time.monotonic(), Tally()
    for _ in _judged(_signs(at, within, changed), at, tally, _needing(at, within, changed)):
        pass
    return _summary(tally, within, at, started)


def failures(*, at: date, within: str = "") -> Found:
    """Sign id → rule ids it fails, and the signs that are missing; keeps nothing."""
    tally = Tally()
    found = _judged(_signs(at, within, None), at, tally, _needing(at, within, None))
    rules = {
        key: frozenset(verdict.rule_id for verdict in failed) for key, failed, _ in found if failed
    }
    return Found(rules, tally.missing)


def failed_rules(*, at: date, within: str = "") -> dict[UUID, frozenset[str]]:
    return failures(at=at, within=within).rules


@transaction.atomic
def check_signs(
    *,
    by: Any,
    at: date,
    within: str = "",
    report: Report | None = None,
    changed_since: date | None = None,
) -> CheckSummary:
    """Check every sign of a jurisdiction; open what fails, resolve what passes again.

    ``by`` is None for the system itself (commands, the demonstration set). A finding whose rule
    now says unknown stays open: unknown is no proof that the fault is gone. With
    ``changed_since`` only what a change since that day can have touched.
    """
    if by is not None:
        require(by=by, capability=Capability.CHECK_SIGNS, codes=[within])
    started, tally = time.monotonic(), Tally()
    begin_many()
    _refuse_days_before_the_last_check(within, at)
    changed = changes_since(since=changed_since, at=at, within=within) if changed_since else None
    book = rule_book(at=at)
    opened, resolved = _check(
        _signs(at, within, changed),
        at,
        tally,
        needing=_needing(at, within, changed),
        book=book,
        report=report,
        within=within,
        by=by,
    )
    summary = _summary(tally, within, at, started, opened, resolved)
    run = CheckRun.objects.create(
        within=within,
        day=at,
        finished_at=timezone.now(),
        by=by,
        signs=summary.signs,
        opened=opened,
        resolved=resolved,
        unknown=summary.unknown,
        counts=summary.counts,
        editions=book.row_ids(),
    )
    audit.record(
        by=by,
        operation="check_signs",
        subject=run,
        jurisdiction=within,
        signs=summary.signs,
        opened=opened,
        resolved=resolved,
        absences=summary.absences,
    )
    if report:
        report(tally.signs, tally.signs, "")
    return summary


@transaction.atomic
def recheck_sign(*, sign: Sign, at: date, left: UUID | None = None) -> Sequence[Verdict]:
    """Check one sign as it now stands, with its street; part of the operation that asked.

    ``left``: the place that it was linked to before. Returns the verdicts that failed.
    """
    beside = begin_single()
    places = [left] if left is not None else []
    signs = signs_to_check(at=at, numbers=[sign.number], places=places)
    failed: list[Verdict] = []
    needing = rows_of_places(places=places, at=at)
    _check(signs, at, Tally(), needing=needing, own=(sign.pk, failed), beside=beside)
    return failed


@transaction.atomic
def recheck_signs(*, numbers: Sequence[str], at: date) -> CheckSummary:
    """Check signs that have just come in, with their streets; asks for no role."""
    beside = begin_single()
    started, tally = time.monotonic(), Tally()
    signs = signs_to_check(at=at, numbers=numbers)
    opened, resolved = _check(signs, at, tally, needing={}, beside=beside)
    return _summary(tally, "", at, started, opened, resolved)


@transaction.atomic
def recheck_signs_of_places(*, places: Sequence[Any], at: date) -> CheckSummary:
    """Check every sign that shows one of these places: a renaming took effect, or a line moved.

    Called by operations and receivers that change what a place requires; asks for no role.
    """
    beside = begin_single()
    started, tally = time.monotonic(), Tally()
    signs = signs_to_check(at=at, places=places)
    needing = rows_of_places(places=[getattr(place, "pk", place) for place in places], at=at)
    opened, resolved = _check(signs, at, tally, needing=needing, beside=beside)
    return _summary(tally, "", at, started, opened, resolved)


def _signs(at: date, within: str, changed: Changes | None) -> Any:
    signs = signs_to_check(at=at, within=within)
    return signs if changed is None or changed.everything else changed.narrowed(signs)


def _needing(at: date, within: str, changed: Changes | None) -> dict[UUID, PlaceRow]:
    """The places that are looked at even where no sign stands."""
    if changed is None or changed.everything:
        return places_needing_signs(at=at, within=within)
    found = {
        key: row
        for key, row in rows_of_places(places=changed.places, at=at).items()
        if row.division_code.startswith(within)
    }
    for code in changed.jurisdictions:
        found |= places_needing_signs(at=at, within=code)
    return found


def _judged(
    signs: Any, at: date, tally: Tally, needing: dict[UUID, PlaceRow], book: RuleBook | None = None
) -> Any:
    return judged(
        signs=signs,
        at=at,
        book=book or rule_book(at=at),
        tally=tally,
        places=places_of(signs=signs, at=at, known=needing),
        needing=needing,
    )


def _check(
    signs: Any,
    at: date,
    tally: Tally,
    *,
    needing: dict[UUID, PlaceRow],
    book: RuleBook | None = None,
    report: Report | None = None,
    own: tuple[UUID, list[Verdict]] | None = None,
    within: str | None = None,
    by: Any = None,
    beside: bool = False,
) -> tuple[int, int]:
    """Judge and keep: (findings opened, resolved). ``within`` where all of it is looked at.

    ``beside``: a check of many is running beside this one of some signs.
    """
    many = within is not None
    # Closed inside the transaction, to which the streaming cursor belongs.
    with closing(_judged(signs, at, tally, needing, book)) as verdicts:
        watched = _watched(verdicts, *own) if own else verdicts
        total = signs.count() if report else 0
        gather(watched, signs=signs, report=report, total=total, tally=tally)
    if many:
        keep_many()
    kept = keep(signs, at, meanwhile=many)
    keep_absences(tally.missing, places=tally.places, at=at, meanwhile=many)
    if within is None:
        checked = dict(signs.order_by().values_list("pk", "division_code"))
        if beside:
            note_checked([*checked, *tally.places])
        reopen_orders(by=by, at=at, signs=list(checked))
        keep_day(at=at, codes=set(checked.values()))
    else:
        reopen_orders(by=by, at=at)
        keep_day(at=at, within=within)
    return kept


def _watched(verdicts: Any, key: UUID, failed: list[Verdict]) -> Any:
    for each in verdicts:
        if each[0] == key:
            failed.extend(each[1])
        yield each


def _refuse_days_before_the_last_check(within: str, at: date) -> None:
    last = last_day_of_findings(within=within)
    if last is not None and last > at:
        raise CheckedLater(day=last.isoformat())


def _summary(
    tally: Tally, within: str, at: date, started: float, opened: int = 0, resolved: int = 0
) -> CheckSummary:
    return CheckSummary(
        within=within,
        day=at,
        signs=tally.signs,
        failed_signs=tally.failed_signs,
        unknown=tally.unknown,
        absences=len(tally.missing),
        counts={rule_id: tally.counts[rule_id] for rule_id in sorted(tally.counts)},
        seconds=time.monotonic() - started,
        opened=opened,
        resolved=resolved,
    )
