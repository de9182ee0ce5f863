"""A local edition of the sign standard on its way: drafted by one person, approved by another."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Job, Rule, tracked


class DraftState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("edition", "proposed")
    APPROVED = "approved", pgettext_lazy("edition", "approved")
    REJECTED = "rejected", pgettext_lazy("edition", "rejected")


@tracked()
class StandardDraft(models.Model):
    """Other parameters of one rule for a jurisdiction, proposed to be in force from a day on.

    ``in_force_until`` is its last day; None until another edition takes its place.

    Approval writes ``rule``, the edition that checks are judged by from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_id_text = models.CharField(_("rule"), max_length=20)
    jurisdiction = models.CharField(_("division"), max_length=12)
    parameters = models.JSONField(_("parameters"), default=dict)
    authority = models.CharField(_("authority"), max_length=200)
    article = models.CharField(_("article"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Rule.Status)
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(_("last day in force"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=DraftState)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    rule = models.ForeignKey(Rule, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_id_text", "jurisdiction"],
                condition=models.Q(state="proposed"),
                name="one_open_draft_a_rule_and_jurisdiction",
                violation_error_message=_(
                    "Another change of this rule is waiting for approval here."
                ),
            ),
            models.CheckConstraint(
                name="draft_ends_after_it_begins",
                condition=models.Q(in_force_until__isnull=True)
                | models.Q(in_force_until__gte=models.F("in_force_from")),
            ),
            models.CheckConstraint(
                name="draft_not_decided_by_its_author",
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id_text} {self.jurisdiction} {self.in_force_from}"


class EditionTrial(models.Model):
    """What other parameters of a rule would change in the findings of a day, worked out once.

    ``typed`` is the form as it was filled in, to go on with; ``editions`` are the rows of the
    standard that it was compared with. ``signs`` (how many were judged) and ``differences``
    (:class:`signage.domain.standard.Difference`, as plain values) are None until ``job`` is done.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_id_text = models.CharField(_("rule"), max_length=20)
    jurisdiction = models.CharField(_("division"), max_length=12)
    parameters = models.JSONField(_("parameters"), default=dict)
    typed = models.JSONField(default=dict)
    day = models.DateField()
    editions = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField(null=True)
    signs = models.PositiveIntegerField(null=True)
    differences = models.JSONField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["rule_id_text", "jurisdiction", "-asked_at"])]

    def __str__(self) -> str:
        return f"{self.rule_id_text} {self.jurisdiction} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def running(self) -> bool:
        return self.differences is None and self.job is not None and not self.job.over
