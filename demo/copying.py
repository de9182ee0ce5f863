"""Many rows at once through PostgreSQL's COPY: what makes the country load in seconds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import shapely
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Any]) -> int:
    """Append rows given as tuples in the order of ``columns`` (field or attribute names).

    No ``save()``, no defaults: every column that the database requires has to be named. Text,
    numbers, days, UUIDs, shapely geometries (as :func:`ewkb`) and periods (:func:`since`) pass.
    """
    names = ", ".join(f'"{model._meta.get_field(name).column}"' for name in columns)
    lines = _Lines("\t".join(map(_text, row)) + "\n" for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', lines)
        return int(cursor.rowcount)


def analyse(*tables: type[models.Model]) -> None:
    """Tell the planner what was just loaded, without which the next part's joins take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f'"{model._meta.db_table}"' for model in tables))


def ewkb(geometry: Any, srid: int = 4490) -> str | None:
    """A geometry as COPY takes it."""
    if geometry is None:
        return None
    return str(shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True))


def since(day: date) -> str:
    """The period from ``day`` on, open above."""
    return f"[{day.isoformat()},)"


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
