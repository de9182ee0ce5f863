"""Complaints (投诉举报, Regulation on Place Names, Art 33), and apart from them who complained."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Recorded, tracked
from gazetteer.models.concern import Concern
from gazetteer.models.notice import Breach
from gazetteer.models.suggestion import Suggestion


class ComplaintState(models.TextChoices):
    NEW = "new", pgettext_lazy("complaint", "new")
    IN_HAND = "in_hand", pgettext_lazy("complaint", "notice in hand")
    SETTLED = "settled", pgettext_lazy("complaint", "settled")
    DISMISSED = "dismissed", pgettext_lazy("complaint", "unfounded")
    TRANSFERRED = "transferred", pgettext_lazy("complaint", "passed to another authority")


class Channel(models.TextChoices):
    WEB = "web", _("open page")
    PHONE = "phone", _("telephone")
    LETTER = "letter", _("letter")
    VISIT = "visit", _("visit")
    STAFF = "staff", _("own inspection")


class ComplaintQuerySet(models.QuerySet[Any]):
    def open(self) -> Any:
        return self.filter(state__in=[ComplaintState.NEW, ComplaintState.IN_HAND])

    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        return self.exclude(place__secrecy="secret")


@tracked()
class Complaint(Recorded, Concern):
    """A reported breach. Nothing here says who reported it: that is in :class:`Informant`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    breach = models.ForeignKey(Breach, null=True, blank=True, on_delete=models.PROTECT)
    facts = models.TextField(_("facts"))
    channel = models.CharField(_("received by"), max_length=8, choices=Channel)
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(
        _("state"), max_length=12, choices=ComplaintState, default=ComplaintState.NEW
    )
    answer = models.TextField(_("answer"), blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("complaints")
        ordering = ["received_at", "pk"]


class Informant(models.Model):
    """Who reported or suggested (举报人), stored apart and hidden (Art 33).

    Read only through ``gazetteer.operations.complaints.read_informant``, which writes an audit
    line with the purpose. Without row history on purpose: a history table would be a second copy.
    """

    complaint = models.OneToOneField(
        Complaint, null=True, on_delete=models.CASCADE, related_name="+"
    )
    suggestion = models.OneToOneField(
        Suggestion, null=True, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=80, blank=True)
    contact = models.CharField(max_length=100, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="informant_of_one_thing",
                condition=Q(complaint__isnull=True) ^ Q(suggestion__isnull=True),
            )
        ]

    def __str__(self) -> str:
        # Never the name: what is written into a log or an error message shows this.
        return "informant"
