"""What a check found wrong with a sign."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import Rule, tracked
from gazetteer.models import Place
from signage.models.sign import Sign


class FindingQuerySet(models.QuerySet[Any]):
    def open(self) -> "FindingQuerySet":
        return self.filter(resolved_on__isnull=True)

    def on(self, day: date) -> "FindingQuerySet":
        """Findings that stood on ``day``: found by then and not yet resolved."""
        unresolved = models.Q(resolved_on__isnull=True) | models.Q(resolved_on__gt=day)
        return self.filter(unresolved, found_on__lte=day)


# What is missing at a secret place, or where a street meets one, is hidden as the place is: for
# hand-made SQL over ``signage_absence absence`` and for querysets.
HIDDEN_ABSENCES_SQL = """SELECT lacking.id FROM gazetteer_place secret
    JOIN signage_absence lacking
      ON lacking.place_id = secret.id OR split_part(lacking.spot, '/', 1) = secret.id::text
    WHERE secret.secrecy = 'secret'"""
SHOWN_ABSENCES_SQL = f"absence.id NOT IN ({HIDDEN_ABSENCES_SQL})"


class AbsenceQuerySet(FindingQuerySet):
    def shown(self) -> "AbsenceQuerySet":
        """Absences that may be shown (the same filter as :data:`SHOWN_ABSENCES_SQL`)."""
        return self.exclude(pk__in=RawSQL(HIDDEN_ABSENCES_SQL, ()))


# What was wrong while a sign showed a place that is secret now may name it: such findings are told
# no more. For hand-made SQL over ``signage_finding finding`` and for querysets.
_TOLD = f"""({{finding}}.resolved_on IS NULL OR NOT EXISTS (
    SELECT FROM signage_signevent was JOIN gazetteer_place secret ON secret.secrecy = 'secret'
      AND (secret.id = was.place_id OR strpos(was.faces::text, secret.id::text) > 0)
    WHERE was.pgh_obj_id = {{finding}}.sign_id AND {{finding}}.resolved_on
          <= (was.pgh_created_at AT TIME ZONE '{settings.TIME_ZONE}')::date))"""
TOLD_SQL = _TOLD.format(finding="finding")
TOLD = RawSQL(_TOLD.format(finding="signage_finding"), (), output_field=models.BooleanField())


@tracked()
class Finding(models.Model):
    """One rule failed by one sign, kept with the edition it was judged by.

    Open until ``resolved_on``: the day a later check passed.
    """

    sign = models.ForeignKey(Sign, on_delete=models.CASCADE, related_name="findings")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="findings")
    rule_id_text = models.CharField(_("rule"), max_length=20, db_index=True)
    measured = models.CharField(_("measured"), max_length=300)
    expected = models.CharField(_("expected"), max_length=300)
    found_on = models.DateField(_("found on"))
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    # The order that was waived with a reason: this finding is left as it is.
    waiver = models.ForeignKey(
        "signage.RectificationOrder",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="waived_findings",
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign", "rule_id_text"],
                condition=models.Q(resolved_on__isnull=True),
                name="one_open_finding_a_rule",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id_text} {self.sign_id}"


@tracked()
class Absence(models.Model):
    """A sign that ought to stand and does not (R30, R38): for a place, at a point.

    ``spot`` names the point within the place (``start``, ``end``, the street that is met there),
    so that a later check finds the same absence again.
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="missing_signs")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="absences")
    rule_id_text = models.CharField(_("rule"), max_length=20, db_index=True)
    spot = models.CharField(_("where"), max_length=120)
    location = models.PointField(srid=CGCS2000, null=True)
    division_code = models.CharField(_("division"), max_length=12, db_index=True)
    measured = models.CharField(_("measured"), max_length=300)
    expected = models.CharField(_("expected"), max_length=300)
    found_on = models.DateField(_("found on"))
    resolved_on = models.DateField(_("resolved on"), null=True, blank=True)
    # The sign that was ordered for this spot and does not stand yet.
    planned = models.ForeignKey(
        Sign, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("missing signs")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "rule_id_text", "spot"],
                condition=models.Q(resolved_on__isnull=True),
                name="one_open_absence_a_spot",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id_text} {self.place_id} {self.spot}"


class CheckedMeanwhile(models.Model):
    """A sign or place that was checked by itself while a check of many was running.

    The check of many leaves it alone: what it read of it may be out of date. Emptied by each.
    """

    subject = models.UUIDField()

    def __str__(self) -> str:
        return str(self.subject)


class PlantedAbsence(models.Model):
    """Truth of the demonstration set: a sign was left out here, which detection is scored by."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    rule_id_text = models.CharField(max_length=20)
    spot = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "rule_id_text", "spot"], name="absence_planted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id_text} {self.place_id} {self.spot}"


class CheckRun(models.Model):
    """One check of every sign of a jurisdiction on a day: what was looked at and what came out.

    ``within`` is the code prefix that was checked; ``counts`` maps rule ids to findings;
    ``editions`` names the rows of the rules it was judged by.
    """

    within = models.CharField(_("division"), max_length=12, blank=True)
    day = models.DateField(_("day"))
    finished_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signs = models.PositiveIntegerField()
    opened = models.PositiveIntegerField()
    resolved = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    editions = models.JSONField(default=list)

    class Meta:
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return f"{self.within or '—'} {self.day}"
