"""How the signs of each street office stood, day by day (整治非标准地名标志)."""

from django.contrib.gis.db import models


class CampaignDay(models.Model):
    """Counts of one street office (nine digits) at the end of a day on which they changed.

    A day without a row is like the last day before it that has one. ``signs`` are those that
    stand; ``wrong`` those non-standard by a verified rule or with an open order; ``doubtful``
    fail provisional rules alone; ``unknown`` are linked to no place, so that nobody can say.
    ``by_rule``: rule id → wrong signs that fail it. ``cost`` is what is known of the cost to
    finish, ``cost_unknown`` the number of signs about which nothing is known.
    """

    division_code = models.CharField(max_length=9)
    day = models.DateField()
    signs = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()
    doubtful = models.PositiveIntegerField()
    waived = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    by_rule = models.JSONField(default=dict)
    cost = models.DecimalField(max_digits=14, decimal_places=2)
    cost_unknown = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division_code", "day"], name="campaign_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.day}"
