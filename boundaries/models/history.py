"""What happened to divisions: events, and who became what; the codes they ever bore."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boundaries.models.division import Division, DivisionVersion
from common.models import DatedQuerySet, Recorded, tracked


class EventKind(models.TextChoices):
    """Kinds of change of the Regulation on Administrative Divisions (行政区划管理条例), and two

    that only show in the code lists: ``RECODE`` (a new code for the same division) and
    ``LISTED`` (a row that one list has and the next has not, without any act behind it).
    """

    ESTABLISH = "establish", _("established")
    ABOLISH = "abolish", _("dissolved")
    RENAME = "rename", _("renamed")
    MERGE = "merge", _("joined together")
    SPLIT = "split", _("split")
    TRANSFER = "transfer", _("part transferred")
    AFFILIATION = "affiliation", _("affiliation changed")
    BOUNDARY = "boundary", _("boundary changed")
    SEAT = "seat", _("seat moved")
    UPGRADE = "upgrade", _("upgraded")
    RECODE = "recode", _("new code")
    STREET_ORGAN = "street_organ", _("street organ")
    LISTED = "listed", _("listed or left out by the code list")


class DivisionEventQuerySet(models.QuerySet[Any]):
    def touching(self, division_id: Any) -> Any:
        """Events in which a version of the division stands on either side."""
        changes = DivisionChange.objects.filter(
            Q(before__division_id=division_id) | Q(after__division_id=division_id)
        )
        return self.filter(pk__in=changes.values("event_id"))


@tracked()
class DivisionEvent(Recorded):
    """One act on divisions, as the Swiss mutations of municipalities keep them.

    ``happens_on`` is the day from which the versions hold. ``approved``, ``effective`` and
    ``announced`` are days as far as they are known (EDTF: ``2005-04-28``, ``2004``,
    ``2004-12/2005-06`` for "between two lists"); empty is unknown. ``doubt`` says where
    the published lists and the recorded events disagree: both are kept, ``note`` tells more.
    """

    class Doubt(models.TextChoices):
        LISTS_ONLY = "lists_only", _("only the code lists know of it")
        EVENTS_ONLY = "events_only", _("no code list shows it")
        DAY_DIFFERS = "day_differs", _("document and code lists give different days")

    kind = models.CharField(_("kind"), max_length=16, choices=EventKind)
    happens_on = models.DateField(_("in the records from"), db_index=True)
    approved = models.CharField(_("approved"), max_length=40, blank=True)
    effective = models.CharField(_("effective"), max_length=40, blank=True)
    announced = models.CharField(_("announced"), max_length=40, blank=True)
    document = models.CharField(_("approving document"), max_length=200, blank=True)
    article = models.CharField(_("article"), max_length=100, blank=True)
    authority = models.CharField(_("approving authority"), max_length=100, blank=True)
    note = models.TextField(_("remarks on it"), blank=True)
    doubt = models.CharField(_("disagreement"), max_length=12, choices=Doubt, blank=True)

    objects = DivisionEventQuerySet.as_manager()

    class Meta:
        ordering = ("happens_on", "pk")

    def __str__(self) -> str:
        return f"{self.kind} {self.happens_on}"


@tracked()
class DivisionChange(models.Model):
    """One arrow of an event: how much of a version before became part of a version after.

    Nothing before: established out of nothing known; nothing after: abolished, heir unknown.
    ``share`` (0 to 1, of the version before, by ``basis``) is empty where it is not known;
    1 is all of it.
    """

    class Basis(models.TextChoices):
        UNITS = "units", _("whole units")
        AREA = "area", _("area")
        PEOPLE = "people", _("people")

    event = models.ForeignKey(DivisionEvent, on_delete=models.CASCADE, related_name="changes")
    before = models.ForeignKey(
        DivisionVersion, null=True, on_delete=models.PROTECT, related_name="changes_after"
    )
    after = models.ForeignKey(
        DivisionVersion, null=True, on_delete=models.PROTECT, related_name="changes_before"
    )
    share = models.FloatField(
        _("share"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )
    basis = models.CharField(_("share of"), max_length=8, choices=Basis, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_change_has_a_side",
                condition=Q(before__isnull=False) | Q(after__isnull=False),
            ),
            models.CheckConstraint(
                name="division_change_share_of_one",
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=1),
            ),
            models.UniqueConstraint(
                fields=["event", "before", "after"],
                nulls_distinct=False,
                name="division_change_once",
            ),
            models.CheckConstraint(
                name="division_change_moves",
                condition=Q(before__isnull=True) | Q(after__isnull=True) | ~Q(before=F("after")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class CodeSystem(models.TextChoices):
    GB2260 = "gb2260", "GB/T 2260"
    GB10114 = "gb10114", "GB/T 10114"
    STATISTICS = "statistics", _("statistical code")
    PLACE_NAME = "place_name", _("place-name code")


class DivisionCode(Recorded):
    """A code that a division bore in one system for a period; of one division only, for ever.

    ``reused``: the published lists themselves gave this code to another division before (they did
    until the 1990s); only such a row may repeat a code.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="codes")
    system = models.CharField(_("code system"), max_length=12, choices=CodeSystem)
    code = models.CharField(_("code"), max_length=32)
    period = DateRangeField(_("period"))
    reused = models.BooleanField(_("used before by another division"), default=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="division_code_never_reused",
                expressions=[
                    ("system", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("division", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(reused=False),
                violation_error_message=_("Another division has borne this code."),
            ),
            ExclusionConstraint(
                name="division_one_bearer_a_day",
                expressions=[
                    ("system", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another division has this code on some of these days."),
            ),
        ]
        indexes = [GistIndex(fields=["period"], name="division_code_period")]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"
