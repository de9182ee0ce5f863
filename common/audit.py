"""One audit line per operation, written in the operation's own transaction."""

from typing import Any

import pghistory
from django.db import connection, models
from pghistory.models import Context

from common.models import AuditEntry


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
    with connection.cursor() as cursor:
        # Before the number of the line is drawn: a reader of the feed of changes waits for this
        # transaction only once it has a number of its own, and would miss the line for ever.
        cursor.execute("SELECT pg_current_xact_id()")
    return AuditEntry.objects.create(
        user=by,
        operation=operation,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        jurisdiction=jurisdiction,
        reason=reason,
        details=details,
    )
