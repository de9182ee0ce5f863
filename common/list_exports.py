"""Any filtered list as a file: handed over at once, or kept with the work that asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from django.core.files.base import File
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import audit
from common.datums import Datum, get_datum
from common.exporting.sheets import Column, Export
from common.exporting.writing import SUFFIXES, write_export
from common.models import Job
from common.registries import add_job, list_exports


def register() -> None:
    add_job("export_list", export_list, gettext_lazy("Export of a list"))


def listed(
    *,
    name: str,
    title: Any,
    columns: Sequence[Column],
    rows: Callable[[], Iterator[Mapping[str, Any]]],
    datum: Datum,
    day: date,
) -> Export:
    """An export with what every list says of itself; ``source`` and ``day`` end each row."""
    told = [Column("source", _("Source")), Column("day", _("As of"))]
    return Export(
        name=name,
        title=str(title),
        note=_("Sketch positions, not legal boundaries; synthetic and approximate rows say so."),
        columns=[*columns, *told],
        rows=lambda: ({"source": "", "day": day.isoformat(), **row} for row in rows()),
        datum=datum,
        day=day,
        yes=_("yes"),
        no=_("no"),
    )


def flags() -> list[Column]:
    return [
        Column("synthetic", _("synthetic"), kind="flag"),
        Column("approximate", _("approximate"), kind="flag", short="approximat"),
    ]


def shape_of(geometry: Any) -> Any:
    """A GEOS geometry as the exports take it; None stays None."""
    return None if geometry is None else shapely.from_wkb(bytes(geometry.wkb))


def file_name(*, key: str, at: date, format: str) -> str:
    return f"{key}-{at.isoformat()}{SUFFIXES.get(format, '')}"


@contextmanager
def written(export: Export, *, format: str) -> Iterator[tuple[Path, int]]:
    """(path, rows) of the written file, which is gone afterwards."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{export.name}{SUFFIXES.get(format, '')}"
        yield path, write_export(export, format=format, path=path)


def note_export(*, by: Any, key: str, query: str, at: date, count: int, format: str) -> None:
    """Who took which list out: lists hold applicants and others (PIPL; domain reference §9.2)."""
    audit.record(
        by=by,
        operation="export_list",
        subject=by,
        list=key,
        query=query,
        day=at.isoformat(),
        rows=count,
        format=format,
    )


def export_list(
    *,
    job: Job,
    report: Callable[[int, int, str], None],
    key: str,
    query: str,
    at: str,
    format: str,
    datum: str,
) -> dict[str, Any]:
    """Write a long list and keep the file at the job; it holds what its owner may see."""
    day = date.fromisoformat(at)
    chosen = list_exports()[key].chosen(query=QueryDict(query), at=day, by=job.asked_by)
    report(0, 2, _("Writing the file"))
    with written(chosen.export(get_datum(datum)), format=format) as (path, count):
        report(1, 2, _("Keeping the file"))
        with path.open("rb") as file:
            name = file_name(key=key, at=day, format=format)
            job.result_file.save(name, File(file), save=False)
    job.save(update_fields=["result_file"])
    report(2, 2, "")
    return {_("Rows"): count}
