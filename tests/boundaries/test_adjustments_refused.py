"""What an adjustment is refused for: one person alone, land of others, parents that end, papers."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation

from accounts.models import Grant, User
from accounts.operations.grants import end_role
from boundaries.domain.adjustments import BadDraft, read_changes
from boundaries.models import BoundaryLine, DivisionVersion
from boundaries.operations.adjustments import (
    CannotAdjust,
    approve_adjustment,
    change_draft,
    draft_adjustment,
    submit_adjustment,
)
from boundaries.operations.agreements import AgreementFacts, take_in
from boundaries.operations.disputes import record_dispute, settle_dispute
from boundaries.operations.take_effect import take_effect
from boundaries.operations.undo import undo_adjustment
from boundaries.queries.adjusting import ChangedLater, land_of, outcome_of, passages_of
from common.errors import BadInput
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
from tests.boundaries.test_disputes import claims

STREET = [{"act": "establish", "code": "440103099", "name": "新街道", "to": "440103"}]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def undone(adjustment: Any) -> None:
    undo_adjustment(by=people()[1], at=NOW, adjustment=adjustment, note="有误")


class TestTwoPeople:
    def test_who_wrote_the_draft_anew_does_not_approve_it(self, make_user: Any) -> None:
        first, approver = people()
        second = make_user("boundary_inspector", "4401")
        for each in (first, second):
            Grant.objects.create(
                user=each, role="approver", jurisdiction="4401", period=DateRange(DAY, None)
            )
        adjustment = draft_adjustment(
            by=first, at=NOW, title="甲", happens_on=DAY, changes=JOIN, materials=PAPERS
        )
        second = User.objects.get(pk=second.pk)
        change_draft(
            by=second, adjustment=adjustment, title="乙", happens_on=DAY, changes=JOIN,
            materials=PAPERS,
        )  # fmt: skip
        submit_adjustment(by=first, at=NOW, adjustment=adjustment)
        values: dict[str, Any] = {
            "at": NOW, "adjustment": adjustment, "authority": "国务院", "document": "1 号",
            "approved_on": DAY,
        }  # fmt: skip
        for each in (second, User.objects.get(pk=first.pk)):
            with pytest.raises(CannotAdjust, match="another person"):
                approve_adjustment(by=each, **values)
        assert approve_adjustment(by=approver, **values).state == "approved"

    def test_an_approval_to_come_is_entered_later(self) -> None:
        drawer, approver = people()
        adjustment = draft_adjustment(
            by=drawer, at=NOW, title="甲", happens_on=TODAY + timedelta(days=40), changes=JOIN,
            materials=PAPERS,
        )  # fmt: skip
        submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
        with pytest.raises(BadInput, match="still to come"):
            approve_adjustment(
                by=approver, at=NOW, adjustment=adjustment, authority="国务院", document="1 号",
                approved_on=TODAY + timedelta(days=1),
            )  # fmt: skip

    def test_another_day_has_other_units(self) -> None:
        drawer, approver = people()
        adjustment = draft_adjustment(
            by=drawer, at=NOW, title="甲", happens_on=DAY, changes=JOIN, materials=PAPERS
        )
        submit_adjustment(by=drawer, at=NOW, adjustment=adjustment)
        in_force(STREET, DAY + timedelta(days=2), "新街道")
        done = approve_adjustment(
            by=approver, at=NOW, adjustment=adjustment, authority="国务院", document="1 号",
            approved_on=DAY, happens_on=DAY + timedelta(days=4),
        )  # fmt: skip
        assert "440103099" in done.codes

    def test_a_draft_is_tried_on_ones_own_land_only(self, client_as: Any) -> None:
        values = {
            "title": "试", "happens_on": DAY.isoformat(), "try": "1",
            "changes": '[{"act": "seat", "units": ["440106"], "seat": "某路"}]',
        }  # fmt: skip
        inside = client_as("boundary_inspector", "440106").post("/adjustments/new/", values)
        assert inside.status_code == 200 and inside.context["simulation"]
        beside = client_as("boundary_inspector", "440104").post("/adjustments/new/", values)
        assert beside.status_code == 400 and beside.context["simulation"] is None


class TestUnits:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"codes": "440104001"}, "names the new code"),
            ({"codes": {"440106001": 440104099}}, "names the new code"),
            ({"name": "长" * 101}, "longer than 100"),
            ({"name": "a\x00b"}, "cannot be kept"),
            ({"seat": "a\ud800b"}, "cannot be kept"),
            ({"units": ["440104\x00"]}, "cannot be kept"),
            ({"codes": {"\ud800": "440104099"}}, "cannot be kept"),
        ],
    )
    def test_what_no_column_holds(self, change: dict[str, Any], sentence: str) -> None:
        whole = {"act": "transfer", "units": ["440106001"], "to": "440104", **change}
        with pytest.raises(BadDraft, match=sentence):
            read_changes([whole])

    @pytest.mark.parametrize(
        "change",
        [
            {"act": "\ud800"},
            {"act": "rename", "\ud800": 1},
            {"area": {"type": "Polygon", "coordinates": [], "note": ["a\0"]}},
        ],
    )
    def test_what_no_text_holds_wherever_it_stands(self, client_as: Any, change: Any) -> None:
        with pytest.raises(BadDraft, match="Change 1 holds a character that cannot be kept"):
            read_changes([change])
        values = {"title": "试", "happens_on": DAY.isoformat(), "changes": json.dumps([change])}
        page = client_as("boundary_inspector", "4401").post("/adjustments/new/", values)
        assert page.status_code == 400

    def test_a_list_in_a_list_in_a_list(self, client_as: Any) -> None:
        values = {"title": "试", "happens_on": DAY.isoformat(), "changes": "[" * 100_000}
        page = client_as("boundary_inspector", "4401").post("/adjustments/new/", values)
        assert page.status_code == 400 and "changes" in page.context["form"].errors

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ('{"title": "x", "happens_on": 5, "changes": []}', "“5” is not a day"),
            (
                '{"title": "x", "happens_on": "2025-01-01", "changes": [], "materials": [1]}',
                "Art 13",
            ),
            ("[" * 100_000, "is not JSON"),
        ],
    )
    def test_a_file_that_is_no_draft(self, tmp_path: Path, text: str, sentence: str) -> None:
        file = tmp_path / "draft.json"
        file.write_text(text, "utf-8")
        with pytest.raises(CommandError, match=sentence):
            call_command("adjust", str(file))

    def test_nothing_is_set_up_in_what_ends_on_the_day(self) -> None:
        street = approved(STREET, DAY, "新街道")
        joined = in_force(JOIN)
        with pytest.raises(ChangedLater):
            take_effect(by=people()[1], at=NOW, adjustment=street)
        undone(joined)
        take_effect(by=people()[1], at=NOW, adjustment=street)
        with pytest.raises(ChangedLater, match=STREET[0]["code"]):
            in_force(JOIN, DAY, "荔湾并入越秀之二")

    def test_nothing_is_set_up_in_what_ended_since(self) -> None:
        town = [{"act": "establish", "code": "440116099", "name": "古街道", "to": "440116"}]
        with pytest.raises(ChangedLater, match="440116"):
            in_force(town, date(2010, 1, 1), "古街道")

    def test_heights_of_an_uploaded_area_are_left_out(self) -> None:
        (change,) = part("440106", "440112")
        area = shapely.force_3d(shapely.geometry.shape(change["area"]), 5.0)
        in_force([{**change, "area": shapely.geometry.mapping(area)}], DAY, "带高程")
        assert not DivisionVersion.objects.on(DAY).get(code="440112").geometry.hasz

    def test_parts_are_together_no_more_than_the_whole(self) -> None:
        """Each part is measured by vertices of its own, and lineage refuses more than the whole."""
        most = []
        for code in ("440103", "440104", "440105", "440106"):
            version = DivisionVersion.objects.on(TODAY).get(code=code)
            west, south, east, north = shapely.from_wkb(bytes(version.geometry.wkb)).bounds
            for n in range(2, 6):
                x = west + (east - west) * n / 7
                inner = [
                    [west - 1, south - 1],
                    [x, south - 1],
                    [x, north + 1],
                    [west - 1, north + 1],
                ]
                change = {
                    "act": "split", "units": [code], "code": "440199", "name": "新区",
                    "area": {"type": "Polygon", "coordinates": [[*inner, inner[0]]]},
                }  # fmt: skip
                try:
                    outcome = outcome_of(changes=[change], on=DAY)
                except BadDraft:  # nothing beside a town can take what the line leaves of it
                    continue
                shares: dict[Any, float] = {}
                for arrow in outcome.arrows:
                    shares[arrow.before] = shares.get(arrow.before, 0.0) + (arrow.share or 0.0)
                most.append(max(shares.values()))
        assert most and max(most) <= 1 + 1e-12

    def test_claims_follow_while_the_dispute_goes_on(self) -> None:
        area = record_dispute(by=None, name="塘口", since=date(2025, 1, 1), claims=claims())
        on = TODAY + timedelta(days=300)
        settle_dispute(by=people()[0], area=area, on=on, document="协议")
        in_force([{"act": "recode", "units": ["440106"], "code": "440199"}], DAY, "改码")
        assert "440199" in area.claims.values_list("division_code", flat=True)


class TestUndo:
    def test_lines_of_a_neighbour_of_the_same_day_stay(self) -> None:
        """荔湾–越秀 and 天河–黄埔 on one day: 越秀–天河 lies between them."""
        before = lines()
        first = in_force(part("440104", "440103"), DAY, "一")
        between = lines()
        assert between != before
        undone(in_force(part("440106", "440112"), DAY, "二"))
        assert lines() == between
        undone(first)
        assert lines() == before

    @pytest.mark.parametrize("days", [0, 5])
    def test_is_refused_once_an_agreement_stands_on_a_new_line(self, days: int) -> None:
        adjustment = in_force()
        line = BoundaryLine.objects.on(DAY).get(code="440104-440105")
        course = shapely.from_wkb(bytes(line.geometry.wkb))
        facts = AgreementFacts(1, line.code, course, {"document": "新协议"})
        take_in(agreements=[facts], at=DAY + timedelta(days=days), far_m=100)
        with pytest.raises(CannotAdjust, match="“新协议 440104-440105” was built"):
            undone(adjustment)

    def test_a_role_that_was_ended_does_not_come_back(self, make_user: Any) -> None:
        user = make_user("viewer", "4401")
        Grant.objects.create(
            user=user, role="approver", jurisdiction="440103",
            period=DateRange(date(2020, 1, 1), None),
        )  # fmt: skip
        adjustment = in_force()
        moved = Grant.objects.get(user=user, role="approver", jurisdiction="440104")
        end_role(by=User.objects.get(username="admin"), grant=moved, on=TODAY)
        with pytest.raises(CannotAdjust, match="was ended since"):
            undone(adjustment)


def lines() -> list[tuple[str, str, float]]:
    rows = BoundaryLine.objects.touching("4401").order_by("code", "period")
    return [(row.code, str(row.period), round(row.length_m, 3)) for row in rows]


def part(of: str, to: str) -> list[dict[str, Any]]:
    """Some hundred metres of a county, from the middle of its edge with another."""
    versions = {
        row.code: row for row in DivisionVersion.objects.on(TODAY).filter(code__in=[of, to])
    }
    mine, other = (shapely.from_wkb(bytes(versions[code].geometry.wkb)) for code in (of, to))
    edge = shapely.intersection(shapely.boundary(mine), shapely.buffer(other, 1e-6))
    middle = shapely.line_interpolate_point(shapely.line_merge(edge), 0.5, normalized=True)
    area = shapely.buffer(middle, 0.004, quad_segs=4)
    return [{"act": "transfer", "units": [of], "to": to, "area": shapely.geometry.mapping(area)}]


class TestWords:
    @pytest.mark.parametrize("day", [date.min, date(1979, 1, 1), date(1980, 12, 1)])
    def test_a_day_before_all_records(self, day: date, client_as: Any) -> None:
        with pytest.raises(BadInput, match="records begin on"):
            outcome_of(changes=JOIN, on=day)
        answer = client_as("boundary_inspector", "4401", language="en").post(
            "/adjustments/new/",
            {"title": "甲", "happens_on": day.isoformat(), "changes": json.dumps(JOIN), "try": "1"},
        )
        assert answer.status_code == 400 and "records begin on" in answer.content.decode()

    def test_an_area_that_holds_all_or_nothing(self) -> None:
        for west in (112.0, 115.0):
            area = shapely.geometry.mapping(shapely.box(west, 22.0, west + 2.5, 24.5))
            change = {"act": "transfer", "units": ["440106"], "to": "440112", "area": area}
            with pytest.raises(BadDraft, match=r"holds all of 440106 [^,]+, or nothing"):
                outcome_of(changes=[change], on=DAY)

    def test_a_state_that_is_none(self, client_as: Any) -> None:
        client = client_as("viewer", "4401")
        assert client.get("/adjustments/?state=nowhere").status_code == 400
        assert client.get("/adjustments/?state=draft").status_code == 200

    def test_a_name_of_blanks(self) -> None:
        with pytest.raises(BadDraft, match="“name” is missing"):
            read_changes([{"act": "rename", "units": ["440106"], "name": "  "}])

    def test_a_city_without_counties_leaves_a_hole_among_them(self) -> None:
        """东莞 joined to 广州 as it is: no county would hold its land."""
        changes = [
            {"act": "merge", "units": ["440100", "441900"], "code": "440100", "name": "广州市"}
        ]
        land = land_of(outcome=outcome_of(changes=changes, on=DAY))
        assert land[2].kept and not land[3].kept and land[3].lost_m2 > 2e9
        changes = [
            {"act": "establish", "code": "440198", "name": "东莞区", "to": "440100"},
            {"act": "abolish", "units": ["441900"], "to": "440198"},
        ]
        outcome = outcome_of(changes=changes, on=DAY)
        assert all(each.kept for each in land_of(outcome=outcome).values())
        assert ("441900", "440198") in {
            (one.old.code, one.new.code) for one in passages_of(outcome=outcome)
        }

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"act": "recode", "units": ["441900"], "code": "440185"}, "of another level"),
            (
                {"act": "recode", "units": ["440106"], "code": "440188",
                 "codes": {"440112001": "440188901"}},
                "gives 440112001 .* no other code",
            ),
            (
                {"act": "abolish", "units": ["440106001"], "to": "440106002",
                 "codes": {"440106001": "440106901"}},
                "gives 440106001 no other code",
            ),
        ],
    )  # fmt: skip
    def test_a_code_that_would_be_dropped(self, change: dict[str, Any], told: str) -> None:
        with pytest.raises(BadDraft, match=told):
            outcome_of(changes=[change], on=DAY)

    def test_what_is_missing_is_told_in_the_readers_language(self) -> None:
        drawer, _ = people()
        draft = draft_adjustment(
            by=drawer, at=NOW, title="甲", happens_on=DAY, changes=JOIN,
            materials={**PAPERS, "maps": "", "facts": ""},
        )  # fmt: skip
        for language, words in (("zh-hans", "面积情况、变更前的"), ("en", "area, Map before")):
            with translation.override(language), pytest.raises(CannotAdjust) as refused:
                submit_adjustment(by=drawer, at=NOW, adjustment=draft)
            assert words in str(refused.value.values["materials"])
