"""Rectification notices (整改通知书, Regulation on Place Names, Arts 30–39)."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import DatedQuerySet, Recorded, bilingual, tracked
from gazetteer.models.concern import Concern


@tracked()
class Breach(models.Model):
    """One conduct that the regulation forbids, what is ordered, and the fine it knows."""

    key = models.SlugField(primary_key=True, max_length=30)
    article = models.CharField(_("article"), max_length=40)
    conduct_zh = models.CharField(max_length=200)
    conduct_en = models.CharField(max_length=200)
    order_zh = models.CharField(max_length=300)
    order_en = models.CharField(max_length=300)
    who_zh = models.CharField(max_length=100, blank=True)
    who_en = models.CharField(max_length=100, blank=True)
    fine_min = models.PositiveIntegerField(null=True, blank=True)
    fine_max = models.PositiveIntegerField(null=True, blank=True)
    # Art 37: a fine only where the deadline went by; Art 38: beside the order itself.
    fine_after_deadline = models.BooleanField(default=True)
    authority = models.CharField(max_length=200)
    status = models.CharField(max_length=12, default="verified")
    period = DateRangeField()

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("breaches")
        ordering = ["article", "key"]
        constraints = [
            models.CheckConstraint(
                name="breach_fine_is_a_range",
                condition=Q(fine_min__isnull=True, fine_max__isnull=True)
                | Q(fine_min__lte=F("fine_max")),
            )
        ]

    @property
    def conduct(self) -> str:
        return bilingual(self.conduct_zh, self.conduct_en)

    @property
    def order(self) -> str:
        return bilingual(self.order_zh, self.order_en)

    @property
    def who(self) -> str:
        return bilingual(self.who_zh, self.who_en)

    def __str__(self) -> str:
        return f"{self.article} {self.conduct}"


class NoticeState(models.TextChoices):
    """Overdue is no state of its own: it is told by the day (``domain.notice_flow.clock``)."""

    DRAFT = "draft", pgettext_lazy("notice", "draft")
    APPROVED = "approved", pgettext_lazy("notice", "approved")
    ISSUED = "issued", pgettext_lazy("notice", "issued")
    SERVED = "served", pgettext_lazy("notice", "served")
    CORRECTED = "corrected", pgettext_lazy("notice", "corrected")
    PENALISED = "penalised", pgettext_lazy("notice", "penalised")
    VERIFIED = "verified", pgettext_lazy("notice", "verified")
    CLOSED = "closed", pgettext_lazy("notice", "closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("notice", "withdrawn")


class NoticeQuerySet(models.QuerySet[Any]):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        return self.exclude(place__secrecy="secret")

    def running(self) -> Any:
        return self.exclude(state__in=[NoticeState.CLOSED, NoticeState.WITHDRAWN])

    def overdue(self, day: Any) -> Any:
        return self.filter(state__in=[NoticeState.ISSUED, NoticeState.SERVED], deadline__lt=day)


@tracked()
class Notice(Recorded, Concern):
    """One notice to one organisation; ``serial`` counts by year and jurisdiction once issued."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=6)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("number in the year"), null=True, blank=True)
    organisation = models.CharField(_("organisation"), max_length=100)
    breaches = models.ManyToManyField(Breach, related_name="notices", verbose_name=_("articles"))
    complaint = models.ForeignKey(
        "gazetteer.Complaint",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    facts = models.TextField(_("facts"))
    legal_basis = models.TextField(_("legal basis"))
    correction = models.TextField(_("required correction"))
    state = models.CharField(
        _("state"), max_length=10, choices=NoticeState, default=NoticeState.DRAFT
    )
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    fine_yuan = models.PositiveIntegerField(_("fine (yuan)"), null=True, blank=True)
    fined = models.CharField(_("on whom"), max_length=100, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("notices")
        ordering = [F("deadline").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year", "serial"], name="notice_number_once"
            ),
            models.CheckConstraint(
                name="notice_deadline_after_issue",
                condition=Q(deadline__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(deadline__gte=F("issued_on")),
                violation_error_message=_("The deadline lies before the day of issue."),
            ),
            models.CheckConstraint(
                name="notice_issued_has_number",
                condition=Q(issued_on__isnull=True)
                | Q(year__isnull=False, serial__isnull=False, deadline__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "deadline"], name="notice_by_what_is_due")]

    @property
    def number(self) -> str:
        """地名整改〔2026〕440106-12号; "" for what was never issued."""
        if self.serial is None:
            return ""
        return f"地名整改〔{self.year}〕{self.jurisdiction}-{self.serial}号"


class NoticeSeries(models.Model):
    """The last number given in a jurisdiction and year; its row is the lock."""

    jurisdiction = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "year"], name="notice_series_once")
        ]


@pgtrigger.register(
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
)
class NoticeStep(models.Model):
    """One step of a notice, never changed: what was done, by whom, on which day."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(_("step"), max_length=20)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["at", "pk"]


class InquiryKind(models.TextChoices):
    INSPECTION = "inspection", _("inspection (Art 30)")
    TALK = "talk", _("talk (Art 31)")


class Power(models.TextChoices):
    """What an inspection may do (Art 30)."""

    QUESTION = "question", _("question the persons concerned")
    COPY = "copy", _("consult and copy papers")
    SITE = "site", _("check on the site")
    ITEMS = "items", _("check items")


@pgtrigger.register(
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
)
class Inquiry(models.Model):
    """Record of an inspection or of a talk, never changed."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="inquiries")
    kind = models.CharField(_("kind"), max_length=10, choices=InquiryKind)
    held_on = models.DateField(_("held on"))
    powers = ArrayField(models.CharField(max_length=8, choices=Power), default=list, blank=True)
    persons = models.CharField(_("present"), max_length=200)
    record = models.TextField(_("record"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["held_on", "pk"]
