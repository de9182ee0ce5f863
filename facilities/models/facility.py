"""Facilities: care homes, family centres, funeral and rescue sites and the rest."""

import uuid
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import OpClass
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, bilingual, tracked

# Whose facilities are edited here; the reforms of 2018 and 2023 gave some to others.
CIVIL_AFFAIRS = "民政部门"


class FacilityCategory(models.Model):
    """A kind of facility (domain reference §7.1) and who is competent for it."""

    code = models.CharField(primary_key=True, max_length=12)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    competent_authority_zh = models.CharField(max_length=60, blank=True)
    competent_authority_en = models.CharField(max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = _("facility categories")
        ordering = ["order", "code"]

    @property
    def name(self) -> str:
        return bilingual(self.name_zh, self.name_en)

    @property
    def competent_authority(self) -> str:
        return bilingual(self.competent_authority_zh, self.competent_authority_en)

    @property
    def moved_away(self) -> bool:
        """Whether another authority is competent today: shown on the map, read-only."""
        return self.competent_authority_zh != CIVIL_AFFAIRS

    @property
    def group(self) -> str:
        """What symbols are chosen by: ELD, FAM, FUN …"""
        return self.code.split("-")[0]

    def __str__(self) -> str:
        return self.name


class FacilityQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)


@tracked()
class Facility(Recorded):
    """One facility in service for a period.

    ``attributes`` follow the schema of its category (:mod:`facilities.domain.attributes`), which
    also tell since when it is planned or under construction, before the period begins.
    """

    class Operator(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    category = models.ForeignKey(
        FacilityCategory, on_delete=models.PROTECT, verbose_name=_("category")
    )
    name = models.CharField(_("name"), max_length=120)
    location = models.PointField(srid=CGCS2000)
    division_code = models.CharField(_("division"), max_length=12)
    address = models.CharField(_("address"), max_length=200, blank=True)
    operator = models.CharField(_("operator"), max_length=8, choices=Operator, blank=True)
    beds = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True, db_default={})
    period = DateRangeField(_("in service"))
    search_pinyin = models.CharField(max_length=300, blank=True, editable=False)
    search_initials = models.CharField(max_length=60, blank=True, editable=False)

    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("facilities")
        indexes = [
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="facility_division_prefix"
            )
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
