"""What follows an adjustment to the last row, and what recorded since stands against undoing it."""

from datetime import date, timedelta
from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation

from accounts.models import Grant
from boundaries.models import (
    AdjustmentEffect,
    DivisionVersion,
    Level,
    Marker,
    WardenContract,
)
from boundaries.operations.adjustments import (
    CannotAdjust,
    draft_adjustment,
    submit_adjustment,
)
from boundaries.queries.adjusting import outcome_of, passages_of
from boundaries.queries.simulation import simulate
from boundaries.queries.touched import codes_after
from gazetteer.models import Committee, Place
from tests.boundaries.test_adjusted_edges import SPLIT
from tests.boundaries.test_adjustments import (
    DAY,
    JOIN,
    NOW,
    PAPERS,
    TODAY,
    approved,
    in_force,
    people,
)
from tests.boundaries.test_adjustments_refused import undone

RECODE = [{"act": "recode", "units": ["440106"], "code": "440199"}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def grants(user: Any) -> list[tuple[str, str]]:
    rows = Grant.objects.filter(user=user, role="viewer").order_by("jurisdiction", "period")
    return [(row.jurisdiction, str(row.period)) for row in rows]


class TestRoles:
    def test_that_begin_later_go_over_too(self, make_user: Any) -> None:
        user = make_user("viewer", "440199")
        user.grants.all().delete()
        later = DateRange(DAY + timedelta(days=60), DAY + timedelta(days=90))
        Grant.objects.create(user=user, role="viewer", jurisdiction="440106", period=later)
        before = grants(user)
        adjustment = in_force(RECODE)
        assert grants(user) == [("440199", before[0][1])]
        undone(adjustment)
        assert grants(user) == before

    def test_that_are_held_there_for_a_while_are_whole_afterwards(self, make_user: Any) -> None:
        """A viewer of both until a day: afterwards of the joined one on every day, once a day."""
        user = make_user("viewer", "440103")
        user.grants.all().delete()
        held = DateRange(DAY + timedelta(days=10), DAY + timedelta(days=20))
        Grant.objects.create(
            user=user,
            role="viewer",
            jurisdiction="440103",
            period=DateRange(date(2020, 1, 1), None),
        )
        Grant.objects.create(user=user, role="viewer", jurisdiction="440104", period=held)
        before = grants(user)
        adjustment = in_force(JOIN)
        for days in (0, 9, 10, 19, 20, 900):
            day = DAY + timedelta(days=days)
            rows = Grant.objects.on(day).filter(user=user, role="viewer")
            assert [row.jurisdiction for row in rows] == ["440104"], days
        undone(adjustment)
        assert grants(user) == before


class TestCodesOnNoRecord:
    def test_follow_by_the_point_where_a_part_goes(self) -> None:
        """Two places of a town that no list has: one on the land that goes, one on what stays."""
        east, west = (
            Place.objects.create(
                division_code="440106998",
                legal_category="STREET",
                geometry=Point(x, 23.15, srid=4490),
            )
            for x in (113.42, 113.33)
        )
        passages = passages_of(outcome=outcome_of(changes=SPLIT, on=DAY))
        told = codes_after(
            np.array(["440106998", "440106998"]),
            np.array([[113.42, 23.15], [113.33, 23.15]]),
            passages=passages,
        )
        assert told.tolist() == ["440198998", "440106998"]
        adjustment = in_force(SPLIT)
        east.refresh_from_db()
        west.refresh_from_db()
        assert [east.division_code, west.division_code] == told.tolist()
        undone(adjustment)
        east.refresh_from_db()
        assert east.division_code == "440106998"

    def test_of_a_town_on_record_follow_the_town_alone(self) -> None:
        """A place in the east by its point, of a town that stays: it stays with its town."""
        outcome = outcome_of(changes=SPLIT, on=DAY)
        stays = next(
            unit.code
            for unit in outcome.after.values()
            if unit.level == Level.TOWNSHIP and unit.code.startswith("440106")
        )
        found = codes_after(
            np.array([stays]), np.array([[113.42, 23.15]]), passages=passages_of(outcome=outcome)
        )
        assert found.tolist() == [stays]


class TestBuiltOnIt:
    def test_a_marker_under_a_new_code(self) -> None:
        adjustment = in_force(RECODE)
        Marker.objects.create(
            line_code="440104-440199", code_a="440104", code_b="440199", number="新2", serial=2,
            post="Q", kind="single", period=DateRange(None, None), manager_code="440104",
            location=Point(113.3, 23.13, srid=4490),
        )  # fmt: skip
        with pytest.raises(CannotAdjust, match="under its new codes since"):
            undone(adjustment)

    def test_a_place_in_what_lies_below_a_new_code(self) -> None:
        adjustment = in_force(RECODE)
        Place.objects.create(
            division_code="440199998", legal_category="STREET",
            geometry=Point(113.35, 23.14, srid=4490),
        )  # fmt: skip
        with pytest.raises(CannotAdjust, match=r"under its new codes since \(1\)"):
            undone(adjustment)

    def test_a_committee_for_the_new_unit(self) -> None:
        adjustment = in_force(RECODE)
        row = Committee.objects.create(jurisdiction="440199", title="新委员会", founded_on=DAY)
        with pytest.raises(CannotAdjust, match="under its new codes since"):
            undone(adjustment)
        row.delete()
        undone(adjustment)

    def test_a_draft_that_would_give_the_same_code_is_not_built_on_it(self) -> None:
        """A waiting draft gives the next free code of 黄埔 to its town; another takes it first."""
        drawer, _ = people()
        towns = ["440106011", "440106012"]
        first, second = ([{"act": "transfer", "units": [town], "to": "440112"}] for town in towns)
        draft = draft_adjustment(
            by=drawer, at=NOW, title="待批", happens_on=TODAY + timedelta(days=50),
            changes=first, materials=PAPERS,
        )  # fmt: skip
        submit_adjustment(by=drawer, at=NOW, adjustment=draft)
        adjustment = in_force(second)
        assert set(draft.codes) & set(adjustment.codes) > {"440112"}
        undone(adjustment)

    def test_a_draft_that_waits_on_the_new_unit(self) -> None:
        adjustment = in_force(RECODE)
        approved(
            [{"act": "seat", "units": ["440199"], "seat": "某路"}], DAY + timedelta(days=40), "后案"
        )
        with pytest.raises(CannotAdjust, match="under its new codes since"):
            undone(adjustment)

    def test_a_contract_of_a_warden_for_the_new_line(self) -> None:
        adjustment = in_force(RECODE)
        WardenContract.objects.create(
            line_code="440104-440199", code_a="440104", code_b="440199", side_code="440104",
            number="甲1", warden="张三", begins="头", ends="尾", km=3,
            period=DateRange(timezone.localdate(), None),
        )  # fmt: skip
        with pytest.raises(CannotAdjust, match="“甲1 440104-440199” was built"):
            undone(adjustment)


def test_one_that_fails_at_night_holds_up_no_other() -> None:
    """Rows that it wrote already make the first one fail in the database itself."""
    first = approved(RECODE, title="甲")
    second = approved(
        [{"act": "seat", "units": ["440112"], "seat": "某路"}], DAY + timedelta(days=1), "乙"
    )
    AdjustmentEffect.objects.create(adjustment=first, key="versions", rows=[0])
    out = StringIO()
    call_command("adjust", due=True, commit=True, stdout=out)
    assert "甲  failed (IntegrityError): see the log" in out.getvalue()
    assert "乙\n" in out.getvalue()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("approved", "in_force")
    assert DivisionVersion.objects.on(DAY).filter(code="440106").exists()


def test_what_is_set_for_a_unit_that_ends_is_told() -> None:
    Committee.objects.create(jurisdiction="440106", title="天河专家委员会", founded_on=DAY)
    with translation.override("en"):
        before = {str(m.label): m for m in simulate(changes=RECODE, on=DAY).measures}
    told = before["Rules, targets, plans and bodies set for a unit"]
    assert int(told.before) >= 1 and told.state == "check"
