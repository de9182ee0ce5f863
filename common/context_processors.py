"""What every page needs: navigation, the day, the languages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from common.registries import NavigationItem, navigation, section_entries


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    day, today = getattr(request, "day", None), getattr(request, "today", None)
    signed_in = user is not None and user.is_authenticated
    at_query = "" if day == today or day is None else f"?at={day.isoformat()}"
    items = _allowed(navigation(), user) if signed_in else []
    # Pages of a section, its own first page included, belong to their rail entry.
    pages = {item.key: [item, *_allowed(section_entries(item.key), user)] for item in items}
    addresses = {
        (section, page.key): reverse(page.url_name)
        for section, listed in pages.items()
        for page in listed
    }
    # The longest address that the page lies under is the entry it belongs to; of two equal ones
    # the section's own entry.
    under = [key for key, url in addresses.items() if request.path.startswith(url)]
    here = max(reversed(under), key=lambda key: len(addresses[key]), default=("", ""))
    return {
        "navigation": [
            {
                "key": item.key,
                "label": item.label,
                "icon": item.icon,
                "url": reverse(item.url_name) + at_query,
                "current": item.key == here[0],
            }
            for item in items
        ],
        "section_entries": [
            {
                "label": page.label,
                "icon": page.icon,
                "url": addresses[here[0], page.key] + at_query,
                "current": page.key == here[1],
            }
            for page in pages.get(here[0], [])[1:]
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


def _allowed(items: list[NavigationItem], user: Any) -> list[NavigationItem]:
    return [item for item in items if item.capability is None or user.may(item.capability)]
