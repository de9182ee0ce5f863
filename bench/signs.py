"""The check of many signs: the demonstration signs copied to 200,000, in a transaction undone.

Run with ``script/bench signs [COUNT]``; needs a database with the demonstration set. Prints signs
a second and the peak of memory, for reading and judging alone and with findings kept.
"""

import os
import resource
import sys
import time
from typing import Any

LIMIT_PER_S = 20_000
COUNT = 200_000


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from signage.models import Sign
    from signage.operations.check import check_signs, look_at_signs
    from signage.queries.signs import SignFilter, sign_counts, sign_page

    count = int(arguments[0]) if arguments else COUNT
    today = timezone.localdate()
    with transaction.atomic():
        there = Sign.objects.count()
        if not there:
            say("There are no signs: run script/manage load_demo first.")
            return 1
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(COPIES, {"more": max(0, count - there), "each": -(-count // there)})
            cursor.execute("ANALYZE signage_sign")
        say(f"{Sign.objects.count():,} signs made in {time.perf_counter() - started:.1f} s")
        looked = look_at_signs(at=today)
        tell("read and judged", looked)
        kept = check_signs(by=None, at=today)
        tell(f"with {kept.opened:,} findings opened", kept)
        again = check_signs(by=None, at=today)
        tell("checked again, nothing new", again)
        for what, ask in {
            "counts of the list": lambda: sign_counts(at=today, chosen=SignFilter()),
            "one page of the list": lambda: sign_page(at=today, chosen=SignFilter(), size=50),
        }.items():
            started = time.perf_counter()
            ask()
            say(f"{what}: {(time.perf_counter() - started) * 1000:,.0f} ms")
        transaction.set_rollback(True)
    return 0 if kept.signs / kept.seconds >= LIMIT_PER_S else 1


COPIES = """
    INSERT INTO signage_sign
        (id, number, sign_class, location, division_code, place_id, street_bearing,
         faces, period, responsible_body, planted_defects, source_id,
         synthetic, approximate)
    SELECT gen_random_uuid(), sign.number || '-' || copy, sign.sign_class, sign.location,
           sign.division_code, sign.place_id, sign.street_bearing, sign.faces, sign.period,
           sign.responsible_body, sign.planted_defects, sign.source_id,
           sign.synthetic, sign.approximate
    FROM signage_sign sign CROSS JOIN generate_series(1, %(each)s) copy
    ORDER BY copy, sign.number LIMIT %(more)s
"""


def tell(what: str, summary: Any) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(
        f"{what}: {summary.signs:,} signs in {summary.seconds:.1f} s, "
        f"{summary.signs / summary.seconds:,.0f} signs/s, {summary.failed_signs:,} non-standard; "
        f"peak {memory:,.0f} MB"
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
