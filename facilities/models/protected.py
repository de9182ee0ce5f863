"""Areas that are protected from building: reserves, waters, roads, farmland and others."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded


class ProtectedArea(Recorded):
    """A surface, or the line of a road or dyke, for a period; rules say what it forbids."""

    class Kind(models.TextChoices):
        RESERVE = "reserve", _("nature reserves")
        PARK = "park", _("parks")
        SCENIC = "scenic", _("scenic areas")
        HERITAGE = "heritage", _("heritage sites")
        WATER = "water", _("waters")
        WATER_PROTECTION = "water_protection", _("water protection areas")
        ROAD = "road", _("main roads and railways")
        CULTIVATED = "cultivated", _("cultivated land")
        FOREST = "forest", _("forest land")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=120, blank=True)
    geometry = models.GeometryField(srid=CGCS2000)
    period = DateRangeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("protected areas")
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()
