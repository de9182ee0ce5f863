"""Rules over a whole street: numbers, spacing, absences."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signage.domain.rules import Scope, registered_rules
from signage.domain.rules.spacing import PlaceSigns
from signage.domain.street import Gap, Junction, StreetSign, StreetSigns
from tests.signage.faces import CHECKER

LENGTH = 600.0
# East–west, from west to east; numbers rise from the east, odd ones on the north (left).
STREET: dict[str, Any] = {
    "name": "天河路",
    "length_m": LENGTH,
    "start": (0.0, 0.0),
    "end": (LENGTH, 0.0),
}


def plate(number: int, along: float | None = None, **changes: Any) -> StreetSign:
    far = LENGTH - 20.0 * ((number + 1) // 2) if along is None else along
    left = 12.0 if number % 2 else -12.0
    values = {"sign_class": "DOOR_M", "left_m": left, "suffix": "", "side": ""} | changes
    return StreetSign(
        f"P-{number}-{far:.0f}",
        values["sign_class"],
        far,
        values["left_m"],
        far,
        values["left_m"],
        f"天河路|{number}",
        number,
        values["suffix"],
        values["side"],
    )


def name_sign(along: float, number: str = "", **changes: Any) -> StreetSign:
    y = changes.get("y", 6.0)
    text, kind = changes.get("text", "天河路"), changes.get("sign_class", "STREET")
    return StreetSign(number or f"S-{along:05.0f}", kind, along, y, along, y, text)


def judge(rule_id: str, signs: Iterable[StreetSign], **street: Any) -> list[Any]:
    value = StreetSigns(**{**STREET, "signs": list(signs), **street})
    (rule,) = [each for each in CHECKER.over(Scope.STREET) if each.edition.rule_id == rule_id]
    return list(rule.judge(value, rule.parameters))


def numbers(*values: int, **changes: Any) -> list[StreetSign]:
    return [plate(value, **changes) for value in values]


SOUND = numbers(*range(1, 27))
AT_ENDS = [name_sign(4), name_sign(300), name_sign(596)]


class TestSoundStreet:
    @pytest.mark.parametrize(
        "rule_id", [key for key, rule in registered_rules().items() if rule.scope is Scope.STREET]
    )
    def test_fails_nothing(self, rule_id: str) -> None:
        assert judge(rule_id, [*SOUND, *AT_ENDS]) == []

    @pytest.mark.parametrize("rule_id", ["R21", "R22", "R23", "R24", "R25", "R31", "R36"])
    def test_a_street_without_signs_has_none_to_fail(self, rule_id: str) -> None:
        assert judge(rule_id, []) == []


class TestNumbers:
    def test_the_same_number_twice_fails_both(self) -> None:
        found = judge("R21", [plate(7), plate(9), plate(7, 100)])
        assert [each.sign for each in found] == [0, 2]
        assert found[0].measured.startswith("7: P-7-100")

    def test_a_suffix_makes_another_number(self) -> None:
        assert judge("R21", [plate(7), plate(7, 100, suffix="-1")]) == []

    def test_a_number_out_of_order_is_the_only_one_to_fail(self) -> None:
        signs = [*numbers(2, 4, 6, 8, 12, 14), plate(40, LENGTH - 100)]
        (found,) = judge("R22", signs)
        assert (found.sign, found.measured) == (6, 40)

    @given(st.permutations(list(range(2, 30, 2))))
    def test_without_the_failed_ones_numbers_rise(self, order: list[int]) -> None:
        signs = [plate(value, LENGTH - 10 * turn) for turn, value in enumerate(order)]
        wrong = {each.sign for each in judge("R22", signs)}
        rest = [value for turn, value in enumerate(order) if turn not in wrong]
        assert rest == sorted(rest)

    def test_the_other_direction_fails(self) -> None:
        signs = [plate(value, 20.0 * value) for value in (2, 4, 6, 8)]
        assert len(judge("R22", signs)) == 3

    def test_a_number_on_the_other_side(self) -> None:
        (found,) = judge("R23", [*numbers(1, 2, 3), plate(5, left_m=-12.0)])
        assert (found.sign, found.measured, found.expected) == (3, "S", "N")

    def test_a_recorded_side_goes_before_the_position(self) -> None:
        assert judge("R23", [plate(5, left_m=-12.0, side="N")]) == []

    def test_a_street_that_runs_north_has_odd_numbers_on_the_west(self) -> None:
        north = {"start": (0.0, 0.0), "end": (0.0, LENGTH)}
        assert judge("R23", numbers(1, 2), **north) == []
        assert len(judge("R23", numbers(1, 2), start=(0.0, LENGTH), end=(0.0, 0.0))) == 2

    def test_a_gap_fails_the_plate_after_it(self) -> None:
        (found,) = judge("R24", numbers(2, 4, 16))
        assert (found.sign, found.measured) == (2, "4–16")
        assert judge("R24", numbers(2, 4, 14)) == []

    def test_a_skipped_unlucky_number(self) -> None:
        (found,) = judge("R25", numbers(10, 12, 16))
        assert (found.sign, found.expected) == (2, 14)
        assert judge("R25", numbers(10, 16)) == []
        assert [each.expected for each in judge("R25", numbers(2, 6, 11, 15))] == [4, 13]


class TestSpacing:
    def test_ends_and_junctions_without_a_sign(self) -> None:
        junction = Junction("other", 200.0, 200.0, 0.0, "体育东路")
        found = judge("R30", [name_sign(4)], junctions=[junction])
        assert [(type(each), each.spot, each.measured) for each in found] == [
            (Gap, "end", "596"),
            (Gap, "other", "196"),
        ]

    def test_a_junction_near_an_end_is_served_by_the_sign_of_the_end(self) -> None:
        junction = Junction("other", 20.0, 20.0, 0.0, "体育东路")
        assert judge("R30", AT_ENDS, junctions=[junction]) == []

    def test_plates_do_not_name_a_street(self) -> None:
        assert {each.spot for each in judge("R30", SOUND)} == {"start", "end"}

    def test_a_long_stretch_fails_the_sign_after_it(self) -> None:
        (found,) = judge("R31", [name_sign(4), name_sign(505)])
        assert (found.sign, found.measured) == (1, 501)
        assert judge("R31", [name_sign(4), name_sign(504)]) == []

    def test_the_later_of_two_equal_signs_is_one_too_many(self) -> None:
        near = [name_sign(100, "B"), name_sign(103, "A"), name_sign(100, "C", text="天河路|2")]
        (found,) = judge("R36", near)
        assert (found.sign, found.measured) == (0, "3.0: A")
        assert judge("R36", [name_sign(100, "B"), name_sign(106, "A")]) == []


class TestPlaces:
    @pytest.mark.parametrize(
        ("place", "outcome"),
        [
            (PlaceSigns("COMMITTEE_SEAT", "21610", 0), "fail"),
            (PlaceSigns("COMMITTEE_SEAT", "21610", 1), "pass"),
            (PlaceSigns("COMMITTEE_SEAT", "21620", 0), "pass"),
            (PlaceSigns("RES_BUILDING", "", 0), "fail"),
            (PlaceSigns("OTHER", "", 0), "pass"),
            (PlaceSigns("RES_BUILDING", "", 0, surveyed=False), "unknown"),
        ],
    )
    def test_must_have_a_sign(self, place: PlaceSigns, outcome: str) -> None:
        (rule,) = CHECKER.over(Scope.PLACE)
        assert rule.judge(place, rule.parameters)[0] == outcome
