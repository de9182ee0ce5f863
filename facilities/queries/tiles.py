"""Facilities as a layer of the map."""

from datetime import date

from django.urls import reverse

from common.postgis import TILE_4490, TileQuery
from facilities.models import SHOWN_SQL


def facility_tiles(*, z: int, at: date) -> list[TileQuery]:
    """Every facility in service on the day; some hundreds in a city, so none is left out."""
    return [
        TileQuery(
            layer="facilities",
            geometry="ST_Transform(facility.location, 3857)",
            attributes=(
                "facility.identity::text AS key, facility.name, '' AS name_en, "
                "%(root)s || facility.identity || '/' AS url, facility.category_id AS category, "
                "split_part(facility.category_id, '-', 1) AS kind, facility.synthetic"
            ),
            rows=(
                "facilities_facility facility WHERE facility.period @> %(at)s::date "
                f"AND facility.location && {TILE_4490} AND {SHOWN_SQL}"
            ),
            params={"at": at, "root": reverse("facilities:facilities")},
        )
    ]
