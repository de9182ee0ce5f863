"""Merges of two places that turned out to be one: what was done, so that it can be undone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import tracked
from gazetteer.models.place import Place


@tracked()
class PlaceMerge(models.Model):
    """``ended`` went into ``survivor`` on a day.

    ``decisions``: step → what was decided. ``written``: for every row that was touched its table,
    key, and the values of the touched columns before and after (``before`` null: the row is new);
    an undo puts ``before`` back. ``counts``: rows by what became of them, for people.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ended = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="merges_received")
    on = models.DateField(_("merged on"))
    reason = models.TextField(_("reason"))
    decisions = models.JSONField(default=dict)
    written = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    merged_at = models.DateTimeField(_("merged at"))
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(ended=F("survivor"))),
            models.UniqueConstraint(
                fields=["ended"], condition=Q(undone_at__isnull=True), name="merged_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ended_id} → {self.survivor_id}"
