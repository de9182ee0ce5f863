"""Lists matched with places: their rows, and what people decided, to be offered again."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Job
from gazetteer.models.place import LegalCategory, Place


class MatchDecisionQuerySet(models.QuerySet[Any]):
    def for_area(self, jurisdiction: str) -> Any:
        """What was decided there or in a jurisdiction above, the narrowest last."""
        above = [jurisdiction[:n] for n in range(len(jurisdiction) + 1)]
        return self.filter(jurisdiction__in=above).order_by("jurisdiction")


class MatchDecision(models.Model):
    """What a text of a list means for the people of a jurisdiction; no place: none fits.

    ``text`` is folded; ``category`` and ``division`` are what else the list told, or "".
    """

    jurisdiction = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=80)
    category = models.CharField(max_length=20, choices=LegalCategory, blank=True)
    division = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = MatchDecisionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("decisions on matched lists")
        constraints = [
            models.UniqueConstraint(
                fields=["text", "division", "category", "jurisdiction"], name="match_decided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.place_id or '—'}"


class MatchRow(models.Model):
    """A row of a list: its cells, its candidates (best first) and the one that was picked.

    ``picked``: the id of a candidate or "". ``by`` says who picked; "" is open.
    """

    class State(models.TextChoices):
        CERTAIN = "certain", _("certain")
        OPEN = "open", _("to pick")
        NONE = "none", _("nothing found")

    class By(models.TextChoices):
        MACHINE = "machine"
        BEFORE = "before"
        PERSON = "person"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="match_rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    name = models.CharField(max_length=80)
    text = models.CharField(max_length=80)
    division = models.CharField(max_length=80, blank=True)
    found = models.JSONField(default=list)
    picked = models.CharField(max_length=36, blank=True)
    by = models.CharField(max_length=8, choices=By, blank=True)
    state = models.CharField(max_length=8, choices=State)
    decision = models.ForeignKey(MatchDecision, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="match_row_once"),
        ]
        indexes = [models.Index(fields=["job", "state", "number"], name="match_row_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def pick(self, place: str, by: str) -> None:
        """Take a candidate ("": none fits) in somebody's name."""
        self.picked, self.by = place, by
        if place:
            self.state = self.State.CERTAIN
        else:
            self.state = self.State.NONE if by or not self.found else self.State.OPEN
