"""Networks of streets that travel times are measured on."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded


class StreetNetworkQuerySet(DatedQuerySet):
    def for_mode(self, mode: str) -> Any:
        """Those drawn for the mode (:data:`facilities.domain.networks.MODES`) or for every one."""
        return self.filter(Q(mode=mode) | Q(mode=""))


class StreetNetwork(Recorded):
    """Streets of one file, used for a period; a row is never changed, only followed by another.

    ``packed`` holds the streets in metres of ``epsg`` (:mod:`facilities.domain.packing`): 100,000
    are read in 0.2 s, a row for each took 0.8 s. ``area`` is the land that they serve.
    """

    name = models.CharField(_("name"), max_length=120)
    mode = models.CharField(_("drawn for"), max_length=8, blank=True)
    area = models.MultiPolygonField(srid=CGCS2000)
    epsg = models.PositiveIntegerField()
    nodes = models.PositiveIntegerField()
    streets = models.PositiveIntegerField()
    length_km = models.FloatField()
    # Streets whose speed the file tells; the others are passed at the speed of their class.
    limits_told = models.PositiveIntegerField()
    packed = models.BinaryField()
    period = DateRangeField()

    objects = StreetNetworkQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("networks of streets")
        ordering = ["name", "pk"]
        constraints = [
            ExclusionConstraint(
                name="network_one_of_a_name_a_day",
                expressions=[
                    ("name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.name
