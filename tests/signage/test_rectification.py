"""The moves of an order as data, the due day, what a photo says about itself, the drawn face."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts.domain.roles import roles_with
from signage.domain.evidence import Doubt, weigh
from signage.domain.rectification import (
    OVER,
    STATES,
    STEPS,
    due_day,
    estimated_cost,
    next_steps,
)
from signage.models import OrderState

DAYS = {"block": 15, "warn": 30, "info": 60, "default": 20}
LIMITS = {"max_distance_m": 100, "max_age_days": 7}
SITE = (113.33, 23.13)
NOW = datetime(2024, 5, 10, 12, tzinfo=UTC)


class TestSteps:
    def test_states_are_those_of_the_table(self) -> None:
        assert set(STATES) == set(OrderState.values)

    def test_every_state_leads_on_until_it_is_over(self) -> None:
        assert {state for state in STATES if not next_steps(state)} == set(OVER)

    def test_each_step_belongs_to_one_role_of_its_own(self) -> None:
        doing = {name: set(roles_with(step.capability)) for name, step in STEPS.items()}
        assert not doing["record_fix"] & doing["verify_fix"]
        assert not doing["verify_fix"] & doing["close_order"]

    def test_all_that_judges_a_fix_is_closed_to_the_fixer(self) -> None:
        judging = {name for name, step in STEPS.items() if step.not_by_the_fixer}
        assert judging == {"verify_fix", "send_back_fix", "send_back_order", "close_order"}


class TestDueDay:
    def test_the_gravest_finding_sets_the_day(self) -> None:
        assert due_day(date(2024, 5, 1), ["warn", "block"], DAYS) == date(2024, 5, 16)

    def test_no_known_severity_takes_the_default(self) -> None:
        assert due_day(date(2024, 5, 1), [], DAYS) == date(2024, 5, 21)
        assert due_day(date(2024, 5, 1), ["odd"], DAYS) == date(2024, 5, 21)


class TestEstimatedCost:
    def test_as_recorded_else_by_class_else_unknown(self) -> None:
        assert estimated_cost("STREET", Decimal(700), {"STREET": 900}) == 700
        assert estimated_cost("STREET", None, {"STREET": 900}) == 900
        assert estimated_cost("NATURAL", None, {"STREET": 900}) is None


class TestEvidence:
    def weigh(self, **changes: object) -> tuple[Doubt, ...]:
        values = {
            "taken_at": NOW - timedelta(hours=2),
            "taken_where": SITE,
            "site": SITE,
            "ordered_at": NOW - timedelta(days=3),
            "uploaded_at": NOW,
            "parameters": LIMITS,
        }
        return weigh(**{**values, **changes}).doubts

    def test_a_photo_from_the_spot_raises_no_doubt(self) -> None:
        assert self.weigh() == ()

    def test_a_photo_from_before_the_fix_may_be_older_than_the_order(self) -> None:
        early = NOW - timedelta(days=4)
        assert self.weigh(taken_at=early) == (Doubt.BEFORE_THE_ORDER,)
        assert self.weigh(taken_at=early, before=True) == ()
        later = NOW - timedelta(hours=3)
        assert self.weigh(before=True, fixed_at=later) == (Doubt.AFTER_THE_FIX,)

    def test_a_file_that_is_evidence_elsewhere_is_told(self) -> None:
        assert self.weigh(used_elsewhere=True) == (Doubt.USED_ELSEWHERE,)

    def test_says_how_far_away_it_was_taken(self) -> None:
        assert self.weigh(taken_where=(113.33, 23.132)) == (Doubt.FAR_AWAY,)
        far = weigh(
            taken_at=NOW,
            taken_where=(113.33, 23.14),
            site=SITE,
            ordered_at=None,
            uploaded_at=NOW,
            parameters=LIMITS,
        )
        assert far.distance_m is not None and 1100 < far.distance_m < 1115

    def test_missing_facts_are_doubts_not_trust(self) -> None:
        assert self.weigh(taken_where=None, taken_at=None) == (Doubt.NO_POSITION, Doubt.NO_TIME)

    def test_times_before_the_order_of_another_year_or_to_come(self) -> None:
        assert self.weigh(taken_at=NOW - timedelta(days=4)) == (Doubt.BEFORE_THE_ORDER,)
        assert self.weigh(taken_at=NOW + timedelta(days=1)) == (Doubt.IN_THE_FUTURE,)
        old = self.weigh(taken_at=NOW - timedelta(days=9), ordered_at=NOW - timedelta(days=30))
        assert old == (Doubt.LONG_BEFORE_UPLOAD,)
