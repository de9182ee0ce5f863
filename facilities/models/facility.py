"""Facilities: care homes, family centres, funeral and rescue sites and the rest."""

import uuid
from datetime import date
from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, bilingual, tracked
from gazetteer.models import Place

# Whose facilities are edited here; the reforms of 2018 and 2023 gave some to others.
CIVIL_AFFAIRS = "民政部门"


class FacilityCategory(models.Model):
    """A kind of facility (domain reference §7.1)."""

    code = models.CharField(primary_key=True, max_length=12)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = _("facility categories")
        ordering = ["order", "code"]

    @property
    def name(self) -> str:
        return bilingual(self.name_zh, self.name_en)

    @property
    def group(self) -> str:
        """What symbols are chosen by: ELD, FAM, FUN …"""
        return self.code.split("-")[0]

    def authority_on(self, day: date) -> "CategoryAuthority | None":
        """Who is competent on the day; None where nobody is recorded. Can be prefetched."""
        for row in self.authorities.all():
            if (row.period.lower or date.min) <= day < (row.period.upper or date.max):
                return row
        return None

    def of_civil_affairs(self, day: date) -> bool:
        held = self.authority_on(day)
        return held is not None and held.authority_zh == CIVIL_AFFAIRS

    def moved_away(self, day: date) -> bool:
        """Whether civil affairs gave it away before the day: shown on the map, read-only.

        What was never theirs (a street's own centres) is kept as its bodies report it."""
        held = self.authority_on(day)
        if held is None or held.authority_zh == CIVIL_AFFAIRS:
            return held is None
        ended = (row for row in self.authorities.all() if (row.period.upper or date.max) <= day)
        return any(row.authority_zh == CIVIL_AFFAIRS for row in ended)

    def __str__(self) -> str:
        return self.name


@tracked()
class CategoryAuthority(Recorded):
    """Who is competent for a category during a period."""

    category = models.ForeignKey(
        FacilityCategory, on_delete=models.CASCADE, related_name="authorities"
    )
    authority_zh = models.CharField(_("competent authority"), max_length=60)
    authority_en = models.CharField(_("in English"), max_length=100, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)
    period = DateRangeField(_("period"))

    class Meta:
        verbose_name_plural = _("competent authorities")
        ordering = ["category", "period"]
        constraints = [
            ExclusionConstraint(
                name="authority_one_a_day",
                expressions=[
                    ("category", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another authority is competent on some of these days."),
            )
        ]

    @property
    def authority(self) -> str:
        return bilingual(self.authority_zh, self.authority_en)

    def __str__(self) -> str:
        return self.authority


# A facility that is a secret place is hidden as the place is, in all of its states: the one rule,
# for hand-made SQL over ``facilities_facility facility`` and for querysets.
HIDDEN_SQL = "SELECT facilities_hidden_facilities()"
SHOWN_SQL = f"facility.identity NOT IN ({HIDDEN_SQL})"


class FacilityQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        """Facilities that may be shown at all (the same filter as :data:`SHOWN_SQL`)."""
        return self.exclude(identity__in=RawSQL(HIDDEN_SQL, ()))


class OccupancyQuerySet(models.QuerySet[Any]):
    def shown(self) -> Any:
        return self.exclude(identity__in=RawSQL(HIDDEN_SQL, ()))


@tracked()
class Facility(Recorded):
    """One state of a facility, for a period: what changes begins another state.

    ``identity`` is the same in all states of one facility and stands in its address. ``attributes``
    follow the schema of its category (:mod:`facilities.domain.attributes`), which also tell since
    when it is planned or under construction, before its first period begins. ``place`` is the place
    of the gazetteer that it is, ``street`` the one that its address names; both keep the standard
    name, and are found by name unless somebody chose them by hand. ``begun_by``: what began the
    state.
    """

    class Operator(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")

    class Change(models.TextChoices):
        OPENED = "opened", pgettext_lazy("facility", "opened")
        MOVED = "moved", pgettext_lazy("facility", "moved")
        CAPACITY = "capacity", pgettext_lazy("facility", "beds changed")
        RENAMED = "renamed", pgettext_lazy("facility", "renamed")
        OPERATOR = "operator", pgettext_lazy("facility", "operator changed")
        OTHER = "other", pgettext_lazy("facility", "other facts changed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identity = models.UUIDField(default=uuid.uuid4, editable=False)
    category = models.ForeignKey(
        FacilityCategory, on_delete=models.PROTECT, verbose_name=_("category")
    )
    name = models.CharField(_("name"), max_length=120)
    location = models.PointField(srid=CGCS2000)
    footprint = models.MultiPolygonField(_("footprint"), srid=CGCS2000, null=True, blank=True)
    division_code = models.CharField(_("division"), max_length=12)
    address = models.CharField(_("address"), max_length=200, blank=True)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    street = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place_by_hand = models.BooleanField(_("place chosen by hand"), default=False, db_default=False)
    street_by_hand = models.BooleanField(
        _("place of the address chosen by hand"), default=False, db_default=False
    )
    operator = models.CharField(_("operator"), max_length=8, choices=Operator, blank=True)
    beds = models.PositiveIntegerField(_("beds"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True, db_default={})
    period = DateRangeField(_("in service"))
    begun_by = models.CharField(
        _("began by"), max_length=8, choices=Change, blank=True, default="", db_default=""
    )
    document = models.CharField(
        _("document"), max_length=200, blank=True, default="", db_default=""
    )
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
        constraints = [
            ExclusionConstraint(
                name="facility_one_state_a_day",
                expressions=[
                    ("identity", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The facility has another state on some of these days."),
            )
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@tracked()
class FacilityOccupancy(Recorded):
    """How many people lived in or used a facility (by its ``identity``) on the day of a count."""

    identity = models.UUIDField()
    counted_on = models.DateField(_("counted on"))
    occupied = models.PositiveIntegerField(_("beds occupied"))

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("counts of occupied beds")
        ordering = ["-counted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "counted_on"], name="occupancy_one_count_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.counted_on} {self.occupied}"


class FacilityContact(models.Model):
    """Whom to call at a facility: kept apart from everything that pages, files and programs read.

    Read only through :func:`facilities.operations.contacts.read_contact`, which writes an audit
    line with the purpose. Without row history: a history table would be a second copy.
    """

    identity = models.UUIDField(primary_key=True)
    person = models.CharField(_("contact person"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
