"""Names of places (地名): characters, kind, status, period, romanisation, authority."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from common.models import DatedQuerySet, Recorded, tracked
from gazetteer.models.place import Place


class NameKind(models.TextChoices):
    STANDARD = "standard", _("standard name")
    SHORT = "short", _("short name")
    ALIAS = "alias", _("alias")
    FORMER = "former", _("former name")


class NameStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    STANDARD = "standard", _("standard")
    ABOLISHED = "abolished", _("abolished")


class PlaceNameQuerySet(DatedQuerySet):
    def standard(self) -> Any:
        return self.filter(kind=NameKind.STANDARD, status=NameStatus.STANDARD)

    def within(self, jurisdiction: str) -> Any:
        return self.filter(place__division_code__startswith=jurisdiction)


@tracked()
class PlaceName(Recorded):
    """One name of one place for a period.

    ``pinyin_sign`` is the spelling on signs (capitals, no tones); ``search_pinyin`` and
    ``search_initials`` are its letters only, lower case (``tianhelu``, ``thl``).
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind, default=NameKind.STANDARD)
    status = models.CharField(
        _("status"), max_length=10, choices=NameStatus, default=NameStatus.STANDARD
    )
    period = DateRangeField(_("period"))
    specific = models.CharField(_("specific term"), max_length=100, blank=True)
    generic = models.CharField(_("generic term"), max_length=40, blank=True)
    pinyin_plain = models.CharField(_("Hanyu Pinyin"), max_length=300, blank=True)
    pinyin_toned = models.CharField(_("Pinyin with tones"), max_length=300, blank=True)
    pinyin_sign = models.CharField(_("spelling on signs"), max_length=300, blank=True)
    origin = models.TextField(_("origin and meaning"), blank=True, default="", db_default="")
    reading_source = models.CharField(_("reading from"), max_length=60, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=100, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    search_pinyin = models.CharField(max_length=300, blank=True, editable=False)
    search_initials = models.CharField(max_length=60, blank=True, editable=False)

    objects = PlaceNameQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("place names")
        constraints = [
            ExclusionConstraint(
                name="one_standard_name_a_day",
                expressions=[("place", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(kind="standard", status="standard"),
                violation_error_message=_(
                    "The place has another standard name on some of these days."
                ),
            )
        ]
        indexes = [
            models.Index(OpClass("text", "varchar_pattern_ops"), name="name_text_prefix"),
            models.Index(
                OpClass("search_pinyin", "varchar_pattern_ops"), name="name_pinyin_prefix"
            ),
            models.Index(
                OpClass("search_initials", "varchar_pattern_ops"), name="name_initials_prefix"
            ),
            GinIndex(OpClass("text", "gin_trgm_ops"), name="name_text_trigram"),
            # Trigrams cannot help one or two characters, which is how people search in Chinese.
            GinIndex(
                Func(F("text"), Value(None), function="string_to_array"), name="name_characters"
            ),
        ]

    def __str__(self) -> str:
        return self.text
