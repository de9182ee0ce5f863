"""What a check found wrong with a sign."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Rule, tracked
from signage.models.sign import Sign


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self) -> "FindingQuerySet":
        return self.filter(resolved_on__isnull=True)


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
