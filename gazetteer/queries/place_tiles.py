"""Streets and other named places as vector tiles; divisions have a layer of their own."""

from datetime import date

from common.postgis import TILE_4490, TileQuery
from gazetteer.models import SHOWN_SQL

FIRST_ZOOM = 9
# Shorter streets than these many degrees (about 111 km each) appear only nearer.
SHORTEST_SHOWN = {9: 0.035, 10: 0.03, 11: 0.018, 12: 0.009, 13: 0.004}
# Points are thinned to this many a tile, the more important kinds first.
MOST_POINTS = {9: 12, 10: 20, 11: 40, 12: 80}
SEEN_NEAR = 3000

_NAMED = """gazetteer_place p
    JOIN gazetteer_placename n ON n.place_id = p.id AND n.period @> %(at)s::date
         AND n.kind = 'standard' AND n.status = 'standard'"""
_ATTRIBUTES = """p.id::text AS key, n.text AS name, n.pinyin_plain AS name_en,
    '/places/' || p.id || '/' AS url, p.legal_category AS category,
    CASE n.reading_source WHEN 'provisional' THEN 'check' WHEN 'unknown' THEN 'unknown'
         ELSE 'ok' END AS state"""


def place_tiles(*, z: int, at: date) -> list[TileQuery]:
    if z < FIRST_ZOOM:
        return []
    # Half a tile unit: what is left out cannot be seen at this zoom.
    tolerance = 360 / 2**z / 4096 / 2
    return [
        TileQuery(
            layer="street",
            geometry="ST_Transform(ST_Simplify(p.geometry, %(tolerance)s, true), 3857)",
            attributes=f"{_ATTRIBUTES}, round(ST_Length(p.geometry::geography)) AS length_m",
            rows=f"""{_NAMED}
                WHERE p.geometry && {TILE_4490} AND p.legal_category = 'STREET' AND {SHOWN_SQL}
                  AND ST_Dimension(p.geometry) = 1
                  AND ST_Length(p.geometry) >= %(shortest)s""",
            params={"at": at, "tolerance": tolerance, "shortest": SHORTEST_SHOWN.get(z, 0)},
        ),
        TileQuery(
            layer="place",
            geometry="ST_Transform(ST_PointOnSurface(p.geometry), 3857)",
            attributes=_ATTRIBUTES,
            rows=f"""LATERAL (
                    SELECT * FROM gazetteer_place inside
                    WHERE inside.geometry && {TILE_4490} AND inside.secrecy <> 'secret'
                      AND inside.legal_category NOT IN ('STREET', 'DIVISION')
                    ORDER BY inside.legal_category = 'COMMITTEE_SEAT', inside.id
                    LIMIT %(most)s
                ) p
                JOIN gazetteer_placename n ON n.place_id = p.id AND n.period @> %(at)s::date
                     AND n.kind = 'standard' AND n.status = 'standard'""",
            params={"at": at, "most": MOST_POINTS.get(z, SEEN_NEAR)},
        ),
    ]
