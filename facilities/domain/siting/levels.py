"""The exact model: for each row a ladder of distinct costs; a step is paid while nothing is nearer.

Radius formulation (Cornuéjols, Nemhauser and Wolsey 1980; Elloumi 2010): ``z[i, k]`` is 1 if no
open site serves row *i* at its first *k* costs; ``z[i, k] + sum(y at cost k) >= z[i, k - 1]``.
Coverage is the ladder with one step. A ladder ends at the price of missing all sites in question.
"""

import numpy as np
from scipy.sparse import csr_matrix

from facilities.domain.siting.dual import Dual
from facilities.domain.siting.rules import Rules
from facilities.domain.siting.solver import Program, stack
from facilities.domain.siting.table import Flags, Floats, Integers


def program(dual: Dual, *, must: Flags, cutoff: float) -> tuple[Program, Integers]:
    """The model over the sites still in question, and these sites. Rows in ``must`` have to be
    served, the others may be missed at their price; answers above ``cutoff`` may be left out."""
    table = dual.table
    free = np.flatnonzero(dual.free)
    at = np.full(table.sites, -1, dtype=np.int64)
    at[free] = np.arange(len(free))
    rows, costs = table.rows, table.costs
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]) | (costs[1:] != costs[:-1])
    step_of = np.cumsum(new) - 1
    row, cost = rows[new], costs[new]
    count = len(row)
    later = np.flatnonzero(row[1:] == row[:-1]) + 1
    following = table.miss[row].copy()
    following[later - 1] = cost[later]
    first = np.ones(count, dtype=bool)
    first[later] = False
    least = table.miss.copy()
    least[row[first]] = cost[first]
    # A row that pays more than its price pays that on top of the bound: no use beyond the cutoff.
    room = cutoff - dual.bound + 1e-9 * max(abs(cutoff), 1.0)
    shut = following > dual.prices[row] + room
    shut |= must[row] & (following >= table.miss[row])
    width = len(free) + count
    steps = csr_matrix(
        (
            np.concatenate([np.ones(len(rows)), np.ones(count), -np.ones(len(later))]),
            (
                np.concatenate([step_of, np.arange(count), later]),
                np.concatenate(
                    [at[table.columns], len(free) + np.arange(count), len(free) + later - 1]
                ),
            ),
        ),
        shape=(count, width),
    )
    rules, low, high = rule_rows(dual.rules, dual.open, free, width)
    return Program(
        prices=np.concatenate([np.zeros(len(free)), np.where(shut, 0.0, following - cost)]),
        upper=np.concatenate([np.ones(len(free)), np.where(shut, 0.0, 1.0)]),
        whole=len(free),
        rows=stack([steps, rules]),
        low=np.concatenate([first.astype(np.float64), low]),
        high=np.concatenate([np.full(count, np.inf), high]),
        offset=float(least.sum()),
    ), free


def rule_rows(
    rules: Rules, opened: Flags, free: Integers, width: int
) -> tuple[csr_matrix, Floats, Floats]:
    """Number, money and distance as lines over the sites in question, with their limits."""
    lines: list[Integers] = []
    columns: list[Integers] = []
    values: list[Floats] = []
    high: list[float] = []

    def line(places: Integers, entries: Floats, limit: float) -> None:
        lines.append(np.full(len(places), len(high)))
        columns.append(places)
        values.append(entries)
        high.append(limit)

    every = np.arange(len(free))
    line(every, np.ones(len(free)), rules.most - float(opened.sum()))
    if rules.priced:
        line(every, rules.costs[free], rules.left(opened))
    at = np.full(rules.sites, -1, dtype=np.int64)
    at[free] = every
    pairs = at[rules.apart]
    for pair in pairs[(pairs >= 0).all(axis=1)]:
        line(pair, np.ones(2), 1.0)
    matrix = csr_matrix(
        (np.concatenate(values), (np.concatenate(lines), np.concatenate(columns))),
        shape=(len(high), width),
    )
    return matrix, np.full(len(high), -np.inf), np.array(high)
