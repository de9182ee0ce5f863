"""A siting scenario on ground made for the purpose: its answer, its reasons, its fingerprint."""

from dataclasses import replace

import numpy as np
import pytest

from common.errors import BadInput
from common.jobs import JobCancelled
from facilities.domain.scenario_reasons import describe
from facilities.domain.scenario_search import solve
from facilities.domain.scenarios import (
    NoPlace,
    check_question,
    fingerprint,
    on_grid,
    read_question,
    undominated,
)
from tests.facilities.scenario_grounds import BASE, asked, ground, line, told


class TestSolve:
    def test_covers_the_most_people(self):
        found = told(asked(), line())
        assert found["objective"] == 1200
        assert found["proven"]
        assert found["gap"] == 0
        (site,) = found["sites"]
        assert site["key"] == "403000 2560000"
        assert (found["before"]["people"], found["after"]["people"]) == (0, 1200)
        assert found["uncovered"]["people"] == 300

    def test_what_stands_stays_and_is_not_gained(self):
        found = told(asked(), line(existing=[(4000, 0)]))
        new = [site for site in found["sites"] if site["kind"] == "new"]
        assert [site["key"] for site in new] == ["401000 2560000"]
        assert found["before"]["people"] == 900
        assert new[0]["gain"]["people"] == 600
        assert new[0]["only"]["people"] == 600

    def test_what_stands_may_close(self):
        here = line(existing=[(0, 0)])
        found = told(asked(keep_existing=False), here)
        assert [site["kind"] for site in found["sites"]] == ["new"]
        assert found["closed"] == [""]

    def test_the_best_place_instead_and_what_it_costs(self):
        (site,) = told(asked(), line())["sites"]
        # Without the fourth village: the third and the fifth reach 900 each.
        assert site["alternative"]["key"] == "402000 2560000"
        assert site["alternative"]["lost"] == 300

    @pytest.mark.parametrize(
        ("model", "objective", "lost"),
        [("p_median", 1_500_000.0, 200.0), ("p_center", 2000.0, 1000.0)],
    )
    def test_models_of_distance(self, model, objective, lost):
        found = told(asked(model), line())
        assert found["objective"] == objective
        assert found["sites"][0]["alternative"]["lost"] == pytest.approx(lost)

    def test_fewest_that_reach_everybody(self):
        found = told(asked("lscp", new_sites=None), line())
        assert found["objective"] == 2
        assert found["uncovered"]["cells"] == 0

    def test_places_have_room_for_so_many(self):
        found = told(asked("capacitated", capacity=700), line())
        assert found["objective"] == 700
        assert found["sites"][0]["load"]["people"] == 700

    def test_a_budget_decides(self):
        here = line(costs=np.array([1.0, 1.0, 9.0, 9.0, 9.0]))
        found = told(asked(new_sites=None, budget=1.0, site_cost=1.0), here)
        assert found["sites"][0]["key"] == "401000 2560000"
        assert found["cost"] == 1

    def test_a_budget_below_every_place_is_refused_with_both_numbers(self):
        here = line(costs=np.array([4.0, 3.0, 9.0, 9.0, 9.0]))
        question = asked(new_sites=None, budget=2.0, site_cost=1.0)
        with pytest.raises(BadInput, match=r"budget of 2 pays .* cheapest costs 3"):
            told(question, here)

    def test_new_sites_keep_their_distance(self):
        found = told(asked(new_sites=2, apart_m=3000), line())
        xs = sorted(int(site["key"].split()[0]) for site in found["sites"])
        assert xs[-1] - xs[0] >= 3000

    def test_the_number_holds_beside_a_budget(self):
        # Three cheap sites reach everybody for 3; two reach them only for 10.
        costs = np.array([1.0, 5.0, 1.0, 5.0, 1.0])
        question = asked("lscp", new_sites=2, budget=20.0, site_cost=1.0, distance_m=1000.0)
        found = told(question, line(costs=costs))
        assert found["feasible"]
        assert len(found["sites"]) == 2
        assert found["cost"] == 6
        assert not told(replace(question, new_sites=1), line(costs=costs))["feasible"]
        assert told(replace(question, new_sites=1), line(costs=costs))["nearest_new"] == 2

    def test_a_file_with_costs_needs_no_cost_for_all(self):
        question = asked(candidates="file", new_sites=None, budget=1.0)
        check_question(question)
        found = told(question, line(costs=np.array([1.0, 1.0, 9.0, 9.0, 9.0])))
        assert found["cost"] == 1

    def test_too_many_pairs_are_refused_for_every_model(self, monkeypatch):
        monkeypatch.setattr("facilities.domain.journeys.MOST_PAIRS", 5)
        for model, message in (("mclp", "limit is so wide"), ("p_median", "wider grid")):
            with pytest.raises(BadInput, match=message):
                solve(asked(model), line(), seed=0)

    def test_fairness_moves_the_site_to_those_who_count_for_more(self):
        here = line()
        codes = np.array(["440117001", *["440111001"] * 4])
        here = replace(here, codes=codes)
        assert told(asked(), here)["sites"][0]["key"] == "403000 2560000"
        found = told(asked(fairness=(("440117", 50.0),)), here)
        assert found["sites"][0]["key"] == "401000 2560000"
        assert found["objective"] == 100 * 50 + 200 + 300
        assert found["after"]["people"] == 600
        # The narrowest division decides.
        question = asked(fairness=(("440117001", 1.0), ("4401", 50.0), ("440111", 50.0)))
        assert here.factors(question).tolist() == [1, 50, 50, 50, 50]

    def test_what_stands_beyond_the_area_never_closes(self):
        here = line(existing=[(0, 0), (9000, 0)])
        here = replace(here, foreign=np.array([False, True]))
        found = told(asked(keep_existing=False), here)
        assert found["closed"] == [""]
        kinds = [site["kind"] for site in found["sites"]]
        assert sorted(kinds) == ["existing", "new"]

    def test_impossible_tells_how_many_would_do(self):
        here = ground([(0, 0), (100_000, 0)], [10, 10])
        question = asked("capacitated", capacity=10, new_sites=1)
        assert told(question, here)["feasible"]
        here = line(candidates=[(0, 0)])
        found = told(replace(asked("lscp"), new_sites=None), here)
        assert found["unreachable"]["people"] == 1200

    def test_stopping_keeps_the_best_with_its_gap(self):
        random = np.random.default_rng(3)
        here = ground((random.random((400, 2)) * 20_000).tolist(), random.integers(1, 90, 400))
        question = asked("p_median", new_sites=20)
        answer = solve(question, here, seed=0, watch=lambda _progress: True)
        found = describe(question, here, answer)
        if found["feasible"]:
            assert not found["proven"]
            assert found["gap"] is None or found["gap"] > 0
        else:
            assert "more time" in found["refusal"]["text"]

    def test_a_stop_is_heard_while_the_ways_are_laid_out(self, monkeypatch):
        monkeypatch.setattr("facilities.domain.journeys.PAIRS_A_STEP", 5)
        steps = []
        whole = solve(asked("p_median"), line(), seed=0)
        parts = solve(asked("p_median"), line(), seed=0, heard=lambda: steps.append(1))
        assert len(steps) > 3
        assert (parts.costs != whole.costs).nnz == 0

        def heard():
            raise JobCancelled

        with pytest.raises(JobCancelled):
            solve(asked("p_median"), line(), seed=0, heard=heard)

    def test_nobody_and_nowhere_are_refused(self):
        with pytest.raises(BadInput, match="Nobody"):
            solve(asked(), ground([(0, 0)], [0]), seed=0)
        with pytest.raises(NoPlace):
            solve(asked(), line(candidates=[]), seed=0)

    @pytest.mark.parametrize(
        "given",
        [
            {"new_sites": None},
            {"new_sites": 0},
            {"distance_m": float("nan")},
            {"model": "best"},
            {"budget": 3.0},
            {"grid_m": 0.0},
            {"mode": "boat"},
            {"minutes": 0.0},
            {"fairness": (("440111", 0.0),)},
            {"model": "capacitated", "capacity": None},
            {"capacity": 5.0},
            {"model": "capacitated", "capacity": 5.0, "need": 0.0},
            {"model": "capacitated", "capacity": 5.0, "existing_room": "x"},
            {"extra": 5.0},
            {"model": "capacitated", "capacity": 5.0, "extra": 5.0, "keep_existing": False},
            {
                "model": "capacitated",
                "capacity": 5.0,
                "extra": 5.0,
                "budget": 1.0,
                "site_cost": 1.0,
            },
        ],
    )
    def test_bad_questions_are_refused(self, given):
        with pytest.raises(BadInput):
            check_question(asked(**given))


class TestAgain:
    def test_the_same_question_and_seed_have_the_same_sites(self):
        random = np.random.default_rng(7)
        here = ground((random.random((200, 2)) * 15_000).tolist(), random.integers(1, 90, 200))
        question = asked(new_sites=7)
        first, second = (told(question, here, seed=5) for _ in range(2))
        assert first["sites"] == second["sites"]
        assert first["objective"] == second["objective"]
        assert fingerprint(question, 5, here) == fingerprint(question, 5, here)

    def test_the_fingerprint_tells_what_changed(self):
        question, here = asked(), line()
        prints = {
            fingerprint(question, 0, here),
            fingerprint(question, 1, here),
            fingerprint(replace(question, distance_m=900.0), 0, here),
            fingerprint(question, 0, replace(here, people=here.people + 1)),
            fingerprint(question, 0, line(existing=[(0, 0)])),
        }
        assert len(prints) == 5

    def test_the_fingerprint_knows_what_divisions_decide(self):
        here = line(existing=[(0, 0)])
        fair = asked(fairness=((str(here.codes[0]), 2.0),))
        moved = replace(here, codes=np.full(len(here.codes), "440199"))
        assert fingerprint(fair, 0, here) != fingerprint(fair, 0, moved)
        anew = asked(keep_existing=False)
        beyond = replace(here, foreign=np.array([True]))
        assert fingerprint(anew, 0, here) != fingerprint(anew, 0, beyond)

    def test_a_question_reads_back_as_it_was_kept(self):
        question = asked(
            forbidden=("440111", "440106"), without=("1 2",), fairness=(("440111", 2.0),)
        )
        assert read_question(question.values()) == question


class TestSmallThings:
    def test_the_grid_takes_the_cell_with_most_people_of_each_square(self):
        xy = BASE + np.array([(0, 0), (10, 10), (2000, 0), (2010, 0)], dtype=float)
        assert on_grid(xy, np.array([1.0, 5.0, 0.0, 2.0]), 1000).tolist() == [1, 3]

    def test_undominated(self):
        rows = [(1.0, 5.0), (2.0, 3.0), (2.0, 6.0), (1.0, 5.0)]
        assert undominated(rows) == [True, True, False, True]

    def test_what_is_not_known_beats_nobody(self):
        assert undominated([(None, 1.0), (2.0, 3.0), (3.0, 3.0)]) == [None, True, False]
