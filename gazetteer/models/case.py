"""Naming cases (地名事项): a name is given, changed or abolished, step by step."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.contrib.postgres.indexes import OpClass
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.models import Recorded, tracked
from gazetteer.models.case_data import CASE_PAPERS, ApprovalRule, CaseKind, CaseState
from gazetteer.models.place import LegalCategory, Place
from gazetteer.models.place_name import PlaceName

USER = settings.AUTH_USER_MODEL


class CaseQuerySet(models.QuerySet[Any]):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        return self.exclude(place__secrecy="secret")

    def on(self, day: Any) -> Any:
        """Cases opened by the day; ``state_on``: the step at which each stood then."""
        last = CaseStep.objects.filter(case=OuterRef("pk"), on__lte=day).order_by("-on", "-pk")
        drafted = Value(CaseState.DRAFT.value)
        # The steps are read only of cases that have moved on since: asking them of every case,
        # wherever the state stands in a query, is what makes a long list slow.
        return self.filter(opened_on__lte=day).annotate(
            state_on=Case(
                When(state_since__lte=day, then=F("state")),
                default=Coalesce(Subquery(last.values("after")[:1]), drafted),
                output_field=models.CharField(),
            )
        )


@tracked()
class NamingCase(Recorded):
    """One application about one name. A new place's facts stand here until the name takes effect.

    ``number``: county, year, serial. ``state_since``: the day of the step that led to ``state``.
    ``announcement``: the six particulars as they were announced.
    ``findings``: what the naming rules said on the day it was submitted (``checked_on``).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("case number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=CaseKind)
    state = models.CharField(_("step"), max_length=16, choices=CaseState, default=CaseState.DRAFT)
    state_since = models.DateField(null=True, editable=False)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    current_text = models.CharField(_("name until now"), max_length=100, blank=True)
    text = models.CharField(_("proposed name"), max_length=100, blank=True)
    reading = models.CharField(_("reading in pinyin with tones"), max_length=300, blank=True)
    meaning = models.TextField(_("meaning and origin"), blank=True)
    category = models.CharField(_("category"), max_length=16, choices=LegalCategory)
    class_code = models.CharField(_("class (GB/T 18521)"), max_length=5, blank=True)
    division_code = models.CharField(_("division"), max_length=12)
    geometry = models.GeometryField(_("position"), srid=CGCS2000, null=True, blank=True)
    position = models.TextField(_("position in words"), blank=True)
    details = models.JSONField(_("size and nature in figures"), default=dict, blank=True)
    applicant = models.CharField(_("applicant"), max_length=100)
    wide_impact = models.BooleanField(_("wide social impact"), default=False)
    vanished = models.BooleanField(_("the place itself is no more"), default=False)
    applied_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(_("opened on"))
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    comment_from = models.DateField(_("comment from"), null=True, blank=True)
    comment_until = models.DateField(_("comment until"), null=True, blank=True)
    rule = models.ForeignKey(ApprovalRule, null=True, blank=True, on_delete=models.PROTECT)
    approving_body = models.CharField(_("approving organ"), max_length=100, blank=True)
    approval_document = models.CharField(_("approval document"), max_length=100, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)
    standard_on = models.DateField(_("standard name since"), null=True, blank=True)
    announcement = models.JSONField(_("announced particulars"), default=dict, blank=True)
    findings = models.JSONField(_("findings"), default=list, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    name = models.ForeignKey(
        PlaceName, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("naming cases")
        ordering = ["-opened_on", "number"]
        constraints = [
            models.CheckConstraint(
                name="case_geometry_valid",
                condition=Q(geometry__isnull=True) | IsValid("geometry"),
            ),
            models.CheckConstraint(
                name="case_has_place_or_new_name",
                condition=Q(place__isnull=False) | (Q(kind="naming") & ~Q(text="")),
            ),
            models.CheckConstraint(
                name="case_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("applied_by")),
            ),
            models.CheckConstraint(
                name="case_days_in_order",
                condition=(
                    (Q(filed_on__isnull=True) | Q(filed_on__gte=F("approved_on")))
                    & (Q(announced_on__isnull=True) | Q(announced_on__gte=F("approved_on")))
                    & (Q(standard_on__isnull=True) | Q(standard_on__gte=F("announced_on")))
                ),
            ),
            models.CheckConstraint(
                name="case_standard_was_announced",
                condition=~Q(state="standard")
                | Q(announced_on__isnull=False, approved_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "approved_on"], name="case_by_step"),
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="case_division_prefix"
            ),
        ]

    @property
    def title(self) -> str:
        """周门路; 旧名 → 新名 for a renaming."""
        if self.kind == CaseKind.RENAMING:
            return f"{self.current_text} → {self.text}"
        return self.text or self.current_text

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class CaseSeries(models.Model):
    """The last number given in a county and year; its row is the lock."""

    jurisdiction = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["jurisdiction", "year"], name="case_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction}-{self.year}"


@pgtrigger.register(
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
)
class CaseStep(models.Model):
    """One step of a case, never changed: what was done, by whom, on which day, with what note.

    ``by`` None: the system itself, when the announced day of effect came.
    """

    case = models.ForeignKey(NamingCase, on_delete=models.PROTECT, related_name="steps")
    move = models.SlugField(max_length=20)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16, choices=CaseState)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["case", "on"], name="case_step_by_day")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


@tracked()
class CasePaper(models.Model):
    """A paper of a case: its contents item by item (:mod:`domain.papers`), and a file or none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(NamingCase, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(_("paper"), max_length=20, choices=CASE_PAPERS)
    contents = models.JSONField(_("contents"), default=dict)
    file = models.FileField(_("file"), upload_to="cases/%Y/%m", blank=True, max_length=200)
    file_name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("of"))

    class Meta:
        ordering = ["written_at", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(kind="other"),
                name="case_paper_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


@tracked()
class PublicComment(models.Model):
    """What somebody said in the period of public comment and how it was handled."""

    class Channel(models.TextChoices):
        COUNTER = "counter", _("at the counter")
        WEB = "web", _("government website")
        LETTER = "letter", _("letter or e-mail")
        PHONE = "phone", _("telephone")
        MEETING = "meeting", _("meeting of residents")

    class Stance(models.TextChoices):
        FOR = "for", _("in favour")
        AGAINST = "against", _("against")
        OTHER = "other", _("another proposal")

    case = models.ForeignKey(NamingCase, on_delete=models.PROTECT, related_name="comments")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    stance = models.CharField(_("stance"), max_length=8, choices=Stance)
    text = models.TextField(_("opinion"))
    handled = models.TextField(_("how it was handled"), blank=True)
    # Shown only to those who may read informants.
    contact = models.CharField(_("contact"), max_length=100, blank=True)
    received_on = models.DateField(_("received on"))
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["received_on", "pk"]

    def __str__(self) -> str:
        return self.text[:40]
