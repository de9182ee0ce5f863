"""Editions of rules: the one in force on the day, the nearest jurisdiction first."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from common.models import Rule

pytestmark = pytest.mark.django_db


def edition(start: int, end: int | None = None, jurisdiction: str = "", **parameters: int) -> Rule:
    last = date(end, 1, 1) if end else None
    rule = Rule(
        rule_id="X-TEST",
        title_zh="试验",
        title_en="test",
        jurisdiction=jurisdiction,
        parameters=parameters,
        authority="—",
        period=DateRange(date(start, 1, 1), last),
        status="verified",
    )
    rule.save()
    return rule


class TestInForce:
    def test_a_local_edition_overrides_the_national_one_there_only(self) -> None:
        edition(2000, days=15)
        edition(2010, jurisdiction="4401", days=7)
        here = Rule.objects.in_force(on=date(2020, 1, 1), code="440106")["X-TEST"]
        there = Rule.objects.in_force(on=date(2020, 1, 1), code="310101")["X-TEST"]
        before = Rule.objects.in_force(on=date(2005, 1, 1), code="440106")["X-TEST"]
        assert [e.parameters["days"] for e in (here, there, before)] == [7, 15, 15]

    def test_the_day_decides_between_editions(self) -> None:
        edition(2000, 2010, days=30)
        edition(2010, days=15)
        on = {day: Rule.objects.in_force(on=date(day, 1, 1)) for day in (1999, 2009, 2010)}
        assert "X-TEST" not in on[1999]
        assert [on[day]["X-TEST"].parameters["days"] for day in (2009, 2010)] == [30, 15]

    def test_two_editions_on_one_day_are_refused_with_a_sentence(self) -> None:
        edition(2000)
        again = Rule(
            rule_id="X-TEST",
            title_zh="重复",
            title_en="again",
            authority="—",
            period=DateRange(date(2020, 1, 1), None),
            status="verified",
        )
        with pytest.raises(ValidationError):
            again.validate_constraints()


class TestHistory:
    def test_every_former_state_is_kept_with_before_and_after(self) -> None:
        from common.queries import row_changes

        rule = edition(2000, days=15)
        rule.parameters = {"days": 7}
        rule.save()
        rule.parameters = {"days": 5}
        rule.save()
        changes = row_changes(rule)
        assert [(c.fields[0].before, c.fields[0].after) for c in changes] == [
            ({"days": 7}, {"days": 5}),
            ({"days": 15}, {"days": 7}),
        ]

    def test_a_deleted_row_leaves_its_last_state(self) -> None:
        from django.apps import apps

        rule = edition(2000, days=15)
        pk = rule.pk
        rule.delete()
        events = apps.get_model("common", "RuleEvent").objects.filter(id=pk)
        assert [event.parameters for event in events] == [{"days": 15}]
