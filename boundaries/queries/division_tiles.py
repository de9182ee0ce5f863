"""Divisions as vector tiles: areas of each level and points for their labels."""

from datetime import date

from boundaries.models import DivisionKind, Level
from boundaries.queries.disputes import claim_tiles, dispute_tiles
from common.postgis import TILE_4490, TileQuery

# Level → source layer, first zoom at which it is sent.
LAYERS = {
    Level.PROVINCE: ("province", 0),
    Level.CITY: ("city", 4),
    Level.COUNTY: ("county", 6),
    Level.TOWNSHIP: ("township", 10),
}
LABELS = {Level.PROVINCE: (0, 7), Level.CITY: (4, 10), Level.COUNTY: (7, 18)}
LABELS_TOWNSHIP = (10, 18)
FULL_SHAPE_FROM = 12
DISPUTES_FROM = 8
ATTRIBUTES = """version.code AS key, version.name, version.name_en,
    '/divisions/' || version.code || '/' AS url, version.level, version.synthetic"""
# Beyond the tile's own buffer, so that the cut is never drawn as a line.
CUT = "ST_Transform(ST_Expand(tile.env, (ST_XMax(tile.env) - ST_XMin(tile.env)) / 16), 4490)"


def outline_detail(z: int) -> int:
    """Which simplified outline serves a zoom (see the model)."""
    return 0 if z < 6 else 1 if z < 9 else 2


def division_tiles(*, z: int, at: date) -> list[TileQuery]:
    areas = [_areas(level, z, at) for level, (_, first) in LAYERS.items() if z >= first]
    disputed = [dispute_tiles(at=at), *claim_tiles(at=at)] if z >= DISPUTES_FROM else []
    return [*areas, *disputed, _national_lines(at), _labels(z, at)]


def _national_lines(at: date) -> TileQuery:
    return TileQuery(
        layer="national_line",
        geometry="ST_Transform(line.geometry, 3857)",
        attributes="line.name",
        rows=f"""boundaries_nationalline line
            WHERE line.geometry && {TILE_4490} AND line.period @> %(at)s::date""",
        params={"at": at},
    )


def _areas(level: Level, z: int, at: date) -> TileQuery:
    name = LAYERS[level][0]
    params = {"at": at, "level": int(level), "cell": DivisionKind.CITY_WITHOUT_COUNTIES.value}
    # A city without counties is drawn among the counties too: they tile the land together.
    whose = """version.period @> %(at)s::date AND (version.level = %(level)s
        OR (%(level)s = 3 AND version.kind = %(cell)s))"""
    if z >= FULL_SHAPE_FROM:
        return TileQuery(
            layer=name,
            geometry=f"ST_Transform(ST_ClipByBox2D(version.geometry, {CUT}), 3857)",
            attributes=ATTRIBUTES,
            rows=f"""boundaries_divisionversion version
                WHERE version.geometry && {TILE_4490} AND {whose}""",
            params=params,
        )
    return TileQuery(
        layer=name,
        geometry="outline.geometry",
        attributes=ATTRIBUTES,
        rows=f"""boundaries_divisionoutline outline
            JOIN boundaries_divisionversion version ON version.id = outline.version_id
            WHERE outline.geometry && tile.env AND outline.detail = %(detail)s AND {whose}""",
        params={**params, "detail": outline_detail(z)},
    )


def _labels(z: int, at: date) -> TileQuery:
    """One point per division; ``rank`` puts the wider and the larger first."""
    levels = [int(level) for level, (first, last) in LABELS.items() if first <= z <= last]
    if z >= LABELS_TOWNSHIP[0]:
        levels.append(int(Level.TOWNSHIP))
    return TileQuery(
        layer="division_label",
        geometry="ST_Transform(version.point, 3857)",
        attributes="""version.code AS key, version.name, version.name_en,
            '/divisions/' || version.code || '/' AS url, version.synthetic,
            CASE WHEN version.kind = %(cell)s AND %(z)s >= 9 THEN 3 ELSE version.level END
              AS level,
            version.level * 100 - round(5 * ln(coalesce(version.area_km2, 0) + 1))::int AS rank""",
        rows=f"""boundaries_divisionversion version
            WHERE version.point && {TILE_4490} AND version.period @> %(at)s::date
              AND (version.level = ANY(%(levels)s)
                   OR (version.kind = %(cell)s AND %(z)s >= 9))""",
        params={
            "at": at,
            "levels": levels,
            "cell": DivisionKind.CITY_WITHOUT_COUNTIES.value,
        },
    )
