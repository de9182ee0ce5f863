"""An upload becomes a batch: kept under a name of ours, opened, its columns guessed."""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import translation

from common import audit
from common.errors import BadInput
from common.importing.columns import guess_columns
from common.importing.opening import open_table
from common.importing.rows import POSITION_FIELDS
from common.importing.tables import LARGEST_FILE, MEGABYTE, SourceRow, Table
from common.models import ImportBatch
from common.registries import ImportKind, import_kinds

PREVIEW = 8


def import_kind(key: str) -> ImportKind:
    found = import_kinds().get(key)
    if found is None:
        raise BadInput("There is no import of the kind “%(kind)s”.", kind=key[:40])
    return found


@transaction.atomic
def receive_upload(
    *, by: Any, at: date, kind: str, jurisdiction: str, upload: Any, name: str
) -> ImportBatch:
    """Keep an uploaded file as a draft; raises BadInput where it cannot be read at all.

    ``by`` is None for commands run at the machine itself.
    """
    wanted = import_kind(kind)
    if by is not None:
        wanted.require(by=by, codes=[jurisdiction])
    if upload is None or not name:
        raise BadInput("Choose a file to import.")
    if upload.size > LARGEST_FILE:
        raise BadInput("The file has more than %(most)d MB.", most=LARGEST_FILE // MEGABYTE)
    digest = hashlib.sha256()
    suffix = Path(name).suffix.lower()
    with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
        for piece in upload.chunks():
            digest.update(piece)
            kept.write(piece)
        kept.flush()
        table = open_table(Path(kept.name), name=name)
        batch = ImportBatch(
            kind=kind,
            jurisdiction=jurisdiction,
            day=at,
            file_name=Path(name).name[-200:],
            sha256=digest.hexdigest(),
            size=upload.size,
            format=table.format,
            by=by,
        )
        _take_from(batch, table)
        batch.mapping = _remembered(batch) or guessed_mapping(wanted, table)
        # The name on disk is ours: what people call a file is only ever shown.
        batch.file.save(f"{batch.pk}{suffix}", File(kept), save=False)
        batch.save()
    audit.record(
        by=by,
        operation="upload_import",
        subject=batch,
        jurisdiction=jurisdiction,
        file=batch.file_name,
        sha256=batch.sha256,
    )
    return batch


@transaction.atomic
def choose_sheet(*, batch: ImportBatch, by: Any, sheet: str) -> None:
    """Read another sheet or layer of the same file."""
    kind = _open_for(batch, by)
    table = table_of(batch, sheet=sheet)
    _take_from(batch, table)
    batch.mapping = _remembered(batch) or guessed_mapping(kind, table)
    batch.state = ImportBatch.State.DRAFT
    batch.save()


@transaction.atomic
def declare(*, batch: ImportBatch, by: Any, datum: str, mapping: dict[str, str]) -> None:
    """Keep the declared datum and which heading is which field; the check reads them."""
    kind = _open_for(batch, by)
    fields = {field.key for field in kind.fields}
    kept = {key: heading for key, heading in mapping.items() if key in fields and heading}
    for heading in kept.values():
        if heading not in batch.headings:
            raise BadInput("The file has no heading “%(heading)s”.", heading=heading[:40])
    used = list(kept.values())
    twice = next((heading for heading in used if used.count(heading) > 1), "")
    if twice:
        raise BadInput("The heading “%(heading)s” is used for two fields.", heading=twice[:40])
    for field in kind.fields:
        if field.required and field.key not in kept:
            raise BadInput("Say which column holds “%(field)s”.", field=str(field.label))
    if not datum:
        raise BadInput("Declare the datum of the coordinates: nothing is guessed silently.")
    batch.mapping, batch.datum = kept, datum
    batch.state = ImportBatch.State.DRAFT
    batch.save()


def table_of(batch: ImportBatch, *, sheet: str = "") -> Table:
    try:
        return open_table(Path(batch.file.path), name=batch.file_name, sheet=sheet or batch.sheet)
    except FileNotFoundError:
        raise BadInput("The uploaded file is no longer kept: upload it again.") from None


def preview(table: Table) -> list[SourceRow]:
    return list(islice(table.rows(), PREVIEW))


def guessed_mapping(kind: ImportKind, table: Table) -> dict[str, str]:
    words: dict[str, Sequence[str]] = {}
    for field in kind.fields:
        labels = []
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                labels.append(str(field.label))
        words[field.key] = [*labels, *field.words]
    found = guess_columns(table.headings, words)
    if table.has_geometry:
        found = {key: value for key, value in found.items() if key not in POSITION_FIELDS}
    return found


def _open_for(batch: ImportBatch, by: Any) -> ImportKind:
    kind = import_kind(batch.kind)
    if by is not None:
        kind.require(by=by, codes=[batch.jurisdiction])
    if batch.state not in (ImportBatch.State.DRAFT, ImportBatch.State.CHECKED) or batch.busy:
        raise BadInput("This import has gone on already: upload the file again to change it.")
    return kind


def _take_from(batch: ImportBatch, table: Table) -> None:
    batch.encoding, batch.separator = table.encoding[:20], table.separator
    batch.sheet, batch.headings = table.sheet[:100], table.headings


def _remembered(batch: ImportBatch) -> dict[str, str]:
    """The mapping that the last file of this kind with the same headings was checked with."""
    last = (
        ImportBatch.objects.filter(kind=batch.kind, headings=batch.headings)
        .exclude(datum="")
        .order_by("-created_at")
        .first()
    )
    return dict(last.mapping) if last else {}
