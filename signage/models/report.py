"""What people report of a sign or a spot (市民反映), and apart from it who reported."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.crs import CGCS2000
from common.models import Recorded, tracked
from signage.models.order import RectificationOrder
from signage.models.sign import Sign, hidden_on


class ReportKind(models.TextChoices):
    DAMAGED = "damaged", _("damaged, dirty or leaning")
    HIDDEN = "hidden", _("hidden or blocked")
    GONE = "gone", _("the sign is gone")
    NAME = "name", _("wrong name or spelling")
    MISSING = "missing", _("no sign where one is needed")
    OTHER = "other", pgettext_lazy("report", "something else")


class ReportState(models.TextChoices):
    NEW = "new", pgettext_lazy("report", "new")
    IN_HAND = "in_hand", pgettext_lazy("report", "being put right")
    SETTLED = "settled", pgettext_lazy("report", "settled")
    DISMISSED = "dismissed", pgettext_lazy("report", "unfounded")
    MERGED = "merged", pgettext_lazy("report", "merged with another")


class ReportChannel(models.TextChoices):
    HOTLINE = "12345", _("hotline 12345")
    WEB = "web", pgettext_lazy("report", "open page")
    PHONE = "phone", pgettext_lazy("report", "telephone")
    VISIT = "visit", pgettext_lazy("report", "visit")
    STAFF = "staff", pgettext_lazy("report", "own inspection")


class ReportQuerySet(models.QuerySet[Any]):
    def open(self) -> Any:
        return self.filter(state__in=(ReportState.NEW, ReportState.IN_HAND))

    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self, at: date | None = None) -> Any:
        """Without those on signs that are hidden, on a day or at all."""
        return self.exclude(sign__in=hidden_on(at))


@tracked()
class SignReport(Recorded):
    """One report on a sign or a spot. Nothing here says who reported it (:class:`Reporter`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign = models.ForeignKey(
        Sign, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    location = models.PointField(srid=CGCS2000)
    division_code = models.CharField(_("division"), max_length=12, db_index=True)
    kind = models.CharField(_("what is wrong"), max_length=8, choices=ReportKind)
    facts = models.TextField(_("facts"))
    channel = models.CharField(_("received by"), max_length=8, choices=ReportChannel)
    outer_number = models.CharField(_("number of the hotline's ticket"), max_length=40, blank=True)
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState, default=ReportState.NEW
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    order = models.ForeignKey(
        RectificationOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    answer = models.TextField(_("answer"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="report_merged_names_the_other",
                condition=models.Q(state="merged") ^ models.Q(merged_into__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["outer_number"],
                condition=~models.Q(outer_number=""),
                name="report_ticket_once",
                violation_error_message=_("This ticket of the hotline is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.division_code}"


class Reporter(models.Model):
    """Who reported, stored apart and hidden (Regulation on Place Names, Art 33).

    Read only through ``signage.operations.reports.read_reporter``, which writes an audit line with
    the purpose. Without row history on purpose: a history table would be a second copy.
    """

    report = models.OneToOneField(SignReport, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    contact = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        # Never the name: what is written into a log or an error message shows this.
        return "reporter"
