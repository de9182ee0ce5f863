"""Check signs against the rules of a day and keep what is wrong as findings.

The bulk way and the single way are the same code over different sets of signs.
"""

import io
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import Refusal
from signage.domain.rules import Outcome, RuleBook, Verdict
from signage.models import CheckRun, Sign
from signage.queries.editions import rule_book
from signage.queries.facts import facts, places_of, signs_to_check
from signage.queries.signs import last_day_of_findings

Report = Callable[[int, int, str], None]
BATCH = 5000
LOCK = 44_010_417


class CheckedLater(Refusal):
    template = (
        "Signs here were checked for %(day)s already: findings are only kept "
        "for that day or a later one."
    )


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What one check saw: failures per rule, signs that failed, unknown verdicts, seconds.

    ``opened`` and ``resolved`` stay 0 where nothing was kept.
    """

    within: str
    day: date
    signs: int
    failed_signs: int
    unknown: int
    counts: dict[str, int]
    seconds: float
    opened: int = 0
    resolved: int = 0


@dataclass(slots=True)
class Tally:
    """Counts while the signs stream by."""

    signs: int = 0
    failed_signs: int = 0
    unknown: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def failures(
    *, signs: Any, at: date, book: RuleBook, tally: Tally
) -> Generator[tuple[UUID, list[Verdict]], None, None]:
    """Every sign with its verdicts other than pass; signs that pass everything give none."""
    places = places_of(signs=signs, at=at)
    for key, sign in facts(signs=signs, places=places):
        tally.signs += 1
        verdicts = book.not_passed(sign)
        if not verdicts:
            continue
        failed = [v.rule_id for v in verdicts if v.outcome is Outcome.FAIL]
        tally.counts.update(failed)
        tally.failed_signs += bool(failed)
        tally.unknown += len(verdicts) - len(failed)
        yield key, verdicts


def look_at_signs(*, at: date, within: str = "") -> CheckSummary:
    """Check without keeping anything: what a dry run prints."""
    started, tally = time.monotonic(), Tally()
    signs = signs_to_check(at=at, within=within)
    for _ in failures(signs=signs, at=at, book=rule_book(at=at), tally=tally):
        pass
    return _summary(tally, within, at, started)


def failed_rules(*, at: date, within: str = "") -> dict[UUID, frozenset[str]]:
    """Sign id → rule ids it fails, for scoring against a known truth; keeps nothing."""
    signs = signs_to_check(at=at, within=within)
    found = failures(signs=signs, at=at, book=rule_book(at=at), tally=Tally())
    return {
        key: frozenset(v.rule_id for v in verdicts if v.outcome is Outcome.FAIL)
        for key, verdicts in found
    }


@transaction.atomic
def check_signs(
    *, by: Any, at: date, within: str = "", report: Report | None = None
) -> CheckSummary:
    """Check every sign of a jurisdiction; open what fails, resolve what passes again.

    ``by`` is None for the system itself (commands, the demonstration set). A finding whose rule
    now says unknown stays open: unknown is no proof that the fault is gone.
    """
    if by is not None:
        require(by=by, capability=Capability.CHECK_SIGNS, codes=[within])
    started, tally = time.monotonic(), Tally()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    _refuse_days_before_the_last_check(within, at)
    signs = signs_to_check(at=at, within=within)
    book = rule_book(at=at)
    total = signs.count() if report else 0
    # Closed inside the transaction, to which the streaming cursor belongs.
    with closing(failures(signs=signs, at=at, book=book, tally=tally)) as verdicts:
        _gather(verdicts, report=report, total=total, tally=tally)
    opened, resolved = _keep(signs, at)
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
    )
    if report:
        report(total, total, "")
    return summary


@transaction.atomic
def recheck_sign(*, sign: Sign, at: date) -> Sequence[Verdict]:
    """Check one sign as it now stands and keep the outcome; part of the operation that asked.

    Returns the verdicts that failed.
    """
    signs = signs_to_check(at=at, numbers=[sign.number])
    tally = Tally()
    found = list(failures(signs=signs, at=at, book=rule_book(at=at), tally=tally))
    _gather(found, report=None, total=1, tally=tally)
    _keep(signs, at)
    return [v for _, verdicts in found for v in verdicts if v.outcome is Outcome.FAIL]


def _refuse_days_before_the_last_check(within: str, at: date) -> None:
    last = last_day_of_findings(within=within)
    if last is not None and last > at:
        raise CheckedLater(day=last.isoformat())


def _gather(verdicts: Any, *, report: Report | None, total: int, tally: Tally) -> None:
    """Copy the verdicts into a table of this transaction, a batch at a time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS check_verdict (
                sign_id uuid, failed boolean, rule_id bigint, rule_id_text varchar(20),
                measured varchar(300), expected varchar(300)
            ) ON COMMIT DROP;
            TRUNCATE check_verdict;
            """
        )
        lines: list[str] = []
        for key, found in verdicts:
            for verdict in found:
                failed = "t" if verdict.outcome is Outcome.FAIL else "f"
                values = (verdict.rule_id, verdict.measured[:300], verdict.expected[:300])
                text = "\t".join(_escaped(value) for value in values)
                lines.append(f"{key}\t{failed}\t{verdict.edition.row_id}\t{text}\n")
            if len(lines) >= BATCH:
                _copy(cursor, lines)
                if report:
                    report(min(tally.signs, total), total, "")
        _copy(cursor, lines)


def _copy(cursor: Any, lines: list[str]) -> None:
    cursor.copy_from(io.StringIO("".join(lines)), "check_verdict")
    lines.clear()


def _escaped(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("\t", "\\t")
    return escaped.replace("\n", "\\n").replace("\r", "\\r")


# A sign that was changed while the check ran has been checked again by the change itself.
CHANGED_MEANWHILE = """
    SELECT pgh_obj_id FROM signage_signevent WHERE pgh_created_at > transaction_timestamp()
"""


def _keep(signs: Any, at: date) -> tuple[int, int]:
    """Bring the findings of these signs in line with the verdicts: (opened, resolved)."""
    chosen, parameters = signs.order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE check_verdict")
        cursor.execute(f"DELETE FROM check_verdict WHERE sign_id IN ({CHANGED_MEANWHILE})")
        cursor.execute(
            f"""
            UPDATE signage_finding finding SET resolved_on = %s
            WHERE resolved_on IS NULL AND sign_id IN ({chosen})
              AND sign_id NOT IN ({CHANGED_MEANWHILE})
              AND NOT EXISTS (
                SELECT FROM check_verdict verdict WHERE verdict.sign_id = finding.sign_id
                AND verdict.rule_id_text = finding.rule_id_text)
            """,
            [at, *parameters],
        )
        resolved = cursor.rowcount
        cursor.execute(
            """
            UPDATE signage_finding finding
            SET measured = verdict.measured, expected = verdict.expected, rule_id = verdict.rule_id
            FROM check_verdict verdict
            WHERE finding.resolved_on IS NULL AND verdict.failed
              AND verdict.sign_id = finding.sign_id
              AND verdict.rule_id_text = finding.rule_id_text
              AND (finding.measured, finding.expected, finding.rule_id)
                  IS DISTINCT FROM (verdict.measured, verdict.expected, verdict.rule_id)
            """
        )
        cursor.execute(
            """
            INSERT INTO signage_finding
                (sign_id, rule_id, rule_id_text, measured, expected, found_on)
            SELECT sign_id, rule_id, rule_id_text, measured, expected, %s
            FROM check_verdict WHERE failed
            ON CONFLICT (sign_id, rule_id_text) WHERE resolved_on IS NULL DO NOTHING
            """,
            [at],
        )
        return cursor.rowcount, resolved


def _summary(
    tally: Tally, within: str, at: date, started: float, opened: int = 0, resolved: int = 0
) -> CheckSummary:
    return CheckSummary(
        within=within,
        day=at,
        signs=tally.signs,
        failed_signs=tally.failed_signs,
        unknown=tally.unknown,
        counts={rule_id: tally.counts[rule_id] for rule_id in sorted(tally.counts)},
        seconds=time.monotonic() - started,
        opened=opened,
        resolved=resolved,
    )
