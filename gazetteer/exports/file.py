"""The file of an export: written beside, then handed over or kept with the work that asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from common.datums import get_datum
from common.exporting.writing import SUFFIXES, write_export
from gazetteer.exports.names import export_of
from gazetteer.queries.name_filters import chosen_names


def file_name(*, at: date, format: str) -> str:
    return f"place-names-{at.isoformat()}{SUFFIXES.get(format, '')}"


@contextmanager
def names_file(
    *, filters: dict[str, Any], at: date, format: str, datum: str
) -> Iterator[tuple[Path, int]]:
    """(path, rows) of the written file, which is gone afterwards."""
    export = export_of(names=chosen_names(at=at, **filters), at=at, datum=get_datum(datum))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"names{SUFFIXES.get(format, '')}"
        yield path, write_export(export, format=format, path=path)
