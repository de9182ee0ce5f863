"""Absence needs a word: who may declare a register whole, and what it changes."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.models import AuditEntry, Rule
from facilities.domain.targets import Outcome
from facilities.queries.targets import scorecard

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)


@pytest.fixture
def undeclared(demo):
    Rule.objects.filter(rule_id="FAC-REGISTER").delete()


def declare(*options, within="4401", since="2024-01-01", by="planner"):
    out = StringIO()
    told = [f"--within={within}", f"--from={since}", f"--by={by}", "--document=穗民函1号"]
    call_command("declare_register", *told, *options, stdout=out)
    return out.getvalue()


def outcome(at=DAY):
    return scorecard(at=at, within="4401", target_id="T03").rows[0].measured.outcome


class TestDeclareRegister:
    def test_turns_unknown_into_short_from_its_day_on(self, undeclared):
        assert outcome() == Outcome.UNKNOWN
        assert "Nothing was written" in declare()
        assert outcome() == Outcome.UNKNOWN
        declare("--commit")
        assert outcome() == Outcome.SHORT
        assert outcome(date(2023, 12, 31)) == Outcome.UNKNOWN
        entry = AuditEntry.objects.get(operation="declare_register")
        assert entry.user.username == "planner" and entry.reason == "穗民函1号"

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({"by": "viewer"}, None),
            ({"by": "nobody"}, "no account"),
            ({"within": "4499"}, None),
            ({"since": "soon"}, None),
        ],
    )
    def test_refuses_in_one_line(self, undeclared, values, why):
        with pytest.raises(CommandError, match=why) as told:
            declare("--commit", **values)
        assert "\n" not in str(told.value)
        assert not Rule.objects.filter(rule_id="FAC-REGISTER").exists()

    def test_is_declared_once(self, undeclared):
        declare("--commit")
        with pytest.raises(CommandError, match="already"):
            declare("--commit", since="2025-01-01")
