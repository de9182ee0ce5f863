"""Lines of the demonstration set, their clock, and recording joint inspections."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import LineString, MultiLineString, MultiPolygon, Polygon
from django.core.management import CommandError, call_command
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.domain.inspections import inspection_state
from boundaries.domain.lines import edges_of
from boundaries.models import BoundaryLine, DivisionKind, DivisionVersion, JointInspection
from boundaries.operations.lines import derive_lines
from boundaries.queries.lines import (
    STATES,
    get_line,
    get_line_row,
    inspections,
    line_areas,
    line_counts,
    lines,
)
from boundaries.registrations import find_lines, lines_card
from common.crs import GEOD
from common.errors import BadInput, NotInScope, NotPermitted, Refusal
from common.models import AuditEntry, Rule

DAY = date(2025, 6, 30)
LINE = "440104-440106"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def cells(within: str = "44", at: date = DAY) -> dict[str, Any]:
    found = DivisionVersion.objects.on(at).county_cells().within(within)
    return {cell.code: shapely.from_wkb(bytes(cell.geometry.wkb)) for cell in found}


class TestLinesOfGuangdong:
    def test_lines_and_outer_edges_make_up_every_countys_perimeter(self) -> None:
        shapes = cells()
        outer = dict.fromkeys(shapes, 0.0)
        edges = edges_of(shapes)
        for edge in edges.outer:
            outer[edge.code] += edge.length_m
        strange = set(
            DivisionVersion.objects.on(DAY)
            .filter(kind=DivisionKind.OUTSIDE_CODES)
            .values_list("code", flat=True)
        )
        for edge in edges.shared:
            if strange & {edge.code_a, edge.code_b}:
                outer[edge.code_a] += edge.length_m
                outer[edge.code_b] += edge.length_m
        around = dict.fromkeys(shapes, 0.0)
        for line in BoundaryLine.objects.on(DAY).touching("44"):
            for code in (line.code_a, line.code_b):
                around[code] += line.length_m
        assert len(shapes) >= 124
        for code, shape in shapes.items():
            perimeter = GEOD.geometry_length(shape.boundary)
            assert around[code] + outer[code] == pytest.approx(perimeter, abs=1.0), code

    def test_every_touching_pair_has_exactly_one_line(self) -> None:
        shapes = cells()
        codes = sorted(shapes)
        strange = DivisionVersion.objects.on(DAY).filter(kind=DivisionKind.OUTSIDE_CODES)
        strange_codes = set(strange.values_list("code", flat=True))
        tree = shapely.STRtree([shapes[code] for code in codes])
        touching = set()
        for left, right in tree.query(tree.geometries, predicate="intersects").T:
            if left < right and not strange_codes & {codes[left], codes[right]}:
                shared = shapely.intersection(tree.geometries[left], tree.geometries[right])
                if shared.length > 1e-7:
                    touching.add(f"{codes[left]}-{codes[right]}")
        found = list(BoundaryLine.objects.on(DAY).touching("44").values_list("code", flat=True))
        assert len(found) == len(set(found))
        assert set(found) == touching

    def test_guangzhous_districts_have_their_known_neighbours(self) -> None:
        around = BoundaryLine.objects.on(DAY).touching("440104").order_by("code")
        names = {line.name_b if line.code_a == "440104" else line.name_a for line in around}
        assert names == {"荔湾区", "海珠区", "天河区", "白云区"}

    def test_cities_without_counties_have_lines_too(self) -> None:
        assert BoundaryLine.objects.on(DAY).filter(code="440115-442000").exists()
        assert BoundaryLine.objects.on(DAY).filter(code="440118-441900").exists()

    def test_no_line_leads_to_hong_kong_macao_or_an_area_outside_the_codes(self) -> None:
        found = BoundaryLine.objects.all()
        for prefix in ("71", "81", "82", "440499"):
            assert not found.touching(prefix).exists()


class TestDeriveLines:
    def test_a_second_run_changes_nothing_and_writes_no_audit(self) -> None:
        before = AuditEntry.objects.count()
        changes = derive_lines(within="44", by=None, at=DAY)
        assert (changes.new, changes.redrawn, changes.ended) == ([], [], [])
        assert changes.unchanged > 250 and changes.unmatched == []
        assert AuditEntry.objects.count() == before

    def test_a_dry_run_writes_nothing(self) -> None:
        bump(LINE)
        changes = derive_lines(within="440106", by=None, at=DAY, commit=False)
        assert changes.redrawn == [LINE]
        assert BoundaryLine.objects.get(code=LINE).length_m == 1.0

    def test_a_corrected_line_is_redrawn_in_place_with_history_and_audit(
        self, make_user: Any
    ) -> None:
        bump(LINE)
        steward = make_user("boundary_inspector", "4401")
        derive_lines(within="440106", by=steward, at=DAY)
        line = BoundaryLine.objects.get(code=LINE)
        assert line.length_m == pytest.approx(8145, abs=100)
        assert [event.length_m for event in line.events.order_by("pgh_id")][-1] == 1.0
        entry = AuditEntry.objects.latest("pk")
        assert (entry.operation, entry.user, entry.jurisdiction) == (
            "derive_lines",
            steward,
            "440106",
        )
        assert entry.details["redrawn"] == [LINE]

    def test_a_surveyed_line_is_never_touched(self) -> None:
        bump(LINE, derived=False)
        changes = derive_lines(within="440106", by=None, at=DAY)
        assert changes.surveyed == 1
        assert BoundaryLine.objects.get(code=LINE).length_m == 1.0

    def test_a_new_version_of_a_side_ends_the_line_and_begins_another(self) -> None:
        old = DivisionVersion.objects.on(DAY).get(code="440106")
        begins = date(2025, 1, 1)
        new_shape = old.geometry.union(Polygon.from_bbox((113.3, 23.1, 113.3001, 23.1001)))
        DivisionVersion.objects.filter(pk=old.pk).update(period=DateRange(old.period.lower, begins))
        old.pk = None
        old._state.adding = True
        old.name, old.period = "新天河区", DateRange(begins, None)
        old.geometry = new_shape if isinstance(new_shape, MultiPolygon) else MultiPolygon(new_shape)
        old.save()
        count = BoundaryLine.objects.filter(code=LINE).count()
        derive_lines(within="440106", by=None, at=DAY)
        former, present = BoundaryLine.objects.filter(code=LINE).order_by("period")
        assert count == 1
        assert former.period.upper == begins == present.period.lower
        assert (former.name_b, present.name_b) == ("天河区", "新天河区")
        # The five years go on: the inspections of the former line count for the new one.
        row = get_line_row(code=LINE, at=DAY)
        last = former.inspections.filter(inspected_on__lte=DAY).first()
        assert row is not None and row.last_on == (last.inspected_on if last else None)

    def test_sides_that_no_longer_touch_end_their_line(self) -> None:
        DivisionVersion.objects.on(DAY).filter(code="440106").update(
            period=DateRange(date(2023, 6, 30), date(2024, 1, 1))
        )
        changes = derive_lines(within="440104", by=None, at=date(2024, 1, 1))
        assert changes.ended == [LINE]
        assert get_line(code=LINE, at=date(2024, 1, 1)) is None
        assert get_line(code=LINE, at=date(2023, 12, 31)) is not None

    def test_refuses_a_line_that_never_held_yet_was_inspected(self) -> None:
        BoundaryLine.objects.filter(code=LINE).update(period=DateRange(DAY, None))
        line = BoundaryLine.objects.get(code=LINE)
        JointInspection.objects.get_or_create(
            line=line, inspected_on=date(2020, 1, 1), defaults={"lead": line.side_a}
        )
        DivisionVersion.objects.on(DAY).filter(code="440106").update(geometry=None)
        with pytest.raises(Refusal, match="has joint inspections"):
            derive_lines(within="440104", by=None, at=DAY)

    def test_refuses_a_code_without_shapes(self) -> None:
        with pytest.raises(BadInput, match="No county of “4499”"):
            derive_lines(within="4499", by=None, at=DAY)

    def test_asks_for_scope_and_role(self, make_user: Any) -> None:
        with pytest.raises(NotInScope):
            derive_lines(within="4406", by=make_user("boundary_inspector", "4401"), at=DAY)
        with pytest.raises(NotPermitted):
            derive_lines(within="4401", by=make_user("viewer", "4401"), at=DAY)


def bump(code: str, *, derived: bool = True) -> None:
    """Spoil a line, so that a derivation has something to correct."""
    line = BoundaryLine.objects.get(code=code)
    line.geometry = MultiLineString(LineString(line.geometry[0][0], line.geometry[0][1]), srid=4490)
    line.length_m, line.derived = 1.0, derived
    line.save()


class TestClock:
    def test_the_list_says_what_the_domain_says_on_any_day(self) -> None:
        for at in (date(2023, 6, 30), date(2024, 2, 29), date(2025, 6, 30), date(2026, 11, 24)):
            rows = lines(at=at, within="44", limit=None).rows
            assert len(rows) > 250
            for row in rows:
                assert (row.state, row.due_on) == tuple(inspection_state(row.last_on, at, 5, 365))

    @pytest.mark.parametrize(
        ("at", "state"),
        [
            (date(2023, 9, 30), "due"),
            (date(2023, 10, 1), "wrong"),
        ],
    )
    def test_the_worked_case_turns_on_the_day_after(
        self, line: BoundaryLine, at: date, state: str
    ) -> None:
        row = get_line_row(code=LINE, at=at)
        assert row is not None
        assert (row.state, row.due_on) == (state, date(2023, 9, 30))

    def test_inspections_after_the_day_are_not_known_yet(self, line: BoundaryLine) -> None:
        JointInspection.objects.create(line=line, inspected_on=DAY, lead=line.side_a)
        before = get_line_row(code=LINE, at=DAY - timedelta(days=1))
        assert before is not None and before.last_on == date(2018, 9, 30)
        assert inspections(code=LINE, until=DAY - timedelta(days=1)).count() == 2

    def test_a_rule_of_the_jurisdiction_of_both_sides_wins(self, line: BoundaryLine) -> None:
        national = Rule.objects.on(DAY).get(rule_id="B-JOINT")
        Rule.objects.create(
            rule_id="B-JOINT",
            title_zh="测试",
            title_en="test",
            jurisdiction="4401",
            parameters={"cycle_years": 10},
            authority="test",
            period=national.period,
            status="verified",
        )
        inner, outer = get_line_row(code=LINE, at=DAY), "440103-440605"
        assert inner is not None and inner.due_on == date(2028, 9, 30)
        other = BoundaryLine.objects.on(DAY).get(code=outer)
        other.inspections.all().delete()
        JointInspection.objects.create(
            line=other, inspected_on=date(2018, 9, 30), lead=other.side_a
        )
        row = get_line_row(code=outer, at=DAY)
        assert row is not None and row.due_on == date(2023, 9, 30)

    @pytest.mark.parametrize("at", [date(2023, 6, 30), DAY])
    def test_every_state_occurs_around_the_city(self, at: date) -> None:
        assert all(line_counts(at=at, within="44").by_state[state] for state in STATES)


class TestLines:
    def test_most_urgent_first_and_pages_join_up(self) -> None:
        everything = [row.code for row in lines(at=DAY, within="4401", limit=None).rows]
        assert len(everything) == line_counts(at=DAY, within="4401").total
        paged, after, last = [], "", None
        while True:
            last = lines(at=DAY, within="4401", limit=7, after=after)
            paged += [row.code for row in last.rows]
            if not last.after:
                break
            after = last.after
        assert paged == everything
        back = lines(at=DAY, within="4401", limit=7, before=last.before)
        assert [row.code for row in back.rows] == everything[-7 - len(last.rows) : -len(last.rows)]

    def test_orders_by_state_then_day(self) -> None:
        rows = lines(at=DAY, within="44", limit=None).rows
        keys = [(STATES.index(row.state), row.due_on or date.max) for row in rows]
        assert keys == sorted(keys)

    def test_longest_first(self) -> None:
        lengths = [row.length_m for row in lines(at=DAY, within="44", sort="length").rows]
        assert [round(m) for m in lengths] == sorted((round(m) for m in lengths), reverse=True)

    @pytest.mark.parametrize("text", ["天河 越秀", "440104-440106", "Tianhe yuexiu"])
    def test_finds_a_line_by_both_sides(self, text: str) -> None:
        assert [row.code for row in lines(at=DAY, text=text).rows] == [LINE]

    def test_takes_wildcards_literally(self) -> None:
        assert lines(at=DAY, text="%").rows == []
        assert lines(at=DAY, text="_").rows == []

    def test_counts_follow_the_filter(self) -> None:
        one = line_counts(at=DAY, text=LINE)
        assert one.total == 1 and one.length_m == pytest.approx(8145, abs=100)

    def test_areas_begin_with_the_home_city_and_its_districts(self) -> None:
        areas = [area.prefix for area in line_areas(home="4401", at=DAY)]
        assert areas[0] == "4401" and "440106" in areas[:12]
        assert "44" in areas and "4406" in areas and "440605" not in areas


class TestCommands:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command(*arguments, stdout=out)
        return out.getvalue()

    def test_derive_lines_is_dry_unless_told(self) -> None:
        bump(LINE)
        said = json.loads(self.run("derive_lines", "--within", "440106", "--json"))
        assert said["redrawn"] == [LINE] and said["committed"] is False
        assert BoundaryLine.objects.get(code=LINE).length_m == 1.0
        assert "Nothing written" in self.run("derive_lines", "--within", "440106")
        self.run("derive_lines", "--within", "440106", "--commit")
        assert BoundaryLine.objects.get(code=LINE).length_m > 1

    def test_lines_lists_states(self) -> None:
        arguments = ("lines", "--within", "440106", "--at", "2025-06-30")
        rows = json.loads(self.run(*arguments, "--json"))
        assert LINE in [row["code"] for row in rows]
        assert LINE in self.run(*arguments)

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (("lines", "--within", "天河"), "not the beginning of a division code"),
            (("lines", "--within", "44", "--at", "2025-6-30"), "is not a day"),
            (("lines", "--within", "99"), "no boundary line"),
            (("derive_lines", "--within", "x"), "not the beginning of a division code"),
            (("derive_lines", "--within", "4499"), "No county of"),
        ],
    )
    def test_bad_input_is_one_clear_line(self, arguments: tuple[str, ...], why: str) -> None:
        with pytest.raises(CommandError, match=why) as refused:
            self.run(*arguments)
        assert "\n" not in str(refused.value)


class TestNews:
    def test_the_card_counts_what_is_due_and_leads_to_it(self) -> None:
        card = lines_card(at=DAY, jurisdiction="4401")
        counts = line_counts(at=DAY, within="4401")
        assert card.count == counts.total
        urls = {state: url for state, _, url in card.lines}
        assert urls["wrong"] == "/lines/?within=4401&state=wrong&at=2025-06-30"

    def test_search_finds_lines_last_and_few(self) -> None:
        hits = find_lines(text="天河", at=DAY, within="", limit=50)
        assert LINE in [hit.key for hit in hits] and len(hits) <= 5
        assert hits[0].score < 0.5
        assert find_lines(text="天", at=DAY, within="", limit=50) == []
