"""Administrative divisions (行政区划): identity and dated versions."""

import uuid
from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.domain.codes import Kind
from common.crs import CGCS2000, WEB_MERCATOR
from common.models import DatedQuerySet, Recorded, bilingual, tracked


class SoundShape(models.Func):
    """Whether a shape is valid, holds land, and lies within the degrees of the globe.

    What is emptied, or has latitude before longitude, is valid in itself.
    """

    template = (
        "(ST_IsValid(%(expressions)s) AND NOT ST_IsEmpty(%(expressions)s)"
        f" AND %(expressions)s @ ST_MakeEnvelope(-180, -90, 180, 90, {CGCS2000}))"
    )
    output_field = models.BooleanField()


class Level(models.IntegerChoices):
    PROVINCE = 1, pgettext_lazy("level", "province")
    CITY = 2, pgettext_lazy("level", "city")
    COUNTY = 3, pgettext_lazy("level", "county")
    TOWNSHIP = 4, pgettext_lazy("level", "township")
    VILLAGE = 5, pgettext_lazy("level", "village")


class DivisionKind(models.TextChoices):
    """What sort of division; two kinds are not of the law and say so.

    ``STATISTICAL``: a county row of the statistics only, such as a development zone.
    ``OUTSIDE_CODES``: an area that the polygon source draws but the code list does not know.
    """

    PROVINCE = Kind.PROVINCE, _("province")
    MUNICIPALITY = Kind.MUNICIPALITY, _("municipality")
    AUTONOMOUS_REGION = Kind.AUTONOMOUS_REGION, _("autonomous region")
    SPECIAL_REGION = Kind.SPECIAL_REGION, _("special administrative region")
    CITY = Kind.CITY, _("prefecture-level city")
    CITY_WITHOUT_COUNTIES = Kind.CITY_WITHOUT_COUNTIES, _("city without counties")
    PREFECTURE = Kind.PREFECTURE, _("prefecture")
    AUTONOMOUS_PREFECTURE = Kind.AUTONOMOUS_PREFECTURE, _("autonomous prefecture")
    LEAGUE = Kind.LEAGUE, _("league")
    DISTRICT = Kind.DISTRICT, _("district")
    COUNTY = Kind.COUNTY, _("county")
    COUNTY_CITY = Kind.COUNTY_CITY, _("county-level city")
    AUTONOMOUS_COUNTY = Kind.AUTONOMOUS_COUNTY, _("autonomous county")
    BANNER = Kind.BANNER, _("banner")
    AUTONOMOUS_BANNER = Kind.AUTONOMOUS_BANNER, _("autonomous banner")
    FOREST_DISTRICT = Kind.FOREST_DISTRICT, _("forest district")
    SPECIAL_DISTRICT = Kind.SPECIAL_DISTRICT, _("special district")
    STATISTICAL = Kind.STATISTICAL, _("statistical area")
    OUTSIDE_CODES = Kind.OUTSIDE_CODES, _("area outside the code list")
    STREET = Kind.STREET, _("street")
    TOWN = Kind.TOWN, _("town")
    TOWNSHIP = Kind.TOWNSHIP, _("township")
    ETHNIC_TOWNSHIP = Kind.ETHNIC_TOWNSHIP, _("ethnic township")
    SUMU = Kind.SUMU, _("sumu")
    TOWNSHIP_UNIT = Kind.TOWNSHIP_UNIT, _("township-level unit")
    NEIGHBOURHOOD = Kind.NEIGHBOURHOOD, _("neighbourhood")
    VILLAGE = Kind.VILLAGE, _("village")
    VILLAGE_UNIT = Kind.VILLAGE_UNIT, _("village-level unit")


class Division(models.Model):
    """The identity of a division; everything that can change is in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


class DivisionVersionQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(code__startswith=jurisdiction)

    def at_level(self, level: int) -> Any:
        return self.filter(level=level)

    def children_of(self, division_id: Any) -> Any:
        return self.filter(parent_id=division_id)

    def covering(self, point: Any) -> Any:
        """Versions whose shape holds the point, by the subdivided pieces."""
        pieces = DivisionPiece.objects.filter(geometry__covers=point)
        return self.filter(pk__in=pieces.values("version_id"))

    def light(self) -> Any:
        """Without the shape, which may be megabytes."""
        return self.defer("geometry")

    def with_geometry(self) -> Any:
        return self.filter(geometry__isnull=False)

    def county_cells(self) -> Any:
        """The parts that tile the country at the level of counties.

        Counties and, where the law knows none (Dongguan, Zhongshan, Danzhou, Jiayuguan),
        the city itself; counties whose shape is unknown are left out.
        """
        cities = Q(level=Level.CITY, kind=DivisionKind.CITY_WITHOUT_COUNTIES)
        return self.with_geometry().filter(Q(level=Level.COUNTY) | cities)


# On every day a division lies in one of a wider level: so no chain of parents closes, and none
# ends in itself. Judged by statement: lists of the country come in by COPY.
_WIDER = """
    IF EXISTS (
        SELECT 1 FROM fresh JOIN boundaries_divisionversion above
          ON above.division_id = fresh.parent_id AND above.period && fresh.period
        WHERE above.level >= fresh.level
        UNION ALL
        SELECT 1 FROM fresh JOIN boundaries_divisionversion below
          ON below.parent_id = fresh.division_id AND below.period && fresh.period
        WHERE below.level <= fresh.level
    ) THEN
        RAISE EXCEPTION 'A division lies in one of a wider level, never in itself.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'division_parent_is_wider';
    END IF;
    RETURN NULL;
"""
PARENT_IS_WIDER = [
    pgtrigger.Trigger(
        name=f"parent_is_wider_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=_WIDER,
    )
    for name, operation, referencing in (
        ("insert", pgtrigger.Insert, pgtrigger.Referencing(new="fresh")),
        ("update", pgtrigger.Update, pgtrigger.Referencing(new="fresh")),
    )
]


@pgtrigger.register(*PARENT_IS_WIDER)
@tracked()
class DivisionVersion(Recorded):
    """A division as it was for a period: code, name, level, parent, shape.

    ``code`` has 6 digits down to the county (GB/T 2260), 9 for townships (GB/T 10114), 12 for
    villages. ``geometry`` may be unknown: shown as unknown, never borrowed from another time.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="versions")
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("name in Latin letters"), max_length=300, blank=True)
    level = models.SmallIntegerField(_("level"), choices=Level)
    kind = models.CharField(_("kind"), max_length=40, choices=DivisionKind, blank=True)
    parent = models.ForeignKey(
        Division, null=True, on_delete=models.PROTECT, related_name="child_versions"
    )
    period = DateRangeField(_("period"))
    geometry = models.MultiPolygonField(srid=CGCS2000, null=True, blank=True, spatial_index=True)
    point = models.PointField(srid=CGCS2000, null=True, blank=True)
    seat = models.CharField(_("seat"), max_length=200, blank=True, default="", db_default="")
    authority = models.CharField(
        _("approving authority"), max_length=100, blank=True, default="", db_default=""
    )
    document = models.CharField(
        _("approving document"), max_length=200, blank=True, default="", db_default=""
    )
    area_km2 = models.FloatField(_("area (km²)"), null=True, blank=True)

    objects = DivisionVersionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("divisions")
        constraints = [
            ExclusionConstraint(
                name="division_one_version_a_day",
                expressions=[
                    ("division", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "The division has another version on some of these days."
                ),
            ),
            ExclusionConstraint(
                name="division_code_once_a_day",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another division has this code on some of these days."),
            ),
            models.CheckConstraint(
                name="division_geometry_valid",
                condition=Q(geometry__isnull=True) | SoundShape("geometry"),
                violation_error_message=_("The shape is not valid."),
            ),
            models.CheckConstraint(
                name="division_period_not_empty", condition=Q(period__isempty=False)
            ),
            models.CheckConstraint(
                name="division_code_digits", condition=Q(code__regex=r"^(\d{6}|\d{9}|\d{12})$")
            ),
        ]
        indexes = [
            models.Index(OpClass("code", "varchar_pattern_ops"), name="division_code_prefix"),
            models.Index(fields=["level", "code"]),
            GinIndex(
                OpClass("name_en", "gin_trgm_ops"),
                name="division_latin_trigram",
                condition=Q(level__lte=4),
                fastupdate=False,
            ),
            models.Index(
                models.F("period__endswith"),
                name="division_ended",
                condition=Q(period__endswith__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"

    @property
    def shown(self) -> str:
        return bilingual(self.name, self.name_en)


class DivisionPiece(models.Model):
    """Small pieces of a heavy polygon for point lookups; rebuilt by an operation."""

    version = models.ForeignKey(DivisionVersion, on_delete=models.CASCADE, related_name="pieces")
    geometry = models.PolygonField(srid=CGCS2000)


class DivisionOutline(models.Model):
    """A simplified shape for small scales; neighbours keep shared edges shared.

    ``detail`` 0 serves zooms below 6, 1 zooms 6 to 8, 2 zooms 9 to 11; above, the full shape.
    """

    version = models.ForeignKey(DivisionVersion, on_delete=models.CASCADE, related_name="outlines")
    detail = models.SmallIntegerField()
    geometry = models.MultiPolygonField(srid=WEB_MERCATOR)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "detail"], name="outline_once_a_detail")
        ]
