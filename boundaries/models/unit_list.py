"""Units of others: event lists of another country or province under code systems of their own."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import DatedQuerySet, Recorded


class UnitSystem(Recorded):
    """A code system of others with its list of units; ``key`` names it in commands."""

    key = models.CharField(
        _("key"), max_length=40, primary_key=True, validators=[RegexValidator(r"^[a-z][a-z0-9-]+$")]
    )
    title = models.CharField(_("title"), max_length=200)

    def __str__(self) -> str:
        return self.title


class UnitStay(models.Model):
    """A unit's stay in the list, between the event that admitted and the one that abolished it.

    From the events alone follow the arrows (:mod:`boundaries.domain.mutations`): what one event
    abolished became what the same event admitted.
    """

    system = models.ForeignKey(UnitSystem, on_delete=models.CASCADE, related_name="stays")
    unit = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=200, blank=True)
    period = DateRangeField(_("period"))
    admitted_by = models.CharField(max_length=40)
    abolished_by = models.CharField(max_length=40, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["unit", "period"]
        constraints = [
            ExclusionConstraint(
                name="unit_stay_once_a_day",
                expressions=[
                    ("system", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The unit has another stay on some of these days."),
            ),
            models.CheckConstraint(
                name="unit_stay_ends_by_an_event",
                condition=Q(abolished_by="", period__endswith__isnull=True)
                | (~Q(abolished_by="") & Q(period__endswith__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.name}"
