"""How names relate to names, places to places, and which codes and protection a place has had."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import DatedQuerySet, Recorded, tracked
from gazetteer.models.place import OfPlaceQuerySet, Place, Secrecy
from gazetteer.models.place_name import PlaceName


def always() -> DateRange:
    """The period of what holds on every day, or of which no day is known."""
    return DateRange(None, None)


class NameRelationKind(models.TextChoices):
    RENAMED_TO = "renamed_to", _("renamed to")
    DERIVED_FROM = "derived_from", _("derived from")


class PlaceRelationKind(models.TextChoices):
    PART_OF = "part_of", _("part of")
    CROSSES = "crosses", _("crosses")
    SEAT_OF = "seat_of", _("seat of")
    SUCCEEDED_BY = "succeeded_by", _("succeeded by")


class NameRelationQuerySet(DatedQuerySet):
    def shown(self) -> Any:
        rows = self.exclude(name__place__secrecy=Secrecy.SECRET)
        return rows.exclude(other__place__secrecy=Secrecy.SECRET)


class PlaceRelationQuerySet(OfPlaceQuerySet):
    def shown(self) -> Any:
        return super().shown().exclude(other__secrecy=Secrecy.SECRET)


@tracked()
class NameRelation(Recorded):
    """One name comes from, or was followed by, another (of the same place or of another)."""

    name = models.ForeignKey(PlaceName, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=16, choices=NameRelationKind)
    other = models.ForeignKey(PlaceName, on_delete=models.CASCADE, related_name="related_names")
    period = DateRangeField(_("period"), default=always)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = NameRelationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "kind", "other"], name="name_relation_once"),
            models.CheckConstraint(name="name_relation_to_another", condition=~Q(name=F("other"))),
        ]


@tracked()
class PlaceRelation(Recorded):
    """One place is part of another, crosses it, is its seat or was followed by it, for a period."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=16, choices=PlaceRelationKind)
    other = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="related_places")
    period = DateRangeField(_("period"))

    objects = PlaceRelationQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("relations")
        constraints = [
            ExclusionConstraint(
                name="place_relation_once_a_day",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("other", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This relation holds already on some of these days."),
            ),
            models.CheckConstraint(
                name="place_relation_to_another", condition=~Q(place=F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period.lower or ''}"


@tracked()
class PlaceCode(Recorded):
    """The 20-digit place-name code (民地办发〔2010〕1号), with a period; never reused."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("place-name code"), max_length=20)
    period = DateRangeField(_("period"))

    objects = OfPlaceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("Place-name codes")
        constraints = [
            ExclusionConstraint(
                name="place_one_code_a_day",
                expressions=[("place", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("The place has another code on some of these days."),
            ),
            # A code belongs to one place for ever: an undated comparison of places.
            ExclusionConstraint(
                name="place_code_never_reused",
                expressions=[("code", RangeOperators.EQUAL), ("place", RangeOperators.NOT_EQUAL)],
                violation_error_message=_("This code belongs to another place, now or before."),
            ),
            models.CheckConstraint(
                name="place_code_twenty_digits", condition=Q(code__regex=r"^[0-9]{20}$")
            ),
        ]

    def __str__(self) -> str:
        return self.code


@tracked()
class Protection(Recorded):
    """A name on a list of protected names (Regulation on Place Names, Art 25), for a period."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="protections")
    list_name = models.CharField(_("list"), max_length=100)
    document = models.CharField(_("document"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    period = DateRangeField(_("period"))

    objects = OfPlaceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("entries in lists of protected names")
        constraints = [
            ExclusionConstraint(
                name="protected_once_a_day",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    ("list_name", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The place is on this list on some of these days."),
            )
        ]

    def __str__(self) -> str:
        return self.list_name
