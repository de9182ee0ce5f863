"""The form that opens or changes a naming case: the name, its place and size, who asks for it."""

from typing import Any

import shapely
from django import forms
from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from common.crs import CGCS2000
from common.datums import get_datum
from common.errors import BadInput, DimingError
from common.importing.typed import read_typed, write_typed
from common.imports.wording import datum_choices
from common.middleware import sentence
from gazetteer.forms.place import SHAPES, as_geos
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
_POSITION = ("coordinates", "shape", "datum")
_ABOVE = ("text", "category", "class_code", "reading", "meaning")
_BELOW = ("division_code", "position", "applicant", "wide_impact", "vanished")


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
    coordinates = forms.CharField(
        label=_("Coordinates"),
        required=False,
        strip=False,
        max_length=LONGEST_SHAPE,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "code"}),
        help_text=_("Drawn on the map, or typed: longitude, latitude; one vertex a line."),
    )
    shape = forms.ChoiceField(label=_("Shape"), choices=SHAPES, initial="point")
    datum = forms.ChoiceField(label=_("Datum of the coordinates"), initial="CGCS2000")
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
        self.fields["datum"].choices = datum_choices()
        for key, label, _categories in FIGURES:
            self.fields[key] = forms.FloatField(
                label=label,
                required=False,
                min_value=0,
                max_value=1 if key in SHARES else None,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )
        dropped = ["vanished"]
        if kind == CaseKind.ABOLITION:
            dropped = ["text", "reading", "meaning", *_POSITION, *figure_labels()]
        if place is not None:
            dropped += ["category", "class_code", "division_code", *_POSITION]
        for key in dropped:
            self.fields.pop(key, None)

    def figures(self) -> list[dict[str, Any]]:
        """The fields of figures with the categories they are asked for."""
        return [
            {"field": self[key], "categories": " ".join(categories)}
            for key, _label, categories in FIGURES
            if key in self.fields
        ]

    def before(self) -> list[Any]:
        """The fields above the position."""
        return [self[name] for name in _ABOVE if name in self.fields]

    def after(self) -> list[Any]:
        """The fields below it, apart from the figures."""
        return [self[name] for name in _BELOW if name in self.fields]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "coordinates" not in self.fields or "coordinates" in self.errors:
            return values
        try:
            shape = read_typed(
                values.get("coordinates", ""),
                kind=values.get("shape", "point"),
                datum=get_datum(values.get("datum", "CGCS2000")),
            )
        except DimingError as error:
            self.add_error("coordinates", sentence(error))
        else:
            values["geometry"] = as_geos(shape)
        return values

    def case_fields(self) -> dict[str, Any]:
        """What the operation takes: the figures gathered under ``details``."""
        figures = figure_labels()
        values = {
            key: value
            for key, value in self.cleaned_data.items()
            if key not in figures and key not in _POSITION
        }
        if any(key in self.fields for key in figures):
            given = {key: self.cleaned_data.get(key) for key in figures}
            values["details"] = {key: each for key, each in given.items() if each is not None}
        return values


def read_point(text: str) -> Point:
    """“113.2570, 23.1330” as a point in CGCS2000; raises BadInput."""
    shape = read_typed(text, kind="point", datum=get_datum("CGCS2000"))
    if shape is None or shape.geom_type != "Point":
        raise BadInput("The shape is empty.")
    return Point(shape.x, shape.y, srid=CGCS2000)


def figure_labels() -> dict[str, Any]:
    """Figure → its label."""
    return {key: label for key, label, _categories in FIGURES}


def values_of(case: Any) -> dict[str, Any]:
    """What stands in a case, as the form's initial values."""
    geometry = case.geometry
    shape, coordinates = write_typed(
        shapely.from_wkb(bytes(geometry.wkb)) if geometry is not None else None
    )
    names = ("category", "class_code", "division_code", *_ABOVE, *_BELOW)
    return {
        **{name: getattr(case, name) for name in names},
        "coordinates": coordinates,
        "shape": shape,
        **case.details,
    }
