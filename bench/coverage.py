"""Coverage of the demonstration city beside plain PostGIS on the same rows, with the same result.

Run with ``script/bench coverage`` after ``script/manage load_demo``.
"""

import statistics
import sys
import time
from datetime import date
from typing import Any

LIMIT_MS = 300
ROUNDS = 5
CASES = (("ELD-INST", 1000), ("FAM-CTR", 500), ("ELD-DAY", 300), ("ELD-INST", 5000))
BY_POSTGIS = """
    SELECT left(cell.division_code, 6), sum(cell.people), sum(cell.people_60_plus),
           coalesce(sum(cell.people) FILTER (WHERE cell.near), 0),
           coalesce(sum(cell.people_60_plus) FILTER (WHERE cell.near), 0)
    FROM (SELECT c.*, EXISTS (
              SELECT FROM site WHERE ST_DWithin(c.metres, site.metres, %(distance)s)) AS near
          FROM (SELECT *, ST_Transform(centre, 4547) AS metres FROM facilities_populationcell
                WHERE period @> %(at)s::date AND division_code LIKE '4401%%') c) cell
    GROUP BY 1 ORDER BY 1
"""
SITES = """
    CREATE TEMP TABLE site ON COMMIT DROP AS
    SELECT ST_Transform(location, 4547) AS metres FROM facilities_facility
    WHERE category_id = %(category)s AND period @> %(at)s::date;
    CREATE INDEX ON site USING gist (metres);
    ANALYZE site;
"""


def main() -> int:
    import django

    django.setup()
    from facilities.models import PopulationCell

    at = date.today()
    cells = PopulationCell.objects.on(at).count()
    if not cells:
        say("There are no people in this database: run script/manage load_demo first.")
        return 1
    say(f"{cells:,} cells; median of {ROUNDS} rounds, milliseconds")
    say(f"{'category':<10} {'metres':>7} {'ours':>8} {'PostGIS':>9} {'ratio':>7}  same")
    slowest, all_same = 0.0, True
    for category, distance in CASES:
        ours, rows = timed(lambda c=category, d=distance: measured(c, d, at))
        theirs, expected = timed(lambda c=category, d=distance: by_postgis(c, d, at))
        same = rows == expected
        slowest, all_same = max(slowest, ours), all_same and same
        say(
            f"{category:<10} {distance:>7,} {ours:>8.1f} {theirs:>9.1f} {theirs / ours:>6.1f}x"
            f"  {'yes' if same else 'NO'}"
        )
    good = all_same and slowest <= LIMIT_MS
    say(f"slowest {slowest:.0f} ms, limit {LIMIT_MS} ms: {'kept' if good else 'NOT KEPT'}")
    return 0 if good else 1


def measured(category: str, distance: int, at: date) -> list[tuple[Any, ...]]:
    from facilities.queries.coverage import CoverageQuestion, measure_coverage

    question = CoverageQuestion(at=at, category=category, distance_m=distance)
    tallies = [row.tally for row in measure_coverage(question=question).rows]
    return [(t.group, t.people, t.elders, t.covered_people, t.covered_elders) for t in tallies]


def by_postgis(category: str, distance: int, at: date) -> list[tuple[Any, ...]]:
    from django.db import connection, transaction

    values = {"category": category, "distance": distance, "at": at}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SITES, values)
        cursor.execute(BY_POSTGIS, values)
        return list(cursor.fetchall())


def timed(run: Any) -> tuple[float, Any]:
    seconds = []
    result = None
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:]) * 1000, result


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
