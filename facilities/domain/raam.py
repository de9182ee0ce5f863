"""Rational agents: people choose by travel and by how crowded a facility is, until nobody gains.

Rational agent access model (RAAM): Saxon and Snow 2020. What a place pays at a facility is its
travel cost in units of ``tau`` plus the people there for each unit of capacity, both relative to
the mean of the study area. The way to the equilibrium is that of the package ``access`` 1.1, so
that results can be compared; how far from the equilibrium it ends is told as ``gap``.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from common.errors import BadInput
from facilities.domain.cost import extreme

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
# The share of a place's people that may move in one round: first, least, halved every … rounds.
FIRST_STEP, LEAST_STEP, HALF_LIFE = 0.2, 0.005, 50
# Rounds in which a facility may not draw more people than it has room for.
CALM_ROUNDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Raam:
    """``costs[i]`` is what place *i* pays on average (low is good), NaN where nobody lives,
    infinite where no facility can be reached; ``people`` is CSR like the costs: who goes where.

    ``gap`` is what people could still save by choosing anew, as a share of what they pay: 0 at
    the equilibrium, ``None`` when nobody pays anything.
    """

    costs: Floats
    people: csr_matrix
    gap: float | None


def raam(
    costs: csr_matrix,
    demand: Floats,
    supply: Floats,
    *,
    tau: float,
    people_per_unit: float | None = None,
    rounds: int = 150,
    whole_people: bool = False,
) -> Raam:
    """Travel and congestion in balance. ``costs`` is CSR, demand × facilities.

    ``tau`` is the travel cost that weighs as much as a facility filled to the mean,
    ``people_per_unit`` that mean (default: all people by all supply). A facility without supply
    takes nobody. ``whole_people`` moves whole people only, as ``access`` does: small places then
    hardly move at all. Raises :class:`BadInput`.
    """
    if costs.shape != (len(demand), len(supply)):
        raise BadInput("Every place needs its people and every facility its capacity.")
    for values in (demand, supply, costs.data):
        if not np.isfinite(values).all() or (values < 0).any():
            raise BadInput("People, capacities and costs must be numbers, 0 or more.")
    if not (math.isfinite(tau) and tau > 0):
        raise BadInput("The travel cost that weighs as much as crowding must be above 0.")
    if people_per_unit is None:
        people_per_unit = float(demand.sum() / supply.sum()) if supply.any() else 1.0
    elif not (math.isfinite(people_per_unit) and people_per_unit > 0):
        raise BadInput("The people for each unit of capacity must be a number above 0.")
    if rounds < 1:
        raise BadInput("There must be 1 round or more.")
    rows = np.repeat(np.arange(len(demand)), np.diff(costs.indptr))
    open_pairs = (demand[rows] > 0) & (supply[costs.indices] > 0)
    places = np.unique(rows[open_pairs])
    paid = np.where(demand > 0, np.inf, np.nan)
    assigned = np.zeros(costs.nnz)
    if not len(places):
        return Raam(paid, _like(costs, assigned), None)
    game = _Game(
        travel=costs.data[open_pairs] / tau,
        facility=costs.indices[open_pairs].astype(np.int64),
        starts=np.append(np.flatnonzero(np.diff(rows[open_pairs], prepend=-1)), open_pairs.sum()),
        demand=demand[places],
        room=supply * people_per_unit,
    )
    paid[places], assigned[open_pairs], gap = game.played(rounds, whole_people)
    return Raam(paid, _like(costs, assigned), gap)


@dataclass(frozen=True, slots=True, eq=False)
class _Game:
    """Pairs that are open, place after place: those of place *i* stand from ``starts[i]`` on."""

    travel: Floats
    facility: Integers
    starts: Integers
    demand: Floats
    room: Floats

    def played(self, rounds: int, whole: bool) -> tuple[Floats, Floats, float | None]:
        assigned = np.zeros(len(self.travel))
        assigned[extreme(self.travel, self.starts, np.minimum)] = self.demand
        for number in range(rounds):
            paid = self._paid(assigned)
            dear = extreme(np.where(assigned > 0, paid, -np.inf), self.starts, np.maximum)
            cheap = extreme(paid, self.starts, np.minimum)
            moved = self._moved(assigned, cheap, dear, number, whole)
            assigned[cheap] += moved
            assigned[dear] -= moved
        # As in the model's package: the prices that people saw before their last move.
        mean = np.add.reduceat(paid * assigned, self.starts[:-1]) / self.demand
        return mean, assigned, self._gap(assigned)

    def _paid(self, assigned: Floats) -> Floats:
        return self._crowding(assigned)[self.facility] + self.travel

    def _crowding(self, assigned: Floats) -> Floats:
        crowd = self._crowd(assigned)
        return np.divide(crowd, self.room, out=np.zeros(len(crowd)), where=self.room > 0)

    def _crowd(self, assigned: Floats) -> Floats:
        crowd = np.bincount(self.facility, weights=assigned, minlength=len(self.room))
        return np.asarray(crowd, dtype=np.float64)

    def _moved(
        self, assigned: Floats, cheap: Integers, dear: Integers, number: int, whole: bool
    ) -> Floats:
        """How many of each place go from its dearest facility in use to its cheapest: so many
        that both cost the same, but no more than the round allows."""
        crowd = self._crowd(assigned)
        to, off = self.facility[cheap], self.facility[dear]
        room_to, room_off = self.room[to], self.room[off]
        there, here = assigned[cheap], assigned[dear]
        others_there, others_here = crowd[to] - there, crowd[off] - here
        balanced = ((room_to * room_off) / (room_to + room_off)) * (
            (self.travel[dear] - self.travel[cheap])
            + ((there + here) + others_here) / room_off
            - others_there / room_to
        )
        moved = np.where(dear == cheap, 0, np.minimum(balanced - there, here))
        step = max(FIRST_STEP * 0.5 ** (number / HALF_LIFE), LEAST_STEP)
        moved = np.minimum(moved, step * self.demand)
        if whole:
            moved = np.trunc(moved)
        if number < CALM_ROUNDS:
            drawn = np.bincount(to, weights=moved, minlength=len(self.room))
            full = np.maximum(drawn[to] / room_to, 1)
            moved = (moved / full).round() if whole else moved / full
        return np.asarray(moved, dtype=np.float64)

    def _gap(self, assigned: Floats) -> float | None:
        paid = self._paid(assigned)
        total = float((paid * assigned).sum())
        least = float(paid[extreme(paid, self.starts, np.minimum)] @ self.demand)
        return (total - least) / total if total > 0 else None


def _like(costs: csr_matrix, values: Floats) -> csr_matrix:
    return csr_matrix((values, costs.indices, costs.indptr), shape=costs.shape)
