"""Features of a collection as GeoJSON that the database itself has written, a page by key."""

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DataError, InternalError, connection, transaction
from django.db.utils import OperationalError
from shapely import to_wkt

from api.domain.asked import Box, Days, read_page, write_page
from api.domain.cql import Condition
from api.domain.systems import CRS84, STORED, System
from common.errors import BadInput
from common.features import FeatureCollection, Property

CASTS = {"text": "text", "integer": "bigint", "number": "float8", "boolean": "bool", "date": "date"}
PATIENCE_MS = 20_000
ARGUMENTS = 90


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a collection; ``days`` None: rows of all days (collections of history).

    ``at``: the day on which states that depend on a day are told. ``order``: (property,
    descending). ``after``: values of the order and the key of the last feature before the page.
    """

    collection: FeatureCollection
    at: date
    days: Days | None = None
    box: Box | None = None
    condition: Condition | None = None
    equal: Sequence[tuple[Property, str]] = ()
    order: Sequence[tuple[str, bool]] = ()
    after: Sequence[str | None] = ()
    system: System = CRS84
    limit: int = 100


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """``features``: JSON texts; ``after``: where the next page begins, "" on the last one."""

    features: list[str]
    after: str


@dataclass(slots=True)
class _Sql:
    where: list[str]
    values: dict[str, Any] = field(default_factory=dict)


def feature_page(question: Question) -> FeaturePage:
    """One page of features; BadInput where the database cannot make sense of what is asked."""
    made, order = _conditions(question)
    terms = [sql for sql, _cast, _down in order]
    sql = f"""
        SELECT {", ".join(f"({term})::text" for term in terms)}, {_json(question)}
        FROM {question.collection.source} WHERE {" AND ".join(made.where)}
        ORDER BY {", ".join(f"{s} {'DESC NULLS LAST' if down else ''}" for s, _c, down in order)}
        LIMIT {question.limit + 1}
    """
    rows = _run(sql, made.values)
    more = len(rows) > question.limit
    rows = rows[: question.limit]
    features = [row[-1] for row in rows]
    if features:
        # Clients that learn the columns from the features of a page shall know them all.
        features[0] = _whole(features[0], question.collection)
    return FeaturePage(
        features=features,
        after=write_page(rows[-1][:-1]) if more else "",
    )


def get_feature(question: Question, *, identity: str) -> str | None:
    """One feature by its id; of several versions in an interval the latest."""
    collection = question.collection
    made, _order = _conditions(question)
    made.where.append(f"{_comparable(collection, identity)}")
    made.values["identity"] = identity
    latest = f"lower({collection.period}) DESC NULLS LAST," if collection.period else ""
    sql = f"""
        SELECT {_json(question)} FROM {collection.source} WHERE {" AND ".join(made.where)}
        ORDER BY {latest} {collection.key} LIMIT 1
    """
    rows = _run(sql, made.values)
    return _whole(rows[0][0], collection) if rows else None


def all_features(question: Question) -> Iterator[str]:
    """Every feature, a page at a time, so that memory stays the same however many there are."""
    while True:
        page = feature_page(question)
        yield from page.features
        if not page.after:
            return
        question = replace(question, after=read_page(page.after, len(question.order) + 1))


def lacks_shapes(question: Question) -> bool:
    """Whether the shape of any feature that answers is unknown."""
    made, _order = _conditions(question)
    where = " AND ".join([*made.where, f"({question.collection.geometry}) IS NULL"])
    sql = f"SELECT EXISTS (SELECT FROM {question.collection.source} WHERE {where})"
    return bool(_run(sql, made.values)[0][0])


def properties_of(
    collection: FeatureCollection, identities: Sequence[str], *, at: date
) -> dict[str, dict[str, Any]]:
    """Id → properties on a day, with ``lon`` and ``lat`` of a point on the shape."""
    spot = f"ST_PointOnSurface({collection.geometry})"
    told = ", ".join(f"'{f.name}', {f.sql}" for f in collection.fields().values())
    day = f"AND {collection.period} @> %(at)s::date" if collection.period else ""
    sql = f"""
        SELECT {collection.identity}, json_build_object({told},
               'lon', round(ST_X({spot})::numeric, 7), 'lat', round(ST_Y({spot})::numeric, 7))
        FROM {collection.source} WHERE {collection.where} {day}
          AND ({collection.identity.removesuffix("::text")})::text = ANY(%(ids)s)
    """
    if collection.identity.endswith("::text") and collection.name == "places":
        sql = sql.replace("p.id)::text = ANY(%(ids)s)", "p.id) = ANY(%(ids)s::uuid[])")
    rows = _run(sql, {**collection.params(at), "at": at, "until": at, "ids": list(identities)})
    return dict(rows)


def _comparable(collection: FeatureCollection, identity: str) -> str:
    """A comparison that an index can answer where the id is written from a number or a UUID."""
    sql = collection.identity
    if not sql.endswith("::text"):
        return f"{sql} = %(identity)s"
    column = sql.removesuffix("::text")
    if collection.identity_type == "uuid":
        return f"{column} = %(identity)s::uuid" if _is_uuid(identity) else "FALSE"
    number = identity.isascii() and identity.isdigit() and len(identity) < 19
    return f"{column} = %(identity)s::bigint" if number else "FALSE"


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _conditions(question: Question) -> tuple[_Sql, list[tuple[str, str, bool]]]:
    collection = question.collection
    until = (question.days.end or date.max) if question.days else question.at
    values = {**collection.params(question.at), "at": question.at, "until": until}
    made = _Sql([collection.where], values)
    if collection.period and question.days is not None:
        made.where.append(f"{collection.period} && daterange(%(from)s, %(to)s, '[]')")
        made.values |= {"from": question.days.start, "to": question.days.end}
        if question.days.start is not None and question.days.start == question.days.end:
            made.where[-1] = f"{collection.period} @> %(from)s::date"
    if question.box:
        made.where.append(_inside(question.box, collection, made.values))
    if question.condition:
        made.where.append(f"({question.condition.sql})")
        made.values |= question.condition.values
    for number, (asked, text) in enumerate(question.equal):
        made.where.append(f"({asked.sql}) = %(equal{number})s::{CASTS[asked.kind]}")
        made.values[f"equal{number}"] = text
    fields = collection.fields()
    order = [(fields[n].sql, CASTS[fields[n].kind], down) for n, down in question.order]
    order.append((collection.key, collection.key_type, False))
    if question.after:
        made.where.append(_beyond(order, question.after, made.values))
    return made, order


def _inside(box: Box, collection: FeatureCollection, values: dict[str, Any]) -> str:
    geometry, found = collection.geometry, []
    for number, land in enumerate(box.parts()):
        values[f"box{number}"] = to_wkt(land, rounding_precision=-1)
        made = f"ST_GeomFromText(%(box{number})s, {box.system.srid})"
        if box.system.srid != STORED:
            made = f"ST_Transform({made}, {STORED})"
        exact = f" AND ST_Intersects({geometry}, {made})"
        if collection.shape == "geometry-point" and box.system.srid == STORED:
            exact = ""  # of points the index has answered already
        found.append(f"({geometry} && {made}{exact})")
    return f"({' OR '.join(found)})"


def _beyond(
    order: Sequence[tuple[str, str, bool]], after: Sequence[str | None], values: dict[str, Any]
) -> str:
    """Rows that come after a row in the order, where what is unknown comes last."""
    found, equal = [], []
    for number, ((sql, cast, down), value) in enumerate(zip(order, after, strict=True)):
        name = f"after{number}"
        values[name] = value
        if value is not None:
            sign = "<" if down else ">"
            unknown = "" if number == len(order) - 1 else f" OR ({sql}) IS NULL"
            beyond = f"(({sql}) {sign} %({name})s::{cast}{unknown})"
            found.append(" AND ".join([*equal, beyond]))
        equal.append(f"({sql}) IS NOT DISTINCT FROM %({name})s::{cast}")
    return "(" + " OR ".join(f"({each})" for each in found) + ")" if found else "FALSE"


def _json(question: Question) -> str:
    """SQL of a feature's text, without what is unknown in a bag (:func:`_whole` adds it).

    Put together from pieces: json_build_object looks up the type of each value for every row.
    """
    collection, system = question.collection, question.system
    geometry = collection.geometry
    if system.srid != STORED:
        geometry = f"ST_Transform({geometry}, {system.srid})"
    if system.swapped:
        geometry = f"ST_FlipCoordinates({geometry})"
    fields = collection.fields().values()
    told = [f"""'"{f.name}":' || coalesce({_value(f)}, 'null')""" for f in fields if not f.bag]
    for bag in dict.fromkeys(f.bag for f in fields if f.bag):
        inside = [f for f in fields if f.bag == bag]
        known = _joined([f"""'"{f.name}":' || {_value(f)}""" for f in inside])
        told.append(f"CASE WHEN {bag} <> '{{}}' THEN nullif({known}, '') END")
    told.append(f"""'"page":' || to_json(({collection.page})::text)::text""")
    return f"""concat('{{"type":"Feature","id":', to_json({collection.identity})::text,
        ',"geometry":', coalesce(ST_AsGeoJSON({geometry}, {system.decimals}, 0), 'null'),
        ',"properties":{{', {_joined(told)}, '}}}}')"""


def _value(asked: Property) -> str:
    """The JSON of a property as text, NULL where it is unknown."""
    if asked.kind in ("integer", "boolean"):
        return f"({asked.sql})::text"
    return f"to_json({asked.sql})::text"


def _joined(parts: Sequence[str]) -> str:
    """With commas between what is not NULL; a function takes a hundred arguments at most."""
    if len(parts) > ARGUMENTS:
        some = [parts[n : n + ARGUMENTS] for n in range(0, len(parts), ARGUMENTS)]
        return _joined([f"nullif({_joined(part)}, '')" for part in some])
    return f"concat_ws(',', {', '.join(parts)})"


def _whole(feature: str, collection: FeatureCollection) -> str:
    """The feature with every property, those that are unknown as null."""
    if not any(each.bag for each in collection.properties):
        return feature
    made = json.loads(feature)
    made["properties"] = {**dict.fromkeys(collection.fields()), **made["properties"]}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def _run(sql: str, values: dict[str, Any]) -> list[Any]:
    """The rows; patience is told in the same message, which is a transaction of its own."""
    held = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with held, connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}; {sql}", values)
            rows: list[Any] = cursor.fetchall()
            return rows
    except (DataError, InternalError):
        raise BadInput(
            "The database cannot make sense of these values: look at their kind and range."
        ) from None
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise BadInput(
            "The question takes too long: ask for a smaller box or fewer days."
        ) from None
