"""Targets of plans and standards as dated rows, and policy figures that some are held against."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from common.models import DatedQuerySet, Recorded, Rule, Source, bilingual, tracked
from facilities.domain.targets import TargetRule, read_parameters


class TargetQuerySet(DatedQuerySet):
    def holding(self, code: str) -> Any:
        """Editions of every jurisdiction that holds ``code``, the country among them."""
        return self.filter(jurisdiction__in=[code[:n] for n in range(len(code) + 1)])


@tracked()
class Target(models.Model):
    """One edition of a target (T01 … F05): a form with its numbers, from whom and how sure.

    ``form`` is of :mod:`facilities.domain.targets`, which says what ``parameters`` hold. The
    edition of the narrowest jurisdiction goes before wider ones. ``reconstructed``: the printed
    text lost digits, the number is what it most likely was.
    """

    class Confidence(models.TextChoices):
        VERIFIED = "verified", _("verified")
        PROVISIONAL = "provisional", _("provisional")
        UNSURE = "unsure", _("unsure")

    class Rounding(models.TextChoices):
        CEIL = "ceil", _("rounded up")
        FLOOR = "floor", _("rounded down")
        ROUND = "round", _("rounded to the nearest")

    target_id = models.CharField(_("target"), max_length=12)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    form = models.CharField(max_length=30)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=12, blank=True, default="")
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    rounding = models.CharField(max_length=8, choices=Rounding, default=Rounding.CEIL)
    authority = models.CharField(max_length=200)
    article = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT)
    source_text = models.CharField(max_length=300, blank=True)
    reconstructed = models.BooleanField(default=False)
    confidence = models.CharField(max_length=12, choices=Confidence)
    severity = models.CharField(max_length=8, choices=Rule.Severity, default=Rule.Severity.WARN)
    due_on = models.DateField(_("to be met by"), null=True, blank=True)
    period = DateRangeField()

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("targets")
        ordering = ["target_id", "jurisdiction", "period"]
        constraints = [
            ExclusionConstraint(
                name="target_one_edition_a_day",
                expressions=[
                    ("target_id", RangeOperators.EQUAL),
                    ("jurisdiction", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Another edition of this target covers some of these days."
                ),
            ),
            # What nobody has verified warns and never blocks.
            models.CheckConstraint(
                name="target_blocks_only_verified",
                condition=Q(confidence="verified") | ~Q(severity="block"),
            ),
        ]

    @property
    def title(self) -> str:
        return bilingual(self.title_zh, self.title_en)

    def as_rule(self) -> TargetRule:
        return TargetRule(self.target_id, self.form, self.parameters, self.rounding)

    def clean(self) -> None:
        try:
            read_parameters(self.as_rule())
        except BadInput as error:
            raise ValidationError({"parameters": str(error)}) from error

    def __str__(self) -> str:
        return f"{self.target_id} {self.title}"


@tracked()
class PolicyFigure(Recorded):
    """A figure that policy sets for a division for a period, in yuan a month for one person."""

    class Key(models.TextChoices):
        SUBSISTENCE = "subsistence_line", _("minimum living standard")
        LOW_INCOME = "low_income_line", _("low-income line")

    key = models.CharField(_("figure"), max_length=20, choices=Key)
    division_code = models.CharField(_("division"), max_length=12)
    value = models.DecimalField(_("yuan a month"), max_digits=9, decimal_places=2)
    document = models.CharField(_("document"), max_length=200, blank=True)
    period = DateRangeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("policy figures")
        ordering = ["key", "division_code", "period"]
        constraints = [
            ExclusionConstraint(
                name="policy_figure_once_a_day",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    ("division_code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This figure is recorded for some of these days."),
            ),
            models.CheckConstraint(name="policy_figure_above_zero", condition=Q(value__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()} {self.division_code}: {self.value}"
