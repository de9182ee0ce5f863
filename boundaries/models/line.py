"""Boundary lines between neighbouring counties (行政区域界线) and joint inspections (联合检查)."""

import uuid
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boundaries.models.division import Division
from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, tracked


class BoundaryLineQuerySet(DatedQuerySet):
    def touching(self, jurisdiction: str) -> Any:
        """Lines with at least one side in the jurisdiction."""
        return self.filter(Q(code_a__startswith=jurisdiction) | Q(code_b__startswith=jurisdiction))


@tracked()
class BoundaryLine(Recorded):
    """The line between two counties; ``code_a`` is the smaller code, ``code`` is ``a-b``.

    ``derived`` lines come from the shared edges of the polygons, not from an agreement.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("line code"), max_length=25)
    side_a = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="lines_as_a")
    side_b = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="lines_as_b")
    code_a = models.CharField(max_length=12, db_index=True)
    code_b = models.CharField(max_length=12, db_index=True)
    name_a = models.CharField(max_length=100)
    name_b = models.CharField(max_length=100)
    period = DateRangeField()
    geometry = models.MultiLineStringField(srid=CGCS2000)
    length_m = models.FloatField(_("length (m)"))
    derived = models.BooleanField(_("derived from polygons"), default=True)

    objects = BoundaryLineQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("boundary lines")
        constraints = [
            ExclusionConstraint(
                name="line_once_a_pair_and_day",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("These two divisions already have a line on these days."),
            ),
            models.CheckConstraint(name="line_sides_in_order", condition=Q(code_a__lt=F("code_b"))),
        ]

    def __str__(self) -> str:
        return f"{self.name_a}–{self.name_b}"


@tracked()
class JointInspection(Recorded):
    """One joint inspection of a line (Decree 353, Art 12: every five years)."""

    line = models.ForeignKey(BoundaryLine, on_delete=models.PROTECT, related_name="inspections")
    inspected_on = models.DateField(_("inspected on"))
    lead = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="inspections_led")
    summary = models.TextField(_("summary"), blank=True)

    class Meta:
        verbose_name_plural = _("joint inspections")
        ordering = ["-inspected_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "inspected_on"],
                name="one_inspection_a_day",
                violation_error_message=_("This line already has an inspection on that day."),
            )
        ]
