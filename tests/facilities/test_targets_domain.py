"""Targets for divisions and their people: met, short by how much, unknown and why."""

from dataclasses import replace

import pytest

from facilities.domain.targets import BadTarget, Figure, Missing, Outcome, People, Reach
from tests.facilities.grounds import CITY, COUNTIES, ask, ground, site


class TestOneEach:
    HOME_CARE = {"categories": ["ELD-HOME"], "per": "county", "city": True}

    def homes(self, units, level="district"):
        return [site("ELD-HOME", unit.code, level=level) for unit in units]

    def test_the_city_and_each_of_twelve_districts_are_thirteen(self):
        here = ground(*self.homes(COUNTIES), *self.homes(COUNTIES[:1], "city"))
        found = ask("one_each", self.HOME_CARE, here)
        assert (found.outcome, found.value, found.wanted) == (Outcome.MET, 13, 13)

    def test_says_where_it_is_short_and_by_how_much(self):
        found = ask("one_each", self.HOME_CARE, ground(*self.homes(COUNTIES[2:])))
        assert (found.outcome, found.short_by, found.at_least) == (Outcome.SHORT, 3, False)
        assert [each.code for each in found.short] == ["440103", "440104", "440100"]

    def test_whose_centre_it_is_decides_and_may_be_unknown(self):
        unclear = site("ELD-HOME", "440103")
        found = ask("one_each", self.HOME_CARE, ground(unclear, *self.homes(COUNTIES[1:])))
        assert found.outcome == Outcome.UNKNOWN
        assert {each.what for each in found.missing} == {"level"}

    def test_a_district_answers_for_itself(self):
        here = ground(*self.homes(COUNTIES[1:]))
        assert ask("one_each", self.HOME_CARE, here, within="440104").outcome == Outcome.MET
        assert ask("one_each", self.HOME_CARE, here, within="440103").outcome == Outcome.SHORT

    def test_absence_says_nothing_before_the_register_is_whole(self):
        found = ask("one_each", self.HOME_CARE, ground(complete=False))
        assert found.outcome == Outcome.UNKNOWN
        assert found.wanted == 13
        assert {each.what for each in found.missing} == {"register"}

    def test_streets_are_asked_and_towns_are_not(self):
        asked = {"categories": ["FAM-CTR"], "per": "street"}
        found = ask("one_each", asked, ground(site(code="440103001")))
        assert (found.value, found.wanted, found.short_by) == (1, 2, 1)
        assert ask("one_each", asked, ground(), within="440104").outcome == Outcome.NONE

    def test_a_street_owes_nothing_that_is_asked_of_districts(self):
        assert ask("one_each", self.HOME_CARE, ground(), within="440103001").outcome == Outcome.NONE

    def test_streets_that_no_list_knows_are_unknown(self):
        asked = {"categories": ["FAM-CTR"], "per": "street"}
        found = ask("one_each", asked, ground(units=[CITY, *COUNTIES]))
        assert found.outcome == Outcome.UNKNOWN
        assert found.missing == (Missing("divisions"),)


class TestListedDivisions:
    ASKED = {
        "categories": ["ELD-INST"],
        "per": "listed",
        "operator": "public",
        "min_beds": 200,
        "planned": True,
        "divisions": ["440106", "440116"],
        "divisions_on": "2012-06-30",
    }
    HEIRS = {"440106": ("440106",), "440116": ("440112",)}

    def ask(self, *sites, within="4401", heirs=None, complete=True):
        here = ground(*sites, heirs=self.HEIRS if heirs is None else heirs, complete=complete)
        return ask("one_each", self.ASKED, here, within=within)

    def home(self, code="440106", beds=200, operator="public", **rest):
        return site("ELD-INST", code, beds=beds, operator=operator, **rest)

    def test_are_asked_as_what_they_have_become(self):
        found = self.ask(self.home(), self.home("440112001", beds=199))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 1)
        assert [each.code for each in found.short] == ["440112"]

    @pytest.mark.parametrize(
        ("change", "missing"),
        [({"beds": None}, "beds"), ({"operator": ""}, "operator")],
    )
    def test_a_home_that_may_fit_leaves_it_unknown(self, change, missing):
        found = self.ask(self.home("440112"), self.home(**change))
        assert found.outcome == Outcome.UNKNOWN
        assert {each.what for each in found.missing} == {missing}

    def test_what_surely_does_not_fit_is_no_doubt(self):
        found = self.ask(self.home("440112"), self.home(beds=None, operator="private"))
        assert found.outcome == Outcome.SHORT

    def test_one_that_is_being_built_counts_and_says_so(self):
        found = self.ask(self.home("440112"), self.home(stage="under_construction"))
        assert found.outcome == Outcome.MET
        assert found.results[0].stages == ("under_construction",)
        assert found.results[1].stages == ()

    def test_elsewhere_nothing_is_asked(self):
        assert self.ask(within="440103").outcome == Outcome.NONE

    def test_a_division_without_a_known_heir_is_unknown(self):
        found = self.ask(self.home(), heirs={"440106": ("440106",)})
        assert found.outcome == Outcome.UNKNOWN
        assert found.missing == (Missing("heirs", "440116"),)


class TestShareOfDivisions:
    ASKED = {"categories": ["SO-INCUB"], "per": "county", "city": True, "share": "1/2"}

    def bases(self, count):
        own = [site("SO-INCUB", unit.code, level="district") for unit in COUNTIES[:count]]
        return [*own, site("SO-INCUB", "440106", level="city")]

    @pytest.mark.parametrize("counties", [12, 11])
    def test_half_of_twelve_and_of_eleven_are_six(self, counties):
        units = [CITY, *COUNTIES[:counties]]
        found = ask("share_of_divisions", self.ASKED, ground(*self.bases(6), units=units))
        assert (found.outcome, found.value, found.wanted) == (Outcome.MET, 6, 6)
        found = ask("share_of_divisions", self.ASKED, ground(*self.bases(4), units=units))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 2)

    def test_the_city_needs_its_own_base(self):
        found = ask("share_of_divisions", self.ASKED, ground(*self.bases(6)[:-1]))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 1)

    def test_bases_of_unknown_level_may_decide(self):
        unclear = [site("SO-INCUB", unit.code) for unit in COUNTIES[7:9]]
        found = ask("share_of_divisions", self.ASKED, ground(*self.bases(5), *unclear))
        assert found.outcome == Outcome.UNKNOWN
        found = ask("share_of_divisions", self.ASKED, ground(*self.bases(3), *unclear))
        assert (found.outcome, found.short_by, found.at_least) == (Outcome.SHORT, 1, True)

    def test_a_district_alone_owes_nothing(self):
        found = ask("share_of_divisions", self.ASKED, ground(*self.bases(1)), within="440103")
        assert (found.outcome, found.value) == (Outcome.NONE, 1)


class TestPartsEach:
    ASKED = {
        "parts": [
            {"zh": "综合执法队", "en": "law-enforcement team"},
            {"zh": "家庭综合服务中心", "en": "family centre", "categories": ["FAM-CTR"]},
        ]
    }

    def test_what_no_register_knows_is_unknown_and_what_is_not_there_is_short(self):
        found = ask("parts_each", self.ASKED, ground(site(code="440103001")))
        outcomes = {each.code: each.outcome for each in found.results}
        assert outcomes == {"440103001": Outcome.UNKNOWN, "440103002": Outcome.SHORT}
        assert (found.outcome, found.short_by, found.at_least) == (Outcome.SHORT, 1, True)
        assert found.short[0].lacks == ("家庭综合服务中心",)
        assert Missing("category", "综合执法队") in found.missing

    REPORTED = {
        "parts": [
            {"zh": "综合执法队", "en": "team", "categories": ["STR-TEAM"], "by_others": True},
            ASKED["parts"][1],
        ]
    }

    def reported(self, *sites, **rest):
        centres = [site(code="440103001"), site(code="440103002")]
        return ask("parts_each", self.REPORTED, ground(*centres, *sites, **rest))

    def test_what_others_keep_is_there_as_they_report_it_and_else_unknown(self):
        assert self.reported().missing == (Missing("part", "综合执法队"),)
        found = self.reported(site("STR-TEAM", "440103001"))
        outcomes = {each.code: each.outcome for each in found.results}
        assert outcomes == {"440103001": Outcome.MET, "440103002": Outcome.UNKNOWN}
        both = [site("STR-TEAM", "440103001"), site("STR-TEAM", "440103002")]
        assert self.reported(*both).outcome == Outcome.MET

    def test_what_others_declared_whole_is_short_where_it_is_not(self):
        team = site("STR-TEAM", "440103001")
        found = self.reported(team, declared=frozenset({"STR-TEAM"}))
        assert (found.outcome, found.short_by, found.missing) == (Outcome.SHORT, 1, ())
        assert found.short[0].lacks == ("综合执法队",)


class TestPerThousand:
    ASKED = {"categories": ["ELD-INST"], "attribute": "beds", "threshold": "40"}

    def here(self, *beds, elders=1_300_000.0):
        sites = [site("ELD-INST", beds=each) for each in beds]
        return ground(*sites, people={"440103001": People(elders * 8, elders)})

    @pytest.mark.parametrize(("threshold", "beds"), [("40", 52_000), ("30", 39_000)])
    def test_case_12_beds_for_1_300_000_elders(self, threshold, beds):
        asked = self.ASKED | {"threshold": threshold}
        assert ask("per_thousand", asked, self.here(beds)).outcome == Outcome.MET
        found = ask("per_thousand", asked, self.here(beds - 1))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 1)
        assert found.value == pytest.approx(float(threshold), rel=1e-4)

    def test_unknown_beds_leave_it_unknown_until_they_cannot_matter(self):
        found = ask("per_thousand", self.ASKED, self.here(51_000, None))
        assert found.outcome == Outcome.UNKNOWN
        assert [each.what for each in found.missing] == ["beds"]
        assert ask("per_thousand", self.ASKED, self.here(52_000, None)).outcome == Outcome.MET

    def test_nobody_to_serve_asks_nothing_and_no_count_is_unknown(self):
        assert ask("per_thousand", self.ASKED, self.here(1, elders=0.0)).outcome == Outcome.NONE
        found = ask("per_thousand", self.ASKED, ground())
        assert found.missing == (Missing("people"),)

    def test_registered_population_is_not_on_record(self):
        found = ask("per_thousand", self.ASKED | {"basis": "registered"}, self.here(60_000))
        assert found.missing == (Missing("population_basis"),)


class TestTiers:
    PEOPLE = {"440103001": People(30_000.0, 3_000.0)}

    def test_one_facility_for_so_many_people(self):
        asked = {"needs": [{"category": "ELD-DAY", "people": 12_000}]}
        here = ground(site("ELD-DAY"), site("ELD-DAY", "440103002"), people=self.PEOPLE)
        found = ask("one_per_people", asked, here)
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 1)
        assert (found.results[0].value, found.results[0].wanted) == (2, 3)

    def test_so_much_floor_for_so_many_people(self):
        needs = [{"category": "ELD-DAY", "area_m2": 350, "people": 12_000}]
        asked = {"needs": needs, "attribute": "floor_area_m2"}
        found = ask("area_per_people", asked, ground(site("ELD-DAY"), people=self.PEOPLE))
        assert found.outcome == Outcome.UNKNOWN
        here = ground(site("ELD-DAY", floor_area_m2=800), people=self.PEOPLE)
        found = ask("area_per_people", asked, here)
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 75)

    def test_a_radius_without_a_share_is_measured_and_not_judged(self):
        reach = {("ELD-DAY", 300.0): {"440103001": Reach(30_000, 21_000)}}
        here = ground(people=self.PEOPLE, reach=reach)
        found = ask("within_radius", {"radii_m": {"ELD-DAY": 300}}, here)
        assert found.outcome == Outcome.UNKNOWN
        assert found.missing == (Missing("threshold"),)
        assert found.results[0].value == 70
        assert not (found.synthetic or found.approximate)
        rough = replace(site("ELD-DAY"), synthetic=True, approximate=True)
        found = ask(
            "within_radius",
            {"radii_m": {"ELD-DAY": 300}},
            ground(rough, people=self.PEOPLE, reach=reach),
        )
        assert found.synthetic and found.approximate
        judged = {"radii_m": {"ELD-DAY": 300}, "share": "4/5"}
        found = ask("within_radius", judged, here)
        assert (found.outcome, found.short_by) == (Outcome.SHORT, pytest.approx(10))


class TestFigureRatio:
    ASKED = {"over": "low_income_line", "under": "subsistence_line", "most": "1.5"}

    def figures(self, over, code="4401"):
        return [Figure("low_income_line", code, over), Figure("subsistence_line", "4401", 1000)]

    def test_the_line_is_at_most_so_many_times_the_standard(self):
        found = ask("figure_ratio", self.ASKED, ground(figures=self.figures(1500)))
        assert (found.outcome, found.value) == (Outcome.MET, 1.5)
        found = ask("figure_ratio", self.ASKED, ground(figures=self.figures(1750)))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 0.25)

    def test_a_district_goes_by_its_own_figure_else_by_the_citys(self):
        figures = [*self.figures(1500), *self.figures(1600, "440106")]
        here = ground(figures=figures)
        assert ask("figure_ratio", self.ASKED, here, within="440106").outcome == Outcome.SHORT
        assert ask("figure_ratio", self.ASKED, here, within="440103").outcome == Outcome.MET

    def test_a_figure_that_nobody_entered_is_named(self):
        found = ask("figure_ratio", self.ASKED, ground(figures=self.figures(1)[1:]))
        assert found.missing == (Missing("low_income_line"),)


class TestBadTargets:
    @pytest.mark.parametrize(
        ("form", "parameters"),
        [
            ("nothing", {}),
            ("one_each", {}),
            ("one_each", {"categories": []}),
            ("one_each", {"categories": ["X"], "per": "planet"}),
            ("one_each", {"categories": ["X"], "per": "listed"}),
            ("one_each", {"categories": ["X"], "count": 0}),
            ("one_each", {"categories": ["X"], "more": 1}),
            ("share_of_divisions", {"categories": ["X"], "share": "half"}),
            ("share_of_divisions", {"categories": ["X"], "share": "1/0"}),
            ("staff_for_funding", {"categories": ["X"], "unit": 0}),
            (
                "staff_share",
                {"categories": ["X"], "counted": ["x"], "professions": [], "share": "1"},
            ),
            ("parts_each", {"parts": []}),
            ("per_thousand", {"categories": ["X"], "attribute": "beds", "threshold": "0"}),
            ("one_per_people", {"needs": [{"category": "X", "people": 0}]}),
            ("area_per_people", {"needs": [{"category": "X", "people": 1}], "attribute": "a"}),
            ("within_radius", {"radii_m": {"X": 1}, "share": "2"}),
            ("figure_ratio", {"over": "a", "under": "b", "most": "-1"}),
            ("at_least", {"categories": ["X"], "limits": {"a": "-1"}}),
            ("not_on", {"categories": ["X"], "land": []}),
            ("downwind", {"categories": ["X"], "wind_from_deg": 400}),
        ],
    )
    def test_are_refused_by_name(self, form, parameters):
        with pytest.raises(BadTarget, match="target T "):
            ask(form, parameters, ground())
