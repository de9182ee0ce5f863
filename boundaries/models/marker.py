"""Boundary markers (界桩): where each stands, by what it is found again, and every visit to it."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.models.inspection import InspectionSide
from boundaries.models.line import BoundaryLineQuerySet
from common.crs import CGCS2000
from common.models import KeptPhoto, Recorded, tracked


class MarkerKind(models.TextChoices):
    """``OTHER``: another mark that the agreement names (a bridge, a rock)."""

    SINGLE = "single", _("single post")
    DOUBLE = "double", _("one of two posts")
    TRIPLE = "triple", _("one of three posts")
    JUNCTION = "junction", _("tri-junction post")
    OTHER = "other", _("other mark named in the agreement")


class MarkerMaterial(models.TextChoices):
    STONE = "stone", _("stone")
    CONCRETE = "concrete", _("concrete")
    METAL = "metal", _("metal")
    PAINTED = "painted", _("painted or carved on the spot")


class MeasuredBy(models.TextChoices):
    STATIC = "static", _("GNSS, static")
    RTK = "rtk", _("GNSS, RTK")
    TOTAL_STATION = "total", _("total station")
    MAP = "map", _("read from a map")


class Condition(models.TextChoices):
    INTACT = "intact", pgettext_lazy("marker", "intact")
    DAMAGED = "damaged", pgettext_lazy("marker", "damaged")
    TILTED = "tilted", pgettext_lazy("marker", "tilted")
    MOVED = "moved", pgettext_lazy("marker", "moved")
    LOST = "lost", pgettext_lazy("marker", "lost")
    BURIED = "buried", pgettext_lazy("marker", "buried")
    COVERED = "covered", pgettext_lazy("marker", "covered")


class Work(models.TextChoices):
    PAINTED = "painted", pgettext_lazy("work", "inscription painted")
    REPAIRED = "repaired", pgettext_lazy("work", "repaired")
    REMADE = "remade", pgettext_lazy("work", "made anew at its place")
    MOVED = "moved", pgettext_lazy("work", "moved by agreement")


class MarkerQuerySet(BoundaryLineQuerySet):
    def touching(self, jurisdiction: str) -> Any:
        """Markers of lines with a side in the jurisdiction; a tri-junction has three sides."""
        return self.filter(
            Q(code_a__startswith=jurisdiction)
            | Q(code_b__startswith=jurisdiction)
            | Q(third_code__startswith=jurisdiction, third_code__gt="")
        )

    def of_line(self, code: str) -> Any:
        """Markers of a line, with the tri-junction posts at which it ends.

        A post that three divisions share has the number of one of their lines and shows all three.
        """
        one, _dash, other = code.partition("-")
        shared = Q(third_code=one) & (Q(code_a=other) | Q(code_b=other))
        shared |= Q(third_code=other) & (Q(code_a=one) | Q(code_b=one))
        return self.filter(Q(line_code=code) | shared)


@tracked()
class Marker(Recorded):
    """One post, or another mark that the agreement names.

    It belongs to the pair of divisions whose line it shows (``line_code``), however often that
    line is drawn anew. ``number`` is the official one. ``manager_code`` is the side that looks
    after it, "" where the agreement does not say. ``accuracy_m``: mean error of the position.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line_code = models.CharField(_("line code"), max_length=25, db_index=True)
    code_a = models.CharField(max_length=12, db_index=True)
    code_b = models.CharField(max_length=12, db_index=True)
    third_code = models.CharField(_("third side"), max_length=12, blank=True)
    number = models.CharField(_("number"), max_length=30)
    serial = models.PositiveSmallIntegerField(_("serial"))
    post = models.CharField(_("post"), max_length=1)
    kind = models.CharField(_("kind"), max_length=10, choices=MarkerKind)
    material = models.CharField(_("material"), max_length=10, choices=MarkerMaterial, blank=True)
    location = models.PointField(_("position"), srid=CGCS2000)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    measured_by = models.CharField(_("measured by"), max_length=8, choices=MeasuredBy, blank=True)
    elevation_m = models.FloatField(_("elevation (m)"), null=True, blank=True)
    manager_code = models.CharField(_("looked after by"), max_length=12, blank=True)
    set_on = models.DateField(_("set on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    period = DateRangeField(_("period"))
    version = models.PositiveIntegerField(default=1)

    objects = MarkerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("boundary markers")
        ordering = ["line_code", "serial", "post"]
        constraints = [
            ExclusionConstraint(
                name="marker_number_once_a_day",
                expressions=[("number", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another marker has this number on these days."),
            ),
            models.CheckConstraint(
                name="marker_sides_in_order", condition=Q(code_a__lt=F("code_b"))
            ),
            models.CheckConstraint(
                name="marker_accuracy_positive",
                condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gt=0),
            ),
            models.CheckConstraint(
                name="marker_manager_is_a_side",
                condition=Q(manager_code__in=["", F("code_a"), F("code_b"), F("third_code")]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def codes(self) -> list[str]:
        """The divisions that it stands between: two, three at a tri-junction."""
        return [code for code in (self.code_a, self.code_b, self.third_code) if code]

    def place_at(self, where: Any, accuracy_m: float | None) -> None:
        """Its registered position is another one from now on."""
        self.location, self.accuracy_m = where, accuracy_m
        self.version += 1
        self.save(update_fields=["location", "accuracy_m", "version"])


class WitnessObject(models.Model):
    """What a marker is found again by (方位物); ``azimuth`` from the marker, true north."""

    marker = models.ForeignKey(Marker, on_delete=models.CASCADE, related_name="witnesses")
    order = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=100)
    distance_m = models.FloatField()
    azimuth = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["marker", "order"], name="witness_once"),
            models.CheckConstraint(
                name="witness_within_reason",
                condition=Q(distance_m__gt=0, distance_m__lte=1000)
                & (Q(azimuth__isnull=True) | Q(azimuth__gte=0, azimuth__lt=360)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.distance_m} m"


@tracked()
class MarkerVisit(Recorded):
    """One visit: how the marker was found, where it was measured, what was done to it.

    ``registered`` and its accuracy are what was on record on that day, so that a later correction
    does not rewrite what was found. No work without both sides (Decree 353, Art 6).
    ``witness_check``: objects as measured that day, ``{what, distance_m, azimuth}`` each.
    ``side``: whose record of a joint inspection it belongs to, none for a visit at any other time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="visits")
    side = models.ForeignKey(
        InspectionSide, null=True, blank=True, on_delete=models.PROTECT, related_name="visits"
    )
    visited_on = models.DateField(_("visited on"))
    condition = models.CharField(_("found"), max_length=8, choices=Condition)
    legible = models.BooleanField(_("faces legible"), null=True, blank=True)
    measured = models.PointField(srid=CGCS2000, null=True, blank=True)
    measured_accuracy_m = models.FloatField(null=True, blank=True)
    registered = models.PointField(srid=CGCS2000)
    registered_accuracy_m = models.FloatField(null=True, blank=True)
    witness_check = models.JSONField(_("witness objects measured"), default=list, blank=True)
    work = models.CharField(_("work done"), max_length=8, choices=Work, blank=True)
    both_present = models.BooleanField(_("both sides present"), default=False)
    people = models.CharField(_("who was present"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = _("visits to markers")
        ordering = ["-visited_on", "-recorded_at"]
        constraints = [
            models.CheckConstraint(
                name="visit_measured_with_accuracy",
                condition=Q(measured__isnull=True, measured_accuracy_m__isnull=True)
                | Q(measured__isnull=False, measured_accuracy_m__gt=0),
            ),
            models.CheckConstraint(
                name="visit_no_work_without_both_sides",
                condition=Q(work="") | Q(both_present=True),
                violation_error_message=_("No work on a marker without the other side."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.marker} {self.visited_on}"


class MarkerPhoto(KeptPhoto):
    """A photo of a marker or of one of its faces; the file's hash is kept from the upload on."""

    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="photos")
    visit = models.ForeignKey(
        MarkerVisit, null=True, blank=True, on_delete=models.PROTECT, related_name="photos"
    )
    face = models.CharField(_("face towards"), max_length=12, blank=True)
    image = models.ImageField(upload_to="markers/%Y/%m")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["marker", "visit", "sha256"],
                nulls_distinct=False,
                name="marker_photo_once_a_visit",
                violation_error_message=_("This photo is there already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.marker} {self.face}"
