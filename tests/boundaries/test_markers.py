"""Markers: recorded, corrected, visited, worked on; what cannot be is refused with its reason."""

from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from docx import Document

from boundaries.domain.displacement import Verdict, displacement
from boundaries.domain.markers import Witness
from boundaries.models import BoundaryLine, Marker, MarkerVisit
from boundaries.operations.markers import (
    ChangedByOther,
    MarkerFacts,
    OffTheLine,
    WrongMarkerNumber,
    read_number,
    save_marker,
)
from boundaries.operations.visits import NoOtherSide, VisitFacts, record_visit
from boundaries.queries.marker_tiles import marker_tiles
from boundaries.queries.markers import (
    course_of,
    get_marker,
    marker_counts,
    marker_rules,
    markers,
    markers_along,
)
from common.errors import BadInput, NotInScope, NotPermitted
from common.photos import read_photo
from common.postgis import make_tile
from tests.boundaries.inspected import forget_visits

DAY = date(2025, 6, 30)
CODE = "440104-440106"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def inspector(make_user: Any) -> Any:
    return make_user("boundary_inspector", "440106")


@pytest.fixture
def bare(demo: Any) -> BoundaryLine:
    """A line without markers."""
    forget_visits(marker__line_code=CODE)
    Marker.objects.filter(line_code=CODE).delete()
    line: BoundaryLine = BoundaryLine.objects.on(DAY).get(code=CODE)
    return line


def facts(number: str = f"{CODE}001Q", share: float = 0.3, **more: Any) -> MarkerFacts:
    course = course_of(line_code=CODE, at=DAY)
    assert course is not None
    lon, lat = course.at(share * course.length_m)
    return MarkerFacts(number=number, longitude=lon, latitude=lat, accuracy_m=0.5, **more)


def visit(**more: Any) -> VisitFacts:
    return VisitFacts(**({"visited_on": DAY, "condition": "intact"} | more))


@pytest.fixture
def marker(bare: BoundaryLine, inspector: Any) -> Marker:
    return save_marker(by=inspector, at=DAY, line=bare, facts=facts())


class TestSaving:
    def test_a_marker_has_its_side_number_and_witnesses(
        self, bare: BoundaryLine, inspector: Any
    ) -> None:
        witnesses = (Witness("老榕树", 12.5, 45.0), Witness("桥头", 30.0))
        made = save_marker(
            by=inspector,
            at=DAY,
            line=bare,
            facts=facts(witnesses=witnesses, manager_code="440106"),
        )
        assert (made.serial, made.post, made.kind, made.code_a) == (1, "Q", "single", "440104")
        assert [each.what for each in made.witnesses.all()] == ["老榕树", "桥头"]
        assert get_marker(number=made.number, at=DAY) == made

    @pytest.mark.parametrize(
        ("number", "why"),
        [
            ("440106-440104001Q", "other sides"),
            ("440103-440106001Q", "other sides"),
            (f"{CODE}000Q", "begin with 001"),
            (f"{CODE}01Q", "is not written as"),
            ("界桩一", "is not written as"),
        ],
    )
    def test_a_number_that_is_none_is_refused(
        self, bare: BoundaryLine, inspector: Any, number: str, why: str
    ) -> None:
        with pytest.raises(WrongMarkerNumber, match=why):
            save_marker(by=inspector, at=DAY, line=bare, facts=facts(number))

    def test_a_provincial_line_has_provincial_numbers(self, demo: Any) -> None:
        line = BoundaryLine(code="440882-450521", code_a="440882", code_b="450521")
        rules = marker_rules(on=DAY, code="44")
        assert read_number("4445012Q", line=line, rules=rules).serial == 12
        for wrong in ("4544012Q", "4446012Q"):
            with pytest.raises(WrongMarkerNumber, match="other sides"):
                read_number(wrong, line=line, rules=rules)

    def test_a_position_far_away_is_refused(self, bare: BoundaryLine, inspector: Any) -> None:
        far = replace(facts(), longitude=113.7)
        with pytest.raises(OffTheLine, match="datum"):
            save_marker(by=inspector, at=DAY, line=bare, facts=far)
        assert not Marker.objects.filter(line_code=CODE).exists()

    def test_a_number_stands_once(self, marker: Marker, bare: BoundaryLine, inspector: Any) -> None:
        with pytest.raises(BadInput, match="Another marker"):
            save_marker(by=inspector, at=DAY, line=bare, facts=facts(share=0.6))

    def test_two_people_at_once_lose_nothing(
        self, marker: Marker, bare: BoundaryLine, inspector: Any, make_user: Any
    ) -> None:
        """The second sees both values, and may then save on purpose."""
        seen = marker.version
        first = replace(facts(), elevation_m=12.0)
        save_marker(by=inspector, at=DAY, line=bare, facts=first, marker=marker, seen=seen)
        other = make_user("boundary_inspector", "440104")
        second = replace(facts(), elevation_m=15.0)
        with pytest.raises(ChangedByOther, match=r"12\.0 ≠ 15\.0"):
            save_marker(by=other, at=DAY, line=bare, facts=second, marker=marker, seen=seen)
        marker.refresh_from_db()
        assert marker.elevation_m == 12.0
        save_marker(by=other, at=DAY, line=bare, facts=second, marker=marker, seen=marker.version)
        marker.refresh_from_db()
        assert marker.elevation_m == 15.0

    def test_is_for_inspectors_of_either_side(self, bare: BoundaryLine, make_user: Any) -> None:
        with pytest.raises(NotPermitted):
            save_marker(by=make_user("viewer", "440106"), at=DAY, line=bare, facts=facts())
        stranger = make_user("boundary_inspector", "440115")
        with pytest.raises(NotInScope):
            save_marker(by=stranger, at=DAY, line=bare, facts=facts())


class TestVisits:
    def test_tells_how_a_marker_was_left(self, marker: Marker, inspector: Any) -> None:
        record_visit(by=inspector, at=DAY, marker=marker, facts=visit(condition="damaged"))
        rows = markers(at=DAY, line=CODE)
        assert marker_counts(rows)["damaged"] == 1
        record_visit(
            by=inspector,
            at=DAY,
            marker=marker,
            facts=visit(condition="damaged", work="repaired", both_present=True),
        )
        assert marker_counts(markers(at=DAY, line=CODE))["intact"] == 1
        before = date(2025, 6, 29)
        assert marker_counts(markers(at=before, line=CODE))["unvisited"] in (0, 1)

    def test_no_work_without_the_other_side(self, marker: Marker, inspector: Any) -> None:
        alone = visit(condition="damaged", work="repaired")
        with pytest.raises(NoOtherSide):
            record_visit(by=inspector, at=DAY, marker=marker, facts=alone)
        with pytest.raises(IntegrityError), transaction.atomic():
            MarkerVisit.objects.create(
                marker=marker,
                visited_on=DAY,
                condition="damaged",
                work="repaired",
                registered=marker.location,
            )

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"longitude": 113.3, "latitude": 23.1}, "all three"),
            ({"longitude": 113.3, "latitude": 23.1, "accuracy_m": 0.0}, "positive"),
            ({"visited_on": date(2025, 7, 1)}, "still to come"),
            ({"work": "moved", "both_present": True}, "new position"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, marker: Marker, inspector: Any, more: Any, why: str
    ) -> None:
        with pytest.raises(BadInput, match=why):
            record_visit(by=inspector, at=DAY, marker=marker, facts=visit(**more))
        assert not marker.visits.exists()

    def test_a_position_30_km_away_is_refused(self, marker: Marker, inspector: Any) -> None:
        far = visit(longitude=113.6, latitude=23.1, accuracy_m=0.1)
        with pytest.raises(OffTheLine):
            record_visit(by=inspector, at=DAY, marker=marker, facts=far)

    def test_a_move_by_agreement_changes_the_register_and_not_the_past(
        self, marker: Marker, inspector: Any
    ) -> None:
        before = marker.location.coords
        there = facts(share=0.31)
        moved = visit(
            condition="intact",
            longitude=there.longitude,
            latitude=there.latitude,
            accuracy_m=0.1,
            work="moved",
            both_present=True,
        )
        kept = record_visit(by=inspector, at=DAY, marker=marker, facts=moved)
        marker.refresh_from_db()
        assert marker.location.coords == pytest.approx((there.longitude, there.latitude))
        assert kept.registered.coords == pytest.approx(before)

    def test_a_photo_is_kept_once_a_visit(
        self, marker: Marker, inspector: Any, make_photo: Any, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        read = read_photo(make_photo())
        for _ in range(2):
            record_visit(by=inspector, at=DAY, marker=marker, facts=visit(), photos=[("", read)])
        assert marker.photos.count() == 2
        both = [("440104", read), ("440106", read)]
        with pytest.raises(BadInput, match="same photo was given twice"):
            record_visit(by=inspector, at=DAY, marker=marker, facts=visit(), photos=both)
        assert marker.photos.count() == 2 and len(list(tmp_path.rglob("*.*"))) == 2


class TestDemonstration:
    def test_planted_moves_are_all_found_and_few_others(self) -> None:
        limits = marker_rules(on=DAY, code="44")["B-MARKER"].parameters
        told: Counter[tuple[str, bool]] = Counter()
        rows = MarkerVisit.objects.filter(synthetic=True, measured__isnull=False)
        for row in rows.iterator():
            assert row.registered_accuracy_m and row.measured_accuracy_m
            found = displacement(
                row.registered.coords,
                row.registered_accuracy_m,
                row.measured.coords,
                row.measured_accuracy_m,
                in_place_within=limits["in_place_within"],
                moved_beyond=limits["moved_beyond"],
            )
            told[row.condition == "moved", found.verdict == Verdict.MOVED] += 1
        assert told[True, True] > 20
        assert told[True, False] == 0
        assert told[False, True] <= 0.01 * told[False, False]

    def test_numbers_rise_along_every_line(self) -> None:
        for code in ("440104-440106", "440106-440112", "440114-440605"):
            found = markers_along(line_code=code, at=DAY)
            assert found is not None and found.placed
            assert found.findings == []
            assert len(found.legs) == len({each.marker.serial for each in found.placed}) - 1

    def test_has_tri_junctions_that_three_lines_share(self) -> None:
        junctions = markers(at=DAY).filter(kind="junction")
        assert junctions.count() >= 5
        for each in junctions:
            assert each.code_a < each.code_b < each.third_code

    def test_tiles_thin_out_but_keep_what_is_wrong(self) -> None:
        far, near = (
            len(make_tile(marker_tiles(z=z, at=DAY), z=z, x=x, y=y))
            for z, x, y in ((7, 104, 55), (10, 834, 444))
        )
        assert 0 < far < 500_000 and 0 < near < 500_000
        assert make_tile(marker_tiles(z=7, at=date(1990, 1, 1)), z=7, x=104, y=55) == b""


class TestPages:
    def test_list_record_and_sheet(self, marker: Marker, inspector: Any, client_as: Any) -> None:
        record_visit(
            by=inspector,
            at=DAY,
            marker=marker,
            facts=visit(
                condition="moved",
                longitude=marker.location.x + 0.0003,
                latitude=marker.location.y,
                accuracy_m=0.2,
            ),
        )
        client = client_as("viewer", "4401", language="en")
        query = {"line": CODE, "within": "", "condition": "moved", "at": DAY.isoformat()}
        assert marker.number in client.get("/markers/", query).content.decode()
        page = client.get(f"/markers/{marker.number}/", {"at": DAY.isoformat()}).content.decode()
        assert "moved" in page and "0 of 3 witness objects" in page and "east" in page
        earlier = client.get(f"/markers/{marker.number}/", {"at": "2020-01-01"})
        assert earlier.status_code == 404
        sheet = client.get(f"/markers/{marker.number}/sheet.docx", {"at": DAY.isoformat()})
        text = "\n".join(
            cell.text
            for table in Document(BytesIO(sheet.content)).tables
            for row in table.rows
            for cell in row.cells
        )
        assert marker.number in text and "moved" in text and "Yuexiu Qu、Tianhe Qu" in text

    def test_the_sheet_shows_the_newest_photo_of_each_face(
        self, marker: Marker, inspector: Any, client_as: Any, make_photo: Any
    ) -> None:
        later = DAY.replace(month=7)
        for day, faces in ((DAY, ["440104"]), (later, ["440104", "440106"])):
            found = visit(visited_on=day)
            photos = [(face, read_photo(make_photo(size=(640, int(face[-3:]))))) for face in faces]
            record_visit(by=inspector, at=day, marker=marker, facts=found, photos=photos)
        address = f"/markers/{marker.number}/sheet.docx"
        answer = client_as("viewer", "4401").get(f"{address}?at={later.isoformat()}")
        sheet = Document(BytesIO(answer.content))
        assert len(sheet.inline_shapes) == 2
        assert "各面照片" in [each.text for each in sheet.paragraphs]

    def test_filters_that_are_none_are_refused(self, client_as: Any) -> None:
        assert client_as().get("/markers/", {"condition": "x"}).status_code == 400
        assert client_as().get("/markers/", {"q": "nothing such"}).status_code == 200
        assert client_as().get("/markers/none/").status_code == 404

    def test_a_marker_is_recorded_and_visited_by_form(
        self, bare: BoundaryLine, client_as: Any, make_photo: Any, settings: Any, tmp_path: Any
    ) -> None:
        settings.MEDIA_ROOT = tmp_path
        client = client_as("boundary_inspector", "440106", language="en")
        course = course_of(line_code=CODE, at=DAY)
        assert course is not None
        lon, lat = course.at(100)
        form = {"seen": 0, "number": f"{CODE}001Q", "longitude": lon, "latitude": lat}
        wrong = client.post(f"/lines/{CODE}/markers/new/", form | {"witnesses": "tree"})
        assert "Line 1 is not" in wrong.content.decode()
        done = client.post(
            f"/lines/{CODE}/markers/new/", form | {"witnesses": "榕树; 12.3; 45\n桥；8"}
        )
        assert done.status_code == 302
        marker = Marker.objects.get(number=f"{CODE}001Q")
        assert [each.azimuth for each in marker.witnesses.all()] == [45.0, None]
        photo = SimpleUploadedFile("a.jpg", make_photo().read())
        at = f"/markers/{marker.number}/visit/"
        told = {"visited_on": DAY, "condition": "tilted", "work": "repaired", "photo_440106": photo}
        refused = client.post(at, told)
        assert refused.status_code == 409
        assert "only with the other side present" in refused.content.decode()
        assert not marker.visits.exists()
        photo.seek(0)
        assert client.post(at, told | {"both_present": "on"}).status_code == 302
        (kept,) = marker.photos.all()
        assert kept.face == "440106"
        assert client.get(f"/markers/photos/{kept.pk}/")["Content-Type"] == "image/jpeg"
        line = client.get(f"/lines/{CODE}/").content.decode()
        assert marker.number in line and "Profile of the line" in line

    def test_a_conflict_shows_both_values_and_the_next_try_saves(
        self, marker: Marker, client_as: Any
    ) -> None:
        client = client_as("boundary_inspector", "440106", language="en")
        form = {
            "seen": marker.version,
            "number": marker.number,
            "longitude": marker.location.x,
            "latitude": marker.location.y,
            "elevation_m": 20,
        }
        Marker.objects.filter(pk=marker.pk).update(version=marker.version + 1, elevation_m=11)
        refused = client.post(f"/markers/{marker.number}/edit/", form)
        text = refused.content.decode()
        assert refused.status_code == 409 and "11.0 ≠ 20.0" in text
        assert f'name="seen" value="{marker.version + 1}"' in text
        form["seen"] = marker.version + 1
        assert client.post(f"/markers/{marker.number}/edit/", form).status_code == 302


class TestItsLineHasEnded:
    def test_the_page_says_so_and_the_register_is_closed(
        self, marker: Marker, bare: BoundaryLine, client_as: Any
    ) -> None:
        bare.period = DateRange(bare.period.lower, DAY)
        bare.save(update_fields=["period"])
        client = client_as("boundary_inspector", "4401", language="en")
        told = "Its line is not in force on this day"
        page = client.get(reverse("boundaries:marker", args=[marker.number]))
        assert told in page.content.decode()
        asked = client.get(reverse("boundaries:marker_edit", args=[marker.number]), follow=True)
        assert asked.status_code == 200 and told in asked.content.decode()


class TestWitnessesMeasured:
    def test_who_agrees_and_who_does_not(
        self, bare: BoundaryLine, inspector: Any, client_as: Any
    ) -> None:
        objects = (Witness("榕树", 12.5, 45.0), Witness("桥头", 30.0))
        made = save_marker(by=inspector, at=DAY, line=bare, facts=facts(witnesses=objects))
        measured = (Witness("榕树", 12.6, 45.5), Witness("桥头", 33.0), Witness("石坎", 4.0))
        record_visit(by=inspector, at=DAY, marker=made, facts=visit(witnesses=measured))
        page = client_as("viewer", "4401", language="en").get(f"/markers/{made.number}/")
        text = page.content.decode()
        assert "榕树 agrees." in text
        assert "桥头: +3.00 m." in text
        assert "石坎 is not in the register." in text
