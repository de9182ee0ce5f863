"""The check of a million signs: the demonstration set scaled, in a transaction undone.

Run with ``script/bench signs [COUNT]``; needs a database with the demonstration set. Streets and
other places are copied with their signs, each copy in an area of its own, so that every copy has
streets, junctions and numbers like the original. Prints signs a second and the peak of memory for
reading and judging alone, with findings kept, for a second check, and for one renaming.
"""

import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

LIMIT_S_A_MILLION = 120
LIMIT_MB = 2048
LIMIT_RENAMING_S = 2.0
COUNT = 1_000_000
OF_ONE_PLACE = 500


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from signage.models import Sign
    from signage.operations.check import check_signs, look_at_signs, recheck_signs_of_places
    from signage.queries.signs import SignFilter, sign_counts, sign_page
    from signage.views.signs import MOST_COUNTED

    count = int(arguments[0]) if arguments else COUNT
    today = timezone.localdate()
    fine = True
    with transaction.atomic():
        there = Sign.objects.count()
        if not there:
            say("There are no signs: run script/manage load_demo first.")
            return 1
        started = time.perf_counter()
        copies = max(0, -(-count // there) - 1)
        with connection.cursor() as cursor:
            # Copies of checked rows need no triggers and no foreign keys looked up again.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in COPIES:
                cursor.execute(statement, {"copies": copies})
            cursor.execute("SET LOCAL session_replication_role = origin")
        say(f"{Sign.objects.count():,} signs made in {time.perf_counter() - started:.1f} s")
        _seen_cpu[:] = processors()
        fine &= tell("read and judged", look_at_signs(at=today))
        kept = check_signs(by=None, at=today)
        fine &= tell(f"with {kept.opened:,} findings opened", kept)
        tell("checked again, nothing new", check_signs(by=None, at=today))
        with connection.cursor() as cursor:
            cursor.execute(CROWD, {"many": OF_ONE_PLACE})
            ((place,),) = cursor.fetchall()
        one = recheck_signs_of_places(places=[place], at=today)
        fine &= one.seconds <= LIMIT_RENAMING_S
        say(f"renaming of a place with {one.signs:,} signs: {one.seconds:.2f} s")
        for what, ask in {
            "counts of every sign": lambda: sign_counts(at=today, chosen=SignFilter()),
            "counts of the list": lambda: sign_counts(
                at=today, chosen=SignFilter(), most=MOST_COUNTED
            ),
            "one page of the list": lambda: sign_page(at=today, chosen=SignFilter(), size=50),
        }.items():
            started = time.perf_counter()
            ask()
            say(f"{what}: {(time.perf_counter() - started) * 1000:,.0f} ms")
        transaction.set_rollback(True)
    return 0 if fine else 1


# Each copy lies some degrees away from China, where no street of another copy is met.
_SHIFTED = "ST_Translate({geometry}, 3 + 2 * (copy %% 25), -2 * (copy / 25) - 5)"
COPIES = (
    """
    CREATE TEMP TABLE place_copy ON COMMIT DROP AS
    SELECT place.id AS old, gen_random_uuid() AS new, copy
    FROM (SELECT DISTINCT place_id AS id FROM signage_sign) place
    CROSS JOIN generate_series(1, %(copies)s) copy WHERE place.id IS NOT NULL;
    CREATE INDEX ON place_copy (old, copy); ANALYZE place_copy;
    """,
    f"""
    INSERT INTO gazetteer_place
        (id, legal_category, class_code, division_code, geometry, synthetic, approximate, source_id)
    SELECT new, legal_category, class_code, division_code, {_SHIFTED.format(geometry="geometry")},
           synthetic, approximate, source_id
    FROM place_copy JOIN gazetteer_place place ON place.id = old;
    """,
    """
    INSERT INTO gazetteer_placename
        (place_id, text, kind, status, period, specific, generic, pinyin_plain, pinyin_toned,
         pinyin_sign, reading_source, approved_by, document, search_pinyin, search_initials,
         synthetic, approximate, source_id)
    SELECT new, text, kind, status, period, specific, generic, pinyin_plain, pinyin_toned,
           pinyin_sign, reading_source, approved_by, document, search_pinyin, search_initials,
           synthetic, approximate, source_id
    FROM place_copy JOIN gazetteer_placename name ON name.place_id = old;
    """,
    f"""
    INSERT INTO signage_sign
        (id, number, sign_class, location, division_code, place_id, street_bearing, faces,
         support, door_number, door_suffix, street_side, period, state, installed_on,
         service_life_years, responsible_body, set_by, set_with_authority, managed_by, material,
         film_class, underside_m, kerb_m, condition, source_id, synthetic, approximate)
    SELECT gen_random_uuid(), number || '-' || copy, sign_class,
           {_SHIFTED.format(geometry="location")}, division_code, new, street_bearing, faces,
           support, door_number, door_suffix, street_side, period, state, installed_on,
           service_life_years, responsible_body, set_by, set_with_authority, managed_by, material,
           film_class, underside_m, kerb_m, condition, source_id, synthetic, approximate
    FROM place_copy JOIN signage_sign sign ON sign.place_id = old;
    ANALYZE signage_sign; ANALYZE gazetteer_place; ANALYZE gazetteer_placename;
    """,
)
CROWD = """
    WITH crowded AS (
        SELECT place_id FROM signage_sign WHERE place_id IS NOT NULL
        GROUP BY place_id ORDER BY count(*) DESC LIMIT 1
    ), moved AS (
        UPDATE signage_sign SET place_id = (SELECT place_id FROM crowded)
        WHERE id IN (
            -- A street lies in one street office, or in a few.
            SELECT id FROM signage_sign WHERE left(division_code, 9) = (
                SELECT left(division_code, 9) FROM signage_sign
                WHERE place_id = (SELECT place_id FROM crowded) LIMIT 1)
            LIMIT %(many)s)
    ), renamed AS (
        UPDATE gazetteer_placename SET text = '新名路', pinyin_sign = 'XINMING LU'
        WHERE place_id = (SELECT place_id FROM crowded) AND kind = 'standard'
    )
    SELECT place_id FROM crowded
"""


_seen_cpu = [0.0, 0.0]


def processors() -> list[float]:
    """Seconds of the processor of this process and, where it is on this machine, of its session."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    told = Path(f"/proc/{pid}/stat")
    ticks = told.read_text().rpartition(")")[2].split()[11:13] if told.exists() else ["0"]
    return [time.process_time(), sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")]


def tell(what: str, summary: Any) -> bool:
    """Print one check; whether it kept to the limits.

    The processor's seconds of this process and of its database session tell how long the check
    takes where nobody else uses the machine: the two take turns, so that their sum is the time.
    """
    used, _seen_cpu[:] = (
        [now - then for now, then in zip(processors(), _seen_cpu, strict=True)],
        processors(),
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"{what}: {summary.signs:,} signs in {summary.seconds:.1f} s "
        f"(processor {used[0]:.1f} s here + {used[1]:.1f} s in the database), "
        f"{summary.signs / summary.seconds:,.0f} signs/s, {summary.failed_signs:,} non-standard, "
        f"{summary.absences:,} missing; peak {memory:,.0f} MB"
    )
    allowed = LIMIT_S_A_MILLION * max(summary.signs, 1) / 1_000_000
    return bool(summary.seconds <= allowed and memory <= LIMIT_MB)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
