"""Photos of an entry: showing, adding, taking out."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.errors import BadInput, NotPermitted, Refusal
from common.middleware import sentence
from common.photos import read_photo
from common.views.photos import photo_response
from compendium.models import EntryPhoto
from compendium.operations.photos import add_photo, remove_photo
from compendium.views.entries import entry_record, version_of


@require_GET
def entry_photo(request: Any, pk: Any) -> HttpResponse:
    shown = get_object_or_404(EntryPhoto.objects.select_related("entry"), pk=pk)
    require(by=request.user, capability=Capability.READ, codes=[shown.entry.division_code])
    return photo_response(request, shown)


@require_POST
def photo_add(request: Any, code: str) -> HttpResponse:
    version = version_of(request, code, request.today)
    require(by=request.user, capability=Capability.EDIT_NAME, codes=[code])
    try:
        upload = request.FILES.get("photo")
        if upload is None:
            raise BadInput("Choose a photo.")
        add_photo(
            by=request.user,
            at=request.today,
            version=version,
            photo=read_photo(upload),
            caption=request.POST.get("caption", ""),
            rights=request.POST.get("rights", ""),
        )
    except NotPermitted:
        raise
    except (BadInput, Refusal) as error:
        return entry_record(request, code, fault=sentence(error), typed=request.POST, key="photos")
    messages.success(request, _("The photo is kept."))
    return redirect(f"{reverse('compendium:entry', args=[code])}#item-photos")


@require_POST
def photo_remove(request: Any, pk: Any) -> HttpResponse:
    photo = get_object_or_404(EntryPhoto.objects.select_related("entry"), pk=pk)
    code = photo.entry.division_code
    version = version_of(request, code, request.today)
    try:
        remove_photo(by=request.user, version=version, photo=photo)
    except NotPermitted:
        raise
    except Refusal as error:
        return entry_record(request, code, fault=sentence(error), key="photos")
    return redirect(f"{reverse('compendium:entry', args=[code])}#item-photos")
