"""Names of places (地名): characters, kind, status, period, romanisation, authority."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Recorded, tracked
from gazetteer.models.place import OfPlaceQuerySet, Place


class NameKind(models.TextChoices):
    STANDARD = "standard", _("standard name")
    SHORT = "short", _("short name")
    ALIAS = "alias", _("alias")
    FORMER = "former", _("former name")
    HISTORIC = "historic", _("historic name")
    ETHNIC = "ethnic", _("name in a minority language")
    PROPOSED = "proposed", _("proposed name")
    ABOLISHED = "abolished", _("abolished name")


class NameStatus(models.TextChoices):
    """Statuses of a name (domain reference §3.4)."""

    PROPOSED = "proposed", _("proposed")
    STANDARD = "standard", _("standard")
    RECORDED = "recorded", _("recorded")
    NON_STANDARD = "non_standard", _("non-standard")
    HISTORIC = "historic", _("historic")
    ABOLISHED = "abolished", _("abolished")


class PlaceNameQuerySet(OfPlaceQuerySet):
    def standard(self) -> Any:
        return self.filter(kind=NameKind.STANDARD, status=NameStatus.STANDARD)

    def within(self, jurisdiction: str) -> Any:
        return self.filter(place__division_code__startswith=jurisdiction)


@tracked()
class PlaceName(Recorded):
    """One name of one place for a period: kind and status are those of its days.

    A renamed place keeps its standard name for the days before and has it as ``former`` from that
    day on, so that every day finds what was true. ``began`` and ``ended`` (EDTF) say what is known
    of the period's ends where that is less than a day; the period is bounded by their first days.
    Of a former, historic or abolished name they tell of its use, after which its period begins
    (:mod:`gazetteer.domain.name_periods`).
    ``pinyin_sign`` is the spelling on signs (capitals, no tones); ``search_pinyin`` and
    ``search_initials`` are its letters only, lower case (``tianhelu``, ``thl``).
    """

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind, default=NameKind.STANDARD)
    status = models.CharField(
        _("status"), max_length=12, choices=NameStatus, default=NameStatus.STANDARD
    )
    period = DateRangeField(_("period"))
    began = models.CharField(_("began"), max_length=40, blank=True, default="", db_default="")
    ended = models.CharField(_("ended"), max_length=40, blank=True, default="", db_default="")
    language = models.CharField(
        _("language"), max_length=12, default="zh", db_default="zh", blank=True
    )
    script_text = models.CharField(
        _("in its own script"), max_length=200, blank=True, default="", db_default=""
    )
    specific = models.CharField(_("specific term"), max_length=100, blank=True)
    generic = models.CharField(_("generic term"), max_length=40, blank=True)
    pinyin_plain = models.CharField(_("Hanyu Pinyin"), max_length=300, blank=True)
    pinyin_toned = models.CharField(_("Pinyin with tones"), max_length=300, blank=True)
    pinyin_sign = models.CharField(_("spelling on signs"), max_length=300, blank=True)
    meaning = models.TextField(_("meaning"), blank=True, default="", db_default="")
    origin = models.TextField(_("origin"), blank=True, default="", db_default="")
    history = models.TextField(_("history"), blank=True, default="", db_default="")
    reading_source = models.CharField(_("reading from"), max_length=60, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=100, blank=True)
    document = models.CharField(_("document"), max_length=200, blank=True)
    document_page = models.CharField(
        _("page of the document"), max_length=40, blank=True, default="", db_default=""
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    audio = models.FileField(_("recording"), upload_to="names/%Y/%m", blank=True, db_default="")
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
            ),
            models.CheckConstraint(
                name="name_kind_fits_status",
                condition=(
                    ~Q(kind__in=["proposed", "abolished"])
                    | Q(kind="proposed", status="proposed")
                    | Q(kind="abolished", status="abolished")
                ),
            ),
        ]
        indexes = [
            models.Index(OpClass("text", "varchar_pattern_ops"), name="name_text_prefix"),
            models.Index(
                OpClass("search_pinyin", "varchar_pattern_ops"), name="name_pinyin_prefix"
            ),
            models.Index(
                OpClass("search_initials", "varchar_pattern_ops"), name="name_initials_prefix"
            ),
            models.Index(fields=["specific"], name="name_specific"),
            GinIndex(OpClass("text", "gin_trgm_ops"), name="name_text_trigram"),
        ]

    def __str__(self) -> str:
        return self.text
