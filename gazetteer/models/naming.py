"""What the rules for naming stand on: built-up areas, and findings that a reviewer overrode."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.contrib.postgres.fields import DateRangeField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, Rule, tracked


@tracked()
class BuiltUpArea(Recorded):
    """建成区: inside one of them streets and estates have names of their own (Art 9 (8)).

    It may span districts and leave the country around out. Where none is drawn the county or
    district stands for it, and a finding says so.
    """

    name = models.CharField(_("name"), max_length=100)
    division_code = models.CharField(_("division"), max_length=12)
    period = DateRangeField(_("period"))
    geometry = models.MultiPolygonField(srid=CGCS2000)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("built-up areas")
        constraints = [
            models.CheckConstraint(name="builtup_geometry_valid", condition=IsValid("geometry"))
        ]

    def __str__(self) -> str:
        return self.name


class RuleOverrideQuerySet(models.QuerySet["RuleOverride"]):
    def in_force(self, *, on: object) -> "RuleOverrideQuerySet":
        return self.filter(Q(expires__isnull=True) | Q(expires__gt=on), decided_on__lte=on)


@tracked()
class RuleOverride(models.Model):
    """A reviewer lets a name stand against a finding, with the reason.

    It holds for one subject (a place or a case), one rule and the edition it was judged by: a new
    edition of the rule asks again. ``expires`` is the first day on which it holds no more.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=12)
    rule_id = models.CharField(max_length=20)
    edition = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="overrides")
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    decided_on = models.DateField()
    expires = models.DateField(_("holds until"), null=True, blank=True)

    objects = RuleOverrideQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("overridden findings")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="override_subject")]
        constraints = [
            models.CheckConstraint(name="override_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="override_expires_after_decision",
                condition=Q(expires__isnull=True) | Q(expires__gt=models.F("decided_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject_type} {self.subject_id}"
