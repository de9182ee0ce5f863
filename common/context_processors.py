"""What every page needs: navigation, the day, the base map's note."""

from typing import Any

from django.http import HttpRequest

from common.registries import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    day, today = getattr(request, "day", None), getattr(request, "today", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "navigation": [
            item
            for item in navigation()
            if signed_in and (item.capability is None or user.may(item.capability))
        ],
        "day": day,
        "today": today,
        "day_is_today": day == today,
        "at_query": "" if day == today or day is None else f"?at={day.isoformat()}",
    }
