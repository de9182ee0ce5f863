"""Photos of signs and of reports."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.views.photos import photo_response
from signage.models import HIDDEN, SignPhoto
from signage.queries.record import hidden_until


@require_GET
def photo(request: Any, pk: Any) -> HttpResponse:
    photos = SignPhoto.objects.exclude(sign__in=HIDDEN).exclude(report__sign__in=HIDDEN)
    shown = get_object_or_404(photos.select_related("report", "sign"), pk=pk)
    since = hidden_until(sign=shown.sign) if shown.sign else None
    if since is not None and shown.uploaded_at <= since:
        raise Http404  # it may show what the sign bore then
    if shown.report is not None and shown.order_id is None:
        # What people sent in is read like their report, until it is evidence for an order.
        code = shown.report.division_code
        require(by=request.user, capability=Capability.READ_COMPLAINT, codes=[code])
    return photo_response(request, shown)
