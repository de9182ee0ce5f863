"""What each demand would pay at each site, laid out for fast answers.

Entries of one row (a demand) stand in order of rising cost, so that "nearer than" is always the
beginning of a row. All costs are multiplied by the weight of their row already.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """``columns[starts[i]:starts[i + 1]]`` are the sites within reach of row *i*, ``costs`` what
    they cost it, ``rows`` the row of each entry; ``miss[i]`` is the price of serving it nowhere.
    An entry that costs ``miss`` or more is not kept."""

    starts: Integers
    rows: Integers
    columns: Integers
    costs: Floats
    miss: Floats
    sites: int

    @property
    def size(self) -> int:
        return len(self.miss)

    def positions(self, rows: Integers, counts: Integers | None = None) -> Integers:
        """Places of the first ``counts`` entries (all, if not given) of each of the rows."""
        begins = self.starts[rows]
        lengths = self.starts[rows + 1] - begins if counts is None else counts
        return spread(begins, lengths)

    def kept(self, wanted: Flags, miss: Floats | None = None) -> "Table":
        """The same rows with the wanted entries only, and another price of missing them."""
        counts = np.bincount(self.rows[wanted], minlength=self.size)
        return Table(
            starts_of(counts),
            self.rows[wanted],
            self.columns[wanted],
            self.costs[wanted],
            self.miss if miss is None else miss,
            self.sites,
        )

    def some(self, rows: Integers) -> "Table":
        """Only these rows, numbered anew."""
        places = self.positions(rows)
        counts = self.starts[rows + 1] - self.starts[rows]
        return Table(
            starts_of(counts),
            np.repeat(np.arange(len(rows)), counts),
            self.columns[places],
            self.costs[places],
            self.miss[rows],
            self.sites,
        )

    def by_site(self) -> "Columns":
        """The same entries by site."""
        shape = (self.size, self.sites)
        turned = csr_matrix((self.costs, self.columns, self.starts), shape=shape).tocsc()
        return Columns(turned.indptr.astype(np.int64), turned.indices.astype(np.int64), turned.data)

    def cost_of(self, sites: Integers) -> float:
        """What all rows pay when these sites are open."""
        return float(self.paid(sites).sum())

    def paid(self, sites: Integers) -> Floats:
        opened = np.zeros(self.sites, dtype=bool)
        opened[sites] = True
        served = np.flatnonzero(opened[self.columns])
        first, rows = firsts(self.rows[served])
        paid = self.miss.copy()
        paid[rows] = self.costs[served[first]]
        return paid


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The entries of a table by site: their rows and their costs."""

    starts: Integers
    rows: Integers
    costs: Floats

    def positions(self, sites: Integers) -> Integers:
        begins = self.starts[sites]
        return spread(begins, self.starts[sites + 1] - begins)


def table(rows: Any, columns: Any, costs: Any, miss: Floats, sites: int) -> Table:
    """A table of entries in any order; weights are in the costs already. Of equal costs the one
    that is given first stands first."""
    kept = costs < miss[rows]
    rows, columns, costs = rows[kept], columns[kept], costs[kept]
    order = np.argsort(costs, kind="stable")
    order = order[grouped(rows[order], len(miss))]
    counts = np.bincount(rows, minlength=len(miss))
    return Table(
        starts_of(counts),
        rows[order].astype(np.int64),
        columns[order].astype(np.int64),
        costs[order].astype(np.float64),
        miss,
        sites,
    )


def grouped(keys: Integers, count: int) -> Integers:
    """Places in order of their keys (0 to ``count`` - 1), equal ones as they stand."""
    # The turn of a sparse matrix counts instead of comparing: many times faster than a sort.
    many = len(keys)
    line = csr_matrix((np.arange(many), keys, np.array([0, many])), shape=(1, count))
    return np.asarray(line.tocsc().data, dtype=np.int64)


def starts_of(counts: Any) -> Integers:
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def spread(begins: Integers, lengths: Integers) -> Integers:
    """``begins[0], begins[0] + 1, …`` so many as ``lengths`` says, then the same for the next."""
    before = starts_of(lengths)
    return np.repeat(begins - before[:-1], lengths) + np.arange(before[-1], dtype=np.int64)


def firsts(ordered: Integers) -> tuple[Integers, Integers]:
    """Where each value first stands among values in order, and the values."""
    if not len(ordered):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    begin = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    return begin, ordered[begin]
