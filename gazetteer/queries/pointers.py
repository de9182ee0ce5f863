"""Where identities lead: a merged place to the one that goes on, an ended one to its successors."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from gazetteer.models import (
    NameRelationKind,
    Place,
    PlaceName,
    PlaceRelation,
    PlaceRelationKind,
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """What stands behind a permanent address on a day.

    ``place``: the place itself, or the one at the end of the merges that lead from it
    (``merged``). ``gone``: it is no more on that day.
    """

    place: Place
    merged: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Successor:
    place: Place
    name: str
    pinyin: str
    since: date | None
    synthetic: bool


def pointer_of(*, place_id: uuid.UUID, at: date) -> Pointer | None:
    """Who is meant by an identity; None where nobody is, or the place is secret.

    A merge is followed whatever the day: the survivor has the whole record.
    """
    last = survivor_id(place_id=place_id)
    place = Place.objects.shown().filter(pk=last).first() if last else None
    if place is None or not Place.objects.shown().filter(pk=place_id).exists():
        return None
    gone = place.ended_on is not None and place.ended_on <= at
    return Pointer(place=place, merged=last != place_id, gone=gone)


def survivor_id(*, place_id: uuid.UUID) -> uuid.UUID | None:
    """The end of the chain of merges, the place itself where it was not merged."""
    with connection.cursor() as cursor:
        # UNION, not UNION ALL: were there ever a loop, the query would end all the same.
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT id, merged_into_id FROM gazetteer_place WHERE id = %s
                UNION
                SELECT place.id, place.merged_into_id
                FROM chain JOIN gazetteer_place place ON place.id = chain.merged_into_id
            )
            SELECT id FROM chain WHERE merged_into_id IS NULL
            """,
            [place_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def records_of(*, place_id: uuid.UUID) -> list[uuid.UUID]:
    """All records of one place: the survivor and what was merged into it, [] for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE one AS (
                SELECT id FROM gazetteer_place WHERE id = %s
                UNION
                SELECT place.id FROM one JOIN gazetteer_place place ON place.merged_into_id = one.id
            )
            SELECT id FROM one
            """,
            [survivor_id(place_id=place_id)],
        )
        return [each for (each,) in cursor.fetchall()]


def successors_of(*, place: Place) -> list[Successor]:
    """Who follows an ended place, each by its present name and merges followed."""
    rows = PlaceRelation.objects.filter(place=place, kind=PlaceRelationKind.SUCCEEDED_BY)
    found: dict[uuid.UUID, Successor] = {}
    for row in rows.order_by("period", "pk"):
        last = survivor_id(place_id=row.other_id)
        other = Place.objects.shown().filter(pk=last).first()
        if other is None or other.pk in found:
            continue
        name = last_name(place=other)
        found[other.pk] = Successor(
            place=other,
            name=name.text if name else "",
            pinyin=name.pinyin_toned if name else "",
            since=row.period.lower,
            synthetic=row.synthetic or other.synthetic,
        )
    return list(found.values())


def last_name(*, place: Place) -> PlaceName | None:
    """The latest standard name that the place has or had."""
    rows = place.names.standard().order_by("period")
    found: PlaceName | None = rows.last()
    return found


def leads_to_place(*, start: uuid.UUID, kind: str, goal: uuid.UUID, period: Any) -> bool:
    """Whether relations of a kind lead from one place to another, all on some day of a period."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE reached AS (
                SELECT %(start)s::uuid AS place, %(period)s::daterange AS days
                UNION
                SELECT relation.other_id, reached.days * relation.period
                FROM reached JOIN gazetteer_placerelation relation
                  ON relation.place_id = reached.place AND relation.kind = %(kind)s
                 AND relation.period && reached.days
            )
            SELECT EXISTS (SELECT 1 FROM reached WHERE place = %(goal)s)
            """,
            {"start": start, "kind": kind, "goal": goal, "period": period},
        )
        return bool(cursor.fetchone()[0])


def leads_to_name(*, start: int, kind: str, goal: int) -> bool:
    """Whether relations of names of a kind lead from one name to another."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE reached AS (
                SELECT %(start)s::bigint AS name
                UNION
                SELECT relation.other_id FROM reached JOIN gazetteer_namerelation relation
                  ON relation.name_id = reached.name AND relation.kind = %(kind)s
            )
            SELECT EXISTS (SELECT 1 FROM reached WHERE name = %(goal)s)
            """,
            {"start": start, "kind": NameRelationKind(kind).value, "goal": goal},
        )
        return bool(cursor.fetchone()[0])
