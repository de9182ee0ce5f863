"""Place-name signs (地名标志, GB 17733): where they stand, what they show, who looks after them."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Func, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Replace, Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.crs import CGCS2000
from common.models import DatedQuerySet, Recorded, tracked
from gazetteer.models import Place
from signage.domain.faces import SignFace, read_faces, with_texts, write_faces
from signage.models.choices import (
    Colour,
    Manager,
    Material,
    SignClass,
    SignState,
    StreetSide,
    Support,
)

# Signs of secret places, and those that show one on a further line, are nowhere to be seen: the
# one rule, for hand-made SQL over ``signage_sign sign`` on the day ``at`` and for querysets. The
# function keeps its plan: written out, the question cost a search half as much again. With a day it
# names those too that showed such a place then or later: their records begin after that.
HIDDEN_SQL = "SELECT signage_hidden_signs()"
SHOWN_SQL = "sign.id NOT IN (SELECT signage_hidden_signs(%(at)s::date))"
HIDDEN = RawSQL(HIDDEN_SQL, ())


def hidden_on(at: date | None) -> RawSQL:
    """The signs that are hidden on a day, by the filter of :data:`SHOWN_SQL`.

    None: those that are hidden whatever the day.
    """
    return HIDDEN if at is None else RawSQL("SELECT signage_hidden_signs(%s::date)", (at,))


class SignQuerySet(DatedQuerySet):
    def within(self, jurisdiction: str) -> Any:
        return self.filter(division_code__startswith=jurisdiction)

    def shown(self) -> Any:
        """Signs that may be shown at all; on a past day not all of them (:func:`hidden_on`)."""
        return self.exclude(pk__in=HIDDEN)

    def existing(self) -> Any:
        """Signs that are there to be looked at: neither planned nor taken away."""
        return self.filter(state__in=(SignState.STANDING, SignState.DAMAGED))


class FirstText(Func):
    """The first line of a kind on the first face of the document."""

    arity = 1
    output_field = models.CharField()

    def __init__(self, expression: Any, kind: str = "hanzi", **extra: Any) -> None:
        path = f"""$[0].panels[*].lines[*] ? (@.kind == "{kind}").text"""
        template = f"coalesce(jsonb_path_query_first(%(expressions)s, '{path}') #>> '{{}}', '')"
        super().__init__(expression, template=template, **extra)


class OfFirstFace(Func):
    """A value of the first face of the document, as text."""

    arity = 1
    output_field = models.CharField()

    def __init__(self, expression: Any, key: str = "ground", **extra: Any) -> None:
        template = f"coalesce(%(expressions)s #>> '{{0,{key}}}', '')"
        super().__init__(expression, template=template, **extra)


class LengthOfFirstFace(Func):
    """A length of the first face of the document, in whole millimetres."""

    arity = 1
    output_field = models.IntegerField()

    def __init__(self, expression: Any, key: str = "width", **extra: Any) -> None:
        template = f"(%(expressions)s #>> '{{0,{key}}}')::integer"
        super().__init__(expression, template=template, **extra)


def _derived(function: type[Func], what: str, output_field: Any, label: Any) -> Any:
    return models.GeneratedField(
        expression=function(F("faces"), what),
        output_field=output_field,
        db_persist=True,
        verbose_name=label,
    )


LINKS = pgtrigger.Trigger(
    name="links_of_faces",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("faces"),
    func="""
        IF TG_OP = 'UPDATE' THEN
            DELETE FROM signage_shownplace WHERE sign_id = NEW.id;
        END IF;
        INSERT INTO signage_shownplace (sign_id, place_id)
        SELECT DISTINCT NEW.id, (shown #>> '{}')::uuid
        FROM jsonb_path_query(NEW.faces, '$[*].panels[*].lines[*].place') shown;
        RETURN NULL;
    """,
)


@pgtrigger.register(LINKS)
@tracked()
class Sign(Recorded):
    """A sign as it stands: where, for which place, and what its faces show.

    ``faces`` is the document of :mod:`signage.domain.faces`; characters, spelling, ground and
    size of the first face are columns that the database derives from it. ``street_bearing`` is
    the azimuth of the street at the sign (0–180), ``facing`` the direction in which the face
    looks. A plate (门牌) has the number on it, its suffix, the side of the street and the metres
    along it; ``place`` is then the street. ``planted_defects`` is the truth of the demonstration
    set (rule ids), by which detection is scored; null for every real sign.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("sign number"), max_length=30, unique=True)
    sign_class = models.CharField(_("class"), max_length=10, choices=SignClass)
    location = models.PointField(srid=CGCS2000)
    division_code = models.CharField(_("division"), max_length=12)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="signs"
    )
    street_bearing = models.FloatField(
        _("bearing of the street (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(180)],
    )
    facing = models.FloatField(
        _("faces towards (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(360)],
    )
    support = models.CharField(
        _("support"), max_length=8, choices=Support, blank=True, default="", db_default=""
    )
    faces = models.JSONField(_("faces"), default=list, db_default=[], editable=False)
    hanzi = _derived(FirstText, "hanzi", models.CharField(max_length=100), _("characters"))
    pinyin = _derived(FirstText, "pinyin", models.CharField(max_length=300), _("spelling"))
    ground_colour = _derived(
        OfFirstFace, "ground", models.CharField(max_length=10), _("ground colour")
    )
    width_mm = _derived(LengthOfFirstFace, "width", models.IntegerField(), _("width (mm)"))
    height_mm = _derived(LengthOfFirstFace, "height", models.IntegerField(), _("height (mm)"))
    door_number = models.PositiveIntegerField(_("number on the plate"), null=True, blank=True)
    door_suffix = models.CharField(
        _("suffix of the number"), max_length=10, blank=True, default="", db_default=""
    )
    street_side = models.CharField(
        _("side of the street"),
        max_length=1,
        choices=StreetSide,
        blank=True,
        default="",
        db_default="",
    )
    along_m = models.FloatField(_("metres along the street"), null=True, blank=True)
    period = DateRangeField(_("standing"))
    state = models.CharField(
        pgettext_lazy("of a sign", "state"),
        max_length=8,
        choices=SignState,
        default=SignState.STANDING,
        db_default=SignState.STANDING,
    )
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    service_life_years = models.PositiveSmallIntegerField(
        _("service life (years)"), null=True, blank=True
    )
    responsible_body = models.CharField(_("responsible body"), max_length=100, blank=True)
    set_by = models.CharField(_("set up by"), max_length=100, blank=True, default="", db_default="")
    set_with_authority = models.BooleanField(
        _("set up by an authorised organ"), null=True, blank=True
    )
    managed_by = models.CharField(
        _("managed by"),
        max_length=8,
        choices=Manager,
        default=Manager.CIVIL_AFFAIRS,
        db_default=Manager.CIVIL_AFFAIRS,
    )
    fixed_to = models.CharField(
        _("fixed to"), max_length=100, blank=True, default="", db_default=""
    )
    material = models.CharField(
        _("material"), max_length=12, choices=Material, blank=True, default="", db_default=""
    )
    film_class = models.PositiveSmallIntegerField(
        _("class of reflective film"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
    )
    underside_m = models.FloatField(_("height of the underside (m)"), null=True, blank=True)
    kerb_m = models.FloatField(_("distance to the kerb (m)"), null=True, blank=True)
    condition = models.PositiveSmallIntegerField(
        _("condition (0–100)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    cost = models.DecimalField(
        _("cost (yuan)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    planted_defects = ArrayField(
        models.CharField(max_length=20), null=True, blank=True, editable=False
    )

    objects = SignQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("signs")
        indexes = [
            models.Index(
                OpClass("division_code", "varchar_pattern_ops"), name="sign_division_prefix"
            ),
            GinIndex(OpClass("hanzi", "gin_trgm_ops"), name="sign_hanzi_trigram"),
            # What people type is looked for at the beginning: queries.find.signs_like.
            models.Index(OpClass("hanzi", "varchar_pattern_ops"), name="sign_hanzi_prefix"),
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="sign_number_prefix"),
            models.Index(
                OpClass(
                    Replace(Replace(Upper("pinyin"), Value(" ")), Value("'")), "text_pattern_ops"
                ),
                name="sign_letters_prefix",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="sign_faces_are_a_list",
                condition=Exact(
                    Func(F("faces"), function="jsonb_typeof", output_field=models.TextField()),
                    "array",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hanzi} {self.number}"

    def get_ground_colour_display(self) -> str:
        """As Django gives it for a field with choices, which a derived column cannot be."""
        colour = self.ground_colour
        return str(Colour(colour).label) if colour in Colour.values else colour

    def show(self, faces: Sequence[SignFace]) -> None:
        """Let the sign show these faces; what the database derives is read back after saving."""
        self.faces = write_faces(faces)

    def show_texts(self, *, hanzi: str, pinyin: str, ground: str, **size: int | None) -> None:
        """Change name, spelling, ground or size of the first face, all else as recorded."""
        size = {"width": self.width_mm, "height": self.height_mm} | size
        old = read_faces(self.faces)
        self.show(with_texts(old, hanzi=hanzi, pinyin=pinyin, ground=ground, **size))

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=DERIVED)


DERIVED = ("hanzi", "pinyin", "ground_colour", "width_mm", "height_mm")


class ShownPlace(models.Model):
    """A further place that a line of a sign shows; kept by a trigger from the sign's faces."""

    sign = models.ForeignKey(Sign, on_delete=models.CASCADE, related_name="shown_places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="shown_on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sign", "place"], name="shown_place_once_a_sign")
        ]

    def __str__(self) -> str:
        return f"{self.sign_id} {self.place_id}"
