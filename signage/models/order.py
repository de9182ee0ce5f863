"""Putting a sign right (整治): order → fixed → verified → closed, with photos."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import KeptPhoto, tracked
from signage.models.sign import Sign, hidden_on


class OrderState(models.TextChoices):
    ORDERED = "ordered", pgettext_lazy("order", "ordered")
    FIXED = "fixed", pgettext_lazy("order", "fixed")
    VERIFIED = "verified", pgettext_lazy("order", "verified")
    CLOSED = "closed", pgettext_lazy("order", "closed")
    WAIVED = "waived", pgettext_lazy("order", "waived")


class OrderKind(models.TextChoices):
    FIX = "fix", pgettext_lazy("order", "put right")
    NEW = "new", pgettext_lazy("order", "new sign")


class SheetQuerySet(models.QuerySet[Any]):
    def shown(self, at: date | None = None) -> Any:
        """Those with an order that may be shown, on a day or at all."""
        orders = RectificationOrder.objects.shown(at)
        return self.filter(Exists(orders.filter(sheet=OuterRef("pk"))))


@tracked()
class OrderSheet(models.Model):
    """One order of rectification (整改通知单) to one body, for any number of signs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number of the order sheet"), max_length=20, unique=True)
    responsible_body = models.CharField(_("responsible body"), max_length=100)
    instruction = models.TextField(_("instruction"), blank=True)
    budget = models.DecimalField(
        _("budget (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-number"]

    def __str__(self) -> str:
        return self.number


class OrderQuerySet(models.QuerySet[Any]):
    def shown(self, at: date | None = None) -> Any:
        """Without those for signs that are hidden, on a day or at all."""
        return self.exclude(sign__in=hidden_on(at))


@tracked()
class RectificationOrder(models.Model):
    """One order to put one sign right; each step by another person's role.

    ``rules`` are those that failed when it was given; ``reopens`` the closed order whose fix did
    not last. ``cost`` is the estimate of that day, null where nothing is known. An order for a
    new sign is of a sign that is still planned.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="orders")
    sheet = models.ForeignKey(
        OrderSheet, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    kind = models.CharField(
        pgettext_lazy("order", "kind"),
        max_length=4,
        choices=OrderKind,
        default=OrderKind.FIX,
        db_default=OrderKind.FIX,
    )
    state = models.CharField(_("state"), max_length=10, choices=OrderState)
    responsible_body = models.CharField(_("responsible body"), max_length=100)
    instruction = models.TextField(_("instruction"), blank=True)
    rules = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    cost = models.DecimalField(
        _("cost (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    due_on = models.DateField(_("due on"))
    reopens = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reopened_by"
    )
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    fixed_at = models.DateTimeField(null=True, blank=True)
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    waived_because = models.TextField(_("reason for waiving"), blank=True, db_default="")

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign"],
                condition=~Q(state__in=("closed", "waived")),
                name="one_open_order_a_sign",
                violation_error_message=_("This sign already has an open order."),
            ),
            models.CheckConstraint(
                name="order_waived_with_a_reason",
                condition=~Q(state="waived") | ~Q(waived_because=""),
            ),
        ]
        ordering = ["due_on", "pk"]

    @property
    def over(self) -> bool:
        return self.state in (OrderState.CLOSED, OrderState.WAIVED)


@tracked()
class SentBackFix(models.Model):
    """A fix that was recorded and sent back: how its order stood between the two.

    ``verified_at`` where it had been verified before, null where it was not.
    """

    order = models.ForeignKey(
        RectificationOrder, on_delete=models.CASCADE, related_name="sent_back_fixes"
    )
    fixed_at = models.DateTimeField()
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_back_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fix_sent_back_after_it_was_recorded",
                condition=Q(sent_back_at__gte=models.F("fixed_at")),
            )
        ]
        ordering = ["sent_back_at"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.sent_back_at}"


class PhotoPhase(models.TextChoices):
    BEFORE = "before", pgettext_lazy("photo", "before")
    AFTER = "after", pgettext_lazy("photo", "after")


class SignPhoto(KeptPhoto):
    """A photo of a sign as evidence; the file's hash is kept from the moment of upload.

    One sent in with a report on a point belongs to no sign yet.
    """

    sign = models.ForeignKey(
        Sign, null=True, blank=True, on_delete=models.PROTECT, related_name="photos"
    )
    order = models.ForeignKey(
        RectificationOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="photos"
    )
    report = models.ForeignKey(
        "signage.SignReport",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="photos",
    )
    phase = models.CharField(
        pgettext_lazy("photo", "before or after"),
        max_length=6,
        choices=PhotoPhase,
        default=PhotoPhase.AFTER,
        db_default=PhotoPhase.AFTER,
    )
    image = models.ImageField(upload_to="signs/%Y/%m")
    # Asked for by its hash alone: the same file elsewhere is no evidence.
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="photo_of_a_sign_or_a_report",
                condition=Q(sign__isnull=False) | Q(report__isnull=False),
            )
        ]
        ordering = ["uploaded_at"]
