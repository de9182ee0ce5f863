"""Photos of which nobody noted the sign: upload a ZIP, see what was matched and why, keep."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.domain.roles import Capability
from accounts.scoping import require_somewhere
from common.errors import BadInput, DimingError, NotInScope
from common.middleware import sentence
from common.models import Job
from common.photos import display_copy
from signage.forms.sign import PhotoBatchForm
from signage.operations.photo_batches import (
    MATCH,
    begin_keeping,
    begin_matching,
    get_batch,
    matched_photos,
    photo_of,
)

WHY = {
    "no_position": _("The photo names no position."),
    "none_near": _("No sign is near enough."),
    "looks_elsewhere": _("Every sign near by lies behind the camera or shows its back."),
    "not_then": _("No sign stood there on the day of the photo."),
    "several": _("Several signs are as likely."),
    "other_year": _("The photo is from another year."),
    "known": _("The photo is kept already."),
}


def photo_batches(request: Any) -> HttpResponse:
    """Upload a ZIP; the person's earlier ones stand beside."""
    codes = require_somewhere(by=request.user, capability=Capability.CHECK_SIGNS)
    own = min(codes, key=len)
    form = PhotoBatchForm(request.POST or None, request.FILES or None, initial={"within": own})
    told = ""
    if request.method == "POST" and form.is_valid():
        try:
            job = begin_matching(by=request.user, at=request.day, **form.cleaned_data)
        except NotInScope:
            told = str(_("That area is not yours: its signs are looked after by the bureau there."))
        except DimingError as error:
            told = sentence(error)
        else:
            return redirect("job", job.pk)
    done = Job.objects.filter(kind=MATCH, asked_by=request.user, state=Job.State.DONE)
    values = {
        "form": form,
        "sentence": told,
        "submit_label": _("Match"),
        "cancel_url": reverse("signage:signs"),
        "earlier": done[:10],
    }
    return render(request, "signage/photo_batches.html", values, status=400 if told else 200)


def photo_batch(request: Any, pk: UUID) -> HttpResponse:
    """What was matched and what is left over; posting keeps the photos as decided here."""
    job = get_batch(by=request.user, pk=pk)
    photos = matched_photos(job)
    if request.method == "POST":
        chosen = {
            photo["name"]: request.POST.get(f"sign-{number}", "").strip()[:30]
            for number, photo in enumerate(photos)
        }
        try:
            keeping = begin_keeping(by=request.user, batch=job, chosen=chosen)
        except BadInput as error:
            return _shown(request, job, photos, sentence(error))
        return redirect("job", keeping.pk)
    return _shown(request, job, photos, "")


@require_GET
def batch_photo(request: Any, pk: UUID, number: int) -> HttpResponse:
    """One photo of the batch in small; it is nobody's but the one's who brought it."""
    job = get_batch(by=request.user, pk=pk)
    try:
        content = display_copy(photo_of(job, number).getvalue())
    except (OSError, SyntaxError, ValueError):
        raise Http404 from None
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _shown(request: Any, job: Job, photos: list[dict[str, Any]], told: str) -> HttpResponse:
    rows = [
        {**photo, "index": index, "reason": photo["error"] or WHY.get(photo["why"], "")}
        for index, photo in enumerate(photos)
    ]
    values = {
        "job": job,
        "sentence": told,
        "groups": [
            (_("Matched"), "ok", [row for row in rows if row["number"]]),
            (_("Left over"), "due", [row for row in rows if not row["number"]]),
        ],
    }
    return render(request, "signage/photo_batch.html", values, status=400 if told else 200)
