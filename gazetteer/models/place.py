"""Places: the identity behind names."""

import uuid
from typing import Any

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.contrib.postgres.indexes import OpClass
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boundaries.models import Division
from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, tracked


class LegalCategory(models.TextChoices):
    """The eight categories of Art 3 of the Regulation on Place Names (2022)."""

    NATURAL = "NATURAL", _("natural feature")
    DIVISION = "DIVISION", _("administrative division")
    COMMITTEE_SEAT = "COMMITTEE_SEAT", _("village or neighbourhood committee seat")
    PARK_RESERVE = "PARK_RESERVE", _("park or reserve")
    STREET = "STREET", _("street, road or lane")
    RES_BUILDING = "RES_BUILDING", _("residential estate or building")
    FACILITY = "FACILITY", _("facility")
    OTHER = "OTHER", _("other")


class PlaceQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)


@tracked()
class Place(Recorded):
    """A place by law; ``division_code`` is the division it lies in (or is).

    ``division`` is set when the place is an administrative division itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    legal_category = models.CharField(_("category"), max_length=16, choices=LegalCategory)
    class_code = models.CharField(_("class (GB/T 18521)"), max_length=5, blank=True)
    division_code = models.CharField(_("division"), max_length=12)
    division = models.OneToOneField(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="place"
    )
    geometry = models.GeometryField(srid=CGCS2000, null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                name="place_geometry_valid",
                condition=Q(geometry__isnull=True) | IsValid("geometry"),
            )
        ]
        indexes = [
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="place_division_prefix"
            )
        ]
