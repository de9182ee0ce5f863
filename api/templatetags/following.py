"""The bell of the top bar, and the button with which a record is followed."""

from typing import Any

from django import template
from django.utils import timezone

from accounts.models import Follow
from api.queries.following import followed_from, unread_of

register = template.Library()


@register.simple_tag
def unread_notices(user: Any) -> int:
    return unread_of(user, at=timezone.localdate())


@register.inclusion_tag("components/follow.html", takes_context=True)
def follow_button(context: Any) -> dict[str, Any]:
    """Nothing where the page is of no thing that can be followed."""
    request = context["request"]
    match = request.resolver_match
    thing = followed_from(match.view_name, match.kwargs) if match else None
    if thing is None or not request.user.is_authenticated:
        return {}
    kind, key = thing
    return {
        "kind": kind,
        "key": key,
        "followed": Follow.objects.filter(user=request.user, kind=kind, key=key).exists(),
        "here": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
