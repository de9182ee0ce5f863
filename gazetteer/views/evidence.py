"""Files of suggestions, complaints and notices leave only through here, to who may see them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.documents import WORD
from common.photos import display_copy
from gazetteer.models import Evidence, Secrecy

TYPES = {"pdf": "application/pdf", "docx": WORD}


@require_GET
def evidence_file(request: Any, pk: UUID) -> HttpResponse:
    """A photo re-encoded, a document as an attachment; never cached by anybody else."""
    related = ("suggestion__place", "complaint__place", "notice__place")
    kept = get_object_or_404(Evidence.objects.select_related(*related), pk=pk)
    _require(request.user, kept)
    try:
        with kept.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    if kept.is_photo:
        response = HttpResponse(display_copy(content), content_type="image/jpeg")
    else:
        suffix = kept.file.name.rpartition(".")[2]
        response = HttpResponse(content, content_type=TYPES.get(suffix, "application/octet-stream"))
        response["Content-Disposition"] = f'attachment; filename="{kept.pk.hex[:8]}.{suffix}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def file_cards(rows: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "file": row,
            "url": reverse("gazetteer:evidence", args=[row.pk]),
            "suffix": row.file.name.rpartition(".")[2].upper(),
        }
        for row in rows
    ]


def _require(user: Any, kept: Evidence) -> None:
    """Suggestions: who decides on names; complaints and notices: who handles those."""
    if kept.suggestion is not None:
        place, capability = kept.suggestion.place, Capability.EDIT_NAME
        code = place.division_code
    else:
        of = kept.complaint or kept.notice
        assert of is not None  # the database keeps each file with exactly one thing
        place, code, capability = of.place, of.division_code, Capability.READ_COMPLAINT
    if place is not None and place.secrecy == Secrecy.SECRET:
        raise Http404
    require(by=user, capability=capability, codes=[code])
