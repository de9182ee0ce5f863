"""Lines that a map of the country must show although they bound no division polygon."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded


class NationalLine(Recorded):
    """A line of the country's standard drawing (Map Regulation, Art 11): 南海断续线."""

    name = models.CharField(_("name"), max_length=60)
    period = DateRangeField(_("period"))
    geometry = models.MultiLineStringField(srid=CGCS2000)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("national lines")

    def __str__(self) -> str:
        return self.name
