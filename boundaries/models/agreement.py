"""Boundary agreements (界线协议书): the papers behind a line, and how its course was surveyed."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.models.line import BoundaryLineQuerySet
from common.crs import CGCS2000
from common.models import Recorded, tracked


@tracked()
class LineAgreement(Recorded):
    """One agreement: document, signature, approval, attached maps, the line as it was surveyed.

    ``follows``: linear features that the line follows, in its direction. ``managed``: which side
    looks after which section. ``accuracy_m``: mean error of the survey.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_code = models.CharField(_("line code"), max_length=25)
    code_a = models.CharField(max_length=12, db_index=True)
    code_b = models.CharField(max_length=12, db_index=True)
    document = models.CharField(_("agreement"), max_length=200)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=100, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    maps = models.CharField(_("attached maps"), max_length=200, blank=True)
    page = models.CharField(_("page"), max_length=40, blank=True)
    follows = models.TextField(_("features followed"), blank=True)
    managed = models.TextField(_("management by section"), blank=True)
    geometry = models.MultiLineStringField(srid=CGCS2000)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    period = DateRangeField(_("period"))

    objects = BoundaryLineQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("boundary agreements")
        ordering = ["line_code"]
        constraints = [
            ExclusionConstraint(
                name="agreement_once_a_line_and_day",
                expressions=[
                    ("line_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This line already has an agreement on these days."),
            ),
            models.CheckConstraint(
                name="agreement_sides_in_order", condition=Q(code_a__lt=F("code_b"))
            ),
            models.CheckConstraint(
                name="agreement_accuracy_positive",
                condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.document


class FeatureKind(models.TextChoices):
    RIVER = "river", pgettext_lazy("feature", "river")
    DITCH = "ditch", pgettext_lazy("feature", "ditch")
    ROAD = "road", pgettext_lazy("feature", "road")
    RIDGE = "ridge", pgettext_lazy("feature", "ridge")
    OTHER = "other", pgettext_lazy("feature", "other")


@tracked()
class LineFeature(Recorded):
    """A linear feature that an agreed line follows, as it was last surveyed on its stretch.

    Where nature or people change it the line stays where the agreement put it (Decree 353, Art 7):
    the two are compared, never merged. ``accuracy_m``: mean error of the survey.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_code = models.CharField(_("line code"), max_length=25)
    code_a = models.CharField(max_length=12, db_index=True)
    code_b = models.CharField(max_length=12, db_index=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=8, choices=FeatureKind)
    surveyed_on = models.DateField(_("surveyed on"), null=True, blank=True)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    geometry = models.MultiLineStringField(srid=CGCS2000)
    period = DateRangeField(_("period"))

    objects = BoundaryLineQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("features that lines follow")
        ordering = ["line_code", "name"]
        constraints = [
            ExclusionConstraint(
                name="feature_once_a_line_name_and_day",
                expressions=[
                    ("line_code", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This feature is on record already on these days."),
            ),
            models.CheckConstraint(
                name="feature_accuracy_positive",
                condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name
