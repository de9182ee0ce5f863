"""Statements that are asked at every request or key press: parsed and planned once a connection.

PostgreSQL takes longer to read and plan such a statement than to answer it. It is prepared by name
where it is asked first; what its values are, no plan knows (PREPARE in the manual of PostgreSQL),
so it must be one whose best plan is the same for all of them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

NAMED = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=256)
def _statement(sql: str) -> tuple[str, str, str]:
    """(name, the statement that prepares it, the statement that asks it)."""
    values: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return values.setdefault(found[1], f"${len(values) + 1}")

    text = NAMED.sub(numbered, sql).replace("%%", "%")
    name = f"asked_{blake2b(sql.encode(), digest_size=8).hexdigest()}"
    asked = f"({', '.join(f'%({each})s' for each in values)})" if values else ""
    return name, f"PREPARE {name} AS {text}", f"EXECUTE {name}{asked}"


def prepared_rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of ``sql``, whose ``%(name)s`` are values: casts tell types that are not plain.

    The text must be one of a few: each is kept by every connection until it ends.
    """
    name, prepare, execute = _statement(sql)
    held = connections[DEFAULT_DB_ALIAS]
    with held.cursor() as cursor:
        if name not in held.prepared:
            # Not counted among the questions of a request: only the first one asks it.
            with held.wrap_database_errors, held.connection.cursor() as bare:
                bare.execute(prepare)
            held.prepared.add(name)
        cursor.execute(execute, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
