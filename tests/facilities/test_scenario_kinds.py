"""Scenarios over a network and with limited places; the best place instead of each."""

import tracemalloc
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilities.domain.scenario_instead import instead
from facilities.domain.scenario_reasons import describe
from facilities.domain.scenario_search import solve
from facilities.domain.scenarios import Places, fingerprint
from tests.facilities.scenario_grounds import asked, by_network, ground, line, told


class TestOverANetwork:
    def test_minutes_decide_and_are_told(self):
        here = by_network(line())
        question = asked(mode="walk", minutes=10.0, distance_m=1.0)
        found = told(question, here)
        assert found["objective"] == 1200
        assert found["sites"][0]["far"] == pytest.approx(10)
        assert found["after"]["worst"] == pytest.approx(30)
        found = told(asked("p_median", mode="walk"), here)
        assert found["objective"] == pytest.approx(1500 * 10)
        assert found["sites"][0]["alternative"]["lost"] == pytest.approx(2.0)

    def test_the_fingerprint_knows_the_network(self):
        here, question = line(), asked(mode="walk")
        first = fingerprint(question, 0, by_network(here))
        assert first == fingerprint(question, 0, by_network(here))
        assert first != fingerprint(question, 0, here)


class TestLimitedPlaces:
    def test_who_is_served_has_a_place(self):
        found = told(asked("capacitated", capacity=700), line())
        assert found["objective"] == found["after"]["people"] == 700
        assert found["uncovered"]["people"] == 800
        (site,) = found["sites"]
        assert site["gain"]["people"] == site["only"]["people"] == site["load"]["people"] == 700
        assert site["room"] == 700
        # The best place instead is judged with its limit too.
        assert site["alternative"]["lost"] >= 0
        assert site["alternative"]["sure"]
        split = found["split"]
        assert sum(part["people"] for part in split.values()) == 1500
        assert split["no_room"]["people"] > 0

    def test_what_stands_is_full_before(self):
        here = line(existing=[(3000, 0)])
        found = told(asked("capacitated", capacity=500), here)
        assert found["before"]["people"] == 500
        assert found["after"]["people"] == 1000

    def test_unknown_beds_are_told_and_have_no_places(self):
        here = line(existing=[(0, 0), (4000, 0)])
        existing = replace(here.existing, beds=np.array([np.nan, 20.0]))
        question = asked("capacitated", capacity=500, existing_room="beds", need=40.0)
        found = told(question, replace(here, existing=existing))
        assert found["unknown_beds"] == 1
        # 20 beds at 40 of 1,000: 500 people.
        assert found["before"]["people"] == 500
        assert found["sites"][-1]["room"] in (0, 500)

    def test_an_extension_instead_of_a_new_site(self):
        here = line(existing=[(3000, 0)])
        new = here.candidates
        both = Places(
            np.vstack([new.lonlat, here.existing.lonlat]),
            np.vstack([new.xy, here.existing.xy]),
            [*new.keys, "+1"],
            [*new.names, "甲"],
            [*new.codes, "440111001"],
            extends=np.array([-1] * 5 + [0]),
        )
        here = replace(here, candidates=both)
        question = asked(
            "capacitated", capacity=300, extra=700, new_sites=None, budget=5.0, site_cost=5.0,
            extra_cost=2.0, apart_m=2000.0,
        )  # fmt: skip
        found = told(question, here)
        opened = [site for site in found["sites"] if site["kind"] != "existing"]
        assert [site["kind"] for site in opened] == ["extension"]
        assert found["cost"] == 2
        assert found["after"]["people"] == 800

    @given(
        st.integers(100, 1500),
        st.integers(1, 2),
        st.sampled_from([900.0, 1500.0, 3000.0]),
        st.booleans(),
    )
    @settings(max_examples=15, deadline=None)
    def test_the_shortest_way_with_limited_places_is_that_of_all_ways(
        self, capacity, new, limit, standing
    ):
        """Against every hand-out of the cells to the sites."""
        here = line(existing=[(3000, 0)]) if standing else line()
        question = asked("capacitated_median", capacity=capacity, new_sites=new, distance_m=limit)
        answer = solve(question, here, seed=0)
        many = len(here.existing) + len(here.candidates)
        xy = here.places().xy
        ways = np.hypot(*(here.xy[:, None] - xy[None]).transpose(2, 0, 1)) * question.detour
        people = here.counted(question)
        fixed = list(range(len(here.existing)))
        best = np.inf
        for more in combinations(range(len(fixed), many), new):
            sites = [*fixed, *more]
            for given_out in product([None, *sites], repeat=len(people)):
                load = dict.fromkeys(sites, 0.0)
                cost = 0.0
                for cell, site in enumerate(given_out):
                    if site is None:
                        cost += people[cell] * limit
                    elif ways[cell, site] > limit:
                        cost = np.inf
                    else:
                        load[site] += people[cell]
                        cost += people[cell] * ways[cell, site]
                if cost < best and all(taken <= capacity for taken in load.values()):
                    best = cost
        assert answer.result.proven
        assert answer.result.objective == pytest.approx(best)

    def test_the_best_place_instead_of_a_limited_one_is_told_as_a_way(self):
        found = told(asked("capacitated_median", capacity=700), line())
        (site,) = found["sites"]
        assert site["load"]["people"] <= 700
        other = site["alternative"]
        assert other["sure"] and 0 <= other["lost"] < 2000

    def test_stopping_ends_the_comparison(self):
        question = asked("capacitated", capacity=700)
        here = line()
        answer = solve(question, here, seed=0)
        found = describe(question, here, answer, watch=lambda _progress: True)
        assert found["sites"][0]["alternative"] == {"unknown": True}
        assert found["sites"][0]["only"] is None


class TestInstead:
    @given(st.data(), st.sampled_from(["mclp", "p_median", "p_center"]))
    @settings(max_examples=60)
    def test_is_the_best_of_all_exchanges(self, data, model):
        spots = st.lists(st.integers(0, 12), min_size=3, max_size=7, unique=True)
        cells = [(1000 * x, 0) for x in data.draw(spots)]
        people = [data.draw(st.integers(1, 9)) for _ in cells]
        standing = [(1000 * x + 1, 0) for x in data.draw(st.lists(st.integers(0, 12), max_size=2))]
        here = ground(cells, people, existing=standing)
        question = asked(model, new_sites=2, distance_m=2000.0)
        if len(cells) < 3:
            return
        answer = solve(question, here, seed=0)
        sites, new = answer.result.sites.tolist(), answer.result.sites >= len(standing)
        costs = np.abs(here.xy[:, :1] - here.places().xy[:, 0][None, :])

        def value(chosen):
            near = costs[:, chosen].min(axis=1)
            if model == "mclp":
                return -float(here.people[near <= 2000].sum())
            if model == "p_median":
                return float((here.people * near).sum() / here.people.sum())
            return float(near.max())

        found = instead(question, here, answer)
        for site in np.array(sites)[new].tolist():
            others = [one for one in sites if one != site]
            free = [n for n in range(len(standing), costs.shape[1]) if n not in sites]
            best = min(value([*others, other]) for other in free) if free else None
            if best is None:
                assert found[site].place is None
            else:
                assert found[site].lost == pytest.approx(best - value(sites))
                assert value([*others, found[site].place]) == pytest.approx(best)

    def test_memory_grows_with_the_pairs_within_reach(self):
        random = np.random.default_rng(1)
        cells = (random.random((30_000, 2)) * 400_000).tolist()
        standing = (random.random((600, 2)) * 400_000).tolist()
        here = ground(cells, random.integers(1, 9, 30_000), existing=standing,
                      candidates=[(0, 0), (9000, 0)])  # fmt: skip
        question = asked()
        answer = solve(question, here, seed=0)
        tracemalloc.start()
        describe(question, here, answer)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        # Cells × sites alone would take 144 MB.
        assert peak < 60e6
