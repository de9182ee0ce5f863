"""Collections of features for standard clients: each app enrols what it has, as pieces of SQL.

Like the layers of the map (:class:`common.postgis.TileQuery`): the app that owns the tables says
how its rows read, one place (the api app) filters, sorts, pages and writes them as GeoJSON.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import BadInput

# Degrees, about a centimetre: a position that is sent back as it was read differs by less.
ROUNDED = 1e-7


def _nothing(at: date) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Property:
    """One property: ``sql`` gives it, ``kind`` is text, integer, number, boolean or date.

    ``values``: the only values that it can have, where they are few. ``bag``: the column of JSON
    that it is read from, where it is one of many of which a row knows few: a page tells it of
    its first feature and where it is known.
    """

    name: str
    sql: str
    label: Any
    kind: str = "text"
    values: Sequence[str] = ()
    bag: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """How programs change a collection, by the operations that its pages call.

    ``update(*, by, at, identity, check, properties, shape, reason)`` changes what is given, keeps
    the rest, and calls ``check()`` once the row is locked. ``create(*, by, at, properties, shape,
    reason)`` gives the id of what it made. ``remove(*, by, at, identity, check, reason)`` ends one
    today: nothing is ever wiped out. None: nobody may. A feature that replaces another
    has all of ``needed``; what else it does not tell becomes as ``empty`` says. ``first``:
    properties that only a new one tells.
    """

    update: Callable[..., None]
    create: Callable[..., str] | None = None
    remove: Callable[..., None] | None = None
    needed: Sequence[str] = ()
    empty: Mapping[str, Any] = field(default_factory=dict)
    first: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FeatureCollection:
    """Rows that are features.

    ``source``: what follows FROM; ``where``: what always holds (secrecy among it). ``identity``:
    text that names a feature and is also the property ``id_property``; where it is written from a
    column (``::text``), that is of type ``identity_type``. ``key``: column that pages
    run by, unique in the source, of type ``key_type``. ``geometry``: expression in EPSG:4490.
    ``period``: the days on which a row holds, as a daterange; "" where it has none. ``history``:
    past and present rows alike unless a day is asked. ``page``: address of the page for people.
    ``writer``: how programs change it, None where nobody may.
    ``params(at)``: values of the named parameters in the pieces above; ``at`` is always there, as
    is ``until``, the last day of those that are asked.
    """

    name: str
    title: Any
    description: Any
    source: str
    identity: str
    id_property: str
    key: str
    properties: Sequence[Property]
    geometry: str
    shape: str = "geometry-any"
    key_type: str = "bigint"
    identity_type: str = "bigint"
    where: str = "true"
    period: str = ""
    history: bool = False
    page: str = "''"
    params: Callable[[date], Mapping[str, Any]] = _nothing
    writer: Writer | None = None

    def fields(self) -> dict[str, Property]:
        """Every property by name: those of the app and the days on which the row holds."""
        return {each.name: each for each in (*self.properties, *self._days())}

    def _days(self) -> list[Property]:
        if not self.period:
            return []
        return [
            Property("valid_from", f"lower({self.period})", _("holds from"), "date"),
            Property("valid_to", f"upper({self.period})", _("holds until (excluded)"), "date"),
        ]


_collections: dict[str, FeatureCollection] = {}


def add_feature_collection(collection: FeatureCollection) -> None:
    """Served at /ogc/collections/<name>."""
    _collections[collection.name] = collection


def feature_collections() -> dict[str, FeatureCollection]:
    return _collections


def flag_properties(table: str) -> list[Property]:
    """What every recorded row says of itself."""
    return [
        Property("synthetic", f"{table}.synthetic", _("synthetic"), "boolean"),
        Property("approximate", f"{table}.approximate", _("approximate"), "boolean"),
        Property("source", f"{table}.source_id", _("Source")),
    ]


def sent_fields(
    properties: Mapping[str, Any], may: Iterable[str], names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a program sends, by field of the form; ``names``: properties that are called otherwise.

    Raises BadInput with what may be sent for a property that is none of ``may``.
    """
    strange = next((name for name in properties if name not in may), None)
    if strange is not None:
        raise BadInput(
            "“%(name)s” cannot be changed here: send %(may)s.",
            name=strange[:40],
            may=", ".join(may),
        )
    called = names or {}
    return {called.get(name, name): value for name, value in properties.items()}


def new_position(
    sent: tuple[float, float] | None, held: tuple[float, float]
) -> tuple[float, float] | None:
    """Where a feature is moved to, None where it stays: what is told of a position is rounded.

    Both in degrees.
    """
    if sent is None or all(abs(a - b) <= ROUNDED for a, b in zip(sent, held, strict=True)):
        return None
    return sent
