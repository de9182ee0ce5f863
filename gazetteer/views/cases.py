"""Naming cases as a list with its map, and as a board by step."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from common.errors import BadInput
from common.filters import read_code
from common.list_layouts import ListColumn, ListLayout
from common.registries import ChosenRows, area_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.domain.workflow import WAY
from gazetteer.exports.cases import export_of_cases
from gazetteer.models import CaseKind, CaseState, NamingCase
from gazetteer.queries.cases import (
    NEVER,
    OVER,
    CaseFilter,
    case_signal,
    chosen_cases,
)
from gazetteer.queries.divisions import NamedCode, division_chains, division_choices, path_text
from gazetteer.queries.keyset import page as keyset_page
from gazetteer.views.case_wording import KIND_ICONS, days_words, state_chip

PAGE = 50
IN_A_COLUMN = 20
LONGEST_TEXT = 60
SIDE_EXITS = (CaseState.RETURNED, CaseState.REJECTED, CaseState.WITHDRAWN)
FLAGS = ("overdue", "mine")
LAYOUT = ListLayout(
    columns=[
        ListColumn("step", gettext_lazy("Step and deadline"), usual=True),
        ListColumn("applicant", gettext_lazy("Applicant"), lambda row: row["case"].applicant),
        ListColumn("opened", gettext_lazy("Opened on"), lambda row: row["opened_on"]),
        ListColumn("submitted", gettext_lazy("Submitted on"), lambda row: row["submitted_on"]),
        ListColumn("approved", gettext_lazy("Approved on"), lambda row: row["approved_on"]),
        ListColumn("announced", gettext_lazy("Announced on"), lambda row: row["announced_on"]),
    ],
    orders=[
        ("due", gettext_lazy("what is due first")),
        ("opened", gettext_lazy("latest opened first")),
    ],
)
ORDERS = {"due": "due", "opened": "-opened_on"}
DAYS = ("opened_on", "submitted_on", "approved_on", "announced_on")


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Cases by step, and how many of them are overdue, whatever the list shows of them."""

    by_step: dict[str, int]
    late: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_step.values())

    @property
    def overdue(self) -> int:
        return sum(self.late.values())


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def case_list(request: Any) -> HttpResponse:
    asked = read_filters(request.GET)
    page = keyset_page(
        shown_cases(request, asked).annotate(point=PointOnSurface("geometry")),
        by=ORDERS[request.list_layout.order],
        after=request.GET.get("after", "")[:80],
        limit=PAGE,
    )
    counts = _counts(request, asked)
    found = counts.by_step.get(asked["step"], 0) if asked["step"] else counts.total
    again = _address(request, "gazetteer:cases") if request.GET.get("after") else ""
    values = {
        **_shared(request, asked, counts, "gazetteer:cases"),
        "rows": _rows(page.rows, request.day),
        "pager": {
            "count_text": ngettext("%(count)d case", "%(count)d cases", found) % {"count": found},
            "next_url": _address(request, "gazetteer:cases", after=page.after)
            if page.after
            else "",
            "previous_url": again,
        },
        "bounds": area_bounds(asked["within"], at=request.day),
        "other_url": _address(request, "gazetteer:case_board", step=""),
    }
    return render(request, "gazetteer/case_list.html", values)


@require_GET
def case_board(request: Any) -> HttpResponse:
    """The way column by column; on a phone one step after the other, chosen by its chip."""
    asked = read_filters(request.GET)
    counts = _counts(request, asked)
    rows = shown_cases(request, asked)
    held: dict[str, list[NamingCase]] = {}
    first = Window(RowNumber(), partition_by="state_on", order_by=["due", "pk"])
    running = rows.exclude(state_on__in=OVER).annotate(nth=first).filter(nth__lte=IN_A_COLUMN)
    for row in running.order_by("due", "pk"):
        held.setdefault(row.state_on, []).append(row)
    # What is in effect goes on for ever: the newest of it is enough here.
    over = rows.filter(state_on=CaseState.STANDARD).order_by("-standard_on", "pk")
    held[CaseState.STANDARD] = list(over[:IN_A_COLUMN])
    shown = [asked["step"]] if asked["step"] else [*WAY, CaseState.RETURNED]
    chosen = [row for state in shown for row in held.get(state, [])]
    cards = {row["case"].pk: row for row in _rows(chosen, request.day)}
    columns = [
        {
            "label": CaseState(state).label,
            "total": counts.by_step.get(state, 0),
            "overdue": counts.late.get(state, 0),
            "cards": [cards[row.pk] for row in held.get(state, [])],
            "more": max(0, counts.by_step.get(state, 0) - IN_A_COLUMN),
            "url": _address(request, "gazetteer:cases", step=state),
        }
        for state in shown
    ]
    values = {
        **_shared(request, asked, counts, "gazetteer:case_board"),
        "columns": columns,
        "empty": not any(column["cards"] for column in columns),
        "other_url": _address(request, "gazetteer:cases"),
    }
    return render(request, "gazetteer/case_board.html", values)


def read_filters(asked: QueryDict) -> dict[str, Any]:
    """The filters out of an address; raises BadInput for what is none."""
    kind, step = asked.get("kind", ""), asked.get("step", "")
    within = read_code(asked.get("within", ""))
    if kind not in ("", *CaseKind.values) or step not in ("", *CaseState.values):
        raise BadInput("The list has no such filter.")
    flags = {flag: asked.get(flag) == "1" for flag in FLAGS}
    text = asked.get("q", "").strip()[:LONGEST_TEXT]
    return {"kind": kind, "step": step, "within": within, "text": text, **flags}


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = _cases_on(read_filters(query), at, by).defer(None).defer("findings")
    return ChosenRows(
        count=rows.order_by().count(),
        export=lambda datum: export_of_cases(cases=rows, at=at, datum=datum),
    )


def shown_cases(request: Any, asked: dict[str, Any]) -> Any:
    """What the filters leave, with the step, what is due and whether it is overdue on the day."""
    return _cases_on(asked, request.day, request.user)


def _cases_on(asked: dict[str, Any], at: date, by: Any) -> Any:
    chosen = CaseFilter(
        state=asked["step"], kind=asked["kind"], within=asked["within"], text=asked["text"]
    )
    rows = chosen_cases(at=at, chosen=chosen).defer("geometry", "findings")
    if asked["overdue"]:
        rows = rows.filter(overdue=True)
    return rows.filter(applied_by=by) if asked["mine"] else rows


def _counts(request: Any, asked: dict[str, Any]) -> StepCounts:
    """Cases at each step under the other filters: what every chip would show."""
    rows = shown_cases(request, asked | {"step": "", "overdue": False}).order_by()
    by_step: dict[str, int] = {}
    late: dict[str, int] = {}
    for state, overdue, count in rows.values_list("state_on", "overdue").annotate(Count("pk")):
        if overdue:
            late[state] = count
        if overdue or not asked["overdue"]:
            by_step[state] = by_step.get(state, 0) + count
    return StepCounts(by_step, late)


def _shared(request: Any, asked: dict[str, Any], counts: StepCounts, name: str) -> dict[str, Any]:
    """What list and board have in common: filters, chips of the steps, the first step."""
    steps = [
        {
            "label": CaseState(state).label,
            "count": counts.by_step.get(state, 0),
            "on": asked["step"] == state,
            "url": _address(request, name, step="" if asked["step"] == state else state),
        }
        for state in [*WAY, *SIDE_EXITS]
        if counts.by_step.get(state) or asked["step"] == state
    ]
    may_open = request.user.may(Capability.EDIT_NAME)
    return {
        "asked": asked,
        "kinds": CaseKind.choices,
        "areas": division_choices(home=settings.HOME_JURISDICTION, at=request.day),
        "steps": steps,
        "every_url": _address(request, name, step=""),
        "total": counts.total,
        "flags": [
            {
                "key": "overdue",
                "label": _("overdue"),
                "count": counts.overdue,
                "on": asked["overdue"],
                "state": "overdue",
                "url": _address(request, name, overdue="" if asked["overdue"] else "1"),
            },
            {
                "key": "mine",
                "label": _("recorded by me"),
                "count": None,
                "on": asked["mine"],
                "state": "",
                "url": _address(request, name, mine="" if asked["mine"] else "1"),
            },
        ],
        "filtered": any(asked.values()),
        "cleared_url": _cleared(request, name),
        "start": {
            "enabled": may_open and request.day == request.today,
            "url": reverse("gazetteer:case_start"),
            "reason": _("Cases are opened by place-name officers.")
            if not may_open
            else _("A past day is looked at: steps are made on today's page."),
        },
    }


def _rows(cases: list[NamingCase], at: date) -> list[dict[str, Any]]:
    chains = division_chains(codes=[case.division_code for case in cases], at=at)
    return [_row(case, chains, at) for case in cases]


def _row(case: NamingCase, chains: dict[str, list[NamedCode]], at: date) -> dict[str, Any]:
    signal, point = case_signal(case, at), getattr(case, "point", None)
    due = None if case.due == NEVER else case.due
    days = ""
    if due is not None:
        days = days_words(due, at)
        if case.state_on == CaseState.PUBLIC_COMMENT:
            days = _("comment until %(day)s") % {"day": due.isoformat()}
    return {
        "case": case,
        "point": (round(point.x, 6), round(point.y, 6)) if point else None,
        "state": signal,
        "chip": state_chip(case.state_on),
        "kind": CaseKind(case.kind).label,
        "icon": KIND_ICONS[case.kind],
        "where": path_text(chains[case.division_code][1:] or chains[case.division_code]),
        "due": due,
        "days": days,
        **{name: _by(getattr(case, name), at) for name in DAYS},
    }


def _by(day: date | None, at: date) -> str:
    """A day that had come by the day that is looked at."""
    return day.isoformat() if day is not None and day <= at else ""


def _address(request: Any, name: str, **changed: str) -> str:
    """The same filters at another page of the section, some of them changed."""
    kept = {key: value for key, value in request.GET.items() if key != "after"}
    query = urlencode({key: value for key, value in {**kept, **changed}.items() if value})
    return reverse(name) + (f"?{query}" if query else "")


def _cleared(request: Any, name: str) -> str:
    at = request.GET.get("at")
    return reverse(name) + (f"?{urlencode({'at': at})}" if at else "")
