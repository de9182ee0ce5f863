"""What is at a point on a day: divisions of all levels, named places, things of other apps."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from boundaries.models import DivisionVersion
from boundaries.queries.divisions import divisions_at
from common.postgis import distance_sql, near_sql, near_values
from gazetteer.models import SHOWN_SQL
from gazetteer.queries.related import RelatedGroup

NEAR_M = 500.0
MOST = 12


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place by its standard name of the day; 0 m where its shape holds the point."""

    place_id: uuid.UUID
    text: str
    pinyin: str
    category: str
    distance_m: float
    synthetic: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class WhatsHere:
    divisions: list[DivisionVersion]
    places: list[NearPlace]


Provider = Callable[..., RelatedGroup | None]


@dataclass(slots=True)
class _Registry:
    providers: list[Provider] = field(default_factory=list)


_registry = _Registry()


def add_nearby(provider: Provider) -> None:
    """``provider(*, point, within_m: float, at: date, limit: int) -> RelatedGroup | None``."""
    _registry.providers.append(provider)


def things_near(
    *, point: tuple[float, float], at: date, within_m: float = NEAR_M, limit: int = MOST
) -> list[RelatedGroup]:
    """What the apps above have near the point; empty groups are left out."""
    groups = (
        provider(point=point, within_m=within_m, at=at, limit=limit)
        for provider in _registry.providers
    )
    return [group for group in groups if group is not None and group.total]


def whats_here(
    *, point: tuple[float, float], at: date, within_m: float = NEAR_M, limit: int = MOST
) -> WhatsHere:
    """Divisions that hold the point, widest first, and the nearest other places."""
    lon, lat = point
    return WhatsHere(
        divisions=divisions_at(longitude=lon, latitude=lat, at=at),
        places=_places_near(point, at=at, within_m=within_m, limit=limit),
    )


def _places_near(
    point: tuple[float, float], *, at: date, within_m: float, limit: int
) -> list[NearPlace]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT p.id, n.text, n.pinyin_toned, p.legal_category,
                   {distance_sql("p.geometry")} AS distance,
                   p.synthetic OR n.synthetic, p.approximate OR n.approximate
            FROM gazetteer_place p JOIN gazetteer_placename n ON n.place_id = p.id
            WHERE {near_sql("p.geometry")} AND {SHOWN_SQL} AND p.division_id IS NULL
              AND n.kind = 'standard' AND n.status = 'standard' AND n.period @> %(at)s::date
            ORDER BY distance, n.text LIMIT %(limit)s
            """,
            {**near_values(point, within_m), "at": at, "limit": limit},
        )
        return [NearPlace(*row) for row in cursor.fetchall()]
