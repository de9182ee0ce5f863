"""All names of an audit in memory, found again by sound and characters: no query per name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from common.rules import RuleEdition
from gazetteer.domain.naming_rules import OtherName, Proposal, Scope
from gazetteer.domain.naming_rules.locality import famous_names
from gazetteer.domain.naming_rules.proposal import division_rank
from gazetteer.domain.naming_rules.uniqueness import UNIQUENESS, asks
from gazetteer.domain.similarity import plain_key, same_key, shape_variations
from gazetteer.models import SHOWN_SQL
from gazetteer.queries.naming_scopes import (
    ALIVE,
    COLUMNS,
    IN_USE,
    Editions,
    as_other,
    scope_prefix,
)

BATCH = 5_000
ScopeKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in use, ready to be compared."""

    other: OtherName
    category: str
    is_famous: bool
    inside: bool
    on_map: bool = True

    @property
    def rank(self) -> str:
        if self.category != "DIVISION":
            return ""
        return division_rank(self.other.text, self.other.division_code)


class NamesByKey:
    """Names of one scope under their characters and their letters."""

    __slots__ = ("_same", "_sound")

    def __init__(self) -> None:
        self._same: dict[str, list[OtherName]] = defaultdict(list)
        self._sound: dict[str, list[OtherName]] = defaultdict(list)

    def add(self, other: OtherName, same: str, sound: str) -> None:
        self._same[same].append(other)
        if sound:
            self._sound[sound].append(other)

    def close_to(self, place_id: str, same: str, sound: str) -> tuple[OtherName, ...]:
        found = [*self._same.get(same, ()), *self._sound.get(sound, ())]
        known = self._same
        for variation in shape_variations(same):
            if variation in known:
                found.extend(known[variation])
        unique = {id(other): other for other in found if other.place_id != place_id}
        return tuple(unique.values())


class NameIndex:
    """The names within a code on a day and all that they are compared with.

    Scopes may be wider than the code: the towns of the province, the counties of the country.
    """

    def __init__(self, *, within: str, at: date) -> None:
        self.editions = Editions(at)
        self._scopes: dict[ScopeKey, NamesByKey] = defaultdict(NamesByKey)
        self._areas = _built_up_places(within=within, at=at)
        self.inside: list[Entry] = []
        for entry in _entries(within=within, at=at):
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        if entry.inside:
            self.inside.append(entry)
        edition = self.edition_for(entry)
        if edition is None or not entry.other.specific:
            return
        same, sound = _keys_of(entry.other)
        for scope in self._scope_keys(entry, edition, every=True):
            self._scopes[scope].add(entry.other, same, sound)

    def edition_for(self, entry: Entry) -> RuleEdition | None:
        editions: Mapping[str, RuleEdition] = self.editions.for_code(entry.other.division_code)
        rank = entry.rank
        for rule_id in UNIQUENESS:
            edition = editions.get(rule_id)
            if edition is not None and asks(
                edition, category=entry.category, rank=rank, is_famous=entry.is_famous
            ):
                return edition
        return None

    def scope_and_others(self, entry: Entry) -> tuple[Scope | None, tuple[OtherName, ...] | None]:
        """What :class:`Surroundings` needs of one name."""
        edition = self.edition_for(entry)
        if edition is None or not entry.other.specific:
            return None, None
        keys = self._scope_keys(entry, edition, every=False)
        same, sound = _keys_of(entry.other)
        place_id = entry.other.place_id
        found: dict[int, OtherName] = {}
        for key in keys:
            found |= {id(o): o for o in self._scopes[key].close_to(place_id, same, sound)}
        return self._scope(entry, edition), tuple(found.values())

    def _scope(self, entry: Entry, edition: RuleEdition) -> Scope:
        kind = edition.parameters["scope"]
        prefix = scope_prefix(entry.other.division_code, kind)
        if kind != "builtup":
            return Scope(kind, prefix)
        areas = self._areas.get(entry.other.place_id, ())
        return Scope(kind, prefix, areas=areas) if areas else Scope(kind, prefix, stands_in=True)

    def _scope_keys(self, entry: Entry, edition: RuleEdition, *, every: bool) -> list[ScopeKey]:
        """The scopes a name is compared in; ``every`` one in which it is found by others."""
        group = "+".join(edition.parameters["categories"])
        if not edition.parameters.get("together"):
            group = entry.category
        group = f"{edition.rule_id} {group}"
        kind = edition.parameters["scope"]
        county = [(group, scope_prefix(entry.other.division_code, kind))]
        if kind != "builtup":
            return county
        areas = [(group, f"area {area}") for area in self._areas.get(entry.other.place_id, ())]
        nowhere = [(f"{group} nowhere", county[0][1])]
        if every:
            return areas + county + ([] if entry.on_map else nowhere)
        return areas + nowhere if areas else county


def _keys_of(other: OtherName) -> tuple[str, str]:
    return same_key(other.specific), plain_key(other.toned)


def entry_as_proposal(entry: Entry) -> Proposal:
    other = entry.other
    return Proposal(
        text=other.text,
        specific=other.specific,
        generic=other.generic,
        category=entry.category,
        division_code=other.division_code,
        toned=other.toned,
        existing=True,
        place_id=other.place_id,
        is_famous=entry.is_famous,
    )


def _entries(*, within: str, at: date) -> Iterator[Entry]:
    """One pass over the names; committees and streets of the county or city around come along."""
    sql = f"""
        SELECT {COLUMNS}, p.attributes ->> 'famous' = 'true', p.division_code LIKE %(within)s,
               p.geometry IS NOT NULL
        FROM gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id
        WHERE {IN_USE} AND {ALIVE} AND {SHOWN_SQL} AND (
            p.division_code LIKE %(within)s
            OR p.division_code LIKE %(county)s
            OR p.legal_category = 'DIVISION' AND length(p.division_code) <= 6
            OR p.legal_category = 'DIVISION' AND length(p.division_code) = 9
               AND p.division_code LIKE %(province)s
            OR p.legal_category IN ('STREET', 'RES_BUILDING') AND p.division_code LIKE %(city)s
            OR p.legal_category = 'NATURAL')
        ORDER BY p.division_code, n.id
    """
    values = {
        "at": at,
        "within": f"{within}%",
        "county": f"{within[:6]}%",
        "city": f"{within[:4]}%",
        "province": f"{within[:2]}%",
    }
    famous = famous_names()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(BATCH):
            for *columns, is_famous, inside, on_map in rows:
                yield Entry(
                    other=as_other(columns),
                    category=columns[-1],
                    is_famous=bool(is_famous) or columns[1] in famous,
                    inside=inside,
                    on_map=on_map,
                )


def _built_up_places(*, within: str, at: date) -> dict[str, tuple[int, ...]]:
    """Place → the built-up areas it touches, for all streets and buildings at once."""
    sql = """
        SELECT p.id::text, array_agg(a.id ORDER BY a.id)
        FROM gazetteer_builtuparea a JOIN gazetteer_place p ON ST_Intersects(a.geometry, p.geometry)
        WHERE a.period @> %(at)s::date AND p.legal_category IN ('STREET', 'RES_BUILDING')
          AND p.division_code LIKE %(city)s
        GROUP BY p.id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"at": at, "city": f"{within[:4]}%"})
        return {place: tuple(areas) for place, areas in cursor.fetchall()}
