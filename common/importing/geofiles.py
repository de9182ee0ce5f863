"""GeoJSON, GeoPackage and zipped Shapefiles, read through GDAL (fiona)."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

import fiona
import shapely
from shapely.geometry import shape

from common.errors import BadInput
from common.importing.delimited import encoding_of
from common.importing.linked_places import is_linked_places, open_linked_places
from common.importing.tables import (
    MOST_ROWS,
    SourceRow,
    Table,
    checked_headings,
    empty_file,
    too_many_rows,
)
from common.importing.workbook import refuse_zip_bombs

DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile"}
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj")
ALL_LAYERS = "*"


class BrokenGeofile(BadInput):
    template = "The file cannot be read as %(format)s: it is damaged or something else."


def open_geofile(path: Path, *, format: str, sheet: str = "") -> Table:
    """``sheet`` names a layer; shapefiles of one ZIP with the same fields are read as one table."""
    content = _read_features(path) if format == "geojson" else {"crs": ""}
    if is_linked_places(content):
        return open_linked_places(path)
    sources = _shapefiles(path) if format == "shp" else _layers(path, format)
    fields = {name: _described(source, format) for name, source in sources.items()}
    names = list(sources)
    same = len({tuple(headings) for headings, _ in fields.values()}) == 1
    if sheet not in names:
        sheet = ALL_LAYERS if same and len(names) > 1 else names[0]
    if same and len(names) > 1:
        names = [ALL_LAYERS, *names]
    read = list(sources.values()) if sheet == ALL_LAYERS else [sources[sheet]]
    headings, crs = fields[sheet if sheet != ALL_LAYERS else next(iter(sources))]

    def rows() -> Iterator[SourceRow]:
        number = 0
        for source in read:
            for feature in _features(source, format):
                number += 1
                if number > MOST_ROWS:
                    raise too_many_rows()
                cells = [_plain(feature["properties"].get(name)) for name in headings]
                yield SourceRow(number, cells, geometry=_shape(feature["geometry"]))

    if next(islice(rows(), 1), None) is None:
        raise empty_file()
    if content.get("crs") is None and _beyond_degrees(rows()):
        # It is GDAL that says WGS 84, as the format does; the file has said nothing.
        crs = ""
    encoding = read[0].get("encoding", "") if format == "shp" else "utf-8"
    return Table(
        format,
        [*checked_headings(headings)] if headings else [],
        rows,
        encoding=encoding,
        sheets=names if len(names) > 1 else [],
        sheet=sheet if len(names) > 1 else "",
        crs=crs,
        has_geometry=True,
    )


def _layers(path: Path, format: str) -> dict[str, dict[str, Any]]:
    try:
        names = fiona.listlayers(str(path))
    except Exception:  # GDAL's errors share no class of their own
        raise BrokenGeofile(format=DRIVERS[format]) from None
    if not names:
        raise empty_file()
    return {name: {"fp": str(path), "layer": name} for name in names}


def _shapefiles(path: Path) -> dict[str, dict[str, Any]]:
    """Shapefiles in the ZIP, each with all its parts; the encoding of the table is found out."""
    names = [name for name in refuse_zip_bombs(path) if not name.startswith("__MACOSX")]
    lower = {name.lower(): name for name in names}
    stems = sorted({str(PurePosixPath(n).with_suffix("")) for n in lower if n.endswith(".shp")})
    if not stems:
        loose = next((n for n in lower if n.endswith(SHAPEFILE_PARTS)), "")
        stems = [str(PurePosixPath(loose).with_suffix(""))] if loose else []
    if not stems:
        raise BadInput("The ZIP holds no shapefile: put .shp, .shx, .dbf and .prj into it.")
    found = {}
    for stem in stems:
        for part in SHAPEFILE_PARTS:
            if stem + part not in lower:
                raise BadInput(
                    "The shapefile “%(name)s” has no %(part)s file: put all four parts "
                    "(.shp, .shx, .dbf, .prj) into the ZIP.",
                    name=PurePosixPath(stem).name[:40],
                    part=part,
                )
        inside = lower[stem + ".shp"]
        if ".." in PurePosixPath(inside).parts or inside.startswith("/"):
            raise BadInput("The ZIP holds a file name that leads out of it: it is refused.")
        found[PurePosixPath(inside).stem] = {
            "fp": f"/vsizip/{path}/{inside}",
            "encoding": _table_encoding(path, lower, stem),
        }
    return found


def _table_encoding(path: Path, lower: dict[str, str], stem: str) -> str:
    """What .cpg says, else what the text of the .dbf is."""
    try:
        with ZipFile(path) as archive:
            named = (
                archive.read(lower[stem + ".cpg"]).decode("ascii", "ignore").strip()
                if (stem + ".cpg" in lower)
                else ""
            )
            if named:
                "".encode(named)
                return named.lower()
            content = archive.read(lower[stem + ".dbf"])
    except LookupError:
        return "gb18030"
    except Exception:  # zlib, zipfile and OSError all tell of a damaged archive
        raise BrokenGeofile(format=DRIVERS["shp"]) from None
    text = content[32:].replace(b"\x00", b" ")
    try:
        return encoding_of(text)
    except BadInput:
        return "utf-8"


def _read_features(path: Path) -> Any:
    """GDAL reads much as GeoJSON; what people upload must be a FeatureCollection."""
    try:
        value = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BrokenGeofile(format="GeoJSON") from None
    if not isinstance(value, dict) or value.get("type") not in ("FeatureCollection", "Feature"):
        raise BadInput("The GeoJSON file is not a FeatureCollection.")
    return value


def _described(source: dict[str, Any], format: str) -> tuple[list[str], str]:
    try:
        with fiona.open(**source, enabled_drivers=[DRIVERS[format]]) as layer:
            return list(layer.schema["properties"]), layer.crs_wkt or ""
    except Exception:  # see _layers
        raise BrokenGeofile(format=DRIVERS[format]) from None


def _features(source: dict[str, Any], format: str) -> Iterator[Any]:
    try:
        with fiona.open(**source, enabled_drivers=[DRIVERS[format]]) as layer:
            yield from layer
    except Exception:  # see _layers
        raise BrokenGeofile(format=DRIVERS[format]) from None


def _shape(geometry: Any) -> Any:
    """The geometry without heights; one that cannot even be built is an empty collection."""
    if geometry is None:
        return None
    try:
        return shapely.force_2d(shape(geometry.__geo_interface__))
    except Exception:  # rings of two points and worse: the row's own check says it is broken
        return shapely.GeometryCollection()


def _beyond_degrees(rows: Iterator[SourceRow]) -> bool:
    """Whether the first shape is one in metres."""
    shapes = (row.geometry for row in rows)
    first = next((each for each in shapes if each is not None and not each.is_empty), None)
    return first is not None and max(map(abs, first.bounds)) > 180


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value if isinstance(value, int | float | str) else str(value)
