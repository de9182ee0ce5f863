"""All names of a division judged by the rules for naming, beside a query for every name.

Run with ``script/bench names [CODE]`` after ``script/manage load_demo --all``. Without a code it
takes provinces until 250,000 names are looked at; single checks run on names of the whole country.
"""

import resource
import statistics
import sys
import time
from collections import Counter
from datetime import date
from typing import Any

NAMES, LIMIT_S = 250_000, 60.0
CHECK_LIMIT_MS = 50.0
SAMPLE, ROUNDS = 400, 3
# In the order of their number of villages, so that few make up the quarter of a million.
PROVINCES = ("37", "41", "13", "51", "44", "43", "14", "61")


def main(codes: list[str]) -> int:
    import django

    django.setup()
    at = date.today()
    looked_at, seconds, found = 0, 0.0, 0
    counts: Counter[str] = Counter()
    for code in codes or PROVINCES:
        total, took, findings = audited(code, at)
        looked_at, seconds, found = (
            looked_at + total,
            seconds + took,
            found + sum(findings.values()),
        )
        counts += findings
        say(
            f"{code:<6} {total:>8,} names in {took:6.1f} s, "
            f"{total / max(took, 0.001):>8,.0f} a second, peak {peak_mb():,.0f} MB"
        )
        if not codes and looked_at >= NAMES:
            break
    if not looked_at:
        say("There are no names here: run script/manage load_demo --all first.")
        return 1
    say(f"{found:,} findings: " + ", ".join(f"{k} {n:,}" for k, n in sorted(counts.items())))
    scaled = seconds * NAMES / looked_at
    say(f"{NAMES:,} names in {scaled:.1f} s; limit {LIMIT_S:.0f} s")
    times = single_checks(at)
    median, late = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
    say(f"one name: median {median:.1f} ms, 95 % within {late:.1f} ms, limit {CHECK_LIMIT_MS:.0f}")
    say(
        f"a check for every name would take {statistics.fmean(times) * NAMES / 1e6:,.1f} thousand s"
    )
    good = scaled <= LIMIT_S and late <= CHECK_LIMIT_MS
    say("kept" if good else "NOT KEPT")
    return 0 if good else 1


def audited(code: str, at: date) -> tuple[int, float, Counter[str]]:
    from gazetteer.queries.naming_audit import audit_names

    started = time.perf_counter()
    audit = audit_names(within=code, at=at)
    counts = Counter(each.rule_id for name in audit for each in name.checked)
    return audit.total, time.perf_counter() - started, counts


def single_checks(at: date) -> list[float]:
    """Milliseconds of the check as one types, on names of the gazetteer, each kind alike often."""
    from gazetteer.models import LegalCategory, PlaceName
    from gazetteer.queries.naming_checks import check_proposal

    names: list[Any] = []
    for category in LegalCategory.values:
        rows = PlaceName.objects.on(at).standard().filter(place__legal_category=category)
        names += rows.select_related("place").order_by("text", "pk")[: SAMPLE // 4]
    times = []
    for name in names * ROUNDS:
        started = time.perf_counter()
        check_proposal(
            text=name.text,
            category=name.place.legal_category,
            division_code=name.place.division_code,
            at=at,
        )
        times.append((time.perf_counter() - started) * 1000)
    return times[len(names) :]


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
