"""Divisions through time: who became whom, faults of polygons, adjustments tried, compendium.

Run with ``script/bench divisions`` after ``script/manage load_demo --all``; nothing is written.
Each is asked of the database in use, whose size is told first.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from boundaries.models import DivisionVersion, Level  # noqa: E402
from boundaries.queries.divisions import neighbours  # noqa: E402
from boundaries.queries.lineage import crosswalk_rows  # noqa: E402
from boundaries.queries.simulation import simulate  # noqa: E402
from boundaries.queries.topology import check_topology  # noqa: E402
from compendium.exports.entries import entries_word  # noqa: E402
from compendium.queries.entries import entry_sheets  # noqa: E402

CITY = settings.HOME_JURISDICTION
FIRST, LAST = date(1983, 1, 1), date(2019, 12, 31)
CROSSWALK_S, CHECK_S, TRY_S, COMPENDIUM_S = 5.0, 60.0, 5.0, 60.0


def main() -> int:
    day = timezone.localdate()
    standing = DivisionVersion.objects.on(day)
    if not standing.within(CITY).at_level(Level.COUNTY).with_geometry().exists():
        say("There are no counties in this database: run script/manage load_demo first.")
        return 1
    say(
        f"{standing.count():,} divisions on {day}, {standing.with_geometry().count():,} with shapes"
    )
    kept = [
        told("who became whom, 1983 to 2019", CROSSWALK_S, crosswalk),
        told("faults of all polygons", CHECK_S, lambda: faults(day)),
        tries(day),
        told("compendium of the city as Word", COMPENDIUM_S, lambda: compendium(day)),
    ]
    say("kept" if all(kept) else "NOT KEPT")
    return 0 if all(kept) else 1


def crosswalk() -> str:
    rows = crosswalk_rows(start=FIRST, end=LAST, level=Level.COUNTY)
    return f"{len(rows):,} rows"


def faults(day: date) -> str:
    check = check_topology(at=day)
    found = f"{len(check.faults):,} faults"
    return f"{check.divisions:,} divisions, {check.vertices:,} vertices, {found}"


def compendium(day: date) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        sheets = entry_sheets(at=day, within=CITY)
        return f"{len(sheets)} entries, {len(entries_word(sheets=sheets)) / 1e6:.1f} MB"


def tries(day: date) -> bool:
    """Each county of the city merged with one beside it, tried one after the other."""
    times = []
    for county in DivisionVersion.objects.on(day).within(CITY).at_level(Level.COUNTY):
        other = next(each for each in neighbours(division=county, at=day) if in_city(each))
        change = {"act": "merge", "units": [county.code, other.code], "code": county.code}
        started = time.perf_counter()
        simulate(changes=[{**change, "name": county.name}], on=day + timedelta(days=1))
        times.append((time.perf_counter() - started, county.name))
    seconds = [each for each, _name in times]
    worst, name = max(times)
    say(
        f"{'two counties merged, tried':<32} {statistics.median(seconds):7.2f} s median of "
        f"{len(times)}, {seconds[0]:.2f} s the first, {worst:.2f} s the slowest ({name}); "
        f"limit {TRY_S:.0f} s"
    )
    return worst <= TRY_S


def in_city(version: Any) -> bool:
    return bool(version.level == Level.COUNTY and version.code.startswith(CITY))


def told(name: str, limit: float, work: Callable[[], str]) -> bool:
    started = time.perf_counter()
    what = work()
    seconds = time.perf_counter() - started
    say(f"{name:<32} {seconds:7.2f} s, {what}; limit {limit:.0f} s")
    return seconds <= limit


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
