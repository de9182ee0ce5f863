"""Spots without a sign, of a filtered list."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from shapely import Point

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed
from signage.queries.absences import MissingFilter, MissingSign, missing_signs, other_streets

STREAM = 2_000
Words = Callable[[MissingSign, dict[str, str]], Mapping[str, Any]]


def missing_export(*, chosen: MissingFilter, at: date, datum: Datum, words: Words) -> Export:
    """``words``: a spot and the streets it meets → its ``label`` and ``where``."""
    return listed(
        name="missing_signs",
        title=_("Missing signs"),
        columns=[
            Column("place", _("Place")),
            Column("pinyin", _("Pinyin")),
            Column("kind", _("Kind")),
            Column("where", _("Where")),
            Column("division", _("Division code")),
            Column("rule", _("Rule")),
            Column("found_on", _("Found on")),
            Column("planned", _("Planned sign")),
            *flags(),
        ],
        rows=lambda: _rows(chosen, at, words),
        datum=datum,
        day=at,
    )


def _rows(chosen: MissingFilter, at: date, words: Words) -> Iterator[Mapping[str, Any]]:
    after = 0
    while rows := missing_signs(at=at, chosen=chosen, size=STREAM, after=after):
        after = rows[-1].id
        streets = other_streets(rows=rows, at=at)
        for row in rows:
            told = words(row, streets)
            yield {
                "place": row.name,
                "pinyin": row.pinyin,
                "kind": str(told["label"]),
                "where": told["where"],
                "division": row.division_code,
                "rule": row.rule_id_text,
                "found_on": row.found_on.isoformat(),
                "planned": row.planned_number or "",
                "synthetic": row.synthetic,
                "approximate": row.approximate,
                "geometry": None if row.lon is None else Point(row.lon, row.lat),
            }
