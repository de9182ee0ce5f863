"""Places: the identity behind names."""

import uuid
from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid
from django.contrib.postgres.indexes import OpClass
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from boundaries.models import Division
from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, tracked


class LegalCategory(models.TextChoices):
    """The eight categories of Art 3 of the Regulation on Place Names (2022)."""

    NATURAL = "NATURAL", _("natural feature")
    DIVISION = "DIVISION", _("administrative division")
    COMMITTEE_SEAT = "COMMITTEE_SEAT", _("village or neighbourhood committee seat")
    PARK_RESERVE = "PARK_RESERVE", _("park or reserve")
    STREET = "STREET", _("street, road or lane")
    RES_BUILDING = "RES_BUILDING", _("residential estate or building")
    FACILITY = "FACILITY", _("facility")
    OTHER = "OTHER", _("other")


class Secrecy(models.TextChoices):
    """密级: what is not public leaves by no page, tile, export or search."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    SECRET = "secret", _("secret")


# The one filter for hand-made SQL over ``gazetteer_place p``.
SHOWN_SQL = "p.secrecy <> 'secret'"


class PlaceQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        """Places that may be shown at all (the same filter as :data:`SHOWN_SQL`)."""
        return self.exclude(secrecy=Secrecy.SECRET)


class OfPlaceQuerySet(DatedQuerySet):
    """Of rows that belong to a place."""

    def shown(self) -> Any:
        """Those of places that may be shown at all."""
        return self.exclude(place__secrecy=Secrecy.SECRET)


# What goes on for others has not itself gone into another: so chains of merges never close.
NO_LOOP = pgtrigger.Trigger(
    name="merged_without_loop",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),
    condition=pgtrigger.Q(new__merged_into__isnull=False),
    func="""
        IF EXISTS (
            SELECT 1 FROM gazetteer_place
            WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'A place merges only into one that goes on.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'place_merged_without_loop';
        END IF;
        RETURN NEW;
    """,
)


@pgtrigger.register(NO_LOOP)
@tracked()
class Place(Recorded):
    """A place by law; ``division_code`` is the division it lies in (or is).

    ``division`` is set when the place is an administrative division itself. ``class_code`` is of
    GB/T 18521 (:mod:`gazetteer.domain.classes`), whose schema the ``attributes`` follow. A place
    that is no more has ``ended_on``; ``merged_into`` where another identity goes on for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    legal_category = models.CharField(_("category"), max_length=16, choices=LegalCategory)
    class_code = models.CharField(_("class (GB/T 18521)"), max_length=5, blank=True)
    division_code = models.CharField(_("division"), max_length=12)
    division = models.OneToOneField(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="place"
    )
    geometry = models.GeometryField(srid=CGCS2000, null=True, blank=True)
    description = models.TextField(
        _("position, extent and features"), blank=True, default="", db_default=""
    )
    attributes = models.JSONField(
        _("attributes of the class"), default=dict, blank=True, db_default={}
    )
    secrecy = models.CharField(
        _("secrecy"),
        max_length=8,
        choices=Secrecy,
        default=Secrecy.PUBLIC,
        db_default=Secrecy.PUBLIC,
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                name="place_geometry_valid",
                condition=Q(geometry__isnull=True) | IsValid("geometry"),
            ),
            models.CheckConstraint(
                name="place_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
            ),
            models.CheckConstraint(
                name="place_merged_has_ended",
                condition=Q(merged_into__isnull=True) | Q(ended_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="place_division_prefix"
            ),
            # All towns of a province, all counties of the country: names unique among them.
            models.Index(
                "legal_category",
                Length("division_code"),
                OpClass("division_code", "varchar_pattern_ops"),
                name="place_rank",
            ),
            # What shows a place asks in every question which are secret: hardly any.
            models.Index("id", condition=Q(secrecy="secret"), name="place_secret"),
        ]
