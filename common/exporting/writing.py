"""One list into a file of a chosen format; what a format cannot hold is said beside it."""

import csv
import zipfile
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fiona
from openpyxl import Workbook
from shapely.geometry import mapping

from common.errors import BadInput
from common.exporting.sheets import Column, Export, pair, placed, safe_cell, shape_text

SUFFIXES = {"csv": ".csv", "xlsx": ".xlsx", "geojson": ".geojson", "gpkg": ".gpkg", "shp": ".zip"}
TABLES = ("csv", "xlsx")
BATCH = 2_000
SHAPE_TEXT = 254
# A shapefile holds one kind of geometry: each kind goes into a file of its own.
_SHAPES = {"Point": "point", "MultiPoint": "points", "LineString": "line", "Polygon": "area"}
_WIDTHS = {"text": f"str:{SHAPE_TEXT}", "flag": "str:3", "number": "float"}


class DatumNeedsTable(BadInput):
    template = (
        "Geographic files cannot say that their coordinates are %(datum)s: choose CSV or XLSX, "
        "or another datum."
    )


def write_export(export: Export, *, format: str, path: Path) -> int:
    """Write the file and return the number of rows of the list itself.

    Raises BadInput for an unknown format."""
    if format not in SUFFIXES:
        raise BadInput("Lists cannot be exported as “%(format)s”.", format=format[:20])
    if format not in TABLES and export.datum.shifted:
        raise DatumNeedsTable(datum=export.datum.key)
    if format == "csv":
        return _write_csv(export, path)
    if format == "xlsx":
        return _write_workbook(export, path)
    if format == "shp":
        return _write_shapefiles(export, path)
    count = _write_layer(export, path, "GPKG" if format == "gpkg" else "GeoJSON")
    for layer in export.more if format == "gpkg" else ():
        _write_layer(layer, path, "GPKG")
    return count


def _lines(export: Export) -> Iterator[list[Any]]:
    """Cells of a table: the columns, the position as pair and, for lines and areas, as WKT."""
    for row in export.rows():
        geometry = placed(row["geometry"], export.datum)
        cells = [safe_cell(export.cell(column, row[column.key])) for column in export.columns]
        yield [*cells, *pair(geometry, export.datum), shape_text(geometry, export.datum)]


def _headings(export: Export) -> list[str]:
    # Read back by the importer whatever language the labels are in.
    return [*(column.label for column in export.columns), "longitude", "latitude", "geometry"]


def _write_csv(export: Export, path: Path) -> int:
    count = 0
    # The mark at the beginning tells Excel that this is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_headings(export))
        for line in _lines(export):
            writer.writerow(line)
            count += 1
    return count


def _write_workbook(export: Export, path: Path) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(export.name[:31])
    sheet.freeze_panes = "A2"
    sheet.append(_headings(export))
    count = 0
    for line in _lines(export):
        # Excel takes 32,767 characters in a cell; a longer outline has its point all the same.
        sheet.append([_cell(value) for value in line])
        count += 1
    book.save(path)
    return count


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = "".join(c for c in value if c >= " " or c in "\t\n\r")
    return "" if len(text) > 32_767 else text


def _write_layer(export: Export, path: Path, driver: str) -> int:
    properties = {
        column.key: "float" if column.kind == "number" else "str" for column in export.columns
    }
    schema = {"geometry": "Unknown", "properties": properties}
    names = {column: column.key for column in export.columns}
    count = 0
    with fiona.open(
        str(path),
        "w",
        driver=driver,
        schema=schema,
        crs=f"EPSG:{export.datum.epsg}",
        encoding="utf-8",
        **({"layer": export.name} if driver == "GPKG" else {"COORDINATE_PRECISION": "8"}),
    ) as layer:
        rows = export.rows()
        while batch := list(islice(rows, BATCH)):
            layer.writerecords(_record(export, row, names) for row in batch)
            count += len(batch)
    return count


def _record(export: Export, row: Mapping[str, Any], names: Mapping[Column, str]) -> dict[str, Any]:
    geometry = placed(row["geometry"], export.datum)
    return {
        "type": "Feature",
        "geometry": None if geometry is None else mapping(geometry),
        "properties": {
            name: _value(column, export.cell(column, row[column.key]))
            for column, name in names.items()
        },
    }


def _value(column: Column, value: Any) -> Any:
    if value == "":
        return None
    # fiona keeps no whole number in a field of decimal ones: it would be lost without a word.
    return float(value) if column.kind == "number" else value


def _write_shapefiles(export: Export, path: Path) -> int:
    """A ZIP with a shapefile for each kind of geometry, UTF-8 told by .cpg, and a read-me."""
    names = {column: column.field for column in export.columns}
    schema = {name: _WIDTHS[column.kind] for column, name in names.items()}
    open_layers: dict[str, Any] = {}
    count, cut = 0, 0
    with TemporaryDirectory() as folder:
        try:
            rows = export.rows()
            while batch := list(islice(rows, BATCH)):
                by_kind: dict[str, list[dict[str, Any]]] = {}
                for row in batch:
                    record = _record(export, row, names)
                    cut += _cut_texts(record["properties"])
                    by_kind.setdefault(_kind(record), []).append(record)
                    count += 1
                for kind, records in by_kind.items():
                    if kind not in open_layers:
                        open_layers[kind] = _open_shapes(export, folder, kind, schema)
                    open_layers[kind].writerecords(records)
        finally:
            for layer in open_layers.values():
                layer.close()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
            archive.writestr("README.txt", _read_me(export, cut))
    return count


def _kind(record: Mapping[str, Any]) -> str:
    if record["geometry"] is None:
        return "Point"
    found = str(record["geometry"]["type"])
    return {"MultiLineString": "LineString", "MultiPolygon": "Polygon"}.get(found, found)


def _open_shapes(export: Export, folder: str, kind: str, schema: Mapping[str, str]) -> Any:
    if kind not in _SHAPES:
        raise BadInput("A shapefile cannot hold the geometry “%(kind)s”.", kind=kind)
    return fiona.open(
        str(Path(folder) / f"{export.name}_{_SHAPES[kind]}.shp"),
        "w",
        driver="ESRI Shapefile",
        schema={"geometry": kind, "properties": dict(schema)},
        crs=f"EPSG:{export.datum.epsg}",
        encoding="utf-8",
    )


def _cut_texts(properties: dict[str, Any]) -> int:
    """Shorten what is too long for a shapefile's 254 bytes; how many texts were."""
    cut = 0
    for name, value in properties.items():
        if isinstance(value, str) and len(value.encode()) > SHAPE_TEXT:
            properties[name] = value.encode()[:SHAPE_TEXT].decode("utf-8", "ignore")
            cut += 1
    return cut


def _read_me(export: Export, cut: int) -> str:
    fields = "\n".join(f"{column.field:<10}  {column.label}" for column in export.columns)
    return (
        f"{export.title}\n{export.note}\n"
        f"{export.day.isoformat()}  {export.datum.key}  UTF-8 (.cpg)\n\n"
        f"{fields}\n\n> {SHAPE_TEXT} bytes, cut: {cut}\n"
    )
