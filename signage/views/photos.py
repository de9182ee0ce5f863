"""Photos leave only through here: signed in, re-encoded, without their EXIF block."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.photos import display_copy
from signage.models import SignPhoto


@require_GET
def photo(request: Any, pk: Any) -> HttpResponse:
    shown = get_object_or_404(SignPhoto.objects.select_related("report"), pk=pk)
    if shown.report is not None and shown.order_id is None:
        # What people sent in is read like their report, until it is evidence for an order.
        code = shown.report.division_code
        require(by=request.user, capability=Capability.READ_COMPLAINT, codes=[code])
    etag = f'"{shown.sha256[:32]}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        try:
            with shown.image.open("rb") as file:
                content = file.read()
        except FileNotFoundError:
            raise Http404 from None
        response = HttpResponse(display_copy(content), content_type="image/jpeg")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response
