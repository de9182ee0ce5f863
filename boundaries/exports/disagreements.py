"""Disagreements of published lists and documents as a list, both accounts beside each other."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from boundaries.models import DivisionEvent
from boundaries.queries.disagreements import both_accounts
from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import listed


def disagreements_export(*, rows: QuerySet[DivisionEvent], at: date, datum: Datum) -> Export:
    return listed(
        name="disagreements",
        title=_("Disagreements of lists and documents"),
        columns=[
            Column("kind", _("Kind of change")),
            Column("doubt", _("Disagreement")),
            Column("lists_day", _("Day by the lists")),
            Column("lists", _("What the lists show")),
            Column("documents_day", _("Day by the documents")),
            Column("documents", _("What documents and records say")),
        ],
        rows=lambda: _rows(rows),
        datum=datum,
        day=at,
    )


def _rows(rows: QuerySet[DivisionEvent]) -> Iterator[dict[str, Any]]:
    for event in rows.iterator(chunk_size=500):
        told = both_accounts(event)
        lists_day, lists = told.lists or ("", "")
        documents_day, documents = told.documents or ("", "")
        yield {
            "kind": str(event.get_kind_display()),
            "doubt": str(event.get_doubt_display()),
            "lists_day": lists_day,
            "lists": lists,
            "documents_day": documents_day,
            "documents": documents,
            "source": str(event.source or ""),
            "geometry": None,
        }
