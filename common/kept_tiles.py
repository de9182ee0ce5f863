"""Vector tiles that were made are kept for as long as the tables they were read from stay the same.

Every transaction that writes one of these tables leaves a mark (:class:`common.models.TableChange`)
by a trigger. The marks that can be seen say exactly whose rows can be seen, so that a change shows
with its commit, and what has not changed costs one small question.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from django.conf import settings
from django.db import connection

from common.postgis import WEB, Grid, TileQuery, make_tile
from common.prepared import prepared_rows

MOST_MARKS = 300
MARKS = """
    SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), ''), count(*),
           pg_current_xact_id_if_assigned() IS NULL
    FROM common_tablechange WHERE relation = ANY(%(tables)s::text[])
"""
# One new mark for all of those whose transactions are over for everybody.
SETTLE = """
    WITH settled AS (
        DELETE FROM common_tablechange
        WHERE pg_try_advisory_xact_lock(hashtext('common_tablechange'))
          AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        RETURNING relation
    )
    INSERT INTO common_tablechange (relation, transaction)
    SELECT DISTINCT relation, pg_current_xact_id()::text::bigint FROM settled
"""
MARKED = """
    SELECT concat_ws('.', relation.relname, nullif(substr(tgname, length('note_change_') + 1), ''))
    FROM pg_trigger made JOIN pg_class relation ON relation.oid = tgrelid
    WHERE starts_with(tgname, 'note_change') AND NOT tgisinternal
      AND relation.relnamespace = current_schema()::regnamespace
"""
MARK = """
    CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION common_note_change()
"""
# Of a table that is written often only one column may matter: another value in a row is a change.
MARK_COLUMN = """
    CREATE TRIGGER {name} AFTER UPDATE OF {column} ON {table}
    FOR EACH ROW WHEN (OLD.{column} IS DISTINCT FROM NEW.{column})
    EXECUTE FUNCTION common_note_change({column})
"""


class _Kept:
    """What was asked for last goes last; all together they stay below ``KEPT_TILES_MB``."""

    def __init__(self) -> None:
        self.made: OrderedDict[bytes, tuple[str, bytes, str]] = OrderedDict()
        self.size = 0
        self.lock = Lock()

    def get(self, key: bytes, marks: str) -> tuple[bytes, str] | None:
        with self.lock:
            found = self.made.get(key)
            if found is None or found[0] != marks:
                return None
            self.made.move_to_end(key)
            return found[1:]

    def put(self, key: bytes, marks: str, content: bytes, etag: str) -> None:
        with self.lock:
            former = self.made.pop(key, None)
            self.size += len(content) - (len(former[1]) if former else 0)
            self.made[key] = (marks, content, etag)
            while self.size > settings.KEPT_TILES_MB * 1024 * 1024:
                _key, (_marks, gone, _etag) = self.made.popitem(last=False)
                self.size -= len(gone)


_kept = _Kept()


def kept_tile(
    queries: Sequence[TileQuery],
    *,
    tables: Sequence[str],
    z: int,
    x: int,
    y: int,
    grid: Grid = WEB,
) -> tuple[bytes, str]:
    """(content, ETag) of a tile; made only where ``tables`` have changed since it was made last.

    ``table.column`` is a column alone, of rows that another table of these leads to.
    What a transaction has written itself nobody else may see: inside it every tile is made.
    """
    marks, shared = _marks(tables) if tables else ("", False)
    asked = repr((z, x, y, grid.finer, queries)).encode()
    key = hashlib.blake2b(asked, digest_size=16).digest()
    if shared and (found := _kept.get(key, marks)):
        return found
    content = make_tile(queries, z=z, x=x, y=y, grid=grid)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if shared:
        _kept.put(key, marks, content, etag)
    return content, etag


def mark_tables(tables: Sequence[str]) -> None:
    """Let every write of these tables leave its mark, as ``migrate`` does at its end."""
    with connection.cursor() as cursor:
        cursor.execute(MARKED)
        marked = {name for (name,) in cursor.fetchall()}
        quoted = connection.ops.quote_name
        for name in sorted(set(tables) - marked):
            table, _, column = name.partition(".")
            mark = MARK_COLUMN if column else MARK
            trigger = quoted(f"note_change_{column}")
            cursor.execute(mark.format(table=quoted(table), column=column, name=trigger))


def _marks(tables: Sequence[str]) -> tuple[str, bool]:
    """(the marks that can be seen, whether they are others' alone)."""
    [(marks, number, shared)] = prepared_rows(MARKS, {"tables": list(tables)})
    if shared and number > MOST_MARKS:
        with connection.cursor() as cursor:
            cursor.execute(SETTLE)
    return marks, shared
