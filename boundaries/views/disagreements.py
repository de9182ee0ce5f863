"""Where lists and documents disagree: both accounts beside each other."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.domain.scope import jurisdiction_of
from boundaries.exports.disagreements import disagreements_export
from boundaries.models import DivisionEvent
from boundaries.queries.disagreements import both_accounts, disagreements
from boundaries.queries.lineage import records_begin
from common.filters import read_choice, read_code
from common.registries import ChosenRows

PAGE = 50


def _filters(query: QueryDict) -> dict[str, str]:
    return {
        "within": jurisdiction_of(read_code(query.get("within", ""))),
        "doubt": read_choice(query, "doubt", DivisionEvent.Doubt.values),
        "text": query.get("q", "").strip()[:80].replace("\x00", ""),
    }


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    rows = disagreements(at=at, **_filters(query))
    return ChosenRows(
        count=rows.count(), export=lambda datum: disagreements_export(rows=rows, at=at, datum=datum)
    )


def disagreements_list(request: Any) -> HttpResponse:
    asked = request.GET
    filters = _filters(asked)
    page = Paginator(disagreements(at=request.day, **filters), PAGE).get_page(asked.get("page"))
    found = page.paginator.count
    unchosen = {**filters, "doubt": ""}
    counts = {
        key: disagreements(at=request.day, **{**unchosen, "doubt": key}).count()
        for key in DivisionEvent.Doubt.values
    }
    values = {
        "rows": [(event, both_accounts(event)) for event in page],
        "found": found,
        "filters": filters,
        "chips": [
            (
                label,
                counts[key],
                _address(asked, doubt="" if key == filters["doubt"] else key),
                key == filters["doubt"],
            )
            for key, label in DivisionEvent.Doubt.choices
            if counts[key]
        ],
        "pager": {
            "count_text": ngettext("%(count)d disagreement", "%(count)d disagreements", found)
            % {"count": found},
            "next_url": _address(asked, page=str(page.next_page_number()))
            if page.has_next()
            else "",
            "previous_url": _address(asked, page=str(page.previous_page_number()))
            if page.has_previous()
            else "",
        },
        "begin": records_begin(),
        "everything_url": reverse("boundaries:disagreements"),
    }
    return render(request, "boundaries/disagreement_list.html", values)


def _address(asked: QueryDict, **changed: str) -> str:
    kept = {key: value for key, value in asked.items() if key != "page"}
    query = urlencode({key: value for key, value in {**kept, **changed}.items() if value})
    return f"{reverse('boundaries:disagreements')}?{query}"
