"""Adjustments against the database: the change of 2014 rehearsed, two people, effect and undo."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone, translation

from accounts.models import Grant, User
from boundaries.domain.adjustments import MATERIALS, BadDraft
from boundaries.importers.published_lists import read_code_lists
from boundaries.models import (
    Adjustment,
    AdjustmentEffect,
    BoundaryLine,
    Division,
    DivisionChange,
    DivisionCode,
    DivisionEvent,
    DivisionOutline,
    DivisionPiece,
    DivisionVersion,
    JointInspection,
)
from boundaries.operations.adjustments import (
    CannotAdjust,
    approve_adjustment,
    change_draft,
    draft_adjustment,
    extend_adjustment,
    return_adjustment,
    submit_adjustment,
    withdraw_adjustment,
)
from boundaries.operations.history import LISTS
from boundaries.operations.take_effect import let_due_adjustments_take_effect, take_effect
from boundaries.operations.undo import undo_adjustment
from boundaries.queries.adjusting import ChangedLater
from boundaries.queries.divisions import get_division
from boundaries.queries.lineage import crosswalk_rows
from boundaries.queries.simulation import simulate
from boundaries.queries.touched import touched_tables
from common.errors import BadInput, NotInScope, NotPermitted
from gazetteer.models import Place
from signage.models import Sign
from tests.boundaries.inspected import forget_inspections, forget_markers

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = TODAY - timedelta(days=30)
PAPERS = dict.fromkeys(MATERIALS, "见卷 1")
CHANGES_2014 = [
    {"act": "merge", "units": ["440112", "440116"], "code": "440112", "name": "黄埔区",
     "seat": "萝岗街道香雪三路1号"},
    {"act": "upgrade", "units": ["440184"], "code": "440117", "name": "从化区",
     "seat": "街口街道新城东路99号"},
    {"act": "upgrade", "units": ["440183"], "code": "440118", "name": "增城区",
     "seat": "荔城街道惠民路1号"},
]  # fmt: skip
JOIN = [{"act": "merge", "units": ["440103", "440104"], "code": "440104", "name": "越秀区"}]


def people() -> tuple[User, User]:
    return User.objects.get(username="boundary"), User.objects.get(username="approver")


def approved(changes: Any = JOIN, day: date = DAY, title: str = "荔湾并入越秀") -> Adjustment:
    drawer, approver = people()
    adjustment = draft_adjustment(
        by=drawer, at=NOW, title=title, happens_on=day, changes=changes, materials=PAPERS
    )
    submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
    return approve_adjustment(
        by=approver,
        at=NOW,
        adjustment=adjustment,
        authority="国务院",
        document="国函〔2026〕1号",
        approved_on=day - timedelta(days=10),
    )


def in_force(changes: Any = JOIN, day: date = DAY, title: str = "荔湾并入越秀") -> Adjustment:
    adjustment = approved(changes, day, title)
    return take_effect(by=people()[1], at=NOW, adjustment=adjustment)


def everything() -> dict[str, Any]:
    """All that an adjustment may write, to be compared row by row."""
    tables: list[tuple[Any, tuple[str, ...]]] = [
        (Division, ("pk",)),
        (DivisionVersion, ("pk", "code", "name", "period", "parent_id", "seat", "area_km2")),
        (DivisionCode, ("pk", "code", "period")),
        (DivisionEvent, ("pk", "kind")),
        (DivisionChange, ("pk", "before_id", "after_id")),
        (DivisionPiece, ("pk",)),
        (DivisionOutline, ("pk",)),
        (BoundaryLine, ("pk", "code", "period", "length_m")),
        (Grant, ("user_id", "role", "jurisdiction", "period")),
        (Place, ("pk", "division_code")),
        (Sign, ("pk", "division_code")),
    ]
    return {
        model.__name__: sorted(map(str, model.objects.values_list(*columns)))
        for model, columns in tables
    }


@pytest.fixture
def state_of_2013(demo: SimpleNamespace) -> date:
    """Guangzhou as the list of 2013-12 has it, open to the future, and nothing after it."""
    forget_inspections()
    forget_markers()
    for model in (DivisionChange, DivisionEvent, DivisionCode, JointInspection, BoundaryLine):
        model._default_manager.all().delete()
    Place.objects.exclude(division=None).update(division=None)
    for table in touched_tables():
        for code in ("440117", "440118"):
            rows = table.model._default_manager.filter(**{f"{table.code}__startswith": code})
            rows.update(**{table.code: "440100"})
    DivisionVersion.objects.all().delete()
    Division.objects.all().delete()
    day = date(2013, 12, 1)
    rows = next(one.rows for one in read_code_lists() if one.day == day)
    ids = {}
    for code in sorted(c for c in rows if c.startswith("4401") or c == "440000"):
        if rows[code] == "市辖区":
            continue
        ids[code] = Division.objects.create().pk
        parent = ids.get(code[:4] + "00") if code != "440100" else ids["440000"]
        DivisionVersion.objects.create(
            division_id=ids[code],
            code=code,
            name=rows[code],
            level=1 if code == "440000" else 2 if code == "440100" else 3,
            parent_id=None if code == "440000" else parent,
            period=DateRange(day, None),
            source_id=LISTS,
        )
    return day


class TestChangeOf2014:
    def test_gives_the_published_list(self, state_of_2013: date) -> None:
        """黄埔 and 萝岗, 从化, 增城: from the list of 2013-12 to that of 2014-12."""
        adjustment = in_force(CHANGES_2014, date(2014, 12, 1), "2014 年调整")
        published = next(one.rows for one in read_code_lists() if one.day == date(2014, 12, 1))
        expected = {
            code: name
            for code, name in published.items()
            if code[:4] == "4401" and code != "440100" and name != "市辖区"
        }
        city = get_division(code="440100", at=date(2014, 12, 31))
        assert city is not None
        children = DivisionVersion.objects.on(date(2014, 12, 31)).children_of(city.division_id)
        assert dict(children.values_list("code", "name")) == expected
        assert get_division(code="440112", at=date(2014, 12, 1)).seat == "萝岗街道香雪三路1号"  # type: ignore[union-attr]
        walk = crosswalk_rows(start=date(2013, 12, 31), end=date(2014, 12, 31), within="4401")
        merged = {row.old.code for row in walk if row.old and row.relation == "merged"}
        assert merged == {"440112", "440116"}
        assert all(row.share_total == 1 for row in walk if row.old)
        assert {e.kind for e in DivisionEvent.objects.all()} == {"merge", "upgrade"}
        undo_adjustment(by=people()[1], at=NOW, adjustment=adjustment, note="试算")
        back = DivisionVersion.objects.on(date(2014, 12, 31)).children_of(city.division_id)
        assert back.count() == 12
        assert not DivisionEvent.objects.exists()

    def test_the_retired_code_is_never_given_again(self, state_of_2013: date) -> None:
        in_force(CHANGES_2014, date(2014, 12, 1), "2014 年调整")
        with pytest.raises(BadDraft, match="440116 is or was another division's"):
            simulate(
                changes=[{"act": "recode", "units": ["440111"], "code": "440116"}],
                on=date(2016, 1, 1),
            )


class TestTwoPeople:
    def test_who_drew_the_draft_does_not_approve_it(self, demo: SimpleNamespace) -> None:
        drawer, approver = people()
        Grant.objects.create(
            user=drawer, role="approver", jurisdiction="4401", period=DateRange(DAY, None)
        )
        drawer = User.objects.get(pk=drawer.pk)
        adjustment = draft_adjustment(
            by=drawer, at=NOW, title="甲", happens_on=DAY, changes=JOIN, materials=PAPERS
        )
        submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
        values: dict[str, Any] = {
            "at": NOW, "adjustment": adjustment, "authority": "国务院", "document": "1 号",
            "approved_on": DAY,
        }  # fmt: skip
        with pytest.raises(CannotAdjust, match="another person"):
            approve_adjustment(by=drawer, **values)
        adjustment.refresh_from_db()
        adjustment.approved_by = drawer
        with pytest.raises(IntegrityError), transaction.atomic():
            adjustment.save()
        assert approve_adjustment(by=approver, **values).state == "approved"

    def test_roles_and_scope(self, demo: SimpleNamespace) -> None:
        values: dict[str, Any] = {"at": NOW, "title": "甲", "happens_on": DAY, "changes": JOIN}
        with pytest.raises(NotPermitted):
            draft_adjustment(by=User.objects.get(username="inspector"), **values)
        with pytest.raises(NotInScope):
            draft_adjustment(by=User.objects.get(username="tianhe"), **values)

    def test_materials_must_be_there(self, demo: SimpleNamespace) -> None:
        drawer, _ = people()
        adjustment = draft_adjustment(
            by=drawer, at=NOW, title="甲", happens_on=DAY, changes=JOIN, materials={"facts": "有"}
        )
        with translation.override("en"), pytest.raises(CannotAdjust, match="Application, Risk"):
            submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)

    def test_sent_back_changed_and_withdrawn(self, demo: SimpleNamespace) -> None:
        drawer, approver = people()
        adjustment = draft_adjustment(
            by=drawer, at=NOW, title="甲", happens_on=DAY, changes=JOIN, materials=PAPERS
        )
        submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
        with pytest.raises(BadInput, match="reason"):
            return_adjustment(by=approver, at=NOW, adjustment=adjustment, note=" ")
        return_adjustment(by=approver, at=NOW, adjustment=adjustment, note="请补图")
        change_draft(
            by=drawer, adjustment=adjustment, title="乙", happens_on=DAY, changes=JOIN,
            materials=PAPERS,
        )  # fmt: skip
        done = withdraw_adjustment(by=drawer, at=NOW, adjustment=adjustment, note="不再需要")
        assert (done.title, done.state) == ("乙", "withdrawn")
        assert [step.after for step in done.steps.all()] == [
            "draft", "submitted", "returned", "withdrawn",
        ]  # fmt: skip
        with pytest.raises(CannotAdjust, match="not possible there"):
            submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)

    def test_two_drafts_on_one_unit_and_day(self, demo: SimpleNamespace) -> None:
        approved()
        drawer, _ = people()
        second = draft_adjustment(
            by=drawer, at=NOW, title="乙", happens_on=DAY, materials=PAPERS,
            changes=[{"act": "seat", "units": ["440104"], "seat": "北京路"}],
        )  # fmt: skip
        with pytest.raises(CannotAdjust, match="“荔湾并入越秀” changes one of the same units"):
            submit_adjustment(by=drawer, at=NOW, adjustment=second)

    def test_a_day_before_records(self, demo: SimpleNamespace) -> None:
        with pytest.raises(BadInput, match="records begin on"):
            draft_adjustment(
                by=people()[0], at=NOW, title="甲", happens_on=date(1970, 1, 1), changes=JOIN
            )

    def test_a_unit_that_changes_later(self, demo: SimpleNamespace) -> None:
        with pytest.raises(ChangedLater, match="changed again"):
            simulate(
                changes=[{"act": "seat", "units": ["440116"], "seat": "x"}], on=date(2010, 1, 1)
            )


class TestEffect:
    def test_is_written_at_once_and_undone_exactly(self, demo: SimpleNamespace) -> None:
        Grant.objects.create(
            user=User.objects.get(username="viewer"), role="viewer", jurisdiction="440103",
            period=DateRange(date(2020, 1, 1), None),
        )  # fmt: skip
        before = everything()
        signs = set(Sign.objects.within("440103").values_list("pk", flat=True))
        adjustment = in_force()
        assert get_division(code="440103", at=DAY) is None
        joined = get_division(code="440104", at=DAY)
        eve = DAY - timedelta(days=1)
        parts = [get_division(code=code, at=eve) for code in ("440103", "440104")]
        assert joined is not None and all(parts)
        areas = sum(part.area_km2 or 0 for part in parts if part)
        assert joined.area_km2 == pytest.approx(areas, abs=1e-6)
        assert not Sign.objects.within("440103").exists()
        assert not Place.objects.within("440103").exists()
        assert Sign.objects.within("440104").filter(pk__in=signs).count() == len(signs)
        assert Grant.objects.on(DAY).filter(jurisdiction="440104", role="viewer").exists()
        assert not BoundaryLine.objects.on(DAY).touching("440103").exists()
        lines = BoundaryLine.objects.on(DAY).touching("440104")
        assert "440104-440106" in set(lines.values_list("code", flat=True))
        begun = lines.filter(period__startswith=DAY)
        assert begun and not any(line.inspections.exists() for line in begun)
        undo_adjustment(by=people()[1], at=NOW, adjustment=adjustment, note="批复有误")
        assert everything() == before
        assert not AdjustmentEffect.objects.exists()

    def test_waits_for_its_day(self, demo: SimpleNamespace) -> None:
        adjustment = approved(day=TODAY + timedelta(days=5))
        with pytest.raises(CannotAdjust, match="not before"):
            take_effect(by=people()[1], at=NOW, adjustment=adjustment)
        assert let_due_adjustments_take_effect(at=NOW) == []
        later = NOW + timedelta(days=5)
        [(done, refusal)] = let_due_adjustments_take_effect(at=later)
        assert refusal is None and done.state == "in_force"
        assert done.steps.last().by is None
        assert get_division(code="440103", at=TODAY) is not None
        assert get_division(code="440103", at=TODAY + timedelta(days=5)) is None

    def test_a_town_goes_to_the_neighbour(self, demo: SimpleNamespace) -> None:
        towns = DivisionVersion.objects.on(TODAY).filter(code__startswith="440113", level=4)
        town = towns.with_geometry().order_by("code")[0]
        found = simulate(
            changes=[{"act": "transfer", "units": [town.code], "to": "440115"}], on=DAY
        )
        assert found.land[3].kept and found.land[3].before_m2 > 1e8
        share = {(r.old[:6], r.new[:6]): r.share for r in found.rows if r.level == 3}
        assert 0 < share["440113", "440115"] < 1  # type: ignore[operator]

    def test_undo_is_refused_once_something_was_built_on_it(self, demo: SimpleNamespace) -> None:
        adjustment = in_force()
        values = {"by": people()[1], "at": NOW, "adjustment": adjustment, "note": "误"}
        later = in_force(
            [{"act": "seat", "units": ["440104"], "seat": "北京路"}],
            DAY + timedelta(days=9),
            "驻地",
        )
        with pytest.raises(CannotAdjust, match="changed again on"):
            undo_adjustment(**values)
        undo_adjustment(**{**values, "adjustment": later})
        line = BoundaryLine.objects.on(DAY).get(code="440104-440105")
        inspection = JointInspection.objects.create(
            line=line, inspected_on=TODAY, lead_id=line.side_a_id
        )
        with pytest.raises(CannotAdjust, match="440104-440105 was inspected"):
            undo_adjustment(**values)
        inspection.delete()
        Sign.objects.filter(division_code__startswith="440104").order_by("pk").update(
            division_code="440106001"
        )
        with pytest.raises(CannotAdjust, match="moved or removed since"):
            undo_adjustment(**values)
        assert Adjustment.objects.get(pk=adjustment.pk).state == "in_force"

    def test_six_months_more(self, demo: SimpleNamespace) -> None:
        adjustment = approved()
        done = extend_adjustment(
            by=people()[1], at=NOW, adjustment=adjustment, note="国务院同意延期"
        )
        assert done.extended and done.state == "approved"


class TestCommand:
    def draft(self, path: Path, **more: Any) -> str:
        values = {
            "title": "荔湾并入越秀", "happens_on": DAY.isoformat(), "changes": JOIN,
            "materials": PAPERS, "authority": "国务院", "document": "国函〔2026〕1号",
            "approved_on": (DAY - timedelta(days=10)).isoformat(), **more,
        }  # fmt: skip
        file = path / "draft.json"
        file.write_text(json.dumps(values), "utf-8")
        return str(file)

    def ask(self, *args: str, **options: Any) -> Any:
        out = StringIO()
        call_command("adjust", *args, stdout=out, json=True, **options)
        return json.loads(out.getvalue())

    def test_tries_writes_and_undoes(self, demo: SimpleNamespace, tmp_path: Path) -> None:
        file = self.draft(tmp_path)
        tried = self.ask(file)
        assert tried["committed"] is False and tried["land_kept"]["3"] is True
        assert not Adjustment.objects.exists()
        done = self.ask(file, drawn_by="boundary", approved_by="approver", commit=True)
        assert done["state"] == "in_force"
        undone = self.ask(undo=done["id"], note="误", commit=True)
        assert undone["committed"] is True
        assert get_division(code="440103", at=DAY) is not None

    def test_due(self, demo: SimpleNamespace) -> None:
        approved()
        assert len(self.ask(due=True)["adjustments"]) == 1
        assert Adjustment.objects.get().state == "approved"
        self.ask(due=True, commit=True)
        assert Adjustment.objects.get().state == "in_force"

    @pytest.mark.parametrize(
        ("args", "options", "sentence"),
        [
            ((), {}, "Give a FILE"),
            (("nowhere.json",), {}, "cannot be read"),
            ((), {"undo": "x"}, "is no adjustment"),
        ],
    )
    def test_refuses_in_one_line(
        self, demo: SimpleNamespace, args: tuple[str, ...], options: Any, sentence: str
    ) -> None:
        with pytest.raises(CommandError, match=sentence):
            call_command("adjust", *args, stdout=StringIO(), **options)

    def test_two_people_are_named(self, demo: SimpleNamespace, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="Two people"):
            call_command("adjust", self.draft(tmp_path), stdout=StringIO(), commit=True)
