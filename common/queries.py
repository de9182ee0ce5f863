"""Questions that concern every table alike: where facts come from, how a row changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Count, Q

from common.models import Recorded, Source


@dataclass(frozen=True, slots=True)
class SourceUse:
    """How many rows of one table come from one source."""

    source: Source | None
    table: str
    rows: int
    synthetic: int
    approximate: int


def source_uses() -> list[SourceUse]:
    """Rows per source and table, with the shares that are synthetic or approximate.

    Of what may be shown: the rest, counted, would tell how much is hidden.
    """
    sources = {source.pk: source for source in Source.objects.all()}
    uses = []
    for model in apps.get_models():
        if not issubclass(model, Recorded):
            continue
        rows = model.objects
        counted = (
            (rows.shown() if hasattr(rows, "shown") else rows)
            .values("source")
            .annotate(
                rows=Count("pk"),
                made_up=Count("pk", filter=Q(synthetic=True)),
                rough=Count("pk", filter=Q(approximate=True)),
            )
        )
        uses += [
            SourceUse(
                source=sources.get(row["source"]),
                table=str(model._meta.verbose_name_plural),
                rows=row["rows"],
                synthetic=row["made_up"],
                approximate=row["rough"],
            )
            for row in counted
        ]
    return sorted(uses, key=lambda use: (use.source.key if use.source else "~", -use.rows))


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """One change of one row: when, by whom, in which operation, what before and after."""

    at: datetime
    who: str
    operation: str
    fields: Sequence[FieldChange]


def row_changes(
    row: models.Model, *, until: datetime | None = None, since: datetime | None = None
) -> list[RowChange]:
    """Every change of a tracked row, newest first, told by the database's own history.

    With ``until``, ``row`` is the row as it was then and later changes are left out; with
    ``since`` those up to then, and what stood before.
    """
    event_model = row.events.model
    shown = [
        field
        for field in row._meta.concrete_fields
        if (field.editable or isinstance(field, models.GeneratedField))
        and hasattr(event_model, field.attname)
    ]
    kept = row.events.select_related("pgh_context").order_by("pgh_id")
    kept = kept if since is None else kept.filter(pgh_created_at__gt=since)
    events = list(kept if until is None else kept.filter(pgh_created_at__lt=until))
    if not events:
        return []
    people = get_user_model().objects.in_bulk(
        {
            event.pgh_context.metadata.get("user")
            for event in events
            if event.pgh_context and event.pgh_context.metadata.get("user")
        }
    )
    changes = []
    for event, after in zip(events, [*events[1:], row], strict=True):
        metadata = event.pgh_context.metadata if event.pgh_context else {}
        fields = [
            FieldChange(str(field.verbose_name), before, now)
            for field in shown
            if (before := getattr(event, field.attname)) != (now := getattr(after, field.attname))
        ]
        if fields:
            changes.append(
                RowChange(
                    at=event.pgh_created_at,
                    who=str(people.get(metadata.get("user"), "")),
                    operation=str(metadata.get("operation", "")),
                    fields=fields,
                )
            )
    return changes[::-1]
