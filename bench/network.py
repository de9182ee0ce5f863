"""Costs over a network of 160,000 nodes and 400,000 edges, and how memory grows with what is kept.

Run with ``script/bench network``; no database is needed. The network is made up: a grid of 400 by
400 crossings some 100 m apart, one-way streets among them, driven at 20 to 60 km/h.
"""

import sys
import time
import tracemalloc
from typing import Any

import numpy as np

SIDE, EDGES, FACILITIES = 400, 400_000, 2000
MINUTES = 15
NEAREST_S, PAIRS_S = 1.0, 20.0
# Bytes for each pair kept, at the peak: the matrix itself takes 12.
BYTES_A_PAIR = 100


def main() -> int:
    from facilities.domain.cost import k_nearest, nearest, within

    city = made_up_city()
    rng = np.random.default_rng(3)
    facilities = rng.choice(city.nodes, FACILITIES, replace=False)
    everywhere, cutoff = np.arange(city.nodes), MINUTES * 60.0
    say(f"{city.nodes:,} nodes, {city.graph.nnz:,} edges, {FACILITIES:,} facilities")
    first, (costs, _) = timed(lambda: nearest(city, facilities))
    say(
        f"nearest facility of every node    {first:6.2f} s  reached {np.isfinite(costs).mean():.1%}"
    )
    five, _ = timed(lambda: k_nearest(city, facilities, 5))
    say(f"5 nearest of every node           {five:6.2f} s")
    among, pairs = timed(lambda: within(city, facilities, facilities, cutoff=cutoff))
    say(f"facilities within {MINUTES} min          {among:6.2f} s  {pairs.nnz:,} pairs")
    everyone, pairs = timed(lambda: within(city, everywhere, facilities, cutoff=cutoff))
    say(f"nodes × facilities within {MINUTES} min  {everyone:6.2f} s  {pairs.nnz:,} pairs")
    kept, peaks = [], []
    for minutes in (4, 8):
        tracemalloc.start()
        some = within(city, everywhere, facilities[:400], cutoff=minutes * 60.0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        kept.append(some.nnz)
        say(f"memory, {minutes} min: {some.nnz:>9,} pairs, {peaks[-1] / 1e6:.0f} MB at the peak")
    each = (peaks[1] - peaks[0]) / (kept[1] - kept[0])
    say(f"memory for each pair more: {each:.0f} bytes")
    good = first <= NEAREST_S and max(among, everyone) <= PAIRS_S and each <= BYTES_A_PAIR
    verdict = "kept" if good else "NOT KEPT"
    say(f"nearest within {NEAREST_S:g} s, pairs within {PAIRS_S:g} s: {verdict}")
    return 0 if good else 1


def made_up_city() -> Any:
    from facilities.domain.cost import network

    rng = np.random.default_rng(1)
    ids = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    one = np.concatenate([ids[:, :-1].ravel(), ids[:-1].ravel()])
    other = np.concatenate([ids[:, 1:].ravel(), ids[1:].ravel()])
    speed = rng.choice([20, 30, 40, 60], len(one), p=[0.5, 0.25, 0.2, 0.05]) / 3.6
    seconds = rng.uniform(60, 160, len(one)) / speed
    turned = rng.random(len(one)) < 0.5
    sources, targets = np.where(turned, other, one), np.where(turned, one, other)
    both_ways = rng.permutation(len(one))[: EDGES - len(one)]
    return network(
        SIDE * SIDE,
        np.concatenate([sources, targets[both_ways]]),
        np.concatenate([targets, sources[both_ways]]),
        np.concatenate([seconds, seconds[both_ways]]),
    )


def timed(run: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    result = run()
    return time.perf_counter() - started, result


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
