"""Disputed areas: land that divisions claim at once, kept as long as nobody has decided it."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boundaries.models.division import SoundShape
from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, tracked


@tracked()
class DisputedArea(Recorded):
    """Land under dispute (《行政区域边界争议处理条例》, Decree 26, 1989) for a period.

    ``geometry`` is where claims overlap; the polygons of record show one of the views and decide
    nothing. The period ends with a settlement, on the day of ``document``, and in no other way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    period = DateRangeField(_("period"))
    geometry = models.MultiPolygonField(srid=CGCS2000)
    area_km2 = models.FloatField(_("area (km²)"))
    document = models.CharField(_("settled by"), max_length=200, blank=True)
    note = models.TextField(_("remarks on it"), blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "period"]
        verbose_name_plural = _("disputed areas")
        constraints = [
            models.CheckConstraint(
                name="disputed_geometry_valid", condition=SoundShape("geometry")
            ),
            models.CheckConstraint(
                name="disputed_until_settled",
                condition=Q(period__upper_inf=True, document="")
                | (Q(period__upper_inf=False) & ~Q(document="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class DisputedClaim(models.Model):
    """One view: the land that a division holds to be its own, and on what grounds (Arts 7, 8).

    The code follows adjustments; two claimants that join leave two claims of one code, until a
    document settles them.
    """

    area = models.ForeignKey(DisputedArea, on_delete=models.PROTECT, related_name="claims")
    division_code = models.CharField(_("division"), max_length=12, db_index=True)
    geometry = models.MultiPolygonField(srid=CGCS2000)
    grounds = models.TextField(_("grounds"))

    class Meta:
        ordering = ["division_code"]
        constraints = [
            models.CheckConstraint(name="claim_geometry_valid", condition=SoundShape("geometry")),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.division_code}"
