"""Vector tiles by PostGIS: one function makes every layer's tile (Mapbox Vector Tile 2.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# A degree of latitude in metres, and the shortest degree of longitude on land of China (53.6° N).
DEGREE_M, NARROW_DEGREE_M = 110_500.0, 65_000.0
EXTENT = 4096
MAX_ZOOM = 18
TILE = "tile.env"
TILE_4490 = "ST_Transform(tile.env, 4490)"


@dataclass(frozen=True, slots=True)
class TileQuery:
    """The rows of one layer in one tile, as pieces of SQL written by the layer's own app.

    ``geometry``: expression in EPSG:3857. ``attributes``: select list. ``rows``: what follows
    ``FROM tile,`` (joins and a WHERE that uses the index, e.g. ``geometry && {TILE_4490}``).
    ``params``: named query parameters. ``id_column``: an integer attribute for the feature id.
    """

    layer: str
    geometry: str
    attributes: str
    rows: str
    params: Mapping[str, Any] = field(default_factory=dict)
    id_column: str | None = None
    buffer: int = 64


def distance_sql(column: str) -> str:
    """Metres from the point of :func:`near_values` on the ellipsoid."""
    point = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4490)::geography"
    return f"ST_Distance({column}::geography, {point})"


def near_sql(column: str) -> str:
    """The condition that ``column`` lies within the distance; the box lets the index help."""
    box = "ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4490)"
    return f"{column} && {box} AND {distance_sql(column)} <= %(within_m)s"


def near_values(point: tuple[float, float], within_m: float) -> dict[str, float]:
    lon, lat = point
    high, wide = within_m / DEGREE_M, within_m / NARROW_DEGREE_M
    box = {"west": lon - wide, "east": lon + wide, "south": lat - high, "north": lat + high}
    return {"lon": lon, "lat": lat, "within_m": within_m, **box}


@dataclass(frozen=True, slots=True)
class Grid:
    """How the world is cut into tiles: ``columns`` × ``rows`` at zoom 0, twice as many a zoom on.

    ``tile``: SQL of the tile in its own system; ``env``: the same in EPSG:3857, by which the rows
    of a layer are found; ``drawn``: a geometry of a layer in the system of the tile. ``finer``:
    how many zooms of the web's grid a zoom of this one is further in.
    """

    columns: int
    rows: int
    tile: str
    env: str
    drawn: str
    finer: int

    def holds(self, z: int, x: int, y: int) -> bool:
        deepest = MAX_ZOOM - self.finer
        return 0 <= z <= deepest and 0 <= x < self.columns * 2**z and 0 <= y < self.rows * 2**z


WEB = Grid(1, 1, "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)", "own", "{}", 0)
# Of degrees in EPSG:4490; the web's system ends at 85.05°, and nothing here lies beyond.
DEGREES = Grid(
    columns=2,
    rows=1,
    tile="""ST_TileEnvelope(%(z)s + 1, %(x)s, %(y)s,
                             ST_MakeEnvelope(-180, -270, 180, 90, 4490))""",
    env="""ST_Transform(ST_Intersection(own, ST_MakeEnvelope(-180, -85.05, 180, 85.05, 4490)),
                        3857)""",
    drawn="ST_Transform({}, 4490)",
    finer=1,
)


def make_tile(queries: Sequence[TileQuery], *, z: int, x: int, y: int, grid: Grid = WEB) -> bytes:
    """The tile's bytes with one layer per query, empty where nothing is to be seen."""
    parts = []
    with connection.cursor() as cursor:
        for query in queries:
            id_argument = f", '{query.id_column}'" if query.id_column else ""
            cursor.execute(
                f"""
                WITH tile AS MATERIALIZED (
                    SELECT own, {grid.env} AS env FROM (SELECT {grid.tile} AS own) AS cut
                ), shown AS (
                    SELECT {query.attributes}, ST_AsMVTGeom({grid.drawn.format(query.geometry)},
                               tile.own, {EXTENT}, {query.buffer}) AS mvt
                    FROM tile, {query.rows}
                )
                SELECT ST_AsMVT(shown, %(layer)s, {EXTENT}, 'mvt'{id_argument})
                FROM shown WHERE mvt IS NOT NULL
                """,
                {**query.params, "z": z, "x": x, "y": y, "layer": query.layer},
            )
            parts.append(bytes(cursor.fetchone()[0] or b""))
    return b"".join(parts)
