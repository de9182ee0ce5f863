"""The feed of changes for mirrors: ask again with the number of the last one."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.domain.asked import read_limit
from api.queries.changes import LARGEST, changes_since
from api.views.answers import address, answer, check_parameters, link
from common.errors import BadInput


@require_safe
def changes(request: Any) -> HttpResponse:
    check_parameters(request, "since", "limit")
    text = request.GET.get("since", "") or "0"
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise BadInput(
            "“%(since)s” is no number of a change: begin with 0, then give the last number.",
            since=text[:20],
        )
    page = changes_since(number=int(text), limit=read_limit(request.GET.get("limit", "")))
    here = reverse("api:changes")
    links = [link(address(request, here, since=text), "self", _("This document"))]
    if page.more:
        links.append(link(address(request, here, since=page.last), "next", _("Next page")))
    site = request.build_absolute_uri("/").rstrip("/")
    document = {
        "changes": [each.told(site) for each in page.changes],
        "last": page.last,
        "links": links,
    }
    return answer(request, document)
