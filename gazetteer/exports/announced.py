"""Announced names of a filtered list, with the particulars as they were announced."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from gazetteer.models import CaseKind, NamingCase
from gazetteer.queries.case_announcement import TITLES

STREAM = 500


def announced_export(*, cases: QuerySet[NamingCase], at: date, datum: Datum) -> Export:
    particulars = [Column(key, str(title).capitalize()) for key, title in TITLES.items()]
    return listed(
        name="announcements",
        title=_("Announcements of place names"),
        columns=[
            Column("announced_on", _("Announced on"), short="announced"),
            Column("kind", _("Kind")),
            *particulars,
            Column("document", _("Approval document")),
            Column("effective_on", _("Takes effect on"), short="effective"),
            *flags(),
        ],
        rows=lambda: _rows(cases),
        datum=datum,
        day=at,
    )


def _rows(cases: QuerySet[NamingCase]) -> Iterator[Mapping[str, Any]]:
    for case in cases.select_related("source").iterator(chunk_size=STREAM):
        yield {
            **{key: case.announcement.get(key, "") for key in TITLES},
            "announced_on": case.announced_on.isoformat() if case.announced_on else "",
            "kind": str(CaseKind(case.kind).label),
            "document": case.approval_document,
            "effective_on": case.effective_on.isoformat() if case.effective_on else "",
            "synthetic": case.synthetic,
            "approximate": case.approximate,
            "source": str(case.source or ""),
            "geometry": shape_of(case.geometry),
        }
