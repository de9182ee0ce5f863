"""Signs as the rules see them, read in bulk: three statements for any number of signs.

The truth column of the demonstration set is never read here.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from signage.domain.sign import PlaceFacts, SignFacts
from signage.models import Sign

CHUNK = 5000
COUNTY = 3
FACT_FIELDS = (
    "id",
    "place_id",
    "sign_class",
    "hanzi",
    "pinyin",
    "ground_colour",
    "street_bearing",
    "division_code",
)


def signs_to_check(*, at: date, within: str = "", numbers: list[str] | None = None) -> Any:
    """The signs that stand on ``at`` in a jurisdiction, or those of the numbers only."""
    signs = Sign.objects.on(at).within(within)
    return signs if numbers is None else signs.filter(number__in=numbers)


def places_of(*, signs: Any, at: date) -> Mapping[UUID, PlaceFacts]:
    """What the gazetteer requires of the signs of each place that these signs are linked to."""
    places, parameters = (
        signs.filter(place__isnull=False).order_by().values("place_id").distinct()
    ).query.sql_with_params()
    statement = f"""
        WITH asked AS MATERIALIZED (
            SELECT id, division_code, geometry FROM gazetteer_place WHERE id IN ({places})
        ),
        reached AS (
            -- A street may cross a county line; its signs may then stand on either side.
            SELECT asked.id, array_agg(DISTINCT version.code ORDER BY version.code) AS codes
            FROM asked
            JOIN boundaries_divisionpiece piece ON ST_Intersects(piece.geometry, asked.geometry)
            JOIN boundaries_divisionversion version ON version.id = piece.version_id
            WHERE version.level = {COUNTY} AND version.period @> %s
            GROUP BY asked.id
        )
        SELECT asked.id, coalesce(name.text, ''), coalesce(name.pinyin_sign, ''),
               asked.division_code, coalesce(reached.codes, '{{}}')
        FROM asked
        LEFT JOIN gazetteer_placename name ON name.place_id = asked.id
            AND name.kind = 'standard' AND name.status = 'standard' AND name.period @> %s
        LEFT JOIN reached ON reached.id = asked.id
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, at, at])
        rows = cursor.fetchall()
    return {
        UUID(str(key)): PlaceFacts(text, spelling, _codes(code, reached))
        for key, text, spelling, code, reached in rows
    }


def facts(*, signs: Any, places: Mapping[UUID, PlaceFacts]) -> Iterator[tuple[UUID, SignFacts]]:
    """Each sign's id and facts, streamed, so that a million signs need no more memory than one."""
    rows = signs.order_by().values_list(*FACT_FIELDS)
    find = places.get
    for key, place, kind, hanzi, pinyin, colour, bearing, code in rows.iterator(chunk_size=CHUNK):
        yield key, SignFacts(kind, hanzi, pinyin, colour, bearing, code, find(place))


def _codes(recorded: str, reached: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([code for code in (recorded, *reached) if code]))
