"""Adjustments of divisions (行政区划调整): a draft, its steps, what it did when it took effect."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Recorded, tracked

USER = settings.AUTH_USER_MODEL


class AdjustmentState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("adjustment", "draft")
    SUBMITTED = "submitted", pgettext_lazy("adjustment", "submitted")
    RETURNED = "returned", pgettext_lazy("adjustment", "sent back")
    APPROVED = "approved", pgettext_lazy("adjustment", "approved")
    IN_FORCE = "in_force", pgettext_lazy("adjustment", "in force")
    UNDONE = "undone", pgettext_lazy("adjustment", "undone")
    WITHDRAWN = "withdrawn", pgettext_lazy("adjustment", "withdrawn")


# The materials of Art 13 of the Regulation on Administrative Divisions.
MATERIAL_LABELS = {
    "application": _("Application"),
    "facts": _("History, geography, nationalities, economy, people, resources, area"),
    "risk_assessment": _("Risk assessment"),
    "expert_review": _("Expert review"),
    "public_consultation": _("Public consultation"),
    "maps": _("Map before and sketch after"),
}

# Two of these cannot be about one unit on one day.
LIVE = (AdjustmentState.SUBMITTED, AdjustmentState.APPROVED, AdjustmentState.IN_FORCE)


class AdjustmentQuerySet(models.QuerySet[Any]):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(jurisdiction__startswith=jurisdiction)

    def due(self, day: Any) -> Any:
        """Approved ones whose day has come."""
        return self.filter(state=AdjustmentState.APPROVED, happens_on__lte=day)


@tracked()
class Adjustment(Recorded):
    """One adjustment, by one approval, on one day (Regulation on Administrative Divisions).

    ``changes`` is the draft (:mod:`boundaries.domain.adjustments`); ``codes``: every unit that it
    touches, before and after; ``jurisdiction``: the smallest that holds them all. ``approved_on``
    is the day of the approving document, ``approved_by`` who entered it: never who drew the draft.
    ``materials``: what of Art 13 is there, by key, with its reference.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(
        _("step"), max_length=10, choices=AdjustmentState, default=AdjustmentState.DRAFT
    )
    happens_on = models.DateField(_("takes effect on"))
    changes = models.JSONField(_("changes"))
    codes = ArrayField(models.CharField(max_length=12), default=list)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=12, blank=True)
    major = models.BooleanField(_("major change of a county boundary"), default=False)
    materials = models.JSONField(_("materials"), default=dict, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    authority = models.CharField(_("approving authority"), max_length=100, blank=True)
    document = models.CharField(_("approving document"), max_length=200, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    extended = models.BooleanField(_("six months more were approved"), default=False)
    drawn_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drawn_on = models.DateField(_("drawn up on"))
    approved_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("adjustments of divisions")
        ordering = ["-happens_on", "title"]
        constraints = [
            models.CheckConstraint(
                name="adjustment_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drawn_by")),
            ),
            models.CheckConstraint(
                name="adjustment_in_force_was_approved",
                condition=~Q(state__in=["approved", "in_force"])
                | Q(approved_by__isnull=False, approved_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "happens_on"], name="adjustment_by_step")]

    def __str__(self) -> str:
        return self.title


@pgtrigger.register(
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
)
class AdjustmentStep(models.Model):
    """One step, never changed. ``by`` None: the system itself, when the day came."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="steps")
    before = models.CharField(max_length=10, choices=AdjustmentState, blank=True)
    after = models.CharField(max_length=10, choices=AdjustmentState)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class AdjustmentEffect(models.Model):
    """What taking effect wrote in one table: enough to take exactly that back.

    ``key``: the table; ``rows``: per row what stood before and what was written.
    """

    adjustment = models.ForeignKey(Adjustment, on_delete=models.CASCADE, related_name="effects")
    key = models.SlugField(max_length=40)
    rows = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "key"], name="adjustment_effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {len(self.rows)}"
