"""Photos leave only through here: signed in, re-encoded, without their EXIF block."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import parse_etags

from common.photos import display_copy


def photo_response(request: Any, shown: Any) -> HttpResponse:
    """The picture of a row with ``image`` and ``sha256``; who may see it is asked before."""
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
