"""Measured corrections: the polygons of two sides moved to the agreed line, and moved back."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.models.agreement import LineAgreement
from boundaries.models.division import DivisionVersion
from common.crs import CGCS2000
from common.models import Recorded, tracked

USER = settings.AUTH_USER_MODEL


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("correction", "proposed")
    DECLINED = "declined", pgettext_lazy("correction", "declined")
    WRITTEN = "written", pgettext_lazy("correction", "written")
    UNDONE = "undone", pgettext_lazy("correction", "undone")


@tracked()
class LineCorrection(Recorded):
    """One correction of the polygons of a line's two sides (and of parents and parts with them).

    ``day``: whose polygons are corrected, for the whole time that they are in force. ``moves``:
    what each division gains and loses, as it was shown. Never written by who proposed it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_code = models.CharField(_("line code"), max_length=25, db_index=True)
    agreement = models.ForeignKey(LineAgreement, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    state = models.CharField(_("step"), max_length=10, choices=CorrectionState)
    reason = models.TextField(_("reason"))
    moves = models.JSONField()
    joined_m = models.FloatField()
    most_before_m = models.FloatField()
    most_after_m = models.FloatField()
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.TextField(_("reason"), blank=True)
    undone_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_why = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name_plural = _("corrections of lines")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["line_code"],
                condition=Q(state="proposed"),
                name="one_correction_proposed_a_line",
                violation_error_message=_("A correction of this line is proposed already."),
            ),
            models.CheckConstraint(
                name="correction_written_by_another",
                condition=Q(decided_by=None)
                | ~Q(decided_by=F("proposed_by"))
                | Q(state="declined"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_code} {self.proposed_at:%Y-%m-%d}"


class CorrectedShape(models.Model):
    """The shape of one version before and after a correction."""

    correction = models.ForeignKey(LineCorrection, on_delete=models.CASCADE, related_name="shapes")
    version = models.ForeignKey(DivisionVersion, on_delete=models.PROTECT, related_name="+")
    before = models.MultiPolygonField(srid=CGCS2000)
    after = models.MultiPolygonField(srid=CGCS2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "version"], name="shape_once_a_correction"
            )
        ]

    def __str__(self) -> str:
        return str(self.version)
