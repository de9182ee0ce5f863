"""Ground made for siting scenarios: villages in a line, sites that stand, a street between them."""

import itertools
from dataclasses import replace

import numpy as np
import shapely

from facilities.domain.journeys import Journeys, Part
from facilities.domain.networks import WALK, travel
from facilities.domain.scenario_reasons import describe
from facilities.domain.scenario_search import solve
from facilities.domain.scenarios import Ground, Places, ScenarioQuestion
from facilities.domain.streets import BOTH, Lines, join

BASE = np.array([400_000.0, 2_560_000.0])


def places(*offsets, names=(), costs=None):
    xy = BASE + np.array(offsets, dtype=float).reshape(-1, 2)
    keys = [f"{x:.0f} {y:.0f}" for x, y in xy.tolist()]
    codes = ["440111001"] * len(xy)
    return Places(xy / 1e5, xy, keys, list(names) or [""] * len(xy), codes, costs)


def ground(cells, people, *, existing=(), candidates=None, costs=None):
    xy = BASE + np.array(cells, dtype=float)
    people = np.array(people, dtype=float)
    return Ground(
        lonlat=xy / 1e5,
        xy=xy,
        people=people,
        elders=people / 10,
        codes=np.array(["440111001"] * len(xy)),
        existing=places(*existing),
        candidates=places(*(cells if candidates is None else candidates), costs=costs),
        given=len(cells),
    )


def line(**given):
    """Five villages, 1 km from each other, with 100, 200, … 500 people."""
    return ground([(1000 * n, 0) for n in range(5)], [100, 200, 300, 400, 500], **given)


def asked(model="mclp", **given):
    values = {"distance_m": 1000.0, "detour": 1.0, "new_sites": 1, "weights": "people"}
    return ScenarioQuestion(**{"model": model, **values, **given})


def told(question, here, seed=0):
    return describe(question, here, solve(question, here, seed=seed))


def by_network(here):
    """A network that goes from village to village at 6 km/h (10 min each)."""
    xy = np.vstack([here.existing.xy.reshape(-1, 2), here.candidates.xy])
    xs = np.unique(np.concatenate([here.xy[:, 0], xy[:, 0]]))
    lines = [[(a, BASE[1]), (b, BASE[1])] for a, b in itertools.pairwise(xs)]
    mode = replace(WALK, default_kmh=6.0, access_kmh=6.0)
    none = np.full(len(lines), np.nan)
    kinds, both = np.array(["footway"] * len(lines)), np.full(len(lines), BOTH, dtype=np.int64)
    told = Lines(np.array(shapely.linestrings(lines)), kinds, both, none, none)
    attached = travel(join(told), mode).attach(np.concatenate([here.xy, xy]), furthest_m=100.0)
    part = Part(attached, np.arange(len(here.xy)), np.arange(len(xy)))
    return replace(here, ways=Journeys(here.xy, xy, pace=100.0, parts=(part,)))
