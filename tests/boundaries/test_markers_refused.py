"""What the register of markers refuses, shows as a conflict, and says in the reader's language."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from boundaries.domain.markers import Witness
from boundaries.forms.markers import VisitForm
from boundaries.models import BoundaryLine, Marker
from boundaries.operations.inspections import begin_inspection
from boundaries.operations.markers import (
    ChangedByOther,
    MarkerFacts,
    OffTheLine,
    OnTheOtherSide,
    check_position,
    save_marker,
)
from boundaries.operations.visits import VisitFacts, record_visit
from boundaries.queries.divisions import divisions_at
from boundaries.queries.markers import course_of, marker_rules
from common.errors import BadInput
from common.middleware import attempted
from tests.boundaries.inspected import CODE, DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def marker(free_line: BoundaryLine) -> Marker:
    found = Marker.objects.on(DAY).filter(line_code=CODE, third_code="").first()
    assert found is not None
    return found


def facts_of(marker: Marker, **changed: Any) -> MarkerFacts:
    """What is on record of a marker, but for what is changed."""
    found = MarkerFacts(
        number=marker.number, longitude=marker.location.x, latitude=marker.location.y,
        kind=marker.kind, material=marker.material, accuracy_m=marker.accuracy_m,
        measured_by=marker.measured_by, elevation_m=marker.elevation_m,
        manager_code=marker.manager_code, third_code=marker.third_code, set_on=marker.set_on,
        note=marker.note, approximate=marker.approximate,
        witnesses=[Witness(w.what, w.distance_m, w.azimuth) for w in marker.witnesses.all()],
    )  # fmt: skip
    return replace(found, **changed)


def put_at(lon: float, lat: float, day: date) -> VisitFacts:
    return VisitFacts(
        day, "moved", longitude=lon, latitude=lat, accuracy_m=0.1, work="moved", both_present=True
    )


def beside(marker: Marker) -> tuple[float, float]:
    """A place inside the second side, farther from the line than the sketch polygons are true."""
    limits = marker_rules(on=DAY, code="4401")["B-MARKER"].parameters
    course = course_of(line_code=CODE, at=DAY)
    assert course is not None
    lon, lat = marker.location.coords
    steps = [n / 1000 for n in range(-20, 21, 4)]
    for x, y in ((lon + dx, lat + dy) for dx in steps for dy in steps):
        held = {each.code for each in divisions_at(longitude=x, latitude=y, at=DAY)}
        metres = course.locate(x, y).offset
        near = limits["warn_beyond_m"] < metres < limits["refuse_beyond_m"]
        if near and held & {"440104", "440106"} == {"440106"}:
            return x, y
    raise AssertionError("no such place")


class TestConflicts:
    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"kind": "other"}, "kind: other mark named in the agreement ≠ single post"),
            ({"set_on": date(2001, 1, 1)}, "set on: 2001-01-01 ≠ —"),
            ({"measured_by": "map"}, "measured by: read from a map ≠ "),
            ({"approximate": True}, "approximate: yes ≠ no"),
            ({"witnesses": [Witness("石桥", 3, 90)]}, "Witness objects: 石桥; 3; 90 ≠ 树; 4"),
        ],
    )
    def test_every_field_is_shown_with_both_values(
        self, marker: Marker, free_line: BoundaryLine, people: Any, changed: Any, told: str
    ) -> None:
        Marker.objects.filter(pk=marker.pk).update(kind="single", set_on=None, approximate=False)
        marker.refresh_from_db()
        save = {"at": DAY, "line": free_line, "marker": marker, "seen": marker.version}
        mine = facts_of(marker, witnesses=[Witness("树", 4)])
        save_marker(by=people["a"], facts=replace(mine, **changed), **save)
        with translation.override("en"), pytest.raises(ChangedByOther) as refused:
            save_marker(by=people["b"], facts=mine, **save)
        assert refused.value.values["changes"].startswith(told)
        assert " ≠ " in told and "; " not in refused.value.values["changes"].replace(told, "")


class TestDays:
    def test_a_marker_is_not_set_in_days_to_come(
        self, marker: Marker, free_line: BoundaryLine, people: Any
    ) -> None:
        made = facts_of(marker, number=f"{CODE}801Q", set_on=DAY + timedelta(days=1))
        with pytest.raises(BadInput, match="2026-05-21 is still to come"):
            save_marker(by=people["a"], at=DAY, line=free_line, facts=made)

    def test_a_day_without_a_line_does_not_let_a_far_position_in(
        self, marker: Marker, people: Any
    ) -> None:
        before = marker.location.coords
        with pytest.raises(OffTheLine):
            record_visit(
                by=people["a"], at=DAY, marker=marker, facts=put_at(80.0, 45.0, date(1950, 1, 1))
            )
        marker.refresh_from_db()
        assert marker.location.coords == before

    def test_a_move_recorded_late_does_not_undo_a_later_one(
        self, marker: Marker, people: Any
    ) -> None:
        lon, lat = marker.location.coords
        record = {"by": people["a"], "at": DAY, "marker": marker}
        record_visit(**record, facts=put_at(lon + 1e-5, lat, DAY - timedelta(days=2)))
        with pytest.raises(BadInput, match="moved again on 2026-05-18"):
            record_visit(**record, facts=put_at(lon - 1e-5, lat, DAY - timedelta(days=9)))
        marker.refresh_from_db()
        assert marker.location.x == pytest.approx(lon + 1e-5, abs=1e-9)


class TestSides:
    def test_a_tri_junction_post_is_corrected_by_its_third_side(self, make_user: Any) -> None:
        today = timezone.localdate()
        post = Marker.objects.on(today).exclude(third_code="").first()
        assert post is not None
        line = BoundaryLine.objects.on(today).get(code=post.line_code)
        third = make_user("boundary_inspector", post.third_code)
        facts = facts_of(post, note="三方核对")
        save_marker(by=third, at=today, line=line, facts=facts, marker=post, seen=post.version)
        post.refresh_from_db()
        assert post.note == "三方核对"

    def test_names_of_sides_are_in_the_readers_language(
        self, free_line: BoundaryLine, people: Any
    ) -> None:
        about = {"by": people["a"], "at": DAY, "line": free_line, "kind": "regular", "lead": "x"}
        with translation.override("en"):
            _done, told = attempted(begin_inspection, **about)
        assert "Yuexiu" in told and "Tianhe" in told and "越秀" not in told

    def test_a_post_is_found_but_not_put_on_the_wrong_side(
        self, marker: Marker, free_line: BoundaryLine, people: Any
    ) -> None:
        there = beside(marker)
        Marker.objects.filter(pk=marker.pk).update(post="A", kind="double")
        found = VisitFacts(
            DAY, "moved", longitude=there[0], latitude=there[1], accuracy_m=0.1, both_present=True
        )
        with translation.override("en"):
            _done, told = attempted(
                record_visit,
                by=people["a"],
                at=DAY,
                marker=marker,
                facts=replace(found, work="moved"),
            )
        assert "stands on the side of Yuexiu" in told and "lies in Tianhe" in told
        with pytest.raises(OnTheOtherSide):
            record_visit(by=people["a"], at=DAY, marker=marker, facts=put_at(*there, DAY))
        assert record_visit(by=people["a"], at=DAY, marker=marker, facts=found).pk

    @pytest.mark.parametrize(
        ("post", "third", "refused"),
        [
            ("C", "440111", True),
            ("D", "440111", False),
            ("E", "440111", True),
            ("C", "", False),
            ("A", "440111", True),
            ("B", "", False),
            ("Q", "440111", False),
        ],
    )
    def test_each_of_three_posts_stands_on_its_side(
        self, marker: Marker, free_line: BoundaryLine, post: str, third: str, refused: bool
    ) -> None:
        lon, lat = beside(marker)
        with translation.override("en"):
            _done, told = attempted(
                check_position, line=free_line, post=post, third_code=third, longitude=lon,
                latitude=lat, at=DAY, rules=marker_rules(on=DAY, code="4401"),
            )  # fmt: skip
        assert bool(told) is refused
        assert not refused or "lies in Tianhe" in told


class TestAccuracy:
    @pytest.mark.parametrize("typed", ["1.7e308", "50000", "0", "nan", "-1"])
    def test_one_that_says_nothing_is_refused(self, typed: str) -> None:
        told = {"visited_on": DAY, "condition": "intact", "longitude": 113, "latitude": 23}
        form = VisitForm({**told, "accuracy_m": typed}, faces=[])
        assert not form.is_valid() and list(form.errors) == ["accuracy_m"]
