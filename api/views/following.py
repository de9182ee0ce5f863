"""What one follows and what happened to it; the button on a record."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import Follow, Notice
from accounts.operations.notices import mark_read
from api.operations.following import follow, unfollow
from api.queries.following import OVERDUE, names_of, page_of, words_of

PAGE = 50


def following(request: Any) -> HttpResponse:
    """Notices up to the day, the newest first, and what one follows."""
    before = request.GET.get("before", "")
    notices = Notice.objects.filter(user=request.user, at__date__lte=request.day)
    if before.isascii() and before.isdigit() and len(before) < 18:
        notices = notices.filter(pk__lt=int(before))
    rows = list(notices[: PAGE + 1])
    follows = list(Follow.objects.filter(user=request.user))
    things = {(each.kind, each.key) for each in (*rows, *follows)}
    names = names_of(things, by=request.user, at=request.today)
    values = {
        "notices": [_shown(each, names) for each in rows[:PAGE] if (each.kind, each.key) in names],
        "more": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "follows": [_shown(each, names) for each in follows if (each.kind, each.key) in names],
        "overdue": any(each.kind == OVERDUE for each in follows),
    }
    return render(request, "api/following.html", values)


def _shown(each: Notice | Follow, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "row": each,
        "name": names[each.kind, each.key],
        "url": page_of(each.kind, each.key),
        "what": words_of(each.operation) if isinstance(each, Notice) else "",
    }


@require_POST
def follow_act(request: Any) -> HttpResponse:
    """Follow or stop following, then back to the page that asked."""
    asked = {key: request.POST.get(key, "")[:60].replace("\0", "") for key in ("kind", "key")}
    if request.POST.get("act") == "stop":
        unfollow(by=request.user, **asked)
    else:
        follow(by=request.user, at=timezone.now(), **asked)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("api:following")


@require_POST
def notices_read(request: Any) -> HttpResponse:
    """One notice, or all where none is named."""
    number = request.POST.get("notice", "")
    whole = number.isascii() and number.isdigit() and len(number) < 18
    mark_read(by=request.user, at=timezone.now(), key=int(number) if whole else None)
    return redirect("api:following")
