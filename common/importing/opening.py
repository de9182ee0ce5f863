"""Any upload opened as a table: what it is is told by its content, not only by its name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from common.errors import BadInput
from common.importing.delimited import open_delimited
from common.importing.geofiles import open_geofile
from common.importing.linked_places import TSV_MARKS, from_lp_tsv
from common.importing.packed import table_inside, unpacked
from common.importing.tables import LARGEST_FILE, MEGABYTE, SourceRow, Table
from common.importing.workbook import open_workbook

FORMATS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shp",
}
ACCEPTED = ",".join(FORMATS)
_ZIP, _OLD_OFFICE, _SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"SQLite format 3\x00"
_FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"{\\rtf": "RTF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"MZ": "EXE",
    b"\x7fELF": "ELF",
}


class NotWhatItSays(BadInput):
    template = "The file is called “%(suffix)s” but holds %(found)s: give it its right name."


class NotPacked(BadInput):
    template = (
        "The file is called “%(suffix)s” but is none: open it in the program that it comes from"
        " and save it again, or give plain text the name .csv."
    )


def open_table(path: Path, *, name: str = "", sheet: str = "") -> Table:
    """Open ``path``, called ``name`` by the person who sent it. Raises BadInput, nothing else."""
    suffix = Path(name or path.name).suffix.lower()
    format = FORMATS.get(suffix)
    if format is None:
        raise BadInput(
            "Files of the kind “%(suffix)s” cannot be imported: send CSV, XLSX, GeoJSON, "
            "GeoPackage or a zipped Shapefile.",
            suffix=suffix[:12] or (name or path.name)[-12:],
        )
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise BadInput("The file has more than %(most)d MB.", most=LARGEST_FILE // MEGABYTE)
    with path.open("rb") as file:
        head = file.read(16)
    _refuse_disguises(suffix, format, head)
    if format == "csv":
        table = open_delimited(path)
        return from_lp_tsv(table) if set(table.headings) >= TSV_MARKS else table
    if format == "xlsx":
        return open_workbook(path, sheet=sheet)
    member = table_inside(path) if format == "shp" else ""
    if member:
        return _open_packed(path, member, sheet)
    return open_geofile(path, format=format, sheet=sheet)


def _open_packed(path: Path, member: str, sheet: str) -> Table:
    """The table of a ZIP with pictures; it is unpacked anew for each reading."""

    def rows() -> Iterator[SourceRow]:
        with unpacked(path, member) as inner:
            yield from open_table(inner, name=member, sheet=sheet).rows()

    with unpacked(path, member) as inner:
        return replace(open_table(inner, name=member, sheet=sheet), rows=rows)


def _refuse_disguises(suffix: str, format: str, head: bytes) -> None:
    if not head:
        raise BadInput("The file is empty.")
    foreign = next((kind for magic, kind in _FOREIGN.items() if head.startswith(magic)), "")
    if foreign:
        raise NotWhatItSays(suffix=suffix, found=foreign)
    if head.startswith(_OLD_OFFICE):
        raise BadInput("Excel files of the old kind (.xls) cannot be read: save it as .xlsx.")
    packed, database = head.startswith(_ZIP), head.startswith(_SQLITE)
    if packed and format not in ("xlsx", "shp"):
        raise NotWhatItSays(suffix=suffix, found="XLSX / ZIP")
    if database and format != "gpkg":
        raise NotWhatItSays(suffix=suffix, found="GeoPackage")
    if (format in ("xlsx", "shp") and not packed) or (format == "gpkg" and not database):
        raise NotPacked(suffix=suffix)
