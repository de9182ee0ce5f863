"""Every registered rule has its cases: pass, fail and unknown, or why it always knows."""

from collections.abc import Callable

import pytest

from signage.domain.rules import Scope, registered_rules
from signage.domain.rules.spacing import PlaceSigns
from signage.domain.street import StreetSign
from tests.signage.faces import CHECKER
from tests.signage.test_rule_cases import CASES
from tests.signage.test_street_rules import AT_ENDS, SOUND, judge, name_sign, numbers, plate

NEVER_UNKNOWN = {
    "R21": "only plates whose numbers were read are compared",
    "R22": "only plates whose numbers were read are compared; each has a place along the street",
    "R23": "every plate has a side: the recorded one, else that of its position",
    "R24": "only plates whose numbers were read are compared",
    "R25": "only plates whose numbers were read are compared",
    "R30": "only streets with a line of record are judged; others never reach the rule",
    "R31": "only signs with a place along the street are measured",
    "R36": "only signs with a place along the street are compared",
}
# What breaks a street: the rule says nothing of SOUND with signs at its ends.
BROKEN: dict[str, Callable[[], list[StreetSign]]] = {
    "R21": lambda: [plate(7), plate(9), plate(7, 100)],
    "R22": lambda: [plate(2), plate(4, 500), plate(6, 590)],
    "R23": lambda: [*numbers(1, 2, 3), plate(5, left_m=-12.0)],
    "R24": lambda: numbers(2, 4, 16),
    "R25": lambda: numbers(10, 12, 16),
    "R30": lambda: SOUND,
    "R31": lambda: [name_sign(4), name_sign(505)],
    "R36": lambda: [name_sign(100, "B"), name_sign(103, "A")],
}
PLACES = {
    "R38": (
        PlaceSigns("RES_BUILDING", "", 1),
        PlaceSigns("RES_BUILDING", "", 0),
        PlaceSigns("RES_BUILDING", "", 0, surveyed=False),
    )
}


def of_scope(scope: Scope) -> set[str]:
    return {key for key, rule in registered_rules().items() if rule.scope is scope}


class TestEveryRegisteredRule:
    def test_is_one_of_r01_to_r43(self) -> None:
        assert set(registered_rules()) <= {f"R{number:02d}" for number in range(1, 44)}
        assert len(registered_rules()) == 43

    def test_has_cases_that_pass_and_fail(self) -> None:
        assert of_scope(Scope.SIGN) == set(CASES)
        assert of_scope(Scope.STREET) == set(BROKEN)
        assert of_scope(Scope.PLACE) == set(PLACES)

    def test_has_an_unknown_case_or_a_reason_why_not(self) -> None:
        known = {key for key, cases in CASES.items() if cases[2] is None} | set(BROKEN)
        assert known == set(NEVER_UNKNOWN)

    @pytest.mark.parametrize("rule_id", BROKEN)
    def test_of_a_street_passes_and_fails(self, rule_id: str) -> None:
        assert judge(rule_id, [*SOUND, *AT_ENDS]) == []
        assert judge(rule_id, BROKEN[rule_id]())

    @pytest.mark.parametrize("rule_id", PLACES)
    def test_of_a_place_passes_fails_and_does_not_know(self, rule_id: str) -> None:
        (rule,) = [each for each in CHECKER.over(Scope.PLACE) if each.edition.rule_id == rule_id]
        outcomes = [rule.judge(place, rule.parameters)[0] for place in PLACES[rule_id]]
        assert outcomes == ["pass", "fail", "unknown"]
