"""The nearest facility of 620,000 villages, county by county, on Dask: time, memory, growth.

Run with ``script/bench national [FACILITIES]``; no database is needed. The country is made up with
a fixed seed: 2,900 counties of some 60 km across, their villages, 40,000 facilities.
"""

import resource
import sys
import time
from typing import Any

import numpy as np

COUNTIES, VILLAGES, FACILITIES = 2_900, 620_000, 40_000
SIZES = (155_000, 310_000, 620_000)


def main() -> int:
    from facilities.domain.national import county_parts, laid_together, one_by_one
    from facilities.operations.national import cluster, measure_country

    facilities = int(sys.argv[1]) if len(sys.argv) > 1 else FACILITIES
    say(f"{COUNTIES:,} counties, {facilities:,} facilities (made up)")
    say(f"{'villages':>9} {'alone s':>8} {'1 worker s':>11} {'2 workers s':>12}  same")
    same, peaks, times = True, {}, []
    for size in SIZES:
        codes, places, sites = made_up_country(size, facilities)
        parts, order = county_parts(codes, places)
        alone, answers = timed(lambda p=parts, s=sites: list(one_by_one(p, s)))
        expected = laid_together(answers, order)
        seconds = []
        for workers in (1, 2):
            with cluster(workers=workers) as client:
                spent, answers = timed(
                    lambda c=client, p=parts, s=sites: measure_country(
                        client=c, parts=p, facilities=s
                    )
                )
                peaks[size, workers] = max(client.run(peak_mb).values())
            seconds.append(spent)
            same = same and np.array_equal(laid_together(answers, order), expected)
        times.append(alone)
        say(
            f"{size:>9,} {alone:>8.1f} {seconds[0]:>11.1f} {seconds[1]:>12.1f}"
            f"  {'yes' if same else 'NO'}"
        )
    for size in SIZES:
        told = ", ".join(f"{peaks[size, n]:.0f} MB with {n}" for n in (1, 2))
        say(f"memory of the largest worker, {size:,} villages: {told}")
    grown, longer = SIZES[-1] / SIZES[0], times[-1] / times[0]
    say(f"{grown:.0f} times the villages take {longer:.1f} times as long")
    return 0 if same else 1


def made_up_country(villages: int, facilities: int) -> Any:
    rng = np.random.default_rng(11)
    middles = np.column_stack([rng.uniform(80, 130, COUNTIES), rng.uniform(20, 50, COUNTIES)])
    county = np.sort(rng.integers(0, COUNTIES, villages))
    places = middles[county] + rng.uniform(-0.3, 0.3, (villages, 2))
    codes = np.char.add("9", np.char.zfill(county.astype(str), 5))
    sites = middles[rng.integers(0, COUNTIES, facilities)] + rng.uniform(-0.3, 0.3, (facilities, 2))
    return codes, places, sites


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def timed(run: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = run()
    return time.perf_counter() - started, result


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
