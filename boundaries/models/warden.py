"""Wardens of a line and their patrols (界线签约委托管理, domain reference §5.3)."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import DateRangeField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boundaries.models.line import BoundaryLineQuerySet
from common.models import Recorded, tracked


@tracked()
class WardenContract(Recorded):
    """Who patrols which part of a line for one side. The name is read by that side only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_code = models.CharField(_("line code"), max_length=25, db_index=True)
    code_a = models.CharField(max_length=12, db_index=True)
    code_b = models.CharField(max_length=12, db_index=True)
    side_code = models.CharField(_("entrusted by"), max_length=12)
    number = models.CharField(_("contract"), max_length=40)
    warden = models.CharField(_("warden"), max_length=60)
    begins = models.CharField(_("from"), max_length=60)
    ends = models.CharField(_("to"), max_length=60)
    km = models.FloatField(_("kilometres"))
    first_serial = models.PositiveSmallIntegerField(_("first marker"), null=True, blank=True)
    last_serial = models.PositiveSmallIntegerField(_("last marker"), null=True, blank=True)
    period = DateRangeField(_("period"))

    objects = BoundaryLineQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("warden contracts")
        ordering = ["line_code", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["side_code", "number"], name="contract_number_once_a_side"
            ),
            models.CheckConstraint(
                name="warden_side_of_line", condition=Q(side_code__in=[F("code_a"), F("code_b")])
            ),
            models.CheckConstraint(name="warden_km_positive", condition=Q(km__gt=0)),
            models.CheckConstraint(
                name="warden_markers_in_order",
                condition=Q(first_serial=None, last_serial=None)
                | Q(first_serial__gte=1, last_serial__gte=F("first_serial")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


@tracked()
class Patrol(Recorded):
    """One patrol: the strip beside the line, the space around the markers, what was found.

    ``found_at`` and ``reported_at`` tell whether a loss was reported in time.
    """

    contract = models.ForeignKey(WardenContract, on_delete=models.PROTECT, related_name="patrols")
    walked_on = models.DateField(_("walked on"))
    special = models.BooleanField(_("because of an event"), default=False)
    strip_kept = models.BooleanField(_("nothing changed beside the line"), default=True)
    cleared = models.BooleanField(_("growth cleared around the markers"), default=True)
    finding = models.TextField(_("what was found"), blank=True)
    found_at = models.DateTimeField(_("found at"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)

    class Meta:
        ordering = ["-walked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "walked_on"], name="one_patrol_a_day"),
            models.CheckConstraint(
                name="reported_after_found",
                condition=Q(found_at=None, reported_at=None)
                | Q(found_at__isnull=False, reported_at=None)
                | Q(reported_at__gte=F("found_at")),
            ),
            models.CheckConstraint(
                name="found_says_what", condition=Q(found_at=None) | ~Q(finding="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.walked_on}"
