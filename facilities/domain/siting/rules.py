"""Which sites may be open together: number, money, distance, what stands and what is forbidden."""

from dataclasses import dataclass, field

import numpy as np

from facilities.domain.siting.table import Flags, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """At most ``most`` sites are open, ``fixed`` ones among them; a new one costs ``costs`` and
    all new ones together ``budget`` at most; of the two in a row of ``apart`` one at most is."""

    sites: int
    most: int
    fixed: Integers
    allowed: Flags
    costs: Floats
    budget: float
    apart: Integers
    counted: bool = True
    is_fixed: Flags = field(init=False)
    neighbours: dict[int, Integers] = field(init=False)

    def __post_init__(self) -> None:
        is_fixed = np.zeros(self.sites, dtype=bool)
        is_fixed[self.fixed] = True
        object.__setattr__(self, "is_fixed", is_fixed)
        both = np.vstack([self.apart, self.apart[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        begins = np.searchsorted(both[:, 0], np.arange(self.sites + 1))
        near = {
            site: both[begins[site] : begins[site + 1], 1]
            for site in np.unique(both[:, 0]).tolist()
        }
        object.__setattr__(self, "neighbours", near)

    @property
    def priced(self) -> bool:
        return bool(np.isfinite(self.budget))

    @property
    def bound(self) -> bool:
        """Whether an exchange can break a rule."""
        return self.priced or bool(len(self.apart))

    def spent(self, opened: Flags) -> float:
        return float(self.costs[opened & ~self.is_fixed].sum())

    def addable(self, opened: Flags) -> Flags:
        """Sites that may be opened beside these."""
        if int(opened.sum()) >= self.most:
            return np.zeros(self.sites, dtype=bool)
        able = self.allowed.copy()
        if self.priced:
            able &= self.costs <= self.left(opened)
        for site in np.flatnonzero(opened & ~self.is_fixed).tolist():
            if site in self.neighbours:
                able[self.neighbours[site]] = False
        return able

    def exchangeable(self, opened: Flags, closing: Integers) -> Flags:
        """(closing × sites) whether one may be opened once the other is closed."""
        able = np.tile(self.allowed, (len(closing), 1))
        if self.priced:
            able &= self.costs[None, :] <= self.left(opened) + self.costs[closing][:, None]
        if len(self.apart):
            near = np.zeros(self.sites, dtype=np.int64)
            for site in np.flatnonzero(opened & ~self.is_fixed).tolist():
                if site in self.neighbours:
                    near[self.neighbours[site]] += 1
            for row, site in enumerate(closing.tolist()):
                left = near.copy()
                if site in self.neighbours:
                    left[self.neighbours[site]] -= 1
                able[row] &= left == 0
        return able

    def holds(self, sites: Integers) -> bool:
        opened = np.zeros(self.sites, dtype=bool)
        opened[sites] = True
        new = opened & ~self.is_fixed
        return bool(
            len(sites) <= self.most
            and opened[self.fixed].all()
            and self.allowed[new].all()
            and self.left(opened) >= 0
            and not (new[self.apart[:, 0]] & new[self.apart[:, 1]]).any()
        )

    def left(self, opened: Flags) -> float:
        # A sum of prices may exceed the budget by rounding only.
        return self.budget * (1 + 1e-12) - self.spent(opened)

    def without_number(self) -> "Rules":
        """The same, whatever the number of sites."""
        return Rules(
            self.sites,
            self.sites,
            self.fixed,
            self.allowed,
            self.costs,
            self.budget,
            self.apart,
            False,
        )
