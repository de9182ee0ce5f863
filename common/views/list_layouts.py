"""Columns and order of a list, chosen by each person and remembered."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import resolve
from django.views.decorators.http import require_POST

from common.errors import BadInput
from common.list_layouts import ListLayout, choose_layout, chosen_layout
from common.saved_filters import LONGEST_QUERY, PAGES, list_address

View = Callable[..., HttpResponse]


def has_layout(layout: ListLayout) -> Callable[[View], View]:
    """For the view of a list, in a workspace below ``keeps_filters``: columns and order are chosen.

    ``request.list_layout`` is what the person has; its tags draw the columns that are added. The
    order stands in the address, so that a page of the list is the same for whoever it is sent to.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: Any) -> HttpResponse:
            page = request.resolver_match.view_name
            chosen = chosen_layout(by=request.user, page=page, layout=layout)
            asked = request.GET.get("sort", "")
            if asked:
                if asked not in dict(layout.orders):
                    raise BadInput("The list has no such filter or order.")
                chosen = replace(chosen, order=asked)
            elif any(key in request.GET for key in PAGES):
                chosen = replace(chosen, order=layout.usual_order)
            elif chosen.order != layout.usual_order:
                query = request.GET.copy()
                query["sort"] = chosen.order
                return redirect(f"{request.path}?{query.urlencode()}")
            request.list_layout = chosen
            return view(request)

        shown.list_layout = layout  # type: ignore[attr-defined]
        return shown

    return decorate


@require_POST
def list_layout(request: Any) -> HttpResponse:
    """Remember what was chosen, and back to the list from its first page."""
    page = request.POST.get("page", "")
    address = list_address(page)
    layout = getattr(resolve(address).func, "list_layout", None)
    if layout is None:
        raise BadInput("The address names no list.")
    choose_layout(
        by=request.user,
        page=page,
        layout=layout,
        columns=request.POST.getlist("column"),
        order=request.POST.get("sort", ""),
    )
    query = QueryDict(request.POST.get("query", "")[:LONGEST_QUERY], mutable=True)
    for key in ("sort", *PAGES):
        query.pop(key, None)
    return redirect(f"{address}?{query.urlencode()}" if query else address)
