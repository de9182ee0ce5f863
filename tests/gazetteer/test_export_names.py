"""Lists of place names as files that come back; the commands for both ways."""

import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from common.datums import get_datum
from common.errors import BadInput
from common.exporting.writing import SUFFIXES, write_export
from common.models import ImportBatch
from gazetteer.exports.names import export_of
from gazetteer.models import Place, PlaceCode, PlaceName
from tests.gazetteer.imported import DAY, DISTRICT, FILES, FULL, checked, chosen, known_street

pytestmark = pytest.mark.usefixtures("demo")


class TestExport:
    @pytest.mark.parametrize("format", list(SUFFIXES))
    def test_comes_back_without_a_change(self, format: str, tmp_path: Path) -> None:
        path = tmp_path / f"a{SUFFIXES[format]}"
        export = export_of(names=chosen(), at=DAY, datum=get_datum("CGCS2000"))
        count = write_export(export, format=format, path=path)
        batch = checked(path.read_bytes(), path.name)
        assert count > 10
        assert (batch.counts["rows"], batch.counts.get("same")) == (count, count)

    @pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "EPSG:4547", "EPSG:4526"])
    def test_comes_back_in_another_datum_too(self, datum: str, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        export = export_of(names=chosen(), at=DAY, datum=get_datum(datum))
        count = write_export(export, format="csv", path=path)
        assert checked(path.read_bytes(), datum=datum).counts.get("same") == count

    def test_secret_places_stay(self, tmp_path: Path) -> None:
        place = known_street()
        Place.objects.filter(pk=place.pk).update(secrecy="secret")
        path = tmp_path / "a.csv"
        export = export_of(names=chosen(text="天河路"), at=DAY, datum=get_datum("CGCS2000"))
        write_export(export, format="csv", path=path)
        assert str(place.pk) not in path.read_text("utf-8-sig")

    def test_formulas_do_not_run(self, tmp_path: Path) -> None:
        known_street().names.update(origin="=HYPERLINK(1)", document="@x")
        export = export_of(names=chosen(text="天河路"), at=DAY, datum=get_datum("CGCS2000"))
        for format in ("csv", "xlsx"):
            write_export(export, format=format, path=tmp_path / f"a.{format}")
        assert "'=HYPERLINK" in (tmp_path / "a.csv").read_text("utf-8-sig")
        cells = [c.value for row in load_workbook(tmp_path / "a.xlsx").active.rows for c in row]
        assert "'=HYPERLINK(1)" in cells
        batch = checked((tmp_path / "a.csv").read_bytes())
        assert set(batch.rows.values_list("outcome", flat=True)) == {"same"}

    def test_a_shapefile_tells_of_its_field_names(self, tmp_path: Path) -> None:
        path = tmp_path / "a.zip"
        export = export_of(names=chosen(), at=DAY, datum=get_datum("CGCS2000"))
        write_export(export, format="shp", path=path)
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            told = archive.read("README.txt").decode()
            assert archive.read("place_names_line.cpg").decode().upper() == "UTF-8"
        assert {f"place_names_line{part}" for part in (".shp", ".shx", ".dbf", ".prj")} <= names
        assert "approximat" in told and DAY.isoformat() in told

    def test_shifted_datums_need_a_table(self, tmp_path: Path) -> None:
        export = export_of(names=chosen(), at=DAY, datum=get_datum("GCJ-02"))
        with pytest.raises(BadInput, match="GCJ-02"):
            write_export(export, format="gpkg", path=tmp_path / "a.gpkg")


class TestCommands:
    def run(self, *args: str) -> str:
        out = StringIO()
        call_command(*args, stdout=out)
        return out.getvalue()

    def test_import_is_dry_until_told(self, tmp_path: Path) -> None:
        path = tmp_path / "names.csv"
        path.write_text(FULL, "utf-8")
        args = ("import_names", str(path), "--datum", "CGCS2000", "--within", DISTRICT)
        dry = self.run(*args, "--at", DAY.isoformat())
        assert "add 1" in dry and "Nothing was kept" in dry
        assert not ImportBatch.objects.exists()
        done = self.run(*args, "--at", DAY.isoformat(), "--commit")
        batch = ImportBatch.objects.get()
        assert str(batch.pk) in done
        assert PlaceName.objects.filter(text="试验一路").exists()
        self.run("import_names", "--undo", str(batch.pk), "--commit")
        assert not PlaceCode.objects.filter(code="44010600123600000001").exists()

    def test_import_tells_of_doubts_beside_faults(self) -> None:
        path = FILES / "outside_its_division.csv"
        args = ("--datum", "CGCS2000", "--within", DISTRICT, "--at", DAY.isoformat())
        told = self.run("import_names", str(path), *args)
        assert "fault 0" in told and "row 2 " in told

    @pytest.mark.parametrize(
        "args",
        [("/nowhere.csv",), (str(FILES / "pdf_renamed.csv"), "--datum", "CGCS2000"),
         (str(FILES / "swapped.csv"),), (str(FILES / "swapped.csv"), "--datum", "北京54"),
         ("--undo", "x")],
    )  # fmt: skip
    def test_bad_input_ends_with_a_sentence(self, args: tuple[str, ...]) -> None:
        with pytest.raises(CommandError, match=r"\.$"):
            self.run("import_names", *args)

    def test_export_writes_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.geojson"
        told = self.run("export_names", str(path), "--within", DISTRICT, "--at", DAY.isoformat())
        assert path.exists() and "names of 2024-05-01" in told
