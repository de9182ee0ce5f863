"""Places in the Linked Places Format (LPF, schema v2.0) and as LP-TSV, one by one.

PostgreSQL writes each feature, so that memory stays the same however many there are. A place goes
out with every name that it has or had, but those that are only proposed; secret places never do.
Names carry ``kind``, ``status`` and ``pinyin`` beside what the format knows, so that an import
gives back what was taken out. An open end is ``..`` (EDTF), because the schema wants both ends.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from gazetteer.domain.name_periods import PAST
from gazetteer.models import SHOWN_SQL, LegalCategory, PlaceName

STREAM = 2_000
CONTEXT = (
    "https://raw.githubusercontent.com/LinkedPasts/linked-places/master/"
    "linkedplaces-context-v1.1.jsonld"
)
# Classes of GeoNames, which the format asks for.
FCLASSES = {
    LegalCategory.NATURAL: "T",
    LegalCategory.DIVISION: "A",
    LegalCategory.COMMITTEE_SEAT: "P",
    LegalCategory.PARK_RESERVE: "L",
    LegalCategory.STREET: "R",
    LegalCategory.RES_BUILDING: "S",
    LegalCategory.FACILITY: "S",
    LegalCategory.OTHER: "S",
}
TSV = (
    *("id", "title", "title_source", "fclasses", "start", "end", "ccodes", "variants", "types"),
    *("parent_name", "parent_id", "lon", "lat", "geowkt", "description"),
)
# Of a name of the past the period on record begins where its use ended (domain.name_periods).
_START = """CASE WHEN n.kind = ANY(%(past)s) THEN coalesce(nullif(n.began, ''), '..')
    ELSE coalesce(nullif(n.began, ''), lower(n.period)::text, '..') END"""
_END = """coalesce(nullif(n.ended, ''), (CASE WHEN n.kind = ANY(%(past)s) THEN lower(n.period)
    ELSE upper(n.period) END)::text, '..')"""
_SPAN = (
    "json_build_object('timespans', json_build_array(json_build_object('start', {}, 'end', {})))"
)
_NAMES = f"""(SELECT json_agg(json_strip_nulls(json_build_object(
        'toponym', n.text,
        'lang', CASE WHEN n.language ~ '^[a-z]{{2}}$' THEN n.language ELSE 'zh' END,
        'when', {_SPAN.format(_START, _END)},
        'citations', CASE WHEN coalesce(nullif(n.document, ''), s.title_zh) IS NULL THEN NULL
            ELSE json_build_array(json_build_object(
                'label', coalesce(nullif(n.document, ''), s.title_zh))) END,
        'kind', n.kind, 'status', n.status, 'pinyin', nullif(n.pinyin_toned, ''),
        'reading', CASE WHEN n.reading_source = 'approved' THEN n.pinyin_toned END,
        'meaning', nullif(n.meaning, ''), 'origin', nullif(n.origin, ''),
        'history', nullif(n.history, ''), 'approved_by', nullif(n.approved_by, ''),
        'approved_on', n.approved_on, 'document', nullif(n.document, ''),
        'document_page', nullif(n.document_page, ''),
        'synthetic', n.synthetic OR p.synthetic, 'approximate', n.approximate OR p.approximate
    )) ORDER BY n.kind <> 'standard', n.period, n.id)
    FROM gazetteer_placename n LEFT JOIN common_source s ON s.key = n.source_id
    WHERE n.place_id = p.id AND n.status <> 'proposed')"""
_TITLE = """coalesce(
    (SELECT n.text FROM gazetteer_placename n WHERE n.place_id = p.id AND n.kind = 'standard'
       AND n.status = 'standard' AND n.period @> %(at)s::date LIMIT 1),
    (SELECT n.text FROM gazetteer_placename n WHERE n.place_id = p.id
       AND n.status <> 'proposed' ORDER BY n.period DESC LIMIT 1), '')"""
# The division that a place lies in, else the division above where it is one itself. In two
# parts, each found by an index: one condition for both looks through all divisions for each place.
_TOLD = "json_build_object('id', %(base)s || 'division/' || above.code, 'name', above.name)"
_PARENT = f"""(SELECT {_TOLD}
    FROM boundaries_divisionversion above
    WHERE p.division_id IS NULL AND above.code = p.division_code
      AND above.period @> %(at)s::date
    UNION ALL
    SELECT {_TOLD}
    FROM boundaries_divisionversion own JOIN boundaries_divisionversion above
        ON above.division_id = own.parent_id AND above.period @> %(at)s::date
    WHERE own.division_id = p.division_id AND own.period @> %(at)s::date
    LIMIT 1)"""
_RELATIONS = f"""(SELECT json_agg(relation) FROM (
        SELECT json_build_object('relationType', 'gvp:broaderPartitive',
            'relationTo', parent->>'id', 'label', parent->>'name') AS relation
        WHERE parent IS NOT NULL
        UNION ALL
        SELECT json_build_object(
            'relationType', CASE r.kind WHEN 'part_of' THEN 'gvp:broaderPartitive'
                ELSE 'diming:' || r.kind END,
            'relationTo', %(base)s || 'place/' || other.id,
            'label', coalesce((SELECT n.text FROM gazetteer_placename n
                WHERE n.place_id = other.id AND n.status <> 'proposed'
                ORDER BY n.kind <> 'standard', n.period DESC LIMIT 1), ''),
            'when', {
    _SPAN.format("coalesce(lower(r.period)::text, '..')", "coalesce(upper(r.period)::text, '..')")
})
        FROM gazetteer_placerelation r JOIN gazetteer_place other ON other.id = r.other_id
        WHERE r.place_id = p.id AND other.secrecy <> 'secret'
    ) AS told)"""
_FEATURE = f"""json_strip_nulls(json_build_object(
    '@id', %(base)s || 'place/' || p.id,
    'type', 'Feature',
    'properties', json_build_object(
        'title', {_TITLE}, 'ccodes', json_build_array('CN'),
        'fclasses', json_build_array(%(fclasses)s::json->>p.legal_category),
        'place_id', p.id, 'category', p.legal_category, 'class_code', nullif(p.class_code, ''),
        'division_code', p.division_code,
        'place_code', (SELECT c.code FROM gazetteer_placecode c
                       WHERE c.place_id = p.id AND c.period @> %(at)s::date LIMIT 1),
        'ended_on', p.ended_on),
    'names', {_NAMES},
    'types', json_build_array(json_build_object(
        'identifier', CASE WHEN p.class_code = '' THEN 'diming:' || p.legal_category
                      ELSE 'gbt18521:' || p.class_code END,
        'label', %(labels)s::json->>p.legal_category)),
    'geometry', ST_AsGeoJSON(p.geometry, 7, 0)::json,
    'relations', {_RELATIONS},
    'links', json_build_array(json_build_object(
        'type', 'primaryTopicOf', 'identifier', %(page)s || p.id || '/')),
    'descriptions', CASE WHEN p.description = '' THEN NULL
        ELSE json_build_array(json_build_object('value', p.description, 'lang', 'zh')) END
))::text"""


def features(
    *, site: str, at: date, names: QuerySet[PlaceName] | None = None, ids: Sequence[Any] = ()
) -> Iterator[str]:
    """The places of these names (or of these ids), each a JSON text; ``site``: our address."""
    yield from (row[0] for row in _stream(_FEATURE, site=site, at=at, names=names, ids=ids))


def collection(*, site: str, at: date, names: QuerySet[PlaceName]) -> Iterator[str]:
    """A whole document in pieces."""
    yield f'{{"type":"FeatureCollection","@context":"{CONTEXT}","features":[\n'
    between = ""
    for feature in features(site=site, at=at, names=names):
        yield between + feature
        between = ",\n"
    yield "\n]}\n"


def tsv(*, site: str, at: date, names: QuerySet[PlaceName]) -> Iterator[str]:
    """LP-TSV (v0.5): a row for a place, further names as variants."""
    columns = f"""p.id::text, {_TITLE}, coalesce((SELECT s.title_zh FROM common_source s
            WHERE s.key = p.source_id), ''), %(fclasses)s::json->>p.legal_category,
        coalesce((SELECT min(lower(n.period))::text FROM gazetteer_placename n
                  WHERE n.place_id = p.id AND n.status <> 'proposed'), ''),
        coalesce(p.ended_on::text, ''), 'CN',
        coalesce((SELECT string_agg(DISTINCT replace(n.text, ';', ' ') || '@' ||
                     CASE WHEN n.language ~ '^[a-z]{{2}}$' THEN n.language ELSE 'zh' END, ';')
                  FROM gazetteer_placename n WHERE n.place_id = p.id AND n.status <> 'proposed'
                    AND NOT (n.kind = 'standard' AND n.period @> %(at)s::date)), ''),
        %(labels)s::json->>p.legal_category,
        coalesce(parent->>'name', ''), coalesce(parent->>'id', ''),
        coalesce(round(ST_X(ST_PointOnSurface(p.geometry))::numeric, 7)::text, ''),
        coalesce(round(ST_Y(ST_PointOnSurface(p.geometry))::numeric, 7)::text, ''),
        CASE WHEN ST_GeometryType(p.geometry) = 'ST_Point' THEN ''
             ELSE coalesce(ST_AsText(p.geometry, 7), '') END,
        p.description"""
    yield "\t".join(TSV) + "\n"
    for row in _stream(columns, site=site, at=at, names=names, ids=()):
        out = StringIO()
        # Tabs and ends of lines become a space; a cell with a quotation mark is quoted, because
        # readers of tables take one at its beginning for the quote of all that comes after.
        writer = csv.writer(out, delimiter="\t")
        writer.writerow([" ".join(str(cell or "").split()) for cell in row])
        yield out.getvalue().replace("\r\n", "\n")


def _stream(
    columns: str, *, site: str, at: date, names: QuerySet[PlaceName] | None, ids: Sequence[Any]
) -> Iterator[Sequence[Any]]:
    values: dict[str, Any] = {
        "at": at,
        "base": f"{site}/id/",
        "page": f"{site}/places/",
        "past": sorted(PAST),
        "fclasses": _object({key.value: letter for key, letter in FCLASSES.items()}),
        "labels": _object({key: str(label) for key, label in LegalCategory.choices}),
        "ids": [str(each) for each in ids],
    }
    chosen = "p.id = ANY(%(ids)s::uuid[])"
    with connection.cursor() as cursor:
        if names is not None:
            inner, params = names.order_by().values("place_id").query.sql_with_params()
            chosen = f"p.id IN ({cursor.mogrify(inner, params).decode()})".replace("%", "%%")
        cursor.execute(
            f"""DECLARE linked_places NO SCROLL CURSOR WITH HOLD FOR
                SELECT {columns} FROM gazetteer_place p
                LEFT JOIN LATERAL {_PARENT} AS above(parent) ON true
                WHERE {chosen} AND {SHOWN_SQL} ORDER BY p.id""",
            values,
        )
        try:
            while True:
                cursor.execute(f"FETCH {STREAM} FROM linked_places")
                found = cursor.fetchall()
                if not found:
                    break
                yield from found
        finally:
            cursor.execute("CLOSE linked_places")


def _object(values: dict[str, str]) -> str:
    return json.dumps(values, ensure_ascii=False)
