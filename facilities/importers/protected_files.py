"""Files of protected areas: shapes with their kind and name."""

from collections.abc import Mapping
from pathlib import Path

import shapely

from common.datums import get_datum
from common.errors import BadInput
from common.importing.columns import guess_columns
from common.importing.declared import refuse_contradiction
from common.importing.opening import open_table
from common.importing.rows import GivenRow, given_rows
from common.imports.wording import COMMON, filled
from facilities.domain.exclusions import KINDS, GivenArea

WORDS: Mapping[str, tuple[str, ...]] = {
    "kind": ("type", "class", "类别", "类型"),
    "name": ("title", "名称"),
}
BY_WORD = {**{key: key for key in KINDS}, **{word: key for key, word in KINDS.items()}}


def read_protected(path: Path, *, kind: str = "", datum: str = "CGCS2000") -> list[GivenArea]:
    """The areas of a file; ``kind``: of all of them, else each row tells its own. Raises BadInput
    with the row that cannot be used."""
    if kind and kind not in BY_WORD:
        raise BadInput("“%(kind)s” is no kind of protected area.", kind=kind[:20])
    table, declared = open_table(path, name=path.name), get_datum(datum)
    refuse_contradiction(table.crs, declared)
    mapping = guess_columns(table.headings, WORDS)
    found = [_area(row, kind) for chunk in given_rows(table, mapping, declared) for row in chunk]
    if not found:
        raise BadInput("The file holds no areas.")
    return found


def _area(row: GivenRow, kind: str) -> GivenArea:
    for remark in row.remarks:
        known = COMMON[remark["code"]]
        if known.level == "fault":
            why = str(filled(known.text, remark.get("values", {}), {})).rstrip(".")
            raise BadInput("Row %(row)d: %(why)s.", row=row.number, why=why)
    if row.geometry is None:
        raise BadInput("Row %(row)d has no position.", row=row.number)
    told = kind or row.values.get("kind", "")
    if told not in BY_WORD:
        raise BadInput(
            "Row %(row)d: “%(kind)s” is no kind of protected area.", row=row.number, kind=told[:20]
        )
    if not shapely.is_valid(row.geometry):
        raise BadInput("Row %(row)d: its shape crosses itself.", row=row.number)
    return GivenArea(BY_WORD[told], row.values.get("name", "")[:120], row.geometry)
