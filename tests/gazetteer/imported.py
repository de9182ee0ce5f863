"""Files of place names brought in by tests: checked for a day in Tianhe."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from common.imports.checking import check_batch
from common.imports.uploads import declare, receive_upload
from common.models import ImportBatch, ImportRow
from gazetteer.models import Place
from gazetteer.queries.name_filters import chosen_names

FILES = Path(__file__).parent / "files"
DAY = date(2024, 5, 1)
DISTRICT = "440106"
HEADINGS = "标准名称,地名类别,行政区划代码,经度,纬度"


def received(content: bytes | str, name: str = "a.csv", *, by: Any = None) -> ImportBatch:
    data = content.encode() if isinstance(content, str) else content
    return receive_upload(
        by=by,
        at=DAY,
        kind="names",
        jurisdiction=DISTRICT,
        upload=ContentFile(data, name=name),
        name=name,
    )


def checked(
    content: bytes | str, name: str = "a.csv", *, datum: str = "CGCS2000", by: Any = None
) -> ImportBatch:
    batch = received(content, name, by=by)
    declare(batch=batch, by=by, datum=datum, mapping=batch.mapping)
    return check_batch(batch=batch, by=by)


def csv_of(*lines: str, more: str = "") -> str:
    return "\n".join([HEADINGS + more, *lines]) + "\n"


def only(batch: ImportBatch) -> ImportRow:
    row: ImportRow = batch.rows.get()
    return row


def codes(row: ImportRow) -> set[str]:
    return {remark["code"] for remark in row.remarks}


def known_street() -> Place:
    place: Place = Place.objects.get(names__text="天河路", division_code=DISTRICT, division=None)
    return place


def everything() -> Any:
    """Every row of the tables that an import writes, as the database has it."""
    with connection.cursor() as cursor:
        found = []
        for table in ("gazetteer_place", "gazetteer_placename", "gazetteer_placecode"):
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found.append(cursor.fetchone())
    return found


FULL = csv_of(
    "试验一路,街路巷,440106,113.33,23.13,shìyàn Yīlù,试验之意,因试验得名,1990年代辟建,1990,"
    "市民政局,2001-02-03,穗民〔2001〕1号,12,44010600123600000001",
    more=",汉语拼音,含义,来历,历史沿革,启用时间,批准机关,批准时间,文号,页码,地名代码",
)


def chosen(**filters: str) -> Any:
    wanted = {"within": DISTRICT, "category": "", "text": "", "reading": "", **filters}
    return chosen_names(at=DAY, **wanted)
