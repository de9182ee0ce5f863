"""Streets out of files: any line file that GDAL reads, GraphML, extracts of OpenStreetMap.

What comes out is metres of the 3° Gauss–Krüger zone that the streets lie in; its scale differs
from the ellipsoid's by less than 0.02 % in the zone.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiona
import networkx
import numpy as np
import osmium
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry import shape

from common.crs import CGCS2000, gauss_kruger_epsg, project_points
from common.datums import Datum, get_datum, to_cgcs2000
from common.errors import BadInput
from common.importing.declared import datum_of
from facilities.domain.streets import ALONG, BOTH, Lines, Streets, join, merged_twins
from facilities.importers.network_words import (
    DIRECTIONS,
    class_of,
    directions_of,
    speed_of,
    unread_speeds,
)

TOLERANCE_M = 0.5
OSM_SUFFIXES = (".pbf", ".osm", ".o5m")
COLUMNS = {
    "class": ("highway", "fclass", "class", "road_class", "道路等级"),
    "oneway": ("oneway", "one_way", "单行"),
    "speed": ("maxspeed", "speed_kmh", "speed", "限速"),
}
ROUND = ("roundabout", "circular")
# The line, its class, its direction and what is written of its speed.
Row = tuple[Any, str, int, Any]


class NoStreets(BadInput):
    template = "The file holds no streets."


class UnreadableNetwork(BadInput):
    template = "The file cannot be read as %(format)s: it is damaged or something else."


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFile:
    """``epsg`` is the system of the streets; ``left_out`` counts by reason what was no street,
    ``unread`` by word the lines whose speed cannot be read: that of their class counts."""

    streets: Streets
    epsg: int
    left_out: dict[str, int]
    unread: dict[str, int]


def read_network(
    path: Path,
    *,
    datum: str = "",
    columns: dict[str, str] | None = None,
    layer: str = "",
    tolerance_m: float = TOLERANCE_M,
) -> NetworkFile:
    """Read the streets of a file.

    ``datum`` is a key of :func:`common.datums.datums`, needed where the file names no system.
    ``columns`` names those of ``class``, ``oneway`` and ``speed`` in a line file where they are
    called otherwise than in COLUMNS. ``tolerance_m`` is how near ends must lie to meet (GraphML
    tells its nodes itself). Raises BadInput.
    """
    if not path.is_file():
        raise BadInput("There is no file %(file)s.", file=path.name)
    suffix = path.suffix.lower()
    if suffix == ".graphml":
        return _read_graphml(path, datum)
    if suffix in OSM_SUFFIXES:
        rows, left_out = _osm_rows(path)
        declared = get_datum(datum or "WGS84")
    else:
        rows, left_out, wkt = _feature_rows(path, layer, columns or {})
        declared = datum_of(wkt, datum)
    if not rows:
        raise NoStreets()
    shapes, epsg = _in_metres(np.array([row[0] for row in rows], dtype=object), declared)
    lines = Lines(
        shapes,
        np.array([row[1] for row in rows], dtype=str),
        np.array([row[2] for row in rows], dtype=np.int64),
        np.array([speed_of(row[3]) for row in rows], dtype=float),
        np.full(len(rows), np.nan),
    )
    unread = unread_speeds(row[3] for row in rows)
    return NetworkFile(join(lines, tolerance_m=tolerance_m), epsg, dict(left_out), unread)


def _osm_rows(path: Path) -> tuple[list[Row], Counter[str]]:
    rows: list[Row] = []
    left_out: Counter[str] = Counter()
    try:
        ways = (
            osmium.FileProcessor(str(path))
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway"))
        )
        for way in ways:
            tags = dict(way.tags)
            if tags.get("area") == "yes" or tags.get("access") == "no":
                left_out["area" if tags.get("area") == "yes" else "no access"] += 1
                continue
            # The edge of an extract cuts ways: nodes beyond it have no position.
            known = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
            if len(known) < len(way.nodes):
                left_out["vertices beyond the edge"] += len(way.nodes) - len(known)
            if len(set(known)) < 2:
                left_out["no length"] += 1
                continue
            kind = class_of(tags["highway"])
            told = kind, _osm_direction(tags, kind), tags.get("maxspeed")
            rows.append((shapely.LineString(known), *told))
    except RuntimeError:
        raise UnreadableNetwork(format="OpenStreetMap") from None
    return rows, left_out


def _osm_direction(tags: dict[str, str], kind: str) -> int:
    told = tags.get("oneway", "")
    if not told and (tags.get("junction") in ROUND or kind.startswith("motorway")):
        return ALONG
    return DIRECTIONS.get(told, BOTH)


def _feature_rows(
    path: Path, layer: str, columns: dict[str, str]
) -> tuple[list[Row], Counter[str], str]:
    source = f"zip://{path}" if path.suffix.lower() == ".zip" else str(path)
    left_out: Counter[str] = Counter()
    try:
        with fiona.open(source, **({"layer": layer} if layer else {})) as opened:
            wkt = opened.crs_wkt or ""
            names = list(opened.schema["properties"])
            features = [(one["geometry"], dict(one["properties"])) for one in opened]
    except Exception:  # GDAL's errors share no class of their own
        raise UnreadableNetwork(format="GDAL") from None
    class_name, oneway, speed = (_column(names, kind, columns) for kind in COLUMNS)
    directions = directions_of(values.get(oneway) for _, values in features)
    rows: list[Row] = []
    for (geometry, values), direction in zip(features, directions, strict=True):
        parts = _line_parts(geometry)
        if not parts:
            left_out["no line"] += 1
        told = class_of(values.get(class_name)), direction, values.get(speed)
        rows += [(part, *told) for part in parts]
    return rows, left_out, wkt


def _column(names: list[str], kind: str, chosen: dict[str, str]) -> str:
    """The heading that is used for ``kind``, "" where there is none."""
    if kind in chosen:
        if chosen[kind] not in names:
            raise BadInput("The file has no column “%(column)s”.", column=chosen[kind][:40])
        return chosen[kind]
    lower = {name.lower(): name for name in names}
    return next((lower[name] for name in COLUMNS[kind] if name in lower), "")


def _line_parts(geometry: Any) -> list[Any]:
    if geometry is None:
        return []
    try:
        parts = shapely.get_parts(shapely.force_2d(shape(geometry.__geo_interface__)))
    except Exception:  # lines of one vertex and worse
        return []
    return [part for part in parts if part.geom_type == "LineString" and part.length > 0]


def _read_graphml(path: Path, datum: str) -> NetworkFile:
    """Nodes with x and y, edges with what OSMnx writes: highway, oneway, maxspeed, length (metres)
    and geometry (WKT). In a directed graph each edge is one direction, whatever oneway says."""
    try:
        graph = networkx.read_graphml(path)
        position = {key: (float(at["x"]), float(at["y"])) for key, at in graph.nodes(data=True)}
        edges = list(graph.edges(data=True))
        drawn = [
            shapely.from_wkt(told["geometry"])
            if told.get("geometry")
            else shapely.LineString([position[one], position[other]])
            for one, other, told in edges
        ]
        lengths = np.array([float(told.get("length", "nan")) for *_, told in edges])
    except Exception:  # the parser's errors share no class; positions and lengths may be no numbers
        raise UnreadableNetwork(format="GraphML") from None
    if not edges:
        raise NoStreets()
    declared = datum_of(_wkt_of(str(graph.graph.get("crs", ""))), datum)
    shapes, epsg = _in_metres(np.array(drawn, dtype=object), declared)
    number = {key: at for at, key in enumerate(position)}
    degrees = to_cgcs2000(np.array(list(position.values())), declared)
    nodes = project_points(degrees, CGCS2000, epsg)
    ends = np.array([(number[one], number[other]) for one, other, _ in edges], dtype=np.int64)
    directions = (
        [ALONG] * len(edges)
        if graph.is_directed()
        else directions_of(told.get("oneway") for *_, told in edges)
    )
    speeds = [told.get("maxspeed") for *_, told in edges]
    lines = Lines(
        _from_first_end(shapes, nodes[ends[:, 0]]),
        np.array([class_of(told.get("highway")) for *_, told in edges], dtype=str),
        np.array(directions, dtype=np.int64),
        np.array([speed_of(told) for told in speeds]),
        lengths,
    )
    streets = merged_twins(Streets(lines, nodes, ends))
    return NetworkFile(streets, epsg, {}, unread_speeds(speeds))


def _from_first_end(shapes: Any, starts: Any) -> Any:
    """Each line from its first node on: some files draw an edge the other way round."""
    points = shapely.points(starts)
    first = shapely.distance(shapely.get_point(shapes, 0), points)
    last = shapely.distance(shapely.get_point(shapes, -1), points)
    return np.where(first <= last, shapes, shapely.reverse(shapes))


def _wkt_of(name: str) -> str:
    try:
        return CRS.from_user_input(name).to_wkt() if name else ""
    except CRSError:
        return ""


def _in_metres(shapes: Any, datum: Datum) -> tuple[Any, int]:
    """The lines in metres of their zone. Raises BadInput where a position is none of China's."""
    degrees = shapely.transform(shapes, lambda xy: to_cgcs2000(xy, datum))
    west, _, east, _ = shapely.total_bounds(degrees)
    try:
        epsg = gauss_kruger_epsg(float(west + east) / 2)
    except ValueError:
        raise BadInput("The streets do not lie in China: is the datum the right one?") from None
    return shapely.transform(degrees, lambda xy: project_points(xy, CGCS2000, epsg)), epsg
