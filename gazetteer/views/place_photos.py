"""Pictures of a place: one shown, one added, one taken off."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.views.photos import photo_response
from gazetteer.forms.identity import PlacePhotoForm, ReasonForm
from gazetteer.models import PlacePhoto, Secrecy
from gazetteer.operations.place_photos import add_place_photo, remove_place_photo
from gazetteer.views.names import answer, editable


@require_GET
def place_photo(request: Any, pk: UUID) -> HttpResponse:
    """Seen by whoever may see the page of its place."""
    shown = PlacePhoto.objects.exclude(place__secrecy=Secrecy.SECRET)
    return photo_response(request, get_object_or_404(shown, pk=pk))


def photo_new(request: Any, pk: UUID) -> HttpResponse:
    place = editable(request, pk)
    return answer(
        request,
        place,
        PlacePhotoForm(request.POST or None, request.FILES or None),
        lambda told: add_place_photo(by=request.user, at=request.today, place=place, **told),
        heading=_("Add a picture"),
        done=_("The picture is kept."),
        back=_photos_of(pk),
    )


def photo_remove(request: Any, pk: UUID, photo_id: UUID) -> HttpResponse:
    place = editable(request, pk)
    photo = get_object_or_404(PlacePhoto.objects.select_related("place"), pk=photo_id, place=place)
    return answer(
        request,
        place,
        ReasonForm(request.POST or None),
        lambda told: remove_place_photo(by=request.user, photo=photo, **told),
        heading=_("Remove a picture"),
        intro=f"{photo.caption} · {photo.rights}",
        done=_("The picture is removed."),
        back=_photos_of(pk),
    )


def _photos_of(pk: UUID) -> str:
    return f"{reverse('gazetteer:place', args=[pk])}#photos"
