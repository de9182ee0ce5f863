"""A row beside the record it is about: what stands, and what would stand."""

from typing import Any

import shapely

from common.copying import ewkb
from common.importing.rows import GivenRow
from gazetteer.domain.name_periods import PAST, end_bound
from gazetteer.importers.cells import NameCells, texts_of
from gazetteer.importers.positions import SAME_PLACE_M, moved_m, point_fits
from gazetteer.operations.names import NewName, spell_many
from gazetteer.queries.known_names import KnownName

_OF_NAME = ("meaning", "origin", "history", "approved_by", "document", "document_page")


def changed_record(
    row: GivenRow, cells: NameCells, record: KnownName
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) as kept with the row; equal where the row says nothing new."""
    before = {"place": record.place, "name": record.name, "code": record.code}
    place, name = dict(record.place), dict(record.name)
    for key, text in texts_of(row).items():
        (name if key in _OF_NAME else place)[key] = text
    for column, value in (
        ("legal_category", cells.category),
        ("class_code", cells.class_code),
        ("division_code", cells.division_code),
    ):
        if value:
            place[column] = value
    if cells.approved_on:
        name["approved_on"] = cells.approved_on.isoformat()
    for flag in ("synthetic", "approximate"):
        value = getattr(cells, flag)
        if value is not None:
            place[flag] = value
    _dates(cells, name)
    _spelling(cells, place, name)
    _position(row, place)
    after = {"place": place, "name": name, "code": cells.place_code or record.code}
    return before, after


def _dates(cells: NameCells, name: dict[str, Any]) -> None:
    lower, upper = name["period"][1:-1].split(",")
    if name["kind"] in PAST:
        _dates_of_past(cells, name, lower)
        return
    for field, partial, bound in (("began", cells.began, lower), ("ended", cells.ended, upper)):
        if partial is None:
            continue
        day = partial.first.isoformat() if partial.first else ""
        stands = name[field] or bound
        if partial.edtf in (name[field], stands):
            continue
        name[field] = "" if partial.exact else partial.edtf
        lower, upper = (day, upper) if field == "began" else (lower, day)
    period = f"[{lower},{upper})"
    if period != "[" + name["period"][1:]:
        name["period"] = period


def _dates_of_past(cells: NameCells, name: dict[str, Any], lower: str) -> None:
    """Dates of its use: the record goes on from its end."""
    if cells.began:
        name["began"] = cells.began.edtf
    if cells.ended and cells.ended.edtf != (name["ended"] or lower):
        bound = end_bound(cells.began, cells.ended)
        name["ended"] = cells.ended.edtf
        name["period"] = f"[{bound.isoformat() if bound else ''},)"


def _spelling(cells: NameCells, place: dict[str, Any], name: dict[str, Any]) -> None:
    if not cells.reading or cells.reading == name["pinyin_toned"]:
        return
    [spelling] = spell_many(
        [
            NewName(
                text=name["text"],
                legal_category=place["legal_category"],
                division_code=place["division_code"],
                reading=cells.reading,
            )
        ]
    )
    for column in spelling.__slots__:
        name[column] = getattr(spelling, column)


def _position(row: GivenRow, place: dict[str, Any]) -> None:
    if row.geometry is None:
        return
    stands = shapely.from_wkb(place["geometry"]) if place["geometry"] else None
    if stands is not None and row.from_point and stands.geom_type != "Point":
        if not point_fits(stands, row.geometry):
            row.remark("keeps_shape")
        return
    if moved_m(stands, row.geometry) > SAME_PLACE_M:
        place["geometry"] = ewkb(row.geometry)
