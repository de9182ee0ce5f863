"""Where a name has to be alone: editions in force, scope, and the other names there that matter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from common.models import Rule
from common.rules import RuleEdition
from gazetteer.domain.categories import naming_category
from gazetteer.domain.names import spelling_of_specific
from gazetteer.domain.naming_rules import OtherName, Proposal, Scope
from gazetteer.domain.naming_rules.locality import famous_features, famous_names
from gazetteer.domain.naming_rules.uniqueness import LENGTHS
from gazetteer.domain.romanise import romanise
from gazetteer.domain.search_keys import initials_key, literal_pattern, pinyin_key
from gazetteer.domain.similarity import shape_variations
from gazetteer.models import SHOWN_SQL, BuiltUpArea

IN_USE = "n.kind = 'standard' AND n.status = 'standard' AND n.period @> %(at)s::date"
ALIVE = "(p.ended_on IS NULL OR p.ended_on > %(at)s)"
RANKS = {
    "county": "length(p.division_code) <= 6",
    "township": "length(p.division_code) = 9 AND n.text !~ '(街道|办事处)$'",
    "subdistrict": "length(p.division_code) = 9 AND n.text ~ '(街道|办事处)$'",
    "village": "length(p.division_code) > 9",
}
COLUMNS = """p.id::text, n.text, n.specific, n.generic, n.pinyin_toned, p.division_code,
             p.legal_category"""


class Editions:
    """All rows on one day; the longest jurisdiction that holds a code wins, as everywhere."""

    def __init__(self, at: date) -> None:
        rows = list(Rule.objects.on(at))
        self._rows = sorted(rows, key=lambda row: len(row.jurisdiction))
        self._places = sorted({row.jurisdiction for row in rows}, key=len)
        self._known: dict[tuple[str, ...], dict[str, RuleEdition]] = {}

    def for_code(self, code: str) -> dict[str, RuleEdition]:
        key = tuple(place for place in self._places if code.startswith(place))
        if key not in self._known:
            self._known[key] = {
                row.rule_id: row.as_edition() for row in self._rows if row.jurisdiction in key
            }
        return self._known[key]


def scope_prefix(division_code: str, kind: str) -> str:
    """The code prefix of a scope; a six-digit code that ends in 00 is already as wide as it is."""
    digits = LENGTHS[kind]
    code = division_code
    if len(code) == 6:
        code = code.removesuffix("00").removesuffix("00")
    return code[:digits]


def scope_of(*, edition: RuleEdition, division_code: str, geometry: Any, at: date) -> Scope:
    """The scope of a rule for a thing: built-up areas it touches, else the county for them."""
    kind = edition.parameters["scope"]
    prefix = scope_prefix(division_code, kind)
    if kind != "builtup":
        return Scope(kind, prefix)
    areas = _areas(geometry, at) if geometry is not None else []
    if not areas:
        return Scope(kind, prefix, stands_in=True)
    return Scope(
        kind,
        prefix,
        areas=tuple(area for area, _approximate in areas),
        approximate=any(approximate for _area, approximate in areas),
    )


def others_alike(
    *, proposal: Proposal, edition: RuleEdition, scope: Scope, at: date
) -> tuple[OtherName, ...]:
    """Names in use in the scope that may be alike: the same, of one sound, or by look-alikes."""
    conditions = [IN_USE, ALIVE, SHOWN_SQL, asked_sql(proposal, edition)]
    values: dict[str, Any] = {
        "at": at,
        "category": _categories(proposal, edition),
        "specifics": [proposal.specific, proposal.sound.key, *shape_variations(proposal.specific)],
        "prefix": f"{scope.prefix}%",
        "famous": sorted(famous_names()),
        "areas": list(scope.areas),
        "self": proposal.place_id or None,
    }
    letters = _letters(proposal)
    close = ["n.specific = ANY(%(specifics)s)"]
    if letters and edition.parameters.get("derived"):
        # Only names with the same generic term count: the letters of the whole name are equal.
        values["letters"] = letters + _generic_letters(proposal)
        close.append("n.search_pinyin = %(letters)s")
    elif letters:
        values["letters"] = f"{literal_pattern(letters)}%"
        close.append("n.search_pinyin LIKE %(letters)s")
    conditions.append(f"({' OR '.join(close)})")
    if scope.areas:
        # Where a name lies nowhere on the map it may be in the area: its county decides.
        conditions.append(
            "(EXISTS (SELECT FROM gazetteer_builtuparea a WHERE a.id = ANY(%(areas)s)"
            " AND ST_Intersects(a.geometry, p.geometry))"
            " OR p.geometry IS NULL AND p.division_code LIKE %(prefix)s)"
        )
    elif scope.prefix:
        conditions.append("p.division_code LIKE %(prefix)s")
    if values["self"]:
        conditions.append("p.id <> %(self)s::uuid")
    rows = select(conditions, values)
    if proposal.category == "NATURAL" and not proposal.existing:
        rows += [
            OtherName("", each.name, each.specific, each.name[len(each.specific) :], "", "")
            for each in famous_features()
            if each.kind == "natural" and each.name == proposal.text
        ]
    return tuple(rows)


def abolished_alike(*, proposal: Proposal, scope: Scope, at: date) -> tuple[OtherName, ...]:
    """Abolished names of the category in the scope's county with the same specific term."""
    conditions = [
        "n.kind = 'abolished' AND n.period @> %(at)s::date",
        SHOWN_SQL,
        "p.legal_category = %(category)s",
        "n.specific = ANY(%(specifics)s)",
        "p.division_code LIKE %(prefix)s",
    ]
    values = {
        "at": at,
        "category": proposal.category,
        "specifics": [proposal.specific, proposal.sound.key],
        "prefix": f"{scope.prefix or proposal.division_code[:4]}%",
    }
    return tuple(select(conditions, values))


def local_specifics(*, division_code: str, geometry: Any, at: date) -> frozenset[str]:
    """Specific terms of the divisions that hold a thing and of places within about 500 m."""
    codes = [division_code[:size].ljust(6, "0") for size in (2, 4, 6)]
    codes += [division_code[:size] for size in (9, 12) if len(division_code) >= size]
    sql = f"""
        SELECT n.specific FROM gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id
        WHERE {IN_USE} AND {SHOWN_SQL} AND p.legal_category = 'DIVISION'
          AND p.division_code = ANY(%(codes)s)
    """
    values: dict[str, Any] = {"at": at, "codes": codes}
    if geometry is not None:
        sql += f"""
        UNION SELECT n.specific FROM gazetteer_placename n
        JOIN gazetteer_place p ON p.id = n.place_id
        WHERE {IN_USE} AND {SHOWN_SQL} AND p.legal_category <> 'FACILITY'
          AND p.geometry && ST_Expand(ST_GeomFromEWKT(%(geometry)s), 0.005)
        """
        values["geometry"] = geometry.ewkt
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return frozenset(specific for (specific,) in cursor.fetchall() if specific)


def select(conditions: Sequence[str], values: Mapping[str, Any]) -> list[OtherName]:
    sql = f"""
        SELECT {COLUMNS}, ST_X(ST_PointOnSurface(p.geometry)), ST_Y(ST_PointOnSurface(p.geometry))
        FROM gazetteer_placename n JOIN gazetteer_place p ON p.id = n.place_id
        WHERE {" AND ".join(conditions)}
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [as_other(row) for row in cursor.fetchall()]


def as_other(row: Sequence[Any]) -> OtherName:
    """A row of :data:`COLUMNS`, with or without the point."""
    place_id, text, specific, generic, toned, code, category, *point = row
    lon, lat = point or (None, None)
    return OtherName(
        place_id=place_id,
        text=text,
        specific=specific,
        generic=generic,
        toned=specific_reading(text, toned, specific, category, code),
        division_code=code,
        lon=lon,
        lat=lat,
    )


def specific_reading(text: str, toned: str, specific: str, category: str, code: str) -> str:
    """The stored reading of a name's specific term."""
    naming = naming_category(category, code)
    return spelling_of_specific(text, toned, specific=specific, category=naming)


def asked_sql(proposal: Proposal, edition: RuleEdition) -> str:
    """The condition that another name is asked by the same rule."""
    if proposal.category == "NATURAL":
        famous = "(p.attributes ->> 'famous' = 'true' OR n.text = ANY(%(famous)s))"
        return f"p.legal_category = ANY(%(category)s) AND {famous}"
    ranks = " OR ".join(f"({RANKS[rank]})" for rank in edition.parameters.get("ranks", ()))
    other = "p.legal_category <> 'DIVISION'"
    return f"p.legal_category = ANY(%(category)s) AND ({other}{f' OR {ranks}' if ranks else ''})"


def _categories(proposal: Proposal, edition: RuleEdition) -> list[str]:
    if edition.parameters.get("together"):
        return list(edition.parameters["categories"])
    return [proposal.category]


def _areas(geometry: Any, at: date) -> list[tuple[int, bool]]:
    rows = BuiltUpArea.objects.on(at).filter(geometry__intersects=geometry)
    return list(rows.order_by("pk").values_list("pk", "approximate"))


def _letters(proposal: Proposal) -> str:
    """The stored letters that a name of the same sound begins with."""
    plain = proposal.sound.plain_key.replace("ü", "v").replace("ê", "e")
    if plain.isascii() and plain.isalpha():
        return plain
    naming = naming_category(proposal.category, proposal.division_code)
    spelled = romanise(proposal.specific, category=naming, division=proposal.division_code)
    return pinyin_key(spelled.syllables)


def _generic_letters(proposal: Proposal) -> str:
    naming = naming_category(proposal.category, proposal.division_code)
    spelled = romanise(proposal.text, category=naming, division=proposal.division_code)
    count = len(initials_key(spelled.syllables)) - len(proposal.generic)
    return pinyin_key(spelled.syllables[count:])
