"""Boundary markers as vector tiles: one point each with how it was last found."""

from datetime import date

from boundaries.models import Condition
from boundaries.queries.markers import STATE_OF
from common.postgis import TILE_4490, TileQuery

_STATES = " ".join(f"WHEN '{key.value}' THEN '{state}'" for key, state in STATE_OF.items())
# The last visit up to the day; what was worked on is as it should be, what a side has not
# submitted yet stands in its own record only.
LAST_VISIT = f"""LEFT JOIN LATERAL (
    SELECT CASE WHEN visit.work <> '' THEN '{Condition.INTACT}' ELSE visit.condition END AS found,
           visit.visited_on
    FROM boundaries_markervisit visit
    LEFT JOIN boundaries_inspectionside side ON side.id = visit.side_id
    WHERE (visit.side_id IS NULL OR side.submitted_at IS NOT NULL)
      AND visit.marker_id = marker.id AND visit.visited_on <= %(at)s::date
    ORDER BY visit.visited_on DESC, visit.recorded_at DESC LIMIT 1) last ON true"""


def marker_tiles(*, z: int, at: date) -> list[TileQuery]:
    """Below zoom 11 every few markers of a line only, so that a tile stays light."""
    every = max(1, 2 ** (11 - z)) if z < 11 else 1
    return [
        TileQuery(
            layer="markers",
            geometry="ST_Transform(marker.location, 3857)",
            attributes=f"""marker.number AS key, marker.number AS name, marker.number AS name_en,
                '/markers/' || marker.number || '/' AS url, marker.kind,
                CASE last.found {_STATES} ELSE 'unknown' END AS state, marker.synthetic""",
            rows=f"""boundaries_marker marker {LAST_VISIT}
                WHERE marker.period @> %(at)s::date AND marker.location && {TILE_4490}
                  AND ((marker.serial - 1) %% %(every)s = 0 OR last.found IN ('moved', 'lost'))""",
            params={"at": at, "every": every},
        )
    ]
