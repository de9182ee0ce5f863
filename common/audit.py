"""One audit line per operation, written in the operation's own transaction."""

from typing import Any

import pghistory
from django.db import models

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
    """Write who did what; also hands the operation's name to the row history's context."""
    pghistory.context(operation=operation, reason=reason)
    return AuditEntry.objects.create(
        user=by,
        operation=operation,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        jurisdiction=jurisdiction,
        reason=reason,
        details=details,
    )
