"""The form that opens or changes a naming case: the name, its place and size, who asks for it."""

import json
from typing import Any

from django import forms
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, Point
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.datums import CHINA
from common.errors import BadInput
from common.importing.positions import read_degrees
from common.middleware import sentence
from gazetteer.models import CaseKind, LegalCategory

LONGEST_SHAPE = 200_000
# Facts of the thing that the rules for naming measure, by the categories they concern.
_BUILT = ("RES_BUILDING", "FACILITY", "PARK_RESERVE", "OTHER")
FIGURES: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("length_m", _("Length (m)"), ("STREET", "NATURAL", "FACILITY")),
    ("width_m", _("Width (m)"), ("STREET",)),
    ("storeys", _("Storeys"), ("RES_BUILDING", "OTHER")),
    ("site_m2", _("Site (m²)"), (*_BUILT, "NATURAL")),
    ("floor_m2", _("Floor area (m²)"), ("RES_BUILDING", "OTHER")),
    ("open_m2", _("Open public space (m²)"), ("RES_BUILDING", "PARK_RESERVE", "OTHER")),
    ("green_ratio", _("Green and leisure (share of the site, 0–1)"), ("RES_BUILDING",)),
    ("plot_ratio", _("Plot ratio"), ("RES_BUILDING",)),
    ("coverage", _("Building coverage (0–1)"), ("RES_BUILDING",)),
)
SHARES = ("green_ratio", "coverage")
SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


class CaseForm(forms.Form):
    """``kind`` decides what is asked: an abolition proposes no name, a place has its position.

    ``place``: the place whose name is changed or abolished; its category and division stand.
    """

    text = forms.CharField(
        label=_("Proposed name"),
        max_length=100,
        help_text=_("Specific term and generic term, in standard characters."),
        error_messages={"required": _("Give the name.")},
    )
    reading = forms.CharField(
        label=_("Reading in pinyin with tones"),
        required=False,
        max_length=300,
        help_text=_("Empty: the automatic reading shown beside."),
    )
    meaning = forms.CharField(
        label=_("Meaning and origin"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[("", _("Choose a category …")), *LegalCategory.choices],
        error_messages={"required": _("The name needs a category.")},
    )
    class_code = forms.RegexField(
        r"^\d{5}$",
        label=_("Class code"),
        required=False,
        help_text=_("Five digits of GB/T 18521."),
        error_messages={"invalid": _("A class code has five digits.")},
    )
    geometry = forms.CharField(required=False, max_length=LONGEST_SHAPE, widget=forms.HiddenInput)
    point = forms.CharField(
        label=_("Longitude, latitude"),
        required=False,
        max_length=60,
        help_text=_("CGCS2000 in degrees, such as 113.2570, 23.1330."),
    )
    division_code = forms.RegexField(
        r"^(\d{6}|\d{9}|\d{12})$",
        label=_("Division"),
        required=False,
        help_text=_("Code of the county, township or village; empty: where the position lies."),
        widget=forms.TextInput(attrs={"list": "case-divisions", "autocomplete": "off"}),
        error_messages={"invalid": _("A division code has 6, 9 or 12 digits.")},
    )
    position = forms.CharField(
        label=_("Position in words"),
        required=False,
        max_length=1000,
        help_text=_("As the announcement will say it: from where to where, beside what."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    applicant = forms.CharField(
        label=_("Applicant"),
        max_length=100,
        help_text=_("The unit or person who asks for the name."),
        error_messages={"required": _("Say who applies.")},
    )
    wide_impact = forms.BooleanField(
        label=_("Wide social impact: expert review and public comment are needed (Art 11)"),
        required=False,
    )
    vanished = forms.BooleanField(label=_("The place itself is no more"), required=False)

    def __init__(self, *args: Any, kind: str, place: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.place = kind, place
        for key, label, _categories in FIGURES:
            self.fields[key] = forms.FloatField(
                label=label,
                required=False,
                min_value=0,
                max_value=1 if key in SHARES else None,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        if kind == CaseKind.ABOLITION:
            for key in (
                "text",
                "reading",
                "meaning",
                "geometry",
                "point",
                *(row[0] for row in FIGURES),
            ):
                del self.fields[key]
        else:
            del self.fields["vanished"]
        if place is not None:
            for key in ("category", "class_code", "division_code"):
                del self.fields[key]
            if place.geometry is not None:
                self.fields.pop("geometry", None)
                self.fields.pop("point", None)

    def figures(self) -> list[dict[str, Any]]:
        """The fields of figures with the categories they are asked for."""
        return [
            {"field": self[key], "categories": " ".join(categories)}
            for key, _label, categories in FIGURES
            if key in self.fields
        ]

    def words(self) -> list[Any]:
        """The visible fields apart from the figures."""
        names = {"point", *(row[0] for row in FIGURES)}
        return [field for field in self.visible_fields() if field.name not in names]

    def clean_geometry(self) -> GEOSGeometry | None:
        text = self.cleaned_data["geometry"].strip()
        if not text:
            return None
        try:
            if json.loads(text)["type"] not in SHAPES:
                raise ValueError(text)
            shape = GEOSGeometry(text)
            shape.srid = CGCS2000
            west, south, east, north = shape.extent
        except (ValueError, TypeError, KeyError, GDALException, GEOSException):
            raise forms.ValidationError(_("The position cannot be read: draw it again.")) from None
        if not (CHINA[0] <= west <= east <= CHINA[2] and CHINA[1] <= south <= north <= CHINA[3]):
            raise forms.ValidationError(_("The position lies outside China."))
        if not shape.valid:
            raise forms.ValidationError(_("The outline crosses itself: draw it again."))
        return shape

    def clean(self) -> dict[str, Any]:
        """Without script the position is a typed pair alone."""
        cleaned = super().clean() or self.cleaned_data
        pair = cleaned.pop("point", "")
        if pair and cleaned.get("geometry") is None and "geometry" not in self.errors:
            try:
                cleaned["geometry"] = read_point(pair)
            except BadInput as error:
                self.add_error("point", sentence(error))
        return cleaned

    def case_fields(self) -> dict[str, Any]:
        """What the operation takes: the figures gathered under ``details``."""
        values = {
            key: value for key, value in self.cleaned_data.items() if key not in figure_labels()
        }
        if any(key in self.fields for key in figure_labels()):
            values["details"] = {
                key: self.cleaned_data[key]
                for key in figure_labels()
                if self.cleaned_data.get(key) is not None
            }
        return values


def read_point(text: str) -> Point:
    """“113.2570, 23.1330” as a point in China; raises BadInput."""
    parts = [part for part in text.replace("，", ",").replace(" ", ",").split(",") if part]
    values = [read_degrees(part)[0] for part in parts]
    if len(values) != 2 or None in values:
        raise BadInput("Write longitude and latitude, in this order, with a comma between them.")
    x, y = values
    if not (CHINA[0] <= x <= CHINA[2] and CHINA[1] <= y <= CHINA[3]):
        raise BadInput("The position lies outside China.")
    return Point(x, y, srid=CGCS2000)


def figure_labels() -> dict[str, Any]:
    """Figure → its label."""
    return {key: label for key, label, _categories in FIGURES}


def values_of(case: Any) -> dict[str, Any]:
    """What stands in a case, as the form's initial values."""
    names = (
        "text",
        "reading",
        "meaning",
        "category",
        "class_code",
        "division_code",
        "position",
        "applicant",
        "wide_impact",
        "vanished",
    )
    return {
        **{name: getattr(case, name) for name in names},
        "geometry": case.geometry.geojson if case.geometry else "",
        **case.details,
    }
