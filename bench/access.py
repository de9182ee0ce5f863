"""E2SFCA beside the package ``access`` on the same 5,000 × 1,000 zones, in the same run.

Run with ``script/bench access`` after ``script/setup --dev``; no database is needed. Ours
includes making the sparse matrix from the same columns that the package is given.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

PLACES, FACILITIES, REACH = 5000, 1000, 37.2
STEPS = {10: 0.962, 20: 0.704, 30: 0.377, 60: 0.042}
TIMES_FASTER = 20
ROUNDS = 3


def main() -> int:
    # This file bears the package's name and its folder stands first.
    sys.path.remove(str(Path(__file__).parent))
    import access

    from facilities.domain.access import floating_catchment, step_weights
    from facilities.domain.raam import raam

    rng = np.random.default_rng(7)
    costs = rng.uniform(0, 60, (PLACES, FACILITIES))
    origins, destinations = np.nonzero(costs <= REACH)
    people, beds = rng.integers(1, 500, PLACES), rng.integers(1, 300, FACILITIES)
    table = pd.DataFrame(
        {"origin": origins, "dest": destinations, "cost": costs[origins, destinations]}
    )
    say(f"{len(table):,} pairs; median of {ROUNDS} rounds for ours, one round for theirs")

    def matrix() -> csr_matrix:
        pairs = (table.origin.to_numpy(), table.dest.to_numpy())
        return csr_matrix((table.cost.to_numpy(), pairs), shape=costs.shape)

    def ours() -> Any:
        weights = step_weights(matrix(), STEPS)
        return floating_catchment(weights, people.astype(float), beds.astype(float))

    package = access.Access(
        demand_df=pd.DataFrame({"people": people}).rename_axis("geoid"),
        demand_value="people",
        supply_df=pd.DataFrame({"beds": beds}).rename_axis("geoid"),
        supply_value="beds",
        cost_df=table,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    fall = access.weights.step_fn(STEPS)
    mine, found = timed(ours, ROUNDS)
    other, expected = timed(lambda: package.enhanced_two_stage_fca(weight_fn=fall), 1)
    off = float(np.abs(found - expected.iloc[:, 0].to_numpy()).max())
    say(f"E2SFCA  ours {mine:.3f} s  access {other:.2f} s  {other / mine:.0f} x  differs {off:.1e}")
    seconds, balanced = timed(
        lambda: raam(matrix(), people.astype(float), beds.astype(float), tau=30), 1
    )
    say(f"RAAM    ours {seconds:.2f} s, gap {balanced.gap:.2%}")
    good = other >= TIMES_FASTER * mine and off <= 1e-9
    say(f"{TIMES_FASTER} times faster and the same: {'kept' if good else 'NOT KEPT'}")
    return 0 if good else 1


def timed(run: Any, rounds: int) -> tuple[float, Any]:
    seconds = []
    result = None
    for _ in range(rounds):
        started = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
