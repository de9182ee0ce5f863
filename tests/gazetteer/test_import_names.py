"""Place names from files: every fault told with row and hint; nothing written yet."""

import csv
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateRange

from boundaries.models import DivisionVersion
from common.datums import get_datum
from common.errors import BadInput
from common.exporting.writing import write_export
from common.imports.checking import check_batch
from common.imports.committing import commit_batch, undo_batch
from common.imports.reading import fault_lines
from common.imports.uploads import declare, receive_upload
from common.imports.wording import remark_text
from gazetteer.exports.names import export_of
from gazetteer.importers.names import NAMES
from gazetteer.models import Place, PlaceCode, PlaceName
from gazetteer.operations.names import NewName, create_names_in_bulk
from gazetteer.queries.known_names import county_polygons
from tests.gazetteer.imported import (
    DAY,
    DISTRICT,
    FILES,
    checked,
    chosen,
    codes,
    csv_of,
    known_street,
    only,
    received,
)
from tests.shared_data import shared_file

pytestmark = pytest.mark.usefixtures("demo")


class TestFaultsOfRows:
    @pytest.mark.parametrize(
        ("name", "number", "code"),
        [
            ("missing_name", 3, "missing"),
            ("unknown_division", 2, "unknown_division"),
            ("division_by_name", 2, "division_by_name"),
            ("outside_jurisdiction", 2, "outside"),
            ("not_hanzi", 2, "not_hanzi"),
            ("bad_date", 2, "bad_date"),
            ("ended_before_began", 2, "ended_before_began"),
            ("number_as_text", 2, "not_number"),
            ("swapped", 2, "swapped"),
            ("half_position", 2, "half_position"),
            ("duplicate_row", 4, "duplicate"),
            ("unknown_category", 2, "unknown_category"),
            ("metres_declared_as_degrees", 2, "implausible"),
            ("code_as_number", 2, "code_as_number"),
            ("bad_place_code", 2, "bad_place_code"),
            ("bad_reading", 2, "bad_reading"),
            ("extra_cells", 2, "extra_cells"),
            ("broken_geometry", 2, "broken_geometry"),
            ("unknown_place_id", 2, "unknown_place"),
            ("alias_without_place", 2, "needs_place"),
            ("line_breaks_in_cells", 4, "missing"),
        ],
    )
    def test_are_told_with_row_and_hint(self, name: str, number: int, code: str) -> None:
        batch = checked((FILES / f"{name}.csv").read_bytes(), f"{name}.csv")
        [row] = batch.rows.filter(outcome="fault")
        assert row.number == number
        assert code in codes(row)
        told = "".join(fault_lines(batch=batch))
        assert f"\n{number}," in told.replace("\r", "")
        assert remark_text(NAMES, code).hint

    def test_the_nearest_category_is_suggested(self) -> None:
        batch = checked((FILES / "unknown_category.csv").read_bytes())
        [remark] = only(batch).remarks
        assert remark["values"] == {"text": "街路行", "near": "街路巷"}

    def test_a_division_of_another_time_is_told(self) -> None:
        gone = DivisionVersion.objects.on(date(2023, 6, 30)).get(code="440105")
        gone.period = type(gone.period)(gone.period.lower, date(2024, 1, 1))
        gone.save(update_fields=["period"])
        batch = receive_upload(
            by=None, at=DAY, kind="names", jurisdiction="4401", name="a.csv",
            upload=ContentFile(csv_of("试验一路,街路巷,440105,,").encode()),
        )  # fmt: skip
        declare(batch=batch, by=None, datum="CGCS2000", mapping=batch.mapping)
        row = only(check_batch(batch=batch, by=None))
        assert codes(row) == {"division_not_then"}


class TestWarningsOfRows:
    def test_a_position_outside_its_division_says_how_far(self) -> None:
        row = only(checked((FILES / "outside_its_division.csv").read_bytes()))
        [remark] = row.remarks
        assert (row.outcome, remark["code"]) == ("add", "outside_division")
        assert remark["values"]["distance"] > 10_000

    def test_a_class_that_the_standard_lacks_is_doubted(self) -> None:
        row = only(checked(csv_of("试验一路,街路巷,440106,,,99999", more=",类别代码")))
        assert (row.outcome, codes(row)) == ("add", {"unknown_class"})

    def test_degrees_minutes_seconds_are_converted(self) -> None:
        row = only(checked((FILES / "degrees_minutes_seconds.csv").read_bytes()))
        assert (row.outcome, codes(row)) == ("add", {"from_dms"})
        assert row.geometry.coords == pytest.approx((113.33, 23.13), abs=1e-6)

    @pytest.mark.parametrize(
        "name",
        ["byte_order_mark", "gb18030", "utf16", "semicolons", "tabs", "forty_three_columns"],
    )
    def test_the_form_of_the_file_is_no_fault(self, name: str) -> None:
        row = only(checked((FILES / f"{name}.csv").read_bytes()))
        assert (row.outcome, row.title, row.remarks) == ("add", "试验一路", [])

    @pytest.mark.parametrize(
        ("code", "outcome", "remark"),
        [
            ("44010600099999000001", "add", "unknown_class"),
            ("44010600023440000000", "fault", "bad_place_code"),
            ("44010699923440000001", "fault", "code_of_unknown_division"),
            ("44010500023440000001", "add", "code_elsewhere"),
        ],
    )
    def test_the_parts_of_a_place_name_code_are_judged(
        self, code: str, outcome: str, remark: str
    ) -> None:
        row = only(checked(csv_of(f"怪路,街路巷,440106,,,{code}", more=",地名代码")))
        assert (row.outcome, codes(row)) == (outcome, {remark})
        assert (row.number, bool(remark_text(NAMES, remark).hint)) == (2, True)

    def test_a_code_keeps_a_division_that_is_no_more(self) -> None:
        former = DivisionVersion.objects.on(DAY).get(code="440106001")
        former.period = type(former.period)(former.period.lower, date(2024, 1, 1))
        former.save(update_fields=["period"])
        row = only(checked(csv_of("怪路,街路巷,440106,,,44010600123440000001", more=",地名代码")))
        assert (row.outcome, codes(row)) == ("add", {"code_of_former_division"})


class TestFaultsOfFiles:
    def test_headings_alone_are_no_import(self) -> None:
        with pytest.raises(BadInput, match="no rows"):
            checked((FILES / "headings_only.csv").read_bytes())

    def test_a_column_for_the_name_is_needed(self) -> None:
        batch = received("类别,经度\nx,1\n")
        with pytest.raises(BadInput, match="Say which column"):
            declare(batch=batch, by=None, datum="CGCS2000", mapping={})

    def test_the_datum_has_to_be_declared(self) -> None:
        batch = received(csv_of("试验一路,街路巷,440106,,"))
        with pytest.raises(BadInput, match="Declare the datum"):
            declare(batch=batch, by=None, datum="", mapping=batch.mapping)

    def test_a_datum_that_the_file_contradicts_is_refused(self, tmp_path: Path) -> None:
        export = export_of(names=chosen(), at=DAY, datum=get_datum("EPSG:4547"))
        path = tmp_path / "a.gpkg"
        write_export(export, format="gpkg", path=path)
        with pytest.raises(BadInput, match="was declared"):
            checked(path.read_bytes(), "a.gpkg", datum="CGCS2000")


class TestOutcomes:
    def test_a_new_place_is_an_addition(self) -> None:
        row = only(checked(csv_of("试验一路,街路巷,440106,113.33,23.13")))
        assert (row.outcome, row.before) == ("add", None)

    def test_the_same_again_changes_nothing(self) -> None:
        row = only(checked(csv_of("天河路,街路巷,440106,,")))
        assert (row.outcome, row.subject) == ("same", known_street().pk)

    def test_a_new_fact_is_a_change(self) -> None:
        batch = checked(csv_of("天河路,街路巷,440106,,,以区得名", more=",来历"))
        row = only(batch)
        assert row.outcome == "change"
        assert NAMES.changes is not None and row.before is not None
        [(_label, before, after)] = NAMES.changes(row.before, row.values)
        assert after == "以区得名" != before

    def test_a_point_does_not_replace_a_line(self) -> None:
        place = known_street()
        x, y = place.geometry.coords[0] if place.geometry.geom_type == "LineString" else (113, 23)
        near = only(checked(csv_of(f"天河路,街路巷,440106,{x},{y}")))
        far = only(checked(csv_of("天河路,街路巷,440106,113.40,23.17")))
        assert (near.outcome, codes(near)) == ("same", set())
        assert (far.outcome, codes(far)) == ("same", {"keeps_shape"})

    def test_a_renaming_is_a_conflict(self) -> None:
        text = f"地名标识,标准名称\n{known_street().pk},新天河路\n"
        row = only(checked(text))
        assert (row.outcome, codes(row)) == ("conflict", {"renaming"})

    def test_two_of_one_name_in_one_division_are_a_conflict(self) -> None:
        create_names_in_bulk([NewName("双胞路", "STREET", DISTRICT, period_from=DAY)] * 2)
        row = only(checked(csv_of("双胞路,街路巷,440106,,")))
        assert (row.outcome, codes(row)) == ("conflict", {"ambiguous"})

    def test_a_name_in_a_part_of_its_division_is_perhaps_the_same(self) -> None:
        part = DivisionVersion.objects.on(DAY).within(DISTRICT).filter(level=4).first()
        row = only(checked(csv_of(f"天河路,街路巷,{part.code},,")))
        assert (row.outcome, codes(row)) == ("conflict", {"perhaps_same"})

    def test_another_kind_of_name_joins_its_place(self) -> None:
        place = known_street()
        text = f"地名标识,标准名称,名称种类\n{place.pk},老天河路,别名\n"
        batch = commit_batch(batch=checked(text), by=None)
        alias = PlaceName.objects.get(text="老天河路")
        assert (alias.place_id, alias.kind, alias.status) == (place.pk, "alias", "recorded")
        undo_batch(batch=batch, by=None)
        assert not PlaceName.objects.filter(text="老天河路").exists()
        assert Place.objects.filter(pk=place.pk).exists()

    def test_a_former_name_is_on_record_from_the_end_of_its_use_on(self) -> None:
        place = known_street()
        text = (
            f"地名标识,标准名称,名称种类,启用时间,停用时间\n{place.pk},老天河路,曾用名,1958,1984\n"
        )
        commit_batch(batch=checked(text), by=None)
        former = PlaceName.objects.get(text="老天河路")
        assert (former.began, former.ended) == ("1958", "1984")
        assert (former.period.lower, former.period.upper) == (date(1984, 1, 1), None)

    def test_a_secret_place_is_not_betrayed(self) -> None:
        Place.objects.filter(pk=known_street().pk).update(secrecy="secret")
        assert only(checked(csv_of("天河路,街路巷,440106,,"))).outcome == "add"

    def test_the_code_of_a_secret_place_stays_taken(self) -> None:
        code = "44010600023440009999"
        row = csv_of(f"新起路,街路巷,440106,,,{code}", more=",地名代码")
        assert only(checked(row)).outcome == "add"
        PlaceCode.objects.create(
            place=known_street(), code=code, period=DateRange(None, date(2000, 1, 1))
        )
        Place.objects.filter(pk=known_street().pk).update(secrecy="secret")
        assert codes(only(checked(row))) == {"code_taken"}


class TestDatumOfStations:
    def test_the_importer_says_when_another_datum_fits_better(self) -> None:
        with shared_file("guangzhou_charging_stations.csv").open(encoding="utf-8-sig") as file:
            stations = list(csv.DictReader(file))[:1500]
        polygons = county_polygons(codes=(), within="4401", at=DAY)
        shapely.prepare(list(polygons.values()))
        lines = []
        for number, row in enumerate(stations):
            true = shapely.Point(float(row["WGS84_station_lg"]), float(row["WGS84_station_lt"]))
            code = next((c for c, p in polygons.items() if p.contains(true)), "")
            if code:
                name = "站" + "甲乙丙丁戊己庚辛壬癸"[number % 10] * (1 + number // 10 % 40) + "路"
                lines.append(f"{name},街路巷,{code},{row['station_lg']},{row['station_lt']}")
        batch = receive_upload(
            by=None, at=DAY, kind="names", jurisdiction="4401", name="a.csv",
            upload=ContentFile(csv_of(*lines).encode()),
        )  # fmt: skip
        declare(batch=batch, by=None, datum="CGCS2000", mapping=batch.mapping)
        [finding] = check_batch(batch=batch, by=None).findings
        assert (finding["code"], finding["values"]["best"]) == ("fits_better", "GCJ-02")
        declare(batch=batch, by=None, datum="GCJ-02", mapping=batch.mapping)
        assert check_batch(batch=batch, by=None).findings[0]["code"] == "fits"
