"""What pages without sign-in share: whose address it is, finding a place, the receipt."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_GET

from gazetteer.models import Complaint, Place, Secrecy, Suggestion
from gazetteer.queries.search import search_names

MOST_FOUND = 20


def address_of(request: Any) -> str:
    """The network address that asked: behind our own proxy the one that the proxy saw."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def find_place(request: Any, *, heading: Any, intro: Any, other_url: str = "") -> HttpResponse:
    """Names to choose from, where an open page does not know yet which place is meant."""
    text = request.GET.get("q", "").strip()[:60]
    found = []
    if text:
        within = settings.HOME_JURISDICTION
        hits = search_names(text=text, at=request.today, within=within, limit=MOST_FOUND)
        keys = [each.place_id for each in hits]
        open_ones = set(
            Place.objects.filter(
                pk__in=keys, secrecy=Secrecy.PUBLIC, ended_on__isnull=True
            ).values_list("pk", flat=True)
        )
        found = [each for each in hits if each.place_id in open_ones]
    values = {"text": text, "found": found, "heading": heading, "intro": intro}
    return render(request, "gazetteer/find_place.html", {**values, "other_url": other_url})


@login_not_required
@require_GET
def receipt(request: Any, pk: UUID) -> HttpResponse:
    """What came of a complaint or a suggestion, for whoever holds its number; nothing else."""
    suggestion = Suggestion.objects.shown().filter(pk=pk).first()
    complaint = None if suggestion else Complaint.objects.shown().filter(pk=pk).first()
    thing = suggestion or complaint
    if thing is None:
        raise Http404
    values = {
        "number": str(pk),
        "is_complaint": complaint is not None,
        "sent_at": complaint.received_at if complaint else thing.suggested_at,
        "state": "due" if thing.decided_at is None else "ok",
        "state_text": thing.get_state_display(),
        "answer": thing.answer,
    }
    response = render(request, "gazetteer/receipt.html", values)
    add_never_cache_headers(response)
    return response
