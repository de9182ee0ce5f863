"""Naming cases of a filtered list, as they stood on the day."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import shapely
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.datums import Datum
from common.exporting.sheets import Column, Export
from gazetteer.models import CaseKind, CaseState, LegalCategory, NamingCase
from gazetteer.queries.cases import NEVER

STREAM = 500
_LATER = ("submitted_on", "approved_on", "filed_on", "announced_on", "standard_on")


def export_of_cases(*, cases: QuerySet[NamingCase], at: date, datum: Datum) -> Export:
    return Export(
        name="naming_cases",
        title=_("Naming cases"),
        note=_("Sketch positions, not legal boundaries; synthetic and approximate rows say so."),
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
            Column("synthetic", _("Synthetic"), kind="flag"),
            Column("approximate", _("Approximate"), kind="flag", short="approximat"),
            Column("day", _("As of")),
        ],
        rows=lambda: _rows(cases, at),
        datum=datum,
        day=at,
        yes=_("yes"),
        no=_("no"),
    )


def _rows(cases: QuerySet[NamingCase], at: date) -> Iterator[Mapping[str, Any]]:
    for case in cases.order_by("due", "pk").iterator(chunk_size=STREAM):
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
            "day": at.isoformat(),
            "geometry": shapely.from_wkb(bytes(case.geometry.wkb)) if case.geometry else None,
        }
