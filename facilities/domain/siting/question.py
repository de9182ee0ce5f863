"""What is asked: costs, weights and conditions, read once; bad ones are refused with numbers."""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

import numpy as np
from scipy.sparse import csr_matrix, issparse
from scipy.spatial import cKDTree

from common.errors import BadInput
from facilities.domain.coverage import check_metres
from facilities.domain.siting.result import Watch
from facilities.domain.siting.rules import Rules
from facilities.domain.siting.table import Flags, Floats, Integers

# Costs: dense (infinite: out of reach) or CSR (not stored: out of reach; a stored 0 costs 0).
Costs: TypeAlias = Floats | csr_matrix


class SitingInputRefused(BadInput):
    """The question would have no sensible answer; the message says which number is to blame."""


class WeightsRefused(SitingInputRefused):
    template = (
        "%(count)d weights are missing or negative, the first is number %(first)d: each must be a "
        "number, 0 or more."
    )


class FairnessRefused(SitingInputRefused):
    template = (
        "%(count)d fairness weights are missing or negative, the first is number %(first)d: each "
        "must be a number, 0 or more."
    )


class SiteCostsRefused(SitingInputRefused):
    template = (
        "%(count)d costs of sites are missing or negative, the first is number %(first)d: each "
        "must be a number, 0 or more."
    )


class CapacitiesRefused(SitingInputRefused):
    template = (
        "%(count)d capacities are missing or negative, the first is number %(first)d: each must "
        "be a number, 0 or more."
    )


class Conditions(TypedDict, total=False):
    """What every model takes beside its own arguments.

    ``open_sites`` stand already: they stay open, count among *p* and cost nothing. ``forbidden``
    sites are never opened. New sites cost ``site_costs`` (one a site) and ``budget`` together at
    most. New sites stand ``spacing_m`` or more apart, by their ``site_xy`` (easting, northing in
    metres). ``time_limit_s`` seconds are searched at most. The same question with the same
    ``seed`` has the same answer unless time runs out first. ``watch`` is called with the
    :class:`Progress` now and then and stops the search by returning True.
    """

    open_sites: Sequence[int] | Integers
    forbidden: Sequence[int] | Integers
    site_costs: Floats | None
    budget: float | None
    site_xy: Floats | None
    spacing_m: float
    time_limit_s: float
    seed: int
    watch: Watch | None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Pairs within reach (``rows``, ``columns``, ``costs``), the weight of each demand in the
    objective and as load, and the rules for sites."""

    demands: int
    rows: Integers
    columns: Integers
    costs: Floats
    weights: Floats
    loads: Floats
    rules: Rules
    time_limit_s: float
    seed: int
    watch: Watch | None

    def within(self, radius: float) -> Flags:
        """Which pairs cost no more than the radius, at allowed or open sites."""
        if math.isnan(radius) or radius < 0:
            raise SitingInputRefused("The radius must be a number, 0 or more.")
        able = self.rules.allowed | self.rules.is_fixed
        return np.asarray((self.costs <= radius) & able[self.columns])

    def unreachable(self, reached: Flags) -> Integers:
        """Demands with a weight and without one of these pairs."""
        has = np.zeros(self.demands, dtype=bool)
        has[self.rows[reached]] = True
        return np.flatnonzero(~has & (self.weights > 0))

    def nearest(self, sites: Integers, radius: float = math.inf) -> Integers:
        """The open site that costs each demand least, within the radius; -1 for none."""
        opened = np.zeros(self.rules.sites, dtype=bool)
        opened[sites] = True
        kept = np.flatnonzero(opened[self.columns] & (self.costs <= radius))
        order = kept[np.lexsort((self.columns[kept], self.costs[kept], self.rows[kept]))]
        served = np.full(self.demands, -1, dtype=np.int64)
        rows, first = np.unique(self.rows[order], return_index=True)
        served[rows] = self.columns[order[first]]
        return served


def question(
    costs: Costs,
    weights: Floats | None,
    p: int | None,
    conditions: Conditions,
    *,
    fairness: Floats | None = None,
    counted: bool = True,
) -> Question:
    """Read the arguments of a model. ``counted``: a number of sites or a budget is needed."""
    rows, columns, values, shape = _pairs(costs)
    demands, sites = shape
    if not demands:
        raise SitingInputRefused("There is no demand: give at least one place with people.")
    if not sites:
        raise SitingInputRefused("There is no candidate site: give at least one.")
    loads = np.ones(demands) if weights is None else numbers(weights, demands, WeightsRefused)
    weighted = loads
    if fairness is not None:
        weighted = loads * numbers(fairness, demands, FairnessRefused)
    if not weighted.any():
        raise SitingInputRefused(
            "All %(count)d weights are 0: there is nobody to serve.", count=demands
        )
    with np.errstate(over="ignore"):
        most = weighted.sum() * values.max(initial=1.0) * demands
    if not math.isfinite(most):
        raise SitingInputRefused("Costs times weights are too large to add up: use larger units.")
    seconds = float(conditions.get("time_limit_s", 60.0))
    if not (math.isfinite(seconds) and seconds > 0):
        raise SitingInputRefused("The time limit must be a number of seconds above 0.")
    return Question(
        demands=demands,
        rows=rows,
        columns=columns,
        costs=values,
        weights=weighted,
        loads=loads,
        rules=_rules(sites, p, conditions, counted),
        time_limit_s=seconds,
        seed=abs(int(conditions.get("seed", 0))),
        watch=conditions.get("watch"),
    )


def numbers(values: Any, count: int, refused: type[SitingInputRefused]) -> Floats:
    """One finite number, 0 or more, for each of ``count``; else ``refused``."""
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (count,):
        raise SitingInputRefused(
            "%(given)d numbers are given for %(count)d demands or sites: give one for each.",
            given=found.size,
            count=count,
        )
    wrong = ~np.isfinite(found) | (found < 0)
    if wrong.any():
        raise refused(count=int(wrong.sum()), first=int(np.argmax(wrong)))
    return found


def _pairs(costs: Costs) -> tuple[Integers, Integers, Floats, tuple[int, int]]:
    if issparse(costs):
        sparse = csr_matrix(costs)
        if not sparse.has_canonical_format:
            before = sparse.nnz
            sparse = sparse.copy()
            sparse.sum_duplicates()
            if sparse.nnz != before:
                raise SitingInputRefused(
                    "%(count)d pairs of demand and site are given twice: give one cost for each.",
                    count=before - sparse.nnz,
                )
        rows = np.repeat(np.arange(sparse.shape[0]), np.diff(sparse.indptr))
        columns, values, shape = sparse.indices.astype(np.int64), sparse.data, sparse.shape
    else:
        dense = np.asarray(costs, dtype=np.float64)
        if dense.ndim != 2:
            raise SitingInputRefused("Costs must be a table of demands by sites.")
        shape = dense.shape
        rows = np.repeat(np.arange(shape[0]), shape[1])
        columns = np.tile(np.arange(shape[1]), shape[0])
        values = dense.reshape(-1)
    values = np.asarray(values, dtype=np.float64)
    missing, negative = np.isnan(values), values < 0
    if missing.any():
        raise SitingInputRefused(
            "%(count)d costs are missing or not numbers, the first from demand %(row)d to site "
            "%(column)d: a pair out of reach is infinite or not in the table.",
            count=int(missing.sum()),
            row=int(rows[np.argmax(missing)]),
            column=int(columns[np.argmax(missing)]),
        )
    if negative.any():
        raise SitingInputRefused(
            "%(count)d costs are negative, the first from demand %(row)d to site %(column)d: a "
            "cost is 0 or more.",
            count=int(negative.sum()),
            row=int(rows[np.argmax(negative)]),
            column=int(columns[np.argmax(negative)]),
        )
    kept = np.isfinite(values)
    if not kept.all():
        rows, columns, values = rows[kept], columns[kept], values[kept]
    return rows, columns, values, (int(shape[0]), int(shape[1]))


def _rules(sites: int, p: int | None, conditions: Conditions, counted: bool) -> Rules:
    fixed = _places(conditions.get("open_sites", ()), sites)
    forbidden = _places(conditions.get("forbidden", ()), sites)
    both = np.intersect1d(fixed, forbidden)
    if len(both):
        raise SitingInputRefused("Site %(site)d is both open and forbidden.", site=int(both[0]))
    allowed = np.ones(sites, dtype=bool)
    allowed[forbidden] = False
    allowed[fixed] = False
    prices, budget = _money(sites, conditions, allowed, bool(len(fixed)), counted)
    if p is None and counted and not math.isfinite(budget):
        raise SitingInputRefused("Give the number of sites or a budget.")
    return Rules(
        sites=sites,
        most=_most(p, len(fixed), int(allowed.sum())),
        fixed=fixed,
        allowed=allowed,
        costs=prices,
        budget=budget,
        apart=_apart(sites, conditions, allowed),
        counted=p is not None,
    )


def _most(p: int | None, fixed: int, new: int) -> int:
    if p is None:
        return fixed + new
    try:
        most = operator.index(p)
    except TypeError as error:
        raise SitingInputRefused("The number of sites must be a whole number.") from error
    if most < 1:
        raise SitingInputRefused("The number of sites is %(p)d: it must be 1 or more.", p=most)
    if most > fixed + new:
        raise SitingInputRefused(
            "%(p)d sites are asked for, but only %(count)d are open or allowed.",
            p=most,
            count=fixed + new,
        )
    if most < fixed:
        raise SitingInputRefused(
            "%(p)d sites are asked for, but %(count)d are open already: open ones count.",
            p=most,
            count=fixed,
        )
    return most


def _money(
    sites: int, conditions: Conditions, allowed: Flags, stands: bool, counted: bool
) -> tuple[Floats, float]:
    given, budget = conditions.get("site_costs"), conditions.get("budget")
    prices = np.zeros(sites) if given is None else numbers(given, sites, SiteCostsRefused)
    if budget is None:
        if given is not None and counted:
            raise SitingInputRefused("Sites have costs: give the budget as well.")
        return prices, math.inf
    if given is None:
        raise SitingInputRefused("There is a budget: give the cost of each site as well.")
    if not (math.isfinite(budget) and budget >= 0):
        raise SitingInputRefused("The budget must be a number, 0 or more.")
    cheapest = float(prices[allowed].min(initial=math.inf))
    if cheapest > budget and not stands:
        raise SitingInputRefused(
            "The budget of %(budget)s is below the cheapest site, which costs %(cost)s.",
            budget=f"{budget:,.12g}",
            cost=f"{cheapest:,.12g}",
        )
    return prices, float(budget)


def _apart(sites: int, conditions: Conditions, allowed: Flags) -> Integers:
    metres = float(conditions.get("spacing_m", 0.0))
    xy = conditions.get("site_xy")
    if not (math.isfinite(metres) and metres >= 0):
        raise SitingInputRefused(
            "The distance between sites must be a number of metres, 0 or more."
        )
    if not metres:
        return np.empty((0, 2), dtype=np.int64)
    if xy is None or np.shape(xy) != (sites, 2):
        raise SitingInputRefused("A distance between sites needs the position of each site.")
    positions = np.asarray(xy, dtype=np.float64)
    check_metres(positions)
    new = np.flatnonzero(allowed)
    pairs = new[cKDTree(positions[new]).query_pairs(metres, output_type="ndarray").astype(np.int64)]
    gaps = np.hypot(*(positions[pairs[:, 0]] - positions[pairs[:, 1]]).T)
    close = pairs[gaps < metres]
    return np.asarray(close[np.lexsort((close[:, 1], close[:, 0]))], dtype=np.int64)


def _places(given: Sequence[int] | Integers, sites: int) -> Integers:
    found = np.unique(np.asarray(given))
    if not len(found):
        return np.empty(0, dtype=np.int64)
    if found.dtype.kind not in "iu":
        raise SitingInputRefused("Sites are named by their numbers in the table of costs.")
    if found[0] < 0 or found[-1] >= sites:
        wrong = int(found[0] if found[0] < 0 else found[-1])
        raise SitingInputRefused(
            "There is no site %(site)d: they are numbered 0 to %(last)d.",
            site=wrong,
            last=sites - 1,
        )
    return found.astype(np.int64)
