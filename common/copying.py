"""Many rows at once through PostgreSQL's COPY: what makes a country load in seconds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import shapely
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Any]) -> int:
    """Append rows given as tuples in the order of ``columns`` (field or attribute names).

    No ``save()``, no defaults: every column that the database requires has to be named. Text,
    numbers, days, UUIDs, shapely geometries (as :func:`ewkb`) and periods (:func:`since`) pass.
    """
    return _copy(model._meta.db_table, _column_names(model, columns), rows)


def update_rows(
    model: type[models.Model], key: str, columns: Sequence[str], rows: Iterable[Any]
) -> int:
    """Set ``columns`` of the rows named by ``key``, which is the first value of every tuple.

    One statement over a table of this transaction: history triggers see every row.
    """
    table, names = model._meta.db_table, _column_names(model, [key, *columns])
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE copied_rows ON COMMIT DROP AS "
            f'SELECT {", ".join(names)} FROM "{table}" WITH NO DATA'
        )
        _copy("copied_rows", names, rows)
        sets = ", ".join(f"{name} = given.{name}" for name in names[1:])
        cursor.execute(
            f'UPDATE "{table}" kept SET {sets} FROM copied_rows given '
            f"WHERE kept.{names[0]} = given.{names[0]}"
        )
        count = int(cursor.rowcount)
        cursor.execute("DROP TABLE copied_rows")
    return count


def analyse(*tables: type[models.Model]) -> None:
    """Tell the planner what was just loaded, without which the next part's joins take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f'"{model._meta.db_table}"' for model in tables))


def ewkb(geometry: Any, srid: int = 4490) -> str | None:
    """A shapely or GEOS geometry as COPY takes it; one that is text already stays as it is."""
    if geometry is None or isinstance(geometry, str):
        return geometry
    if not isinstance(geometry, shapely.Geometry):
        return str(geometry.hexewkb.decode())
    return str(shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True))


def since(day: date | None, until: date | None = None) -> str:
    """The period from ``day`` on to before ``until``, open where that is not known."""
    return f"[{day.isoformat() if day else ''},{until.isoformat() if until else ''})"


def _column_names(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    return [f'"{model._meta.get_field(name).column}"' for name in columns]


def _copy(table: str, names: Sequence[str], rows: Iterable[Any]) -> int:
    lines = _Lines("\t".join(map(_text, row)) + "\n" for row in rows)
    # COPY goes past Django's cursor, so its errors are named here.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f'COPY "{table}" ({", ".join(names)}) FROM STDIN', lines)
        return int(cursor.rowcount)


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    text = value if isinstance(value, str) else str(value)
    return text.translate(_ESCAPES)


class _Lines:
    """An iterator of lines that reads like a file, so that memory stays bounded."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = ""

    def read(self, size: int = -1) -> str:
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        if size < 0:
            self._rest = ""
            return text
        self._rest = text[size:]
        return text[:size]
