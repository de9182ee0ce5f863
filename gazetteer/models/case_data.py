"""Data of the law about naming cases: moves, statuses of names, who approves what."""

from typing import Any

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import DatedQuerySet, bilingual, tracked
from gazetteer.domain.authorities import LEVELS
from gazetteer.domain.clocks import ApproverKind
from gazetteer.domain.workflow import Move, State
from gazetteer.models.place import LegalCategory


class CaseKind(models.TextChoices):
    NAMING = "naming", pgettext_lazy("case", "naming")
    RENAMING = "renaming", pgettext_lazy("case", "renaming")
    ABOLITION = "abolition", pgettext_lazy("case", "abolition")


class CaseState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("case", "draft")
    SUBMITTED = "submitted", pgettext_lazy("case", "submitted")
    ASSESSMENT = "assessment", pgettext_lazy("case", "assessment")
    EXPERT_REVIEW = "expert_review", pgettext_lazy("case", "expert review")
    PUBLIC_COMMENT = "public_comment", pgettext_lazy("case", "public comment")
    FOR_APPROVAL = "for_approval", pgettext_lazy("case", "for approval")
    APPROVED = "approved", pgettext_lazy("case", "approved")
    FILED = "filed", pgettext_lazy("case", "filed")
    ANNOUNCED = "announced", pgettext_lazy("case", "announced")
    STANDARD = "standard", pgettext_lazy("case", "in effect")
    RETURNED = "returned", pgettext_lazy("case", "returned")
    REJECTED = "rejected", pgettext_lazy("case", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("case", "withdrawn")


class JurisdictionQuerySet(DatedQuerySet):
    def for_code(self, code: str) -> Any:
        """Rows of the country and of every jurisdiction that holds ``code``, the nearest last."""
        prefixes = [code[:n] for n in range(len(code) + 1)]
        return self.filter(jurisdiction__in=prefixes).order_by(Length("jurisdiction"), "pk")


class JurisdictionRow(models.Model):
    """A row of law: a jurisdiction's own row stands before the national one (jurisdiction "")."""

    key = models.SlugField(primary_key=True, max_length=60)
    jurisdiction = models.CharField(max_length=12, blank=True, default="")
    authority = models.CharField(max_length=200)
    article = models.CharField(max_length=100, blank=True)
    period = DateRangeField()

    objects = JurisdictionQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


@tracked()
class CaseMove(JurisdictionRow):
    """One step that cases may make; ``kind`` "" is every kind. See :mod:`domain.workflow`."""

    move = models.SlugField(max_length=20)
    kind = models.CharField(max_length=10, choices=CaseKind, blank=True, default="")
    before = models.CharField(max_length=16, choices=CaseState)
    after = models.CharField(max_length=16, choices=CaseState)
    capability = models.CharField(max_length=24)
    papers = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    guards = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    allowed = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = _("moves of naming cases")

    def as_move(self) -> Move:
        return Move(
            key=self.move,
            before=State(self.before),
            after=State(self.after),
            capability=self.capability,
            kind=self.kind,
            jurisdiction=self.jurisdiction,
            papers=tuple(self.papers),
            guards=tuple(self.guards),
            authority=self.authority,
            article=self.article,
            allowed=self.allowed,
        )


@tracked()
class NameStatusRow(JurisdictionRow):
    """A status that names may have in a jurisdiction, and whether such a name is a standard one."""

    status = models.CharField(max_length=12)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=60)
    counts_as_standard = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = _("statuses of names")

    @property
    def title(self) -> str:
        return bilingual(self.title_zh, self.title_en)


@tracked()
class NameMove(JurisdictionRow):
    """A change of status that a case of this kind may bring about; "" is a name not yet there."""

    case_kind = models.CharField(max_length=10)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    allowed = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = _("changes of a name's status")


@tracked()
class ApprovalRule(JurisdictionRow):
    """Who approves names of a category (Art 12), whom they consult, with whom it is filed (13)."""

    category = models.CharField(max_length=16, choices=LegalCategory)
    subclass = models.CharField(max_length=40, blank=True)
    title_zh = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=16, choices=[(each, each) for each in LEVELS])
    approver_kind = models.CharField(
        max_length=16, choices=[(kind.value, kind.value) for kind in ApproverKind]
    )
    approver_zh = models.CharField(max_length=100)
    approver_en = models.CharField(max_length=100)
    consult_zh = models.CharField(max_length=200, blank=True)
    consult_en = models.CharField(max_length=200, blank=True)
    filed_with_zh = models.CharField(max_length=200, blank=True)
    filed_with_en = models.CharField(max_length=200, blank=True)
    report_to_zh = models.CharField(max_length=200, blank=True)
    report_to_en = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, default="verified")

    class Meta:
        verbose_name_plural = _("approval rules")
        constraints = [
            models.CheckConstraint(name="approval_rule_has_approver", condition=~Q(approver_zh=""))
        ]

    @property
    def title(self) -> str:
        return bilingual(self.title_zh, self.title_en)

    @property
    def approver(self) -> str:
        return bilingual(self.approver_zh, self.approver_en)

    @property
    def consult(self) -> str:
        return bilingual(self.consult_zh, self.consult_en)

    @property
    def filed_with(self) -> str:
        return bilingual(self.filed_with_zh, self.filed_with_en)

    @property
    def report_to(self) -> str:
        return bilingual(self.report_to_zh, self.report_to_en)


CASE_PAPERS = [
    ("application", _("application")),
    ("assessment_report", _("comprehensive assessment report")),
    ("expert_report", _("expert review report")),
    ("comment_report", _("report on public comment")),
    ("risk_report", _("risk assessment report")),
    ("impact_statement", _("impact statement")),
    ("approval", _("approval document")),
    ("filing_form", _("filing form")),
    ("filing_report", _("filing report")),
    ("other", _("other material")),
]
