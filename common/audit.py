"""One audit line per operation, written in the operation's own transaction.

Numbers are drawn before a transaction ends: a greater one may be there while a smaller one is still
to come, and who goes on from the greater would miss it for ever. So each transaction says after
which number it draws, and whoever reads on from a number reads up to :func:`settled` alone.
"""

from typing import Any

import pghistory
from django.db import connection, models, transaction
from pghistory.models import Context

from common.models import AuditEntry

# Advisory locks from here on, each that of the number after which a transaction draws its own.
DRAWING, MOST = 1203 << 48, 1 << 48
DRAWN = "last_value - (NOT is_called)::int"
LINES = "common_auditentry_id_seq"


def record(
    *,
    by: Any,
    operation: str,
    subject: models.Model,
    jurisdiction: str = "",
    reason: str = "",
    **details: Any,
) -> AuditEntry:
    """Write who did what; the row history of the same request learns the operation's name."""
    with pghistory.context(operation=operation, reason=reason) as context:
        Context.objects.filter(pk=context.id).update(metadata=context.metadata)
    with transaction.atomic(savepoint=False):
        _say_drawing()
        return AuditEntry.objects.create(
            user=by,
            operation=operation,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            jurisdiction=jurisdiction,
            reason=reason,
            details=details,
        )


def _say_drawing() -> None:
    """Once in a transaction: nobody waits for the lock, and a savepoint takes both back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT set_config('diming.drawing',
                concat(pg_advisory_xact_lock_shared(%s + {DRAWN}), 'yes'), true)
            FROM {LINES} WHERE current_setting('diming.drawing', true) IS DISTINCT FROM 'yes'
            """,
            [DRAWING],
        )


def settled() -> int:
    """The number up to which every line is written, or never will be.

    To be asked before the lines are read. What was drawn is asked before who draws: who began to
    meanwhile draws greater numbers.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {DRAWN} FROM {LINES}")
        (drawn,) = cursor.fetchone()
        cursor.execute(
            """
            SELECT min(number) FROM pg_locks,
                LATERAL (SELECT ((classid::bigint << 32) | objid::bigint) - %s AS number) AS held
            WHERE locktype = 'advisory' AND objsubid = 1 AND number >= 0 AND number < %s
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            [DRAWING, MOST],
        )
        (after,) = cursor.fetchone()
    return int(drawn if after is None else min(drawn, after))
