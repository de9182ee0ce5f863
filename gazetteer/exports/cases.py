"""Naming cases of a filtered list, as they stood on the day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from common.list_exports import flags, listed, shape_of
from gazetteer.models import CaseKind, CaseState, LegalCategory, NamingCase
from gazetteer.queries.cases import NEVER

STREAM = 500
_LATER = ("submitted_on", "approved_on", "filed_on", "announced_on", "standard_on")


def export_of_cases(*, cases: QuerySet[NamingCase], at: date, datum: Datum) -> Export:
    return listed(
        name="naming_cases",
        title=_("Naming cases"),
        columns=[
            Column("number", _("Case number")),
            Column("kind", _("Kind")),
            Column("text", _("Proposed name")),
            Column("current", _("Name until now"), short="until_now"),
            Column("category", _("Category")),
            Column("division_code", _("Division code"), short="division"),
            Column("position", _("Position in words")),
            Column("applicant", _("Applicant")),
            Column("step", _("Step")),
            Column("opened_on", _("Opened on")),
            Column("submitted_on", _("Submitted on"), short="submitted"),
            Column("approved_on", _("Approved on"), short="approved"),
            Column("filed_on", _("Filed on")),
            Column("announced_on", _("Announced on"), short="announced"),
            Column("standard_on", _("Standard name since"), short="standard"),
            Column("due", _("Due on")),
            Column("overdue", _("Overdue"), kind="flag"),
            *flags(),
        ],
        rows=lambda: _rows(cases, at),
        datum=datum,
        day=at,
    )


def _rows(cases: QuerySet[NamingCase], at: date) -> Iterator[Mapping[str, Any]]:
    for case in cases.select_related("source").order_by("due", "pk").iterator(chunk_size=STREAM):
        yield {
            "number": case.number,
            "kind": str(CaseKind(case.kind).label),
            "text": case.text,
            "current": case.current_text,
            "category": str(LegalCategory(case.category).label),
            "division_code": case.division_code,
            "position": case.position,
            "applicant": case.applicant,
            "step": str(CaseState(case.state_on).label),
            "opened_on": case.opened_on.isoformat(),
            # What had not happened yet on the day is not told.
            **{
                name: day.isoformat() if (day := getattr(case, name)) and day <= at else ""
                for name in _LATER
            },
            "due": "" if case.due == NEVER else case.due.isoformat(),
            "overdue": case.overdue,
            "synthetic": case.synthetic,
            "approximate": case.approximate,
            "source": str(case.source or ""),
            "geometry": shape_of(case.geometry),
        }
