"""Suggestions (更正建议): what people would change on a record, and what came of it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Recorded, tracked
from gazetteer.models.place import Place


class SuggestionState(models.TextChoices):
    NEW = "new", pgettext_lazy("suggestion", "new")
    ACCEPTED = "accepted", pgettext_lazy("suggestion", "accepted")
    PARTLY = "partly", pgettext_lazy("suggestion", "accepted in part")
    DECLINED = "declined", pgettext_lazy("suggestion", "declined")
    DUPLICATE = "duplicate", pgettext_lazy("suggestion", "duplicate")


class SuggestionQuerySet(models.QuerySet[Any]):
    def open(self) -> Any:
        return self.filter(state=SuggestionState.NEW)

    def within(self, jurisdiction: str) -> Any:
        return self.filter(place__division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        return self.exclude(place__secrecy="secret")


@tracked()
class Suggestion(Recorded):
    """``changes``: field → {"from", "to"}; equal ``digest`` on one place is the same suggestion.

    ``accepted`` holds the values that were written in the end. Who suggested from outside is kept
    apart (:class:`~gazetteer.models.complaint.Informant`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="suggestions")
    changes = models.JSONField(_("changes"))
    digest = models.CharField(max_length=64, editable=False)
    reason = models.TextField(_("reason"))
    evidence = models.TextField(_("evidence"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=SuggestionState, default=SuggestionState.NEW
    )
    suggested_at = models.DateTimeField(_("suggested at"))
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="suggestions"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("answer"), blank=True)
    accepted = models.JSONField(_("accepted"), default=dict)
    duplicate_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="duplicates"
    )

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("suggestions")
        ordering = ["suggested_at", "pk"]
        indexes = [models.Index(fields=["place", "digest"], name="suggestion_same")]
        constraints = [
            models.CheckConstraint(
                name="suggestion_decided_or_new",
                condition=Q(state="new", decided_at__isnull=True)
                | (~Q(state="new") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="suggestion_duplicate_of_another",
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                & ~Q(duplicate_of=F("id"))
                | (~Q(state="duplicate") & Q(duplicate_of__isnull=True)),
            ),
        ]


class OpenPost(models.Model):
    """One submission without sign-in, by a hash of its address: what the throttle counts."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="open_post_throttle")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
