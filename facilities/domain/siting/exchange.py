"""Good sites at once: greedy, then exchange of an open site for a closed one while that helps.

Fast interchange with the gains kept up to date (Whitaker 1983; Resende and Werneck 2007): opening
*j* and closing *r* changes the cost by ``loss[r] - gain[j] - extra[r, j]``. Only rows whose nearest
two open sites changed are counted anew. Coverage is the same with costs of 0 and ``miss``.
"""

from collections.abc import Callable

import numpy as np

from facilities.domain.siting.rules import Rules
from facilities.domain.siting.table import Floats, Integers, Table, firsts

# A change must be worth more than rounding.
WORTH = 1e-9
# What is not liked at all is still drawn now and then.
LEAST_CHANCE = 0.001


class Exchange:
    """A set of open sites with the worth of every change of one of them."""

    def __init__(self, table: Table, rules: Rules, stop: Callable[[], bool]) -> None:
        self.table, self.rules, self.stop = table, rules, stop
        self.by_site = table.by_site()
        self.noise = WORTH * float(
            (table.costs if table.costs.any() else table.miss).max(initial=0)
        )
        self.start(rules.fixed)

    def start(self, sites: Integers) -> None:
        """Begin anew from these sites."""
        table, size = self.table, self.table.size
        self.sites = [int(site) for site in sites]
        self.opened = np.zeros(table.sites, dtype=bool)
        self.opened[sites] = True
        self.slot = np.full(table.sites, -1, dtype=np.int64)
        self.slot[sites] = np.arange(len(sites))
        self.near = np.zeros(size)
        self.second = np.zeros(size)
        self.owner = np.full(size, -1, dtype=np.int64)
        self.ahead = np.zeros(size, dtype=np.int64)
        self.gain = np.zeros(table.sites)
        self.loss = np.zeros(len(sites))
        self.extra = np.zeros((len(sites), table.sites))
        rows = np.arange(size)
        self._look(rows)
        self._count(rows, 1.0)

    @property
    def cost(self) -> float:
        return float(self.near.sum())

    def grow(self) -> None:
        """Open the site worth most, again and again, while the rules allow one more."""
        while not self.stop():
            able = self.rules.addable(self.opened) & ~self.opened
            able &= self.gain > self.noise
            if not able.any():
                return
            worth = np.where(able, self.gain, -np.inf)
            if self.rules.priced and not self.rules.counted:
                # Under a budget alone the worth of a unit of money counts.
                worth = np.where(able, self.gain / np.maximum(self.rules.costs, 1e-12), -np.inf)
            self.open(int(np.argmax(worth)))

    def improve(self) -> None:
        """Exchange while that helps, and open more where the rules allow it."""
        counted = False
        while not self.stop():
            change = self._best()
            if change is None:
                before = len(self.sites)
                self.grow()
                if len(self.sites) == before:
                    return
                continue
            before_cost = self.cost
            self.exchange(*change)
            if self.cost <= before_cost - self.noise / 2:
                counted = False
                continue
            # It did not help: rounding has piled up. Take it back and count anew, once.
            self.exchange(change[1], change[0])
            if counted:
                return
            self.start(np.array(self.sites, dtype=np.int64))
            counted = True

    def become(self, sites: Integers) -> None:
        """Open these sites and no others."""
        wanted = np.zeros(self.table.sites, dtype=bool)
        wanted[sites] = True
        closing = np.flatnonzero(self.opened & ~wanted)
        opening = np.flatnonzero(wanted & ~self.opened)
        if len(closing) > len(opening) or len(closing) > 0.2 * len(sites):
            self.start(sites)
            return
        for old, new in zip(closing.tolist(), opening.tolist(), strict=False):
            self.exchange(old, new)
        for new in opening[len(closing) :].tolist():
            self.open(new)

    def exchange(self, closing: int, opening: int) -> None:
        """Close one site and open another."""
        slot = int(self.slot[closing])
        rows = self._touched(closing, opening)
        self._count(rows, -1.0)
        self.opened[closing], self.opened[opening] = False, True
        self.slot[closing], self.slot[opening] = -1, slot
        self.sites[slot] = opening
        self._look(rows)
        self._count(rows, 1.0)

    def open(self, site: int) -> None:
        """Open one more site."""
        entries = self.by_site.positions(np.array([site]))
        rows = self.by_site.rows[entries]
        rows = np.sort(rows[self.by_site.costs[entries] < self.second[rows]])
        self._count(rows, -1.0)
        self.opened[site] = True
        self.slot[site] = len(self.sites)
        self.sites.append(site)
        self.loss = np.append(self.loss, 0.0)
        self.extra = np.vstack([self.extra, np.zeros((1, self.table.sites))])
        self._look(rows)
        self._count(rows, 1.0)

    def shake(self, times: int, random: np.random.Generator, liking: Floats) -> None:
        """Exchange sites at random, to leave a local optimum; liked ones are opened more often."""
        for _ in range(times):
            sites = np.array(self.sites, dtype=np.int64)
            movable = sites[~self.rules.is_fixed[sites]]
            if not len(movable):
                return
            closing = _drawn(movable, 1.0 - liking[movable], random)
            able = self.rules.exchangeable(self.opened, np.array([closing]))[0] & ~self.opened
            choices = np.flatnonzero(able)
            if not len(choices):
                return
            self.exchange(closing, _drawn(choices, liking[choices], random))

    def _best(self) -> tuple[int, int] | None:
        """The exchange that saves most: (site to close, site to open)."""
        sites = np.array(self.sites, dtype=np.int64)
        movable = np.flatnonzero(~self.rules.is_fixed[sites]) if len(sites) else sites
        if not len(movable):
            return None
        saved = self.extra[movable] + self.gain
        saved -= self.loss[movable][:, None]
        saved[:, self.opened | ~self.rules.allowed] = -np.inf
        if self.rules.bound:
            saved[~self.rules.exchangeable(self.opened, sites[movable])] = -np.inf
        best = int(np.argmax(saved))
        row, opening = divmod(best, self.table.sites)
        if not saved[row, opening] > self.noise:
            return None
        return int(sites[movable[row]]), opening

    def _touched(self, closing: int, opening: int) -> Integers:
        """Rows whose nearest two open sites may change."""
        entries = self.by_site.positions(np.array([closing, opening]))
        rows = self.by_site.rows[entries]
        touched = np.zeros(self.table.size, dtype=bool)
        touched[rows[self.by_site.costs[entries] <= self.second[rows]]] = True
        return np.flatnonzero(touched)

    def _look(self, rows: Integers) -> None:
        """Find the nearest two open sites of these rows."""
        table = self.table
        self.near[rows] = self.second[rows] = table.miss[rows]
        self.owner[rows] = -1
        self.ahead[rows] = table.starts[rows + 1] - table.starts[rows]
        places = table.positions(rows)
        places = places[self.opened[table.columns[places]]]
        of = table.rows[places]
        begin, found = firsts(of)
        self.near[found] = table.costs[places[begin]]
        self.owner[found] = table.columns[places[begin]]
        after = begin + 1
        has = after < len(places)
        has[has] = of[after[has]] == found[has]
        second = places[after[has]]
        self.second[found[has]] = table.costs[second]
        self.ahead[found[has]] = second - table.starts[found[has]]

    def _count(self, rows: Integers, sign: float) -> None:
        """Add these rows to gains and losses, or take them away."""
        if not len(rows):
            return
        table = self.table
        owner = self.owner[rows]
        owned = owner >= 0
        slots = np.where(owned, self.slot[owner], -1)
        if owned.any():
            margin = self.second[rows] - self.near[rows]
            self.loss += sign * np.bincount(
                slots[owned], weights=margin[owned], minlength=len(self.loss)
            )
        counts = self.ahead[rows]
        places = table.positions(rows, counts)
        costs, columns = table.costs[places], table.columns[places]
        near = np.repeat(self.near[rows], counts)
        self._add(self.gain, columns, sign * np.maximum(near - costs, 0))
        if owned.any():
            slot = np.repeat(slots, counts)
            second = np.repeat(self.second[rows], counts)
            kept = slot >= 0
            at = slot[kept] * table.sites + columns[kept]
            worth = sign * (second[kept] - np.maximum(near[kept], costs[kept]))
            self._add(self.extra.reshape(-1), at, worth)

    @staticmethod
    def _add(target: Floats, at: Integers, values: Floats) -> None:
        if len(at) * 8 > len(target):
            target += np.bincount(at, weights=values, minlength=len(target))
        else:
            np.add.at(target, at, values)


def _drawn(sites: Integers, liking: Floats, random: np.random.Generator) -> int:
    """One of the sites, each with a chance that rises with its liking (0 to 1)."""
    chances = np.cumsum(np.clip(liking, 0, 1) + LEAST_CHANCE)
    return int(sites[np.searchsorted(chances, random.random() * chances[-1], side="right")])
