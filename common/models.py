"""Tables that every app stands on: sources, rules, jobs, the audit log."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.gis.db import models as gis_models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.citations import in_english
from common.crs import CGCS2000
from common.rules import RuleEdition


def tracked() -> Any:
    """Decorator: the database itself keeps every former state of a row, append-only.

    The row is its own latest state; each event holds the state before a change.
    """
    return pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(row=pghistory.Old),
        append_only=True,
    )


def reads_english() -> bool:
    """Whether the page or paper at hand is read in English."""
    return (get_language() or "").startswith("en")


def bilingual(zh: str, en: str) -> str:
    """Reference data carry both languages; this is the one being read."""
    return en if en and reads_english() else zh


def cited(text: str) -> str:
    """The authority or the article of a rule, in English where that is read and known."""
    return bilingual(text, in_english(text))


def in_a_row(words: Iterable[Any]) -> str:
    """Words one after the other, as the language being read puts them."""
    return bilingual("、", ", ").join(map(str, words))


class DatedQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> Any:
        """Rows whose period holds ``day``."""
        return self.filter(period__contains=day)


class Source(models.Model):
    """Where facts come from: a package, a census, a law, the demonstration generator."""

    key = models.SlugField(primary_key=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, blank=True)
    credit = models.CharField(max_length=300, blank=True)

    @property
    def title(self) -> str:
        return bilingual(self.title_zh, self.title_en)

    def __str__(self) -> str:
        return self.title


class Recorded(models.Model):
    """A fact with its source; synthetic and approximate ones say so on every page and export."""

    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT)
    synthetic = models.BooleanField(_("synthetic"), default=False)
    approximate = models.BooleanField(_("approximate"), default=False)

    class Meta:
        abstract = True


class RuleQuerySet(DatedQuerySet):
    def in_force(self, *, on: date, code: str = "") -> dict[str, RuleEdition]:
        """Rule id → edition in force; the longest jurisdiction that holds ``code`` wins."""
        prefixes = [code[:n] for n in range(len(code) + 1)]
        rows = self.on(on).filter(jurisdiction__in=prefixes).order_by(Length("jurisdiction"))
        return {row.rule_id: row.as_edition() for row in rows}


@tracked()
class Rule(models.Model):
    """One edition of a rule: parameters, authority, article, period (design §5)."""

    class Status(models.TextChoices):
        VERIFIED = "verified", _("verified")
        PROVISIONAL = "provisional", _("provisional")

    class Severity(models.TextChoices):
        BLOCK = "block", _("blocks")
        WARN = "warn", _("warns")
        INFO = "info", _("informs")

    rule_id = models.CharField(max_length=20)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=12, blank=True, default="")
    parameters = models.JSONField(default=dict, blank=True)
    authority = models.CharField(max_length=200)
    article = models.CharField(max_length=100, blank=True)
    period = DateRangeField()
    status = models.CharField(max_length=12, choices=Status)
    severity = models.CharField(max_length=8, choices=Severity, default=Severity.WARN)

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="rule_one_edition_a_day",
                expressions=[
                    ("rule_id", RangeOperators.EQUAL),
                    ("jurisdiction", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Another edition of this rule covers some of these days."
                ),
            ),
        ]

    @property
    def title(self) -> str:
        return bilingual(self.title_zh, self.title_en)

    def as_edition(self) -> RuleEdition:
        return RuleEdition(
            rule_id=self.rule_id,
            authority=self.authority,
            article=self.article,
            status=self.status,
            severity=self.severity,
            parameters=self.parameters,
            row_id=self.pk,
        )

    def __str__(self) -> str:
        return f"{self.rule_id} {self.title}"


class Job(models.Model):
    """Long work in the background: what is being done, how far it is, what came out."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    result_file = models.FileField(upload_to="jobs/%Y/%m", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="job_done_within_total", condition=Q(done__lte=models.F("total"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def percent(self) -> int:
        if self.state == self.State.DONE:
            return 100
        return 100 * self.done // self.total if self.total else 0

    @property
    def over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)


@pgtrigger.register(
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
)
class AuditEntry(models.Model):
    """Who did what to what, when and why: one line per operation, never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    operation = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.operation} {self.subject_type} {self.subject_id}"


class KeptPhoto(models.Model):
    """A photo as :func:`common.photos.keep_file` keeps it; ``image`` says in which folder.

    ``taken_at`` and ``taken_where``: as the camera wrote them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    image: Any
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_where = gis_models.PointField(srid=CGCS2000, null=True, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class ImportBatch(models.Model):
    """One file on its way in: uploaded, checked row by row, committed as a whole, undone.

    ``kind`` is of :mod:`common.registries`; ``mapping``: field → heading of the file; ``day``: the
    day the rows were checked for; ``counts``: rows by outcome and by remark; ``findings``: what was
    found of the whole file; ``marks``: what the kind needs to see later whether it was built on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("uploaded")
        CHECKED = "checked", _("checked")
        COMMITTED = "committed", _("imported")
        UNDONE = "undone", _("undone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=12, blank=True)
    day = models.DateField()
    file = models.FileField(upload_to="imports/%Y/%m", max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    headings = models.JSONField(default=list)
    datum = models.CharField(max_length=12, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)
    marks = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"

    @property
    def busy(self) -> bool:
        return self.job is not None and not self.job.over


class ImportRow(models.Model):
    """What one row of the file would do (and, once committed, has done), written by COPY.

    ``subject``: id of the record it is about. ``values`` is what stands afterwards, ``before`` what
    stood, both as the kind keeps them; an undo puts ``before`` back.
    """

    class Outcome(models.TextChoices):
        ADD = "add", _("to add")
        CHANGE = "change", _("to change")
        SAME = "same", _("unchanged")
        CONFLICT = "conflict", _("conflict")
        FAULT = "fault", _("fault")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    subject = models.UUIDField(null=True)
    title = models.CharField(max_length=200, blank=True)
    remarks = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    geometry = gis_models.GeometryField(srid=CGCS2000, null=True, spatial_index=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
        ]
        indexes = [models.Index(fields=["batch", "outcome", "number"])]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class SavedFilter(models.Model):
    """A person's filter of a list: ``page`` is the name of its URL, ``query`` its address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    page = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField()
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_filter_once"),
            models.UniqueConstraint(
                fields=["user", "page"],
                condition=Q(is_default=True),
                name="saved_filter_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListChoice(models.Model):
    """What a person has chosen of a list: keys of its columns, and its order ("": the usual one).

    ``page`` is the name of the list's URL.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_choices"
    )
    page = models.CharField(max_length=80)
    columns = ArrayField(models.CharField(max_length=30), default=list)
    order = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "page"], name="list_choice_once"),
        ]

    def __str__(self) -> str:
        return self.page


class TableChange(models.Model):
    """A transaction has written a table that tiles are read from (:mod:`common.kept_tiles`).

    The trigger ``note_change`` of the table makes it; ``transaction`` is PostgreSQL's number.
    """

    relation = models.CharField(max_length=63)
    transaction = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["relation"], name="tablechange_of_relation")]

    def __str__(self) -> str:
        return f"{self.relation} {self.transaction}"
