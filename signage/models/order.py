"""Putting a sign right (整治): order → fixed → verified → closed, with photos."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.crs import CGCS2000
from common.models import tracked
from signage.models.sign import Sign


class OrderState(models.TextChoices):
    ORDERED = "ordered", pgettext_lazy("order", "ordered")
    FIXED = "fixed", pgettext_lazy("order", "fixed")
    VERIFIED = "verified", pgettext_lazy("order", "verified")
    CLOSED = "closed", pgettext_lazy("order", "closed")


@tracked()
class RectificationOrder(models.Model):
    """One order to put one sign right; each step by another person's role."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(_("state"), max_length=10, choices=OrderState)
    responsible_body = models.CharField(_("responsible body"), max_length=100)
    instruction = models.TextField(_("instruction"), blank=True)
    due_on = models.DateField(_("due on"))
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign"],
                condition=~models.Q(state="closed"),
                name="one_open_order_a_sign",
                violation_error_message=_("This sign already has an open order."),
            )
        ]
        ordering = ["due_on", "pk"]


class SignPhoto(models.Model):
    """A photo of a sign as evidence; the file's hash is kept from the moment of upload."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sign = models.ForeignKey(Sign, on_delete=models.PROTECT, related_name="photos")
    order = models.ForeignKey(
        RectificationOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="photos"
    )
    image = models.ImageField(upload_to="signs/%Y/%m")
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_where = models.PointField(srid=CGCS2000, null=True, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["uploaded_at"]
