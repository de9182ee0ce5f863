"""Equal rows become one, and sites that another one beats go: smaller questions, same answers."""

import numpy as np
from scipy.sparse import csr_matrix

from facilities.domain.siting.rules import Rules
from facilities.domain.siting.table import Flags, Floats, Integers, Table, starts_of, table

# Pairs of sites with a row in common that are compared at most.
COMPARED = 50_000_000


def groups(rows: Integers, columns: Integers, size: int) -> tuple[Integers, int]:
    """(the group of each row, their number): rows with the same sites are of one group, rows
    without any of group -1. Two sums of 64 random bits for each site tell sets apart."""
    marks = np.random.default_rng(0).integers(
        0, 2**64, (2, int(columns.max(initial=-1)) + 1), np.uint64
    )
    found = np.full(size, -1, dtype=np.int64)
    order = np.argsort(rows, kind="stable")
    starts = starts_of(np.bincount(rows, minlength=size))
    has = np.flatnonzero(np.diff(starts))
    if not len(has):
        return found, 0
    sums = [np.add.reduceat(mark[columns[order]], starts[has]) for mark in marks]
    pairs = np.stack(sums, axis=1)
    _, first, group = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    # Groups are numbered in the order of their first rows.
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    found[has] = rank[group.ravel()]
    return found, len(first)


def merged(rows: Integers, columns: Integers, size: int) -> tuple[Integers, Integers, int]:
    """The pairs of one row for each group, and the number of groups."""
    group, count = groups(rows, columns, size)
    first = np.full(count, -1, dtype=np.int64)
    has = np.flatnonzero(group >= 0)[::-1]
    first[group[has]] = has
    kept = first[group[rows]] == rows
    return group[rows[kept]], columns[kept], count


def beaten(rows: Integers, columns: Integers, size: int, rules: Rules) -> Flags:
    """New sites whose rows another site reaches all, at no higher price: of equals the first
    stays. None while sites must be apart, for the better one may be in the way."""
    none = np.zeros(rules.sites, dtype=bool)
    degree = np.bincount(rows, minlength=size).astype(np.float64)
    if len(rules.apart) or float((degree**2).sum()) > COMPARED:
        return none
    reach = csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(size, rules.sites)
    )
    shared = (reach.T @ reach).tocoo()
    own = np.bincount(columns, minlength=rules.sites).astype(np.float64)
    one, other = shared.row, shared.col
    prices: Floats = np.where(rules.is_fixed, 0.0, rules.costs)
    worse = (one != other) & (shared.data >= own[one] - 0.5) & (prices[one] >= prices[other])
    equal = (own[one] == own[other]) & (prices[one] == prices[other])
    worse &= ~equal | (other < one) | rules.is_fixed[other]
    none[one[worse]] = True
    none |= own == 0
    return none & rules.allowed


def covering(rows: Integers, columns: Integers, weights: Floats, rules: Rules) -> Table:
    """One row for all that the same sites reach, missed at the price of their weights; what none
    reaches is one more row, which is missed in any case."""
    group, count = groups(rows, columns, len(weights))
    group[group < 0] = count
    people = np.bincount(group, weights=weights, minlength=count + 1).astype(np.float64)
    first = np.full(count + 1, -1, dtype=np.int64)
    first[group[::-1]] = np.arange(len(weights))[::-1]
    single = first[group[rows]] == rows
    rows, columns = group[rows[single]], columns[single]
    better = ~beaten(rows, columns, count + 1, rules)[columns]
    rows, columns = rows[better], columns[better]
    return table(rows, columns, np.zeros(len(rows)), people, rules.sites)
