"""A register of markers comes in as a whole, each row explained, and goes out again exactly."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from boundaries.models import Marker, WitnessObject
from boundaries.operations.import_markers import BuiltUpon, ChangedMeanwhile
from boundaries.operations.visits import VisitFacts, record_visit
from boundaries.queries.markers import course_of
from common.errors import BadInput, NotPermitted
from common.imports.checking import check_batch
from common.imports.committing import CannotCommit, commit_batch, undo_batch
from common.imports.uploads import declare, receive_upload
from common.models import ImportBatch
from tests.boundaries.inspected import forget_visits

DAY = date(2025, 6, 30)
CODE = "440104-440106"
HEADINGS = "界桩号,经度,纬度,材质,精度,管理方,埋设日期,方位物"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def bare(demo: Any) -> None:
    forget_visits(marker__line_code=CODE)
    Marker.objects.filter(line_code=CODE).delete()


@pytest.fixture
def line(bare: None) -> Callable[..., str]:
    """``line(1, 0.2, 材质="…")``: a sound row at a share of the line, with changes."""
    course = course_of(line_code=CODE, at=DAY)
    assert course is not None

    def make(serial: int, share: float, post: str = "Q", **changes: str) -> str:
        lon, lat = course.at(share * course.length_m)
        values = {
            "界桩号": f"{CODE}{serial:03}{post}",
            "经度": f"{lon:.8f}",
            "纬度": f"{lat:.8f}",
            "材质": "石材",
            "精度": "0.5",
            "管理方": "440106",
            "埋设日期": "",
            "方位物": "榕树; 12; 45 | 桥头; 8.5 | 电线杆; 20; 300",
        } | changes
        return ",".join(values[name] for name in HEADINGS.split(","))

    return make


def checked(*rows: str, datum: str = "CGCS2000", by: Any = None) -> ImportBatch:
    content = "\n".join([HEADINGS, *rows]) + "\n"
    batch = receive_upload(
        by=by,
        at=DAY,
        kind="markers",
        jurisdiction="440106",
        upload=ContentFile(content.encode(), name="register.csv"),
        name="register.csv",
    )
    declare(batch=batch, by=by, datum=datum, mapping=batch.mapping)
    return check_batch(batch=batch, by=by)


def codes(batch: ImportBatch, number: int) -> set[str]:
    return {remark["code"] for remark in batch.rows.get(number=number).remarks}


class TestImport:
    def test_a_register_is_written_and_taken_back(self, line: Callable[..., str]) -> None:
        batch = checked(line(1, 0.2), line(2, 0.5), line(3, 0.8))
        assert batch.counts["add"] == 3
        assert not any(each["code"].startswith("series") for each in batch.findings)
        assert not Marker.objects.filter(line_code=CODE).exists()
        batch = commit_batch(batch=batch, by=None)
        made = Marker.objects.filter(line_code=CODE)
        assert [marker.serial for marker in made] == [1, 2, 3]
        assert made[0].manager_code == "440106" and made[0].witnesses.count() == 3
        again = checked(line(1, 0.2), line(2, 0.5, 材质="混凝土"))
        assert (again.counts["same"], again.counts["conflict"]) == (1, 1)
        undo_batch(batch=batch, by=None)
        assert not Marker.objects.filter(line_code=CODE).exists()
        assert not WitnessObject.objects.filter(marker__line_code=CODE).exists()

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"界桩号": "440106-440104001Q"}, "unknown_line"),
            ({"界桩号": f"{CODE}01Q"}, "bad_number"),
            ({"界桩号": "4445012Q"}, "no_line"),
            ({"界桩号": ""}, "missing"),
            ({"界桩号": "440103-440104009Q"}, "outside"),
            ({"经度": "113.9"}, "off_the_line"),
            ({"经度": "", "纬度": ""}, "no_position"),
            ({"材质": "木头"}, "unknown_word"),
            ({"精度": "-1"}, "not_a_number"),
            ({"管理方": "440115"}, "no_side"),
            ({"方位物": "榕树"}, "bad_witness"),
            ({"方位物": "榕树; 12; nan"}, "bad_witness"),
            ({"埋设日期": "2025-07-01"}, "day_to_come"),
        ],
    )
    def test_a_row_that_cannot_be_says_why_and_stops_all(
        self, line: Callable[..., str], changes: dict[str, str], code: str
    ) -> None:
        batch = checked(line(1, 0.2), line(2, 0.5, **changes))
        assert code in codes(batch, batch.rows.get(outcome="fault").number)
        with pytest.raises(CannotCommit):
            commit_batch(batch=batch, by=None)
        assert not Marker.objects.filter(line_code=CODE).exists()

    def test_the_same_number_twice_is_a_fault(self, line: Callable[..., str]) -> None:
        batch = checked(line(1, 0.2), line(1, 0.4))
        assert "duplicate" in codes(batch, batch.rows.get(outcome="fault").number)

    def test_what_is_wrong_in_the_row_of_a_line_is_told(self, line: Callable[..., str]) -> None:
        batch = checked(line(1, 0.8), line(2, 0.2), line(4, 0.9, post="A"))
        found = {each["code"] for each in batch.findings}
        assert {"series_order", "series_gap", "series_incomplete"} <= found

    def test_another_datum_moves_by_what_it_declares(self, line: Callable[..., str]) -> None:
        """Read as Baidu's, the same numbers lie half a kilometre away and are approximate."""
        batch = checked(line(1, 0.5), datum="BD-09")
        row = batch.rows.get()
        if row.outcome == "add":
            assert row.values["approximate"] is True
        else:
            assert "off_the_line" in codes(batch, row.number)

    def test_nothing_is_lost_that_was_built_on_it(
        self, line: Callable[..., str], make_user: Any
    ) -> None:
        batch = commit_batch(batch=checked(line(1, 0.2)), by=None)
        marker = Marker.objects.get(line_code=CODE)
        inspector = make_user("boundary_inspector", "440106")
        facts = VisitFacts(visited_on=DAY, condition="intact")
        record_visit(by=inspector, at=DAY, marker=marker, facts=facts)
        with pytest.raises(BuiltUpon, match="001Q"):
            undo_batch(batch=batch, by=None)

    def test_a_number_that_came_meanwhile_stops_it(self, line: Callable[..., str]) -> None:
        batch = checked(line(1, 0.2))
        commit_batch(batch=checked(line(1, 0.2)), by=None)
        with pytest.raises(ChangedMeanwhile):
            commit_batch(batch=batch, by=None)

    def test_is_for_those_who_import(self, line: Callable[..., str], make_user: Any) -> None:
        with pytest.raises(NotPermitted):
            checked(line(1, 0.2), by=make_user("boundary_inspector", "440106"))
        assert checked(line(1, 0.2), by=make_user("data_steward", "440106")).counts["add"] == 1

    def test_an_old_datum_is_not_guessed(self, line: Callable[..., str]) -> None:
        with pytest.raises(BadInput):
            checked(line(1, 0.2), datum="Xian1980")


class TestCommand:
    def test_is_dry_at_first(self, line: Callable[..., str], tmp_path: Any, capsys: Any) -> None:
        file = tmp_path / "register.csv"
        file.write_text("\n".join([HEADINGS, line(1, 0.2)]), encoding="utf-8")
        common = ["--datum", "CGCS2000", "--within", "440106", "--at", "2025-06-30"]
        call_command("import_markers", str(file), *common)
        assert "Nothing was kept" in capsys.readouterr().out
        assert not Marker.objects.filter(line_code=CODE).exists()
        call_command("import_markers", str(file), *common, "--commit")
        assert Marker.objects.filter(line_code=CODE).count() == 1
