"""Boundary lines as vector tiles: one feature per line with its state on the day."""

from datetime import date

from boundaries.queries.lines import JUDGED
from common.postgis import TILE_4490, TileQuery


def line_tiles(*, z: int, at: date) -> list[TileQuery]:
    # Half a pixel of a tile drawn 512 wide: what is left out cannot be seen at this zoom.
    tolerance = 360 / 2**z / 1024
    name_en = """(SELECT string_agg(nullif(side.name_en, ''), '–' ORDER BY side.code)
        FROM boundaries_divisionversion side
        WHERE side.division_id IN (line.side_a_id, line.side_b_id)
          AND side.period @> %(at)s::date)"""
    return [
        TileQuery(
            layer="lines",
            geometry="ST_Transform(ST_Simplify(line.geometry, %(tolerance)s, true), 3857)",
            attributes=f"""line.code AS key, line.name_a || '–' || line.name_b AS name,
                coalesce({name_en}, line.code) AS name_en,
                '/lines/' || line.code || '/' AS url, line.state, line.work,
                line.level""",
            rows=f"({JUDGED}) AS line WHERE line.geometry && {TILE_4490}",
            params={"at": at, "tolerance": tolerance},
        )
    ]
