"""A bound on the best cost, and the sites that no better answer can have (or lack).

Lagrangian relaxation of "every row is served once": with a price that a row pays for being served,
a site is worth ``sum(min(0, cost[i, j] - price[i]))`` and the best few sites give a bound, whatever
the prices (Cornuéjols, Fisher and Nemhauser 1977). Prices follow the subgradient. Each site's worth
tells what it would cost to open or close it against the bound (reduced-cost fixing).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from facilities.domain.siting.rules import Rules
from facilities.domain.siting.table import Columns, Flags, Floats, Integers, Table

PATIENCE = 20
SMALLEST = 0.005
# How much of the last direction the next one keeps.
MEMORY = 0.9
# Sites are decided anew once the bound has come nearer by so much of what is missing.
NOTICED = 0.05


@dataclass(slots=True, eq=False)
class Dual:
    """``open`` sites are in every answer better than the best known, ``out`` in none. ``table``
    holds what is still in question: an open site is the price of missing all others."""

    table: Table
    rules: Rules
    prices: Floats
    open: Flags
    out: Flags
    bound: float = -np.inf
    worth: Floats = field(default_factory=lambda: np.empty(0))
    # How often each site was among the best of late.
    use: Floats = field(default_factory=lambda: np.empty(0))
    toll: float = 0.0

    @property
    def free(self) -> Flags:
        return ~self.open & ~self.out

    @property
    def room(self) -> int:
        return self.rules.most - int(self.open.sum())

    @property
    def liking(self) -> Floats:
        """From 0 to 1, how much each site looks like one of the best answer."""
        return np.where(self.open, 1.0, np.where(self.out, 0.0, self.use))

    def child(self, site: int, opened: bool) -> "Dual":
        """The same question with one more decision."""
        new = Dual(
            self.table,
            self.rules,
            self.prices,
            self.open.copy(),
            self.out.copy(),
            self.bound,
            self.worth,
            self.use.copy(),
            self.toll,
        )
        (new.open if opened else new.out)[site] = True
        new.settle()
        return new

    def settle(self) -> None:
        """Draw the consequences of the decisions: for the rules, and for the table."""
        self.out |= ~self.rules.addable(self.open) & ~self.open
        opened = np.flatnonzero(self.open[self.table.columns])
        miss = self.table.miss
        if len(opened):
            miss = miss.copy()
            np.minimum.at(miss, self.table.rows[opened], self.table.costs[opened])
        kept = self.free[self.table.columns] & (self.table.costs < miss[self.table.rows])
        if not kept.all():
            self.table = self.table.kept(kept, miss)
        self.prices = np.minimum(self.prices, self.table.miss)


def first_prices(near: Floats, second: Floats) -> Floats:
    """Between the nearest and the second nearest open site: what a row would pay to keep one."""
    return near + 0.5 * (second - near)


def tighten(
    dual: Dual,
    cutoff: Callable[[], float],
    *,
    rounds: int,
    stop: Callable[[], bool],
    offer: Callable[[Integers], None] | None = None,
    scale: float = 1.0,
) -> None:
    """Raise the bound of ``dual`` in place and decide sites. An answer of more than ``cutoff`` is
    of no use; ``offer`` gets sites worth a try."""
    work = _Work(dual)
    prices, toll = dual.prices.copy(), dual.toll
    direction = np.zeros(len(prices))
    waited, decided = 0, -np.inf
    if len(dual.use) != dual.table.sites:
        dual.use = np.zeros(dual.table.sites)
    for turn in range(rounds):
        if stop():
            break
        value, chosen, worth, served, over = work.value(prices, toll)
        dual.use *= 0.95
        dual.use[chosen] += 0.05
        if value > dual.bound:
            waited = waited if value < dual.bound + 1e-5 * abs(value) else 0
            dual.bound, dual.prices, dual.worth, dual.toll = value, prices.copy(), worth, toll
            worth_it = dual.bound - decided > NOTICED * (cutoff() - dual.bound)
            if worth_it:
                decided = dual.bound
            if worth_it and decide(dual, cutoff()):
                work = _Work(dual)
                prices = np.minimum(prices, dual.table.miss)
                direction[:] = 0
        waited += 1
        if dual.bound >= cutoff() or not dual.room:
            break
        if offer is not None and turn % 10 == 5:
            offer(np.union1d(chosen, np.flatnonzero(dual.open)))
        if waited >= PATIENCE:
            waited, scale = 0, scale / 2
            direction[:] = 0
            if scale < SMALLEST:
                break
        direction = (1.0 - served) + MEMORY * direction
        # No step out of the region of prices that make sense.
        top = work.table.miss
        direction[(prices >= top) & (direction > 0) | (prices <= work.least) & (direction < 0)] = 0
        length = float((direction * direction).sum()) + over * over
        if length < 1e-12:
            break
        step = scale * max(cutoff() - value, 1e-6 * abs(value)) / length
        prices = np.clip(prices + step * direction, work.least, top)
        toll = max(0.0, toll + step * over)


def decide(dual: Dual, cutoff: float) -> bool:
    """Open or close the sites whose other choice would cost more than ``cutoff``; whether the
    table became much smaller."""
    if not len(dual.worth):
        return False
    worth, room = dual.worth, dual.room
    free = np.flatnonzero(dual.free)
    if room <= 0 or not len(free):
        dual.out[free] = True
        return False
    order = free[np.argsort(worth[free], kind="stable")]
    inside = order[:room][worth[order[:room]] < 0]
    outside = order[len(inside) :]
    last = worth[inside[-1]] if len(inside) == room else 0.0
    following = min(worth[order[room]], 0.0) if len(order) > room else 0.0
    slack = 1e-9 * max(abs(cutoff), 1.0)
    out = outside[dual.bound + worth[outside] - last >= cutoff + slack]
    opened = inside[dual.bound + following - worth[inside] >= cutoff + slack]
    if not len(opened) and len(out) < 0.1 * len(free):
        return False
    dual.out[out] = True
    dual.open[opened] = True
    dual.settle()
    return True


class _Work:
    """The table by site, and the value of prices."""

    def __init__(self, dual: Dual) -> None:
        self.dual, self.table = dual, dual.table
        self.by_site: Columns = self.table.by_site()
        has = self.table.starts[1:] > self.table.starts[:-1]
        self.least = self.table.miss.copy()
        self.least[has] = self.table.costs[self.table.starts[:-1][has]]
        self.free = dual.free
        rules = dual.rules
        self.money = rules.left(dual.open) if rules.priced else np.inf
        # The rule of money is weighed like a tenth of the rows.
        self.share = rules.costs / max(self.money, 1e-12) * max(1.0, 0.1 * self.table.size)
        self.whole = max(1.0, 0.1 * self.table.size)

    def value(self, prices: Floats, toll: float) -> tuple[float, Integers, Floats, Floats, float]:
        """(bound, sites chosen, worth of each, how often each row is served, money too much)."""
        table = self.table
        saved = table.costs - prices[table.rows]
        np.minimum(saved, 0, out=saved)
        worth: Floats = np.bincount(table.columns, weights=saved, minlength=table.sites).astype(
            float
        )
        bound = float(prices.sum())
        if np.isfinite(self.money):
            worth += toll * self.share
            bound -= toll * self.whole
        chosen = self._choose(worth)
        places = self.by_site.positions(chosen)
        rows = self.by_site.rows[places]
        paying = self.by_site.costs[places] < prices[rows]
        served = np.bincount(rows[paying], minlength=table.size).astype(np.float64)
        over = float(self.share[chosen].sum() - self.whole) if np.isfinite(self.money) else 0.0
        return bound + float(worth[chosen].sum()), chosen, worth, served, over

    def _choose(self, worth: Floats) -> Integers:
        room = self.dual.room
        free = np.flatnonzero(self.free & (worth < 0))
        if room < len(free):
            free = free[np.argsort(worth[free], kind="stable")[: max(room, 0)]]
        return free
