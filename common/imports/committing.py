"""All or nothing: a checked batch is written in one transaction, and taken back in one."""

from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from common import audit
from common.errors import Refusal
from common.imports.checking import Report, quiet
from common.imports.uploads import import_kind
from common.models import ImportBatch, ImportRow, Source

# Two imports at a time could each find what the other is about to write missing.
LOCK = 44_010_418
LISTED = 5


class CannotCommit(Refusal):
    """The batch cannot be imported as it is."""


class CannotUndo(Refusal):
    """The import cannot be taken back."""


class ChangedMeanwhile(Refusal):
    """Rows of a batch rest on what somebody has changed since the check."""

    template = (
        "Since the check %(count)d rows no longer stand as they were checked (%(numbers)s): "
        "check the file again."
    )


def listed(numbers: Iterable[str]) -> str:
    """The first few of them, for a sentence."""
    every = sorted(numbers)
    return ", ".join(every[:LISTED]) + (" …" if len(every) > LISTED else "")


@transaction.atomic
def commit_batch(*, batch: ImportBatch, by: Any, report: Report = quiet) -> ImportBatch:
    """Write every addition and change of a checked batch.

    Refuses while any row is a fault or a conflict, and when what the rows rest on has changed
    since the dry run.
    """
    batch = _locked(batch, by)
    if batch.state != ImportBatch.State.CHECKED:
        raise CannotCommit("Only an import that has been checked can be carried out.")
    stuck = batch.rows.filter(outcome__in=[ImportRow.Outcome.FAULT, ImportRow.Outcome.CONFLICT])
    count = stuck.count()
    if count:
        raise CannotCommit(
            "%(count)d rows have faults or conflicts: correct the file and upload it again; an "
            "import is carried out as a whole or not at all.",
            count=count,
        )
    batch.source = Source.objects.create(
        key=f"import-{batch.pk.hex[:12]}",
        title_zh=f"导入：{batch.file_name}"[:200],
        title_en=f"Import: {batch.file_name}"[:200],
    )
    with _history(by, "commit_import"):
        import_kind(batch.kind).commit(batch=batch, by=by, report=report)
    batch.state, batch.committed_at = ImportBatch.State.COMMITTED, timezone.now()
    batch.save()
    _recorded(batch, by, "commit_import")
    return batch


@transaction.atomic
def undo_batch(*, batch: ImportBatch, by: Any, report: Report = quiet) -> ImportBatch:
    """Take an import back exactly; refused, with what stands in the way, once built upon."""
    batch = _locked(batch, by)
    if batch.state != ImportBatch.State.COMMITTED:
        raise CannotUndo("Only an import that was carried out can be undone.")
    with _history(by, "undo_import"):
        import_kind(batch.kind).undo(batch=batch, by=by, report=report)
    source, batch.source = batch.source, None
    batch.state, batch.undone_at = ImportBatch.State.UNDONE, timezone.now()
    batch.save()
    if source is not None:
        source.delete()
    _recorded(batch, by, "undo_import")
    return batch


def _locked(batch: ImportBatch, by: Any) -> ImportBatch:
    if by is not None:
        import_kind(batch.kind).require(by=by, codes=[batch.jurisdiction])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


def _history(by: Any, operation: str) -> Any:
    """Who did it, for the history of every row: work in the background has no request to ask."""
    return pghistory.context(user=by.pk if by else None, operation=operation)


def _recorded(batch: ImportBatch, by: Any, operation: str) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=batch,
        jurisdiction=batch.jurisdiction,
        file=batch.file_name,
        sha256=batch.sha256,
        counts={key: value for key, value in batch.counts.items() if key != "remarks"},
    )
