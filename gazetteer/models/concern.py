"""What a complaint or a notice is about: a place, a thing of another app, a point, a usage."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from gazetteer.models.place import Place


class UsageContext(models.TextChoices):
    """Where a standard name has to be used (Regulation on Place Names, Art 18)."""

    SIGN = "sign", _("place-name signs, traffic signs, advertising boards")
    MEDIA = "media", _("media and government websites")
    PAPER = "paper", _("legal documents, identity papers, permits, certificates")
    BOOK = "book", _("reference books and teaching publications")
    MAP = "map", _("maps open to the public")
    OTHER = "other", _("other uses that laws prescribe")


class Concern(models.Model):
    """``thing_kind`` and ``thing_key`` name a thing of an app above (``sign``, its number)."""

    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    thing_kind = models.CharField(max_length=20, blank=True, default="")
    thing_key = models.CharField(_("concerned"), max_length=60, blank=True, default="")
    location = models.PointField(_("position"), srid=CGCS2000, null=True, blank=True)
    division_code = models.CharField(_("division"), max_length=12)
    usage = models.CharField(
        _("use of the name (Art 18)"), max_length=8, choices=UsageContext, blank=True, default=""
    )

    class Meta:
        abstract = True
