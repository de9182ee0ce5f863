"""What every page needs: navigation, the day, the languages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from common.registries import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    day, today = getattr(request, "day", None), getattr(request, "today", None)
    signed_in = user is not None and user.is_authenticated
    at_query = "" if day == today or day is None else f"?at={day.isoformat()}"
    items = [
        item
        for item in navigation()
        if signed_in and (item.capability is None or user.may(item.capability))
    ]
    urls = {item.key: reverse(item.url_name) for item in items}
    # The longest address that the page lies under is the entry it belongs to.
    under = [key for key, url in urls.items() if request.path.startswith(url)]
    here = max(under, key=lambda key: len(urls[key]), default="")
    return {
        "navigation": [
            {
                "key": item.key,
                "label": item.label,
                "icon": item.icon,
                "url": urls[item.key] + at_query,
                "current": item.key == here,
            }
            for item in items
        ],
        "at_home": request.path == "/",
        "day": day,
        "today": today,
        "day_is_today": day == today,
        "at_query": at_query,
        # What the day form must carry along so that filters survive a change of the day.
        "other_query": [
            (key, value)
            for key, values in request.GET.lists()
            for value in values
            if key not in ("at", "page", "after", "before")
        ],
    }
