"""Pictures of places (多媒体信息 of domain reference §3.4)."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import KeptPhoto
from gazetteer.models.place import Place


class PlacePhoto(KeptPhoto):
    """A picture of a place. ``rights``: whose it is and by what leave it is shown, never "".

    ``taken_on``: as somebody said, else as the camera wrote it, None where nobody knows.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="photos")
    image = models.ImageField(upload_to="places/%Y/%m")
    caption = models.CharField(_("caption"), max_length=200)
    rights = models.CharField(_("rights"), max_length=200)
    taken_on = models.DateField(_("taken on"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = _("pictures")
        ordering = [F("taken_on").desc(nulls_last=True), "uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["place", "sha256"], name="place_photo_once"),
            models.CheckConstraint(
                name="place_photo_says_whose", condition=~Q(caption="") & ~Q(rights="")
            ),
        ]

    def __str__(self) -> str:
        return self.caption
