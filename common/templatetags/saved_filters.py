"""The saved filters of a list as chips, with the form that keeps the present one."""

from typing import Any

from django import template

from common.saved_filters import filters_of, own_filters

register = template.Library()


@register.inclusion_tag("components/saved_filters.html", takes_context=True)
def saved_filters(context: Any, page: str) -> dict[str, Any]:
    """``page``: the name of the list's URL, for example ``gazetteer:places``."""
    request = context["request"]
    kept = own_filters(by=request.user, page=page, query=request.GET)
    here = filters_of(request.GET)
    day = request.GET.get("at", "")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "page": page,
        "kept": kept,
        "query": here,
        "at": f"&at={day}" if day else "",
        "known": any(each.current for each in kept),
    }
