"""Siting scenarios: a question of where facilities belong, kept with its answer and its reasons."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from common.models import Job, Recorded
from facilities.domain.scenarios import ScenarioQuestion, read_question
from facilities.models.facility import HIDDEN_SQL, FacilityCategory

# Kept answers that name a facility which may not be shown, among what stands, what is chosen or
# what is given up (by its name alone).
NAMING_HIDDEN_SQL = f"""SELECT answered.id FROM facilities_facility hidden
    JOIN facilities_sitingscenario answered
      ON strpos(answered.result::text, hidden.identity::text) > 0
      OR jsonb_exists(answered.result -> 'closed', hidden.name)
    WHERE hidden.identity IN ({HIDDEN_SQL})"""


class ScenarioQuerySet(models.QuerySet[Any]):
    def shown(self) -> "ScenarioQuerySet":
        """Without those whose answer names a facility that may not be shown: ask them again."""
        return self.exclude(pk__in=RawSQL(NAMING_HIDDEN_SQL, ()))


class SitingScenario(Recorded):
    """One question on one day, its answer, and what is needed to ask it again alike.

    ``question`` is of :class:`facilities.domain.scenarios.ScenarioQuestion`, ``result`` what
    :func:`facilities.domain.scenario_reasons.describe` tells; ``points`` are places brought in a
    file: [longitude, latitude, name, cost, row]. ``inputs_hash`` is the fingerprint of all that the
    answer rests on: the same hash and seed have the same sites, unless time ran out first.
    ``history`` grows while the search runs: [seconds, best so far, bound].
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("searching")
        PROVEN = "proven", _("proven best")
        UNPROVEN = "unproven", _("not proven best")
        IMPOSSIBLE = "impossible", _("impossible")
        NOT_FOUND = "not_found", _("no answer in time")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    category = models.ForeignKey(
        FacilityCategory, on_delete=models.PROTECT, verbose_name=_("category")
    )
    jurisdiction = models.CharField(_("division"), max_length=12)
    day = models.DateField(_("day"))
    question = models.JSONField()
    points = models.JSONField(default=list, blank=True)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    versions = models.JSONField(default=dict)
    inputs_hash = models.CharField(max_length=64, blank=True)
    history = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL)
    repeats = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("siting scenarios")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["jurisdiction", "-created_at"])]

    @property
    def asked(self) -> ScenarioQuestion:
        return read_question(self.question)

    @property
    def over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)

    @property
    def answered(self) -> bool:
        return bool(self.result.get("feasible"))

    @property
    def new_sites(self) -> list[dict[str, Any]]:
        """New ones and extensions."""
        return [site for site in self.result.get("sites", ()) if site["kind"] != "existing"]

    @property
    def open_keys(self) -> list[str]:
        """Of all open sites."""
        return sorted(site["key"] for site in self.result.get("sites", ()))

    def __str__(self) -> str:
        return self.name
