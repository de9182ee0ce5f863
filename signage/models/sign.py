"""Place-name signs (地名标志, GB 17733)."""

import uuid
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, tracked
from gazetteer.models import Place


class SignClass(models.TextChoices):
    STREET = "STREET", _("street sign")
    LANE = "LANE", _("lane sign")
    ESTATE = "ESTATE", _("estate sign")
    BUILDING = "BUILDING", _("building plate")
    VILLAGE = "VILLAGE", _("village sign")


class Colour(models.TextChoices):
    BLUE = "blue", _("blue")
    GREEN = "green", _("green")
    RED = "red", _("red")
    WHITE = "white", _("white")
    OTHER = "other", _("other")


class SignQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)


@tracked()
class Sign(Recorded):
    """A sign as it stands: where, for which place, and what its face shows.

    ``street_bearing`` is the azimuth of the street at the sign in degrees from north (0–180).
    ``planted_defects`` is the truth of the demonstration set (rule ids), by which detection is
    scored; null for every real sign.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("sign number"), max_length=30, unique=True)
    sign_class = models.CharField(_("class"), max_length=10, choices=SignClass)
    location = models.PointField(srid=CGCS2000)
    division_code = models.CharField(_("division"), max_length=12)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="signs"
    )
    street_bearing = models.FloatField(
        _("bearing of the street (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(180)],
    )
    ground_colour = models.CharField(_("ground colour"), max_length=10, choices=Colour)
    hanzi = models.CharField(_("characters"), max_length=100)
    pinyin = models.CharField(_("spelling"), max_length=300, blank=True)
    width_mm = models.PositiveIntegerField(_("width (mm)"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("height (mm)"), null=True, blank=True)
    period = DateRangeField(_("standing"))
    responsible_body = models.CharField(_("responsible body"), max_length=100, blank=True)
    planted_defects = ArrayField(
        models.CharField(max_length=20), null=True, blank=True, editable=False
    )

    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("signs")
        indexes = [
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="sign_division_prefix"
            ),
            GinIndex(OpClass("hanzi", "gin_trgm_ops"), name="sign_hanzi_trigram"),
        ]

    def __str__(self) -> str:
        return f"{self.hanzi} {self.number}"
