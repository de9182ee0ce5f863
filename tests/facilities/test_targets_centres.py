"""Targets for single facilities: staff, what they offer, where they stand and who approved them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilities.domain.targets import Missing, Outcome, whole
from facilities.domain.targets.forms import exact
from tests.facilities.grounds import ask, ground, site

ALL_STAFF = ["staff_social_work", "staff_psychology", "staff_other"]


class TestWhole:
    @pytest.mark.parametrize(
        ("number", "rounding", "expected"),
        [("39/2", "ceil", 20), ("39/2", "floor", 19), ("39/2", "round", 20), ("97/5", "round", 19)],
    )
    def test_by_the_rounding_of_the_row(self, number, rounding, expected):
        assert whole(exact(number), rounding) == expected

    def test_two_thirds_are_exact(self):
        """A share kept as a decimal would ask for 15 of 21."""
        assert whole(exact("2/3") * 21, "ceil") == 14


class TestStaffForFunding:
    """The examples of §7.2."""

    ASKED = {"categories": ["FAM-CTR"], "unit": 100_000}

    @pytest.mark.parametrize(
        ("funding", "rounding", "need"),
        [(2_000_000, "ceil", 20), (1_950_000, "ceil", 20), (1_950_000, "floor", 19)],
    )
    def test_asks_for_one_of_staff_for_each_unit_of_funding(self, funding, rounding, need):
        here = ground(site(annual_funding_yuan=funding, staff_total=need))
        found = ask("staff_for_funding", self.ASKED, here, rounding=rounding)
        assert found.outcome == Outcome.MET
        assert found.results[0].wanted == need
        here = ground(site(annual_funding_yuan=funding, staff_total=need - 3))
        found = ask("staff_for_funding", self.ASKED, here, rounding=rounding)
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 3)

    @pytest.mark.parametrize(
        ("told", "missing"),
        [
            ({"staff_total": 5}, ["annual_funding_yuan"]),
            ({"annual_funding_yuan": 5}, ["staff_total"]),
            ({}, ["annual_funding_yuan", "staff_total"]),
        ],
    )
    def test_says_what_is_not_recorded(self, told, missing):
        found = ask("staff_for_funding", self.ASKED, ground(site(**told)))
        assert found.outcome == Outcome.UNKNOWN
        assert found.short_by is None
        assert [each.what for each in found.missing] == missing
        assert all(each.key for each in found.missing)

    def test_without_a_centre_nothing_is_asked(self):
        assert ask("staff_for_funding", self.ASKED, ground()).outcome == Outcome.NONE

    def test_a_register_that_is_not_whole_leaves_it_unknown(self):
        here = ground(site(annual_funding_yuan=100_000, staff_total=1), complete=False)
        found = ask("staff_for_funding", self.ASKED, here)
        assert found.outcome == Outcome.UNKNOWN
        assert found.missing == (Missing("register"),)


class TestStaffShare:
    def asked(self, share, counted):
        categories = ["FAM-CTR"]
        return {
            "categories": categories,
            "counted": counted,
            "professions": ALL_STAFF,
            "share": share,
        }

    @pytest.mark.parametrize(
        ("share", "have", "outcome", "short"),
        [
            ("2/3", 14, Outcome.MET, 0),
            ("2/3", 13, Outcome.SHORT, 1),
            ("1/2", 10, Outcome.MET, 0),
            ("1/2", 9, Outcome.SHORT, 1),
        ],
    )
    def test_of_twenty_two_thirds_are_fourteen_and_half_are_ten(self, share, have, outcome, short):
        here = ground(site(staff_total=20, staff_social_work=have, staff_other=20 - have))
        found = ask("staff_share", self.asked(share, ["staff_social_work"]), here)
        assert (found.outcome, found.short_by) == (outcome, short)

    def test_staff_of_no_recorded_profession_may_be_of_any(self):
        asked = self.asked("1/2", ["staff_social_work", "staff_psychology"])
        told = {"staff_total": 20, "staff_social_work": 8}
        found = ask("staff_share", asked, ground(site(**told)))
        assert found.outcome == Outcome.UNKNOWN
        assert [each.what for each in found.missing] == ["staff_psychology"]
        # All but one are others: the one that is left cannot make up for two.
        found = ask("staff_share", asked, ground(site(**told, staff_other=11)))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 1)
        found = ask("staff_share", asked, ground(site(**told, staff_other=12)))
        assert (found.outcome, found.short_by) == (Outcome.SHORT, 2)
        found = ask("staff_share", asked, ground(site(**told | {"staff_social_work": 10})))
        assert found.outcome == Outcome.MET

    @given(
        st.integers(0, 40),
        st.tuples(*[st.none() | st.integers(0, 14)] * 3),
        st.sampled_from(["1/2", "2/3", "1/3"]),
    )
    def test_a_verdict_holds_however_the_blanks_are_filled(self, spare, told, share):
        """Met and short are never taken back by what is recorded later."""
        known = {k: v for k, v in zip(ALL_STAFF, told, strict=True) if v is not None}
        total = sum(known.values()) + spare
        blanks = [key for key in ALL_STAFF if key not in known]
        asked = self.asked(share, ["staff_social_work", "staff_psychology"])
        found = ask("staff_share", asked, ground(site(staff_total=total, **known)))
        if not blanks:
            return
        verdicts = set()
        for filled in blanks:
            full = known | dict.fromkeys(blanks, 0) | {filled: spare}
            verdicts.add(ask("staff_share", asked, ground(site(staff_total=total, **full))).outcome)
        if found.outcome != Outcome.UNKNOWN:
            assert verdicts == {found.outcome}


class TestFuneral:
    CEMETERY = "FUN-CEM-PUB"

    def test_distances_of_shandong(self):
        limits = {"distance_water_m": "2000", "distance_road_m": "500"}
        asked = {"categories": [self.CEMETERY], "limits": limits}
        near = site(self.CEMETERY, distance_water_m=1999.0)
        far = site(self.CEMETERY, distance_water_m=2000, distance_road_m=500)
        half = site(self.CEMETERY, distance_water_m=2500)
        outcomes = [
            each.outcome for each in ask("at_least", asked, ground(near, far, half)).results
        ]
        assert outcomes == [Outcome.SHORT, Outcome.MET, Outcome.UNKNOWN]

    def test_where_no_distance_is_set_nothing_is_judged(self):
        asked = {"categories": [self.CEMETERY], "limits": {}}
        found = ask("at_least", asked, ground(site(self.CEMETERY, distance_water_m=1)))
        assert (found.outcome, found.missing) == (Outcome.UNKNOWN, (Missing("threshold"),))

    def test_graves_of_shantou(self):
        limits = {"grave_area_ash_m2": "1", "grave_area_body_m2": "4"}
        asked = {"categories": [self.CEMETERY], "limits": limits}
        found = ask("at_most", asked, ground(site(self.CEMETERY, grave_area_ash_m2=1.2)))
        assert found.short[0].lacks == ("grave_area_ash_m2",)
        assert found.short[0].short_by == pytest.approx(0.2)

    def test_forbidden_land(self):
        asked = {"categories": [self.CEMETERY], "land": ["cultivated", "forest"]}
        sites = [site(self.CEMETERY, land_use=["forest", "barren"]), site(self.CEMETERY)]
        found = ask("not_on", asked, ground(*sites))
        assert [each.outcome for each in found.results] == [Outcome.SHORT, Outcome.UNKNOWN]
        assert (found.short_by, found.at_least) == (1, True)
        assert found.short[0].lacks == ("forest",)

    def test_the_right_level_approves_by_a_document(self):
        asked = {"levels": {"FUN-CEM-BIZ": ["province"], "FUN-HALL": ["county", "city"]}}
        told = [
            ("FUN-CEM-BIZ", {"approval_level": "city", "approval_document": "穗民〔2001〕1号"}),
            ("FUN-CEM-BIZ", {"approval_level": "province"}),
            ("FUN-HALL", {"approval_level": "none"}),
            ("FUN-HALL", {"approval_level": "city", "approval_document": "x"}),
            ("FUN-HALL", {}),
        ]
        found = ask("approved", asked, ground(*(site(kind, **each) for kind, each in told)))
        short, unknown, met = Outcome.SHORT, Outcome.UNKNOWN, Outcome.MET
        by_category = [each.outcome for each in found.results]
        assert by_category == [short, unknown, short, met, unknown]

    @pytest.mark.parametrize(
        ("bearing", "outcome"),
        [(350, Outcome.MET), (90, Outcome.MET), (180, Outcome.SHORT)],
    )
    def test_downwind_of_dwellings(self, bearing, outcome):
        """With wind from the north the dwellings have to lie to the north."""
        asked = {"categories": ["FUN-CREM"], "wind_from_deg": 0}
        here = ground(site("FUN-CREM", dwelling_bearing_deg=bearing))
        assert ask("downwind", asked, here).outcome == outcome
        without = {"categories": ["FUN-CREM"]}
        assert ask("downwind", without, here).missing == (Missing("threshold"),)
