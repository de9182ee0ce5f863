"""Keep what a check found: findings of signs and absences of signs, brought in line with it.

Verdicts are copied into tables of the transaction and compared there, so that a million signs
cost a handful of statements.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from signage.models import CheckedMeanwhile, Finding
from signage.queries.judge import Judged, Missing, Tally

Report = Callable[[int, int, str], None]
BATCH = 5000


def gather(
    found: Iterable[Judged], *, signs: Any, report: Report | None, total: int, tally: Tally
) -> None:
    """Copy the verdicts into a table of this transaction, a batch at a time.

    A rule that says unknown matters only where a finding of it is open: that one stays open.
    """
    still_open = _open_rules(signs)
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
        told = 0
        for key, failed, unknown in found:
            for verdict in failed:
                values = (verdict.rule_id, verdict.measured[:300], verdict.expected[:300])
                text = "\t".join(map(_escaped, values))
                lines.append(f"{key}\tt\t{verdict.edition.row_id}\t{text}\n")
            kept = still_open.get(key)
            if kept:
                lines += [f"{key}\tf\t0\t{rule}\t\t\n" for rule in unknown if rule in kept]
            if len(lines) >= BATCH or tally.signs - told >= BATCH:
                told = tally.signs
                _copy(cursor, lines)
                if report:
                    report(min(tally.signs, total), total, "")
        _copy(cursor, lines)


def _open_rules(signs: Any) -> dict[UUID, set[str]]:
    rows = Finding.objects.open().filter(sign__in=signs.order_by().values("pk"))
    found: dict[UUID, set[str]] = {}
    for key, rule in rows.values_list("sign_id", "rule_id_text").iterator(chunk_size=BATCH):
        found.setdefault(key, set()).add(rule)
    return found


def _copy(cursor: Any, lines: list[str]) -> None:
    cursor.copy_from(io.StringIO("".join(lines)), "check_verdict")
    lines.clear()


def _escaped(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("\t", "\\t")
    return escaped.replace("\n", "\\n").replace("\r", "\\r")


# What was checked by itself while a check of many ran is left as that later look saw it.
MEANWHILE = "SELECT subject FROM signage_checkedmeanwhile"
MANY, KEEPING = 44_010_417, 44_010_419


def begin_many() -> None:
    """A check of many begins: another waits; what is checked by itself from now on is noted.

    Part of the transaction of the check, before anything is read.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MANY])
        cursor.execute("DELETE FROM signage_checkedmeanwhile")


def keep_many() -> None:
    """A check of many is about to write: single checks end first, or wait until it is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEEPING])


def begin_single() -> bool:
    """A check of some signs begins; whether a check of many is running beside it.

    None can begin before this transaction ends, unless one is running already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [MANY])
        ((alone,),) = cursor.fetchall()
        if not alone:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [KEEPING])
    return not alone


def note_checked(subjects: Iterable[UUID]) -> None:
    """Tell the check of many that is running that these were looked at after it had read them."""
    CheckedMeanwhile.objects.bulk_create([CheckedMeanwhile(subject=key) for key in subjects])


def keep(signs: Any, at: date, *, meanwhile: bool) -> tuple[int, int]:
    """Bring the findings of these signs in line with the verdicts: (opened, resolved).

    ``meanwhile``: those that were checked by themselves since the check began are left alone.
    """
    chosen, parameters = signs.order_by().values("id").query.sql_with_params()
    if meanwhile:
        chosen = f"{chosen} EXCEPT {MEANWHILE}"
    with connection.cursor() as cursor:
        if meanwhile:
            cursor.execute(f"DELETE FROM check_verdict WHERE sign_id IN ({MEANWHILE})")
        cursor.execute("ANALYZE check_verdict")
        cursor.execute(
            f"""
            UPDATE signage_finding finding SET resolved_on = %s
            WHERE resolved_on IS NULL AND sign_id IN ({chosen})
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


def keep_absences(
    missing: Sequence[Missing], *, places: Iterable[UUID], at: date, meanwhile: bool
) -> None:
    """Bring the absences of these places in line with what is missing now.

    ``meanwhile``: places that were checked by themselves since the check began are left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE IF NOT EXISTS check_place (place_id uuid) ON COMMIT DROP;
            CREATE TEMP TABLE IF NOT EXISTS check_absence (
                place_id uuid, rule_id bigint, rule_id_text varchar(20), spot varchar(120),
                division_code varchar(12), lon float8, lat float8,
                measured varchar(300), expected varchar(300)
            ) ON COMMIT DROP;
            TRUNCATE check_place, check_absence;
            """
        )
        cursor.copy_from(io.StringIO("".join(f"{key}\n" for key in places)), "check_place")
        cursor.copy_from(io.StringIO("".join(map(_absence_line, missing))), "check_absence")
        if meanwhile:
            for table in ("check_place", "check_absence"):
                cursor.execute(f"DELETE FROM {table} WHERE place_id IN ({MEANWHILE})")
        cursor.execute("ANALYZE check_place; ANALYZE check_absence")
        cursor.execute(
            """
            UPDATE signage_absence absence SET resolved_on = %(at)s
            WHERE resolved_on IS NULL AND place_id IN (SELECT place_id FROM check_place)
              AND NOT EXISTS (
                SELECT FROM check_absence missing WHERE missing.place_id = absence.place_id
                AND missing.rule_id_text = absence.rule_id_text AND missing.spot = absence.spot);
            INSERT INTO signage_absence AS kept
                (place_id, rule_id, rule_id_text, spot, location, division_code, measured,
                 expected, found_on)
            SELECT place_id, rule_id, rule_id_text, spot,
                   ST_SetSRID(ST_MakePoint(lon, lat), 4490), division_code, measured, expected,
                   %(at)s
            FROM check_absence
            ON CONFLICT (place_id, rule_id_text, spot) WHERE resolved_on IS NULL
            DO UPDATE SET rule_id = excluded.rule_id, measured = excluded.measured,
                          expected = excluded.expected, location = excluded.location
            WHERE (kept.rule_id, kept.measured, kept.expected)
                  IS DISTINCT FROM (excluded.rule_id, excluded.measured, excluded.expected)
            """,
            {"at": at},
        )


def _absence_line(each: Missing) -> str:
    point = ("\\N", "\\N") if each.lon is None else (str(each.lon), str(each.lat))
    verdict = each.verdict
    texts = map(_escaped, (verdict.measured[:300], verdict.expected[:300]))
    head = (str(each.place_id), str(verdict.edition.row_id), verdict.rule_id, each.spot)
    return "\t".join((*head, each.division_code, *point, *texts)) + "\n"
