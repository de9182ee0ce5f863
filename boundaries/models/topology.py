"""What a check of the polygons of a day found."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from boundaries.domain.topology import FaultKind as Kind
from common.crs import CGCS2000


class FaultKind(models.TextChoices):
    GAP = Kind.GAP, _("gap")
    OVERLAP = Kind.OVERLAP, _("overlap")
    SLIVER = Kind.SLIVER, _("sliver")
    EDGE = Kind.EDGE, _("edges that do not match")
    UNFILLED = Kind.UNFILLED, _("parent not filled")
    BEYOND = Kind.BEYOND, _("beyond the parent")
    INVALID = Kind.INVALID, _("ring that is not valid")
    DISPUTED = Kind.DISPUTED, _("disputed area")


class CoverageCheck(models.Model):
    """One check of the polygons in force on ``day`` within a jurisdiction; the latest is kept.

    ``unknown``: divisions whose shape is not known on the day, which were not judged.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    within = models.CharField(_("division"), max_length=12, blank=True)
    day = models.DateField(_("polygons of"))
    checked_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    divisions = models.PositiveIntegerField()
    vertices = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["within", "day"], name="coverage_check_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.within} {self.day}"


class CoverageFaultQuerySet(models.QuerySet[Any]):
    def concerning(self, jurisdiction: str) -> Any:
        """Faults of which a division lies within the jurisdiction, or is one of those above it."""
        if not jurisdiction:
            return self
        mine = (
            f"EXISTS (SELECT 1 FROM unnest({self.model._meta.db_table}.codes) code "
            "WHERE code LIKE %s)"
        )
        return self.extra(where=[mine], params=[f"{jurisdiction}%"])


class CoverageFault(models.Model):
    """A fault as :class:`boundaries.domain.topology.Fault` has it; the order is that of the check.

    Areas are m², lengths m, both on the ellipsoid; the area is 0 for edges and rings.
    """

    check_of = models.ForeignKey(CoverageCheck, on_delete=models.CASCADE, related_name="faults")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=FaultKind)
    of = models.CharField(max_length=10, choices=FaultKind)
    codes = ArrayField(models.CharField(max_length=12))
    area_m2 = models.FloatField()
    length_m = models.FloatField()
    point = models.PointField(srid=CGCS2000, spatial_index=False)
    geometry = models.GeometryField(srid=CGCS2000, spatial_index=False)

    objects = CoverageFaultQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "number"], name="coverage_fault_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {'/'.join(self.codes)}"

    @property
    def width_m(self) -> float:
        """Mean width of an area."""
        return 2 * self.area_m2 / self.length_m if self.length_m else 0.0
