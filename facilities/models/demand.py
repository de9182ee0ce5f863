"""People by age group on a grid, controlled by census totals."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import OpClass
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded


class PopulationCellQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)


class PopulationCell(Recorded):
    """People in one cell; ``base_on`` is the day the figures describe."""

    geometry = models.PolygonField(srid=CGCS2000)
    centre = models.PointField(srid=CGCS2000)
    division_code = models.CharField(max_length=12)
    period = DateRangeField()
    base_on = models.DateField()
    people = models.FloatField()
    people_0_14 = models.FloatField()
    people_15_59 = models.FloatField()
    people_60_plus = models.FloatField()

    objects = PopulationCellQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("population cells")
        indexes = [
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="cell_division_prefix"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="cell_people_not_negative",
                condition=Q(people_0_14__gte=0, people_15_59__gte=0, people_60_plus__gte=0),
            )
        ]
