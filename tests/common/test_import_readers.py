"""Readers: any file becomes rows with their numbers, or one sentence; never another error."""

import zipfile
from pathlib import Path
from typing import Any

import fiona
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from common.errors import BadInput
from common.importing import geofiles, workbook
from common.importing.opening import open_table
from common.importing.tables import Table

FILES = Path(__file__).parent.parent / "gazetteer/files"
SUFFIXES = (".csv", ".xlsx", ".geojson", ".gpkg", ".zip")


def opened(name: str) -> Table:
    return open_table(FILES / name)


def book(path: Path, *sheets: list[list[Any]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = made.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


class TestDelimited:
    @pytest.mark.parametrize(
        ("name", "encoding", "separator"),
        [
            ("byte_order_mark.csv", "utf-8-sig", ","),
            ("gb18030.csv", "gb18030", ","),
            ("utf16.csv", "utf-16", ","),
            ("semicolons.csv", "utf-8", ";"),
            ("tabs.csv", "utf-8", "\t"),
        ],
    )
    def test_finds_encoding_and_separator(self, name: str, encoding: str, separator: str) -> None:
        table = opened(name)
        assert (table.encoding, table.separator) == (encoding, separator)
        assert table.headings == ["标准名称", "地名类别", "行政区划代码", "经度", "纬度"]
        [row] = table.rows()
        assert (row.number, row.cells[0]) == (2, "试验一路")

    def test_reads_forty_three_columns(self) -> None:
        assert len(opened("forty_three_columns.csv").headings) == 43

    def test_counts_lines_as_an_editor_does(self) -> None:
        assert [row.number for row in opened("line_breaks_in_cells.csv").rows()] == [2, 4]

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("empty.csv", "empty"),
            ("only_blank_lines.csv", "no rows"),
            ("no_heading.csv", "no row of headings"),
            ("pdf_renamed.csv", "holds PDF"),
            ("workbook_renamed.csv", "holds XLSX"),
            ("wrong_encoding_big5.csv", "neither UTF-8 nor GB18030"),
            ("duplicate_headings.csv", "occurs twice"),
            ("merged_heading.csv", "Column 5 has values but no heading"),
            ("old_excel.xlsx", "old kind"),
            ("not_features.geojson", "not a FeatureCollection"),
            ("cut_off.geojson", "cannot be read as GeoJSON"),
        ],
    )
    def test_says_what_is_wrong_with_the_file(self, name: str, words: str) -> None:
        with pytest.raises(BadInput, match=words):
            opened(name)

    @pytest.mark.parametrize(
        ("first", "second", "words"),
        [
            ("utf-8", "gb18030", "Line 4 is not UTF-8"),
            ("gb18030", "utf-8", "Line 4 is not GB18030"),
        ],
    )
    def test_mixed_encodings_are_told_by_their_line(
        self, tmp_path: Path, first: str, second: str, words: str
    ) -> None:
        path = tmp_path / "mixed.csv"
        lines = ["名称,说明", "天河路,以天河命名", "中山五路,以孙中山命名"] * 40
        lines[3] = "体育东路,因天河体育中心得名"
        path.write_bytes(
            b"\n".join(
                line.encode(second if number == 3 else first) for number, line in enumerate(lines)
            )
        )
        with pytest.raises(BadInput, match=words):
            open_table(path)

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_a_null_character_is_told_by_its_line(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "null.csv"
        path.write_bytes("名称,说明\n天河路,甲\n中山\x00五路,乙\n".encode(encoding))
        with pytest.raises(BadInput, match="Line 3 holds a null character"):
            open_table(path)

    def test_two_bytes_a_character_without_a_mark_are_no_such_text(self, tmp_path: Path) -> None:
        path = tmp_path / "wide.csv"
        path.write_bytes("name,code\nTianhe Lu,440106\n".encode("utf-16-le"))
        with pytest.raises(BadInput, match="neither UTF-8 nor GB18030"):
            open_table(path)

    @pytest.mark.parametrize("name", ["text.xlsx", "text.zip", "text.gpkg"])
    def test_text_under_another_name_is_no_such_file(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        path.write_text("名称\n天河路", "utf-8")
        with pytest.raises(BadInput, match="but is none"):
            open_table(path)

    def test_refuses_what_is_no_format_of_ours(self, tmp_path: Path) -> None:
        path = tmp_path / "names.docx"
        path.write_bytes(b"x")
        with pytest.raises(BadInput, match=r"\.docx"):
            open_table(path)

    def test_a_quotation_mark_left_open_swallows_no_more_than_it_may(self, tmp_path: Path) -> None:
        path = tmp_path / "open.csv"
        for left in ("字" * 300_000, "字\n乙,丙\n", "字\n乙,丙", ""):
            path.write_text('名称,说明\n丁,"戊\n己"\n甲,"' + left, "utf-8")
            with pytest.raises(BadInput, match="Line 4"):
                list(open_table(path).rows())


class TestWorkbook:
    def test_reads_rows_with_their_numbers_in_the_sheet(self, tmp_path: Path) -> None:
        rows = [["名称", "代码"], ["甲路", 440106], [None, None], ["乙路", 440104.0]]
        table = open_table(book(tmp_path / "a.xlsx", rows))
        assert [(row.number, list(row.cells)) for row in table.rows()] == [
            (2, ["甲路", 440106]),
            (4, ["乙路", 440104]),
        ]

    def test_two_sheets_are_offered_and_the_first_filled_one_is_read(self, tmp_path: Path) -> None:
        path = book(tmp_path / "two.xlsx", [], [["名称"], ["甲路"]], [["名称"], ["乙路"]])
        table = open_table(path)
        assert (table.sheets, table.sheet) == (["表1", "表2", "表3"], "表2")
        assert [row.cells[0] for row in open_table(path, sheet="表3").rows()] == ["乙路"]

    def test_merged_heading_cells_are_a_fault(self, tmp_path: Path) -> None:
        made = Workbook()
        sheet = made.active
        sheet.append(["名称", "坐标", None])
        sheet.append(["甲路", 113.3, 23.1])
        sheet.merge_cells("B1:C1")
        made.save(tmp_path / "merged.xlsx")
        with pytest.raises(BadInput, match="Column 3 has values but no heading"):
            open_table(tmp_path / "merged.xlsx")

    def test_a_million_empty_rows_end_early(self, tmp_path: Path) -> None:
        path = tmp_path / "long.xlsx"
        book(path, [["名称"], ["甲路"]])
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        empty = b"".join(b'<row r="%d"></row>' % number for number in range(3, 200_000))
        parts[sheet] = parts[sheet].replace(b"</sheetData>", empty + b"</sheetData>")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        assert len(list(open_table(path).rows())) == 1

    @pytest.mark.parametrize("suffix", [".xlsx", ".zip"])
    def test_refuses_a_zip_bomb_before_unpacking(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"bomb{suffix}"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b"0" * (workbook.MEGABYTE * 30))
        with pytest.raises(BadInput, match="unpack"):
            open_table(path)

    def test_a_zip_that_is_no_workbook_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "fake.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "x")
        with pytest.raises(BadInput, match="workbook"):
            open_table(path)


def shapefile(folder: Path, *, encoding: str = "utf-8", crs: str = "EPSG:4490") -> Path:
    folder.mkdir(exist_ok=True)
    with fiona.open(
        str(folder / "names.shp"),
        "w",
        driver="ESRI Shapefile",
        crs=crs,
        encoding=encoding,
        schema={"geometry": "Point", "properties": {"name": "str:80"}},
    ) as layer:
        layer.write(
            {
                "geometry": {"type": "Point", "coordinates": (113.33, 23.13)},
                "properties": {"name": "试验一路"},
            }
        )
    return folder


def zipped(folder: Path, *, without: str = "") -> Path:
    path = folder.parent / f"{folder.name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            if part.suffix != without:
                archive.write(part, part.name)
    return path


class TestShapefile:
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_the_encoding_of_its_table_is_found_out(self, tmp_path: Path, encoding: str) -> None:
        folder = shapefile(tmp_path / "shape", encoding=encoding)
        table = open_table(zipped(folder, without=".cpg"))
        [row] = table.rows()
        assert (row.number, row.cells[0]) == (1, "试验一路")
        assert row.geometry.coords[0] == (113.33, 23.13)

    @pytest.mark.parametrize("part", [".shx", ".dbf", ".prj", ".shp"])
    def test_names_the_part_that_is_missing(self, tmp_path: Path, part: str) -> None:
        with pytest.raises(BadInput, match=rf"no \{part} file"):
            open_table(zipped(shapefile(tmp_path / "shape"), without=part))

    def test_a_zip_without_one_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "x")
        with pytest.raises(BadInput, match="no shapefile"):
            open_table(path)

    def test_a_name_that_leads_out_of_the_zip_is_refused(self, tmp_path: Path) -> None:
        folder = shapefile(tmp_path / "shape")
        path = tmp_path / "out.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in folder.iterdir():
                archive.write(part, f"../{part.name}")
        with pytest.raises(BadInput, match="leads out of it"):
            open_table(path)


class TestGeoPackage:
    def test_layers_are_offered(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        for layer, field in (("streets", "name"), ("parks", "title")):
            with fiona.open(
                str(path),
                "w",
                driver="GPKG",
                layer=layer,
                crs="EPSG:4547",
                schema={"geometry": "Point", "properties": {field: "str"}},
            ) as made:
                made.write(
                    {
                        "geometry": {"type": "Point", "coordinates": (431_000, 2_559_000)},
                        "properties": {field: "甲"},
                    }
                )
        table = open_table(path, sheet="parks")
        assert (sorted(table.sheets), table.sheet) == (["parks", "streets"], "parks")
        assert table.headings == ["title"]
        assert "CGCS2000" in table.crs

    def test_a_damaged_one_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gpkg"
        path.write_bytes(b"SQLite format 3\x00" + b"\x01" * 500)
        with pytest.raises(geofiles.BrokenGeofile):
            open_table(path)


class TestAnything:
    """Whatever is uploaded under whatever name is read or refused in words."""

    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        content=st.one_of(
            st.binary(max_size=400),
            st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")),
            st.lists(st.text(max_size=8), min_size=1, max_size=30).map(
                lambda cells: ",".join(cells).encode("utf-8", "ignore")
            ),
        ),
        head=st.sampled_from([b"", b"PK\x03\x04", b"SQLite format 3\x00", b"\xef\xbb\xbf", b"{"]),
        suffix=st.sampled_from(SUFFIXES),
    )
    def test_raises_nothing_but_bad_input(
        self, tmp_path: Path, content: bytes, head: bytes, suffix: str
    ) -> None:
        path = tmp_path / f"any{suffix}"
        path.write_bytes(head + content)
        try:
            for row in open_table(path).rows():
                assert row.number >= 1
        except BadInput as error:
            assert str(error)
