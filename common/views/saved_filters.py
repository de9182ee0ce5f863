"""A person's saved filters: kept from a list, renamed, opened with, deleted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput, DimingError
from common.middleware import sentence
from common.models import SavedFilter
from common.saved_filters import (
    choose_default,
    filters_of,
    list_address,
    opening_address,
    own_filters,
    rename_filter,
    save_filter,
)


def keeps_filters(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the view of a list in a workspace: people keep its filters, and open it with one.

    ``workspace.html`` draws the kept ones below the filters of the list.
    """

    @wraps(view)
    def shown(request: Any) -> HttpResponse:
        page = request.resolver_match.view_name
        opening = opening_address(by=request.user, page=page, query=request.GET)
        if opening:
            return redirect(opening)
        request.saved_filters_of = page
        return view(request)

    return shown


def saved_filters(request: Any) -> HttpResponse:
    """The filters that the person keeps for one list."""
    page = request.GET.get("page", "")
    values = {
        "page": page,
        "back": list_address(page),
        "filters": own_filters(by=request.user, page=page),
    }
    return render(request, "saved_filters.html", values)


@require_POST
def saved_filter_new(request: Any) -> HttpResponse:
    page, query = request.POST.get("page", ""), request.POST.get("query", "")
    try:
        row = save_filter(
            by=request.user, page=page, name=request.POST.get("name", ""), query=query
        )
    except BadInput:
        raise
    except DimingError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("The filter “%(name)s” is kept.") % {"name": row.name})
    # Whatever was sent as the address, the way back leads to the list.
    return redirect(f"{list_address(page)}?{filters_of(query)}")


@require_POST
def saved_filter(request: Any, pk: int) -> HttpResponse:
    row = SavedFilter.objects.filter(user=request.user, pk=pk).first()
    if row is None:
        raise Http404
    act = request.POST.get("act", "")
    try:
        if act == "rename":
            rename_filter(row=row, name=request.POST.get("name", ""))
        elif act in ("open_with", "open_plain"):
            choose_default(row=row, chosen=act == "open_with")
        elif act == "delete":
            row.delete()
        else:
            raise BadInput("The address names no act.")
    except BadInput:
        raise
    except DimingError as error:
        messages.error(request, sentence(error))
    return redirect(f"{reverse('saved_filters')}?page={row.page}")
