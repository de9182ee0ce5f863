"""Siting: the p-median of the OR-Library, coverage against spopt, and a large question.

``script/bench siting [FOLDER] [--only pmed|mclp|large] [--numbers 1 40]``. FOLDER holds the
OR-Library's files ``pmed1.txt`` … ``pmed40.txt`` (Beasley 1985) and, if there, their optima
``pmedopt.txt``. A file that is missing is replaced by a graph made in the same way (a ring with
random edges, n² / 50 in all, lengths 1 to 100), marked "made".
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import shortest_path

from facilities.domain.cost import straight
from facilities.domain.siting import SitingResult, mclp, p_median

# Nodes and sites of the forty questions.
QUESTIONS = {
    100: (5, 10, 10, 20, 33),
    200: (5, 10, 20, 40, 67),
    300: (5, 10, 30, 60, 100),
    400: (5, 10, 40, 80, 133),
    500: (5, 10, 50, 100, 167),
    600: (5, 10, 60, 120, 200),
    700: (5, 10, 70, 140),
    800: (5, 10, 80),
    900: (5, 10, 90),
}
PROOF_S, FIRST_S, FIRST_SHARE = 120.0, 1.0, 0.01
TIMES_FASTER = 50
LARGE_S = 120.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--only", choices=("pmed", "mclp", "large"))
    parser.add_argument("--numbers", nargs=2, type=int, default=(1, 40))
    parser.add_argument("--radius", type=float, default=1_000.0, help="metres, for mclp")
    asked = parser.parse_args()
    kept = True
    if asked.only in (None, "pmed"):
        kept &= medians(asked.folder, *asked.numbers)
    if asked.only in (None, "mclp"):
        kept &= coverage(asked.radius)
    if asked.only in (None, "large"):
        kept &= large()
    say("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


def medians(folder: Path | None, first: int, last: int) -> bool:
    """Every question proven in time, with a good answer within the first second."""
    sizes = [(nodes, p) for nodes, many in QUESTIONS.items() for p in many]
    optima = known_optima(folder)
    good, slowest = True, 0.0
    say(
        f"{'p-median':<16}{'n':>4} {'p':>4} {'optimum':>8} {'known':>8} "
        f"{'proven s':>9} {'at 1 s':>8}"
    )
    for number in range(first, last + 1):
        nodes, p = sizes[number - 1]
        path = folder / f"pmed{number}.txt" if folder else None
        given = path is not None and path.exists()
        costs = read(path) if given and path else made(nodes, number)
        result = p_median(costs, np.ones(len(costs)), p, time_limit_s=PROOF_S)
        early = [step for step in result.history if step.seconds <= FIRST_S]
        excess = early[-1].incumbent / result.objective - 1 if early else float("inf")
        known = optima.get(number) if given else None
        right = known is None or result.objective == known
        good &= result.proven and excess <= FIRST_SHARE and right
        slowest = max(slowest, result.seconds)
        say(
            f"{f'pmed{number}' if given else f'made {number}':<16}{nodes:>4} {p:>4} "
            f"{result.objective:>8.0f} {known or '':>8} {result.seconds:>9.2f} {excess:>8.2%}"
            f"{'' if result.proven else f'  NOT PROVEN, gap {result.gap:.2%}'}"
            f"{'' if right else '  WRONG'}"
        )
    say(f"slowest {slowest:.1f} s, limit {PROOF_S:.0f} s")
    return good


def read(path: Path) -> np.ndarray:
    numbers = np.array(path.read_text("ascii").split(), dtype=np.int64)
    nodes = int(numbers[0])
    return distances(nodes, *numbers[3:].reshape(-1, 3).T[:, : numbers[1]] - [[1], [1], [0]])


def made(nodes: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    more = nodes * nodes // 50 - nodes
    ring = np.arange(nodes)
    one = np.concatenate([ring, random.integers(0, nodes, more)])
    other = np.concatenate([(ring + 1) % nodes, random.integers(0, nodes, more)])
    return distances(nodes, one, other, random.integers(1, 101, nodes + more))


def distances(nodes: int, one: np.ndarray, other: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Shortest ways between all nodes; of parallel edges the last one counts, as published."""
    edges = np.zeros((nodes, nodes))
    for a, b, length in zip(one.tolist(), other.tolist(), lengths.tolist(), strict=True):
        edges[a, b] = edges[b, a] = length
    np.fill_diagonal(edges, 0)
    return np.asarray(shortest_path(edges, directed=False))


def known_optima(folder: Path | None) -> dict[int, float]:
    path = folder / "pmedopt.txt" if folder else None
    if path is None or not path.exists():
        return {}
    lines = [line.split() for line in path.read_text("ascii").splitlines()]
    pairs = [line for line in lines if len(line) == 2 and line[0].startswith("pmed")]
    return {int(name.removeprefix("pmed")): float(value) for name, value in pairs if value}


def town(demands: int, sites: int, side_m: float, seed: int) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    origin = np.array([500_000.0, 2_500_000.0])
    people = origin + random.random((demands, 2)) * side_m
    return people, origin + random.random((sites, 2)) * side_m, random.integers(1, 1000, demands)


def coverage(radius: float) -> bool:
    """10,000 demands, 500 candidates, 40 to choose, beside spopt with the same solver."""
    import pulp
    from spopt.locate import MCLP

    people, sites, weights = town(10_000, 500, 20_000.0, 1)
    costs = np.hypot(*(people[:, None] - sites).transpose(2, 0, 1))
    weights = weights.astype(float)
    began = time.perf_counter()
    ours = mclp(costs, weights, 40, radius)
    own_s = time.perf_counter() - began
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.perf_counter()
        theirs = MCLP.from_cost_matrix(costs, weights, radius, p_facilities=40)
        built_s = time.perf_counter() - began
        theirs.solve(pulp.HiGHS(msg=False, gapRel=0))
        spopt_s = time.perf_counter() - began
    objective = theirs.problem.objective.value()
    same = abs(objective - ours.objective) <= 1e-9 * objective
    say(
        f"coverage 10,000 × 500, p = 40, {radius:,.0f} m: {ours.objective:,.0f} people "
        f"({ours.objective / weights.sum():.0%}), {'proven' if ours.proven else 'NOT PROVEN'} in "
        f"{own_s:.2f} s; spopt {objective:,.0f} in {built_s:.1f} s to build and "
        f"{spopt_s - built_s:.1f} s to solve: {spopt_s / own_s:.0f} × (target {TIMES_FASTER}), "
        f"{'same' if same else 'NOT THE SAME'}"
    )
    return ours.proven and same and spopt_s / own_s >= TIMES_FASTER


def large() -> bool:
    """100,000 demands, 5,000 candidates: an answer with its gap within two minutes."""
    people, sites, weights = town(100_000, 5_000, 60_000.0, 2)
    costs = straight(people, sites, cutoff=6_000.0)
    good = True
    for name, ask in (
        (
            "p-median, p = 200",
            lambda: p_median(costs, weights, 200, unserved_cost=6_000.0, time_limit_s=90),
        ),
        (
            "coverage within 1.5 km, p = 200",
            lambda: mclp(costs, weights, 200, 1_500.0, time_limit_s=90),
        ),
    ):
        began = time.perf_counter()
        result: SitingResult = ask()
        took = time.perf_counter() - began
        first = next(step.seconds for step in result.history if np.isfinite(step.incumbent))
        good &= took <= LARGE_S and result.feasible and np.isfinite(result.gap)
        say(
            f"100,000 × 5,000 ({costs.nnz:,} pairs), {name}: {result.objective:,.0f}, gap "
            f"{result.gap:.3%}, first answer after {first:.1f} s, all in {took:.0f} s "
            f"(limit {LARGE_S:.0f} s)"
        )
    return bool(good)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
