"""Joint inspections at work (联合检查): rounds by year, both sides' records, points left open.

What is finished is a :class:`~boundaries.models.line.JointInspection`; here is how it comes about.
"""

import uuid
from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.models.line import BoundaryLine, BoundaryLineQuerySet, JointInspection
from common.models import Recorded, tracked


@tracked()
class InspectionRound(Recorded):
    """A cycle of years in which each line of a jurisdiction is inspected once (domain §5.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=6)
    first_year = models.PositiveSmallIntegerField(_("first year"))
    last_year = models.PositiveSmallIntegerField(_("last year"))
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    filed_with = models.CharField(_("filed with"), max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-first_year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "first_year"],
                name="one_round_a_jurisdiction_and_year",
                violation_error_message=_("This jurisdiction already has a round from that year."),
            ),
            models.CheckConstraint(
                name="round_of_one_to_ten_years",
                condition=Q(last_year__gte=F("first_year"), last_year__lt=F("first_year") + 10),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


@tracked()
class RoundTask(models.Model):
    """One line of a round: in which year, and which side leads."""

    round = models.ForeignKey(InspectionRound, on_delete=models.CASCADE, related_name="tasks")
    line_code = models.CharField(max_length=25)
    year = models.PositiveSmallIntegerField()
    lead_code = models.CharField(max_length=12)

    class Meta:
        ordering = ["year", "line_code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "line_code"], name="line_once_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.line_code} {self.year}"


class InspectionKind(models.TextChoices):
    REGULAR = "regular", _("regular (every five years)")
    SPECIAL = "special", _("special, of a section")


class InspectionQuerySet(BoundaryLineQuerySet):
    def under_way(self, day: date) -> Any:
        """Begun by the day, and on that day neither filed nor given up."""
        return self.filter(
            Q(filed_on=None) | Q(filed_on__gt=day),
            Q(given_up_on=None) | Q(given_up_on__gt=day),
            begun_on__lte=day,
        )


@tracked()
@pgtrigger.register(
    pgtrigger.Protect(
        name="filed_is_archived",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__filed_on__isnull=False),
    )
)
class Inspection(Recorded):
    """One joint inspection from its beginning to its filing.

    ``section``: what a special inspection is about. ``frozen``: the content that both sides signed,
    its hash beside it; after filing nothing of it changes any more. One begun by mistake is given
    up with the reason, and stays on record as that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(BoundaryLine, on_delete=models.PROTECT, related_name="works")
    line_code = models.CharField(max_length=25, db_index=True)
    code_a = models.CharField(max_length=12, db_index=True)
    code_b = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(_("kind"), max_length=8, choices=InspectionKind)
    section = models.CharField(_("section and reason"), max_length=300, blank=True)
    lead_code = models.CharField(_("leads"), max_length=12)
    begun_on = models.DateField(_("begun on"))
    inspected_on = models.DateField(_("field check ended on"), null=True, blank=True)
    basis = models.TextField(_("basis documents"), blank=True)
    suggestions = models.TextField(pgettext_lazy("report", "suggestions"), blank=True)
    frozen = models.JSONField(null=True, blank=True)
    frozen_hash = models.CharField(max_length=64, blank=True)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    filed_with = models.CharField(_("filed with"), max_length=100, blank=True)
    filed_document = models.CharField(_("document"), max_length=100, blank=True)
    given_up_on = models.DateField(_("given up on"), null=True, blank=True)
    given_up_why = models.TextField(_("why it was given up"), blank=True)
    result = models.OneToOneField(
        JointInspection, null=True, blank=True, on_delete=models.PROTECT, related_name="work"
    )

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("inspections at work")
        ordering = ["-begun_on", "line_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["line_code", "kind"],
                condition=Q(filed_on__isnull=True, given_up_on__isnull=True, kind="regular"),
                name="one_regular_inspection_at_a_time",
                violation_error_message=_("An inspection of this line is already under way."),
            ),
            models.CheckConstraint(
                name="filed_only_what_both_signed", condition=Q(filed_on=None) | ~Q(frozen_hash="")
            ),
            models.CheckConstraint(
                name="special_says_why", condition=Q(kind="regular") | ~Q(section="")
            ),
            models.CheckConstraint(
                name="given_up_says_why_and_is_not_filed",
                condition=Q(given_up_on=None) | Q(filed_on=None) & ~Q(given_up_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.begun_on.year}"

    @property
    def codes(self) -> list[str]:
        return [self.code_a, self.code_b]


@tracked()
class InspectionSide(models.Model):
    """What one side brings: its people, its records (sections, visits, points), its signature."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="sides")
    code = models.CharField(max_length=12)
    organisers = models.CharField(_("organised by"), max_length=300, blank=True)
    people = models.CharField(_("field group"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "code"], name="side_once"),
            models.CheckConstraint(
                name="signed_only_what_was_submitted",
                condition=Q(signed_at=None) | Q(submitted_at__isnull=False) & ~Q(signed_hash=""),
            ),
            models.CheckConstraint(
                name="signed_by_another_than_submitted",
                condition=Q(signed_by=None)
                | Q(submitted_by=None)
                | ~Q(signed_by=F("submitted_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SectionState(models.TextChoices):
    AS_AGREED = "ok", pgettext_lazy("section", "as the agreement says")
    CHANGED = "changed", pgettext_lazy("section", "a feature has changed")
    PROBLEM = "problem", pgettext_lazy("section", "a problem between the sides")


@tracked()
class SectionRecord(models.Model):
    """A section of the line as one side walked it: features, use across the line, problems."""

    side = models.ForeignKey(InspectionSide, on_delete=models.CASCADE, related_name="sections")
    begins = models.CharField(_("from"), max_length=60)
    ends = models.CharField(_("to"), max_length=60)
    walked_on = models.DateField(_("walked on"))
    state = models.CharField(_("state"), max_length=8, choices=SectionState)
    features = models.TextField(_("features followed, and their changes"), blank=True)
    crossing = models.TextField(_("use across the line"), blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="change_is_described",
                condition=Q(state="ok") | ~Q(features="", crossing="", note=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins}–{self.ends}"


class Handling(models.TextChoices):
    REPAIR = "repair", _("repair")
    RESURVEY = "resurvey", _("survey anew")
    MEDIATION = "mediation", _("mediation")
    WATCH = "watch", _("watch")


@tracked()
class OpenPoint(Recorded):
    """A problem found on a line and how it is handled; open ones go on to the next inspection."""

    line_code = models.CharField(max_length=25, db_index=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="points")
    raised_by = models.CharField(_("raised by"), max_length=12)
    raised_on = models.DateField(_("raised on"))
    about = models.CharField(_("marker or section"), max_length=60)
    what = models.TextField(_("what is wrong"))
    handling = models.CharField(_("handling"), max_length=10, choices=Handling)
    closed_on = models.DateField(_("settled on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.TextField(_("what was done"), blank=True)
    both_present = models.BooleanField(_("both sides present"), default=False)

    class Meta:
        ordering = ["raised_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="no_repair_without_both_sides",
                condition=Q(closed_on=None)
                | ~Q(handling__in=["repair", "resurvey"])
                | Q(both_present=True),
                violation_error_message=_("No repair is accepted without the other side."),
            ),
            models.CheckConstraint(
                name="settled_says_how", condition=Q(closed_on=None) | ~Q(outcome="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.what[:40]}"
