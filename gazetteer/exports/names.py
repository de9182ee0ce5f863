"""Standard names of a filtered list, with everything the importer reads back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import shapely
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import listed
from gazetteer.domain.name_periods import PAST
from gazetteer.models import SHOWN_SQL, LegalCategory, NameKind, PlaceName
from gazetteer.queries.name_columns import FIELDS

STREAM = 2_000
# Headings of a shapefile have ten characters.
_SHORT = {
    "division_code": "division",
    "approved_by": "appr_by",
    "approved_on": "appr_on",
    "document_page": "doc_page",
    "description": "descript",
    "approximate": "approximat",
    "class_code": "class_code",
    "place_code": "place_code",
}
_POSITION = ("longitude", "latitude", "geometry")


def export_of(*, names: QuerySet[PlaceName], at: date, datum: Datum) -> Export:
    """The export of these names; secret places are never among them."""
    labels = {field.key: str(field.label) for field in FIELDS if field.key not in _POSITION}
    columns = [
        Column(
            key,
            label,
            kind="flag" if key in ("synthetic", "approximate") else "text",
            short=_SHORT.get(key, key),
        )
        for key, label in labels.items()
    ]
    return listed(
        name="place_names",
        title=_("Place names"),
        columns=columns,
        rows=lambda: _rows(names, at),
        datum=datum,
        day=at,
    )


def _rows(names: QuerySet[PlaceName], at: date) -> Iterator[Mapping[str, Any]]:
    chosen, params = names.order_by().values("pk").query.sql_with_params()
    categories = {key: str(label) for key, label in LegalCategory.choices}
    kinds = {key: str(label) for key, label in NameKind.choices}
    past = sorted(PAST)
    sql = f"""
        SELECT n.text, n.kind, p.legal_category, p.class_code, p.division_code,
               CASE WHEN n.reading_source = 'approved' THEN n.pinyin_toned ELSE '' END,
               n.meaning, n.origin, n.history, p.description,
               CASE WHEN n.kind = ANY(%s) THEN n.began
                    ELSE COALESCE(NULLIF(n.began, ''), lower(n.period)::text, '') END,
               COALESCE(NULLIF(n.ended, ''), (CASE WHEN n.kind = ANY(%s) THEN lower(n.period)
                                                   ELSE upper(n.period) END)::text, ''),
               n.approved_by, COALESCE(n.approved_on::text, ''), n.document, n.document_page,
               COALESCE((SELECT c.code FROM gazetteer_placecode c
                         WHERE c.place_id = p.id AND c.period @> %s::date), ''),
               p.id::text, p.synthetic, p.approximate,
               COALESCE(s.title_zh, ''), ST_AsBinary(p.geometry)
        FROM gazetteer_placename n
        JOIN gazetteer_place p ON p.id = n.place_id
        LEFT JOIN common_source s ON s.key = n.source_id
        WHERE n.id IN ({chosen}) AND {SHOWN_SQL}
        ORDER BY p.division_code, n.search_pinyin, n.id
    """
    keys = [*(field.key for field in FIELDS if field.key not in _POSITION), "source"]
    with connection.cursor() as cursor:
        # A cursor of the database's own inside this transaction: memory stays bounded.
        cursor.execute(
            f"DECLARE exported_names NO SCROLL CURSOR WITH HOLD FOR {sql}",
            [past, past, at, *params],
        )
        try:
            while True:
                cursor.execute(f"FETCH {STREAM} FROM exported_names")
                found = cursor.fetchall()
                if not found:
                    break
                for *cells, geometry in found:
                    row = dict(zip(keys, cells, strict=True))
                    row["category"] = categories[row["category"]]
                    row["name_kind"] = kinds[row["name_kind"]]
                    row["geometry"] = shapely.from_wkb(bytes(geometry)) if geometry else None
                    yield row
        finally:
            cursor.execute("CLOSE exported_names")
