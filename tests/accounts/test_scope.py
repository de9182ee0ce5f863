"""Jurisdictions are code prefixes; roles are a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.roles import CAPABILITIES, Capability, Role, may, roles_with
from accounts.domain.scope import any_covers, covers, jurisdiction_of

digits = st.text("0123456789", min_size=6, max_size=6).filter(lambda code: code[:2] != "00")


class TestJurisdiction:
    @pytest.mark.parametrize(
        ("code", "prefix"),
        [("440000", "44"), ("440100", "4401"), ("440106", "440106"), ("440106001", "440106001")],
    )
    def test_drops_the_empty_levels_of_a_code(self, code: str, prefix: str) -> None:
        assert jurisdiction_of(code) == prefix

    @pytest.mark.parametrize(
        ("jurisdiction", "code", "inside"),
        [
            ("4401", "440106", True),
            ("4401", "440100", True),
            ("4401", "440000", False),
            ("440106", "440104", False),
            ("440106", "440106001002", True),
            ("", "650000", True),
            ("44", "450100", False),
        ],
    )
    def test_holds_what_begins_with_it(self, jurisdiction: str, code: str, inside: bool) -> None:
        assert covers(jurisdiction, code) is inside

    @given(digits)
    def test_every_code_lies_in_its_own_and_every_larger_jurisdiction(self, code: str) -> None:
        own = jurisdiction_of(code)
        assert all(covers(own[:length], code) for length in range(len(own) + 1))

    def test_no_jurisdiction_holds_nothing(self) -> None:
        assert not any_covers([], "440106")


class TestRoles:
    def test_every_role_reads(self) -> None:
        assert all(may(role, Capability.READ) for role in Role)

    def test_every_act_has_a_role(self) -> None:
        assert all(roles_with(capability) for capability in Capability)

    def test_nobody_both_fixes_and_verifies_or_orders_and_closes(self) -> None:
        for capabilities in CAPABILITIES.values():
            assert not {Capability.RECORD_FIX, Capability.VERIFY_FIX} <= capabilities
            assert not {Capability.ORDER_FIX, Capability.CLOSE_FIX} <= capabilities

    def test_administrators_and_auditors_do_not_touch_records(self) -> None:
        assert CAPABILITIES[Role.ADMINISTRATOR] == {Capability.MANAGE_ACCOUNTS}
        assert CAPABILITIES[Role.AUDITOR] == {Capability.READ_AUDIT}
