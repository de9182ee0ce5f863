"""The form of a place: category and class, the class's attributes, its shape, an approved name."""

from typing import Any

import shapely
from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _

from common.attribute_fields import attribute_field
from common.crs import CGCS2000
from common.datums import datums, get_datum
from common.errors import DimingError
from common.importing.typed import read_typed, write_typed
from common.imports.wording import datum_choices
from common.middleware import sentence
from common.models import Source, bilingual
from gazetteer.domain.classes import (
    check_attributes,
    evidence_properties,
    own_properties,
    place_classes,
)
from gazetteer.models import LegalCategory, Place
from gazetteer.operations.places import ApprovedName, PlaceFacts

PREFIX = "attribute_"
SHAPES = [
    ("point", _("point: one line")),
    ("line", _("line: a vertex a line")),
    ("area", _("area: its outline")),
    ("wkt", _("geometry as WKT")),
]
APPROVAL = ("text", "approved_by", "document", "document_page", "approved_on")
WORDS = ("reading", "meaning", "origin", "history", "exception")


class PlaceForm(forms.Form):
    """``place`` None registers a place with its approved name; else its record is corrected."""

    legal_category = forms.ChoiceField(label=_("Category"))
    class_code = forms.ChoiceField(label=_("Class (GB/T 18521)"), required=False)
    coordinates = forms.CharField(
        label=_("Coordinates"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "code"}),
        help_text=_("Drawn on the map, or typed: longitude, latitude; one vertex a line."),
    )
    shape = forms.ChoiceField(label=_("Shape"), choices=SHAPES, initial="point")
    datum = forms.ChoiceField(label=_("Datum of the coordinates"), initial="CGCS2000")
    approximate = forms.BooleanField(label=_("The position is approximate"), required=False)
    division_code = forms.CharField(
        label=_("Division code"),
        required=False,
        max_length=12,
        help_text=_("Empty: found from the position. A code that is given is checked against it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Position, extent and features"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.ChoiceField(label=_("Source"), required=False)
    text = forms.CharField(
        label=_("Standard name"),
        max_length=100,
        error_messages={"required": _("Give the name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reading = forms.CharField(
        label=_("Approved reading in pinyin with tones"),
        required=False,
        max_length=300,
        help_text=_(
            "Only where the automatic reading is wrong or somebody has confirmed it. "
            "Empty: the automatic reading."
        ),
    )
    approved_by = forms.CharField(label=_("Approved by"), max_length=100)
    document = forms.CharField(label=_("Document"), max_length=200)
    document_page = forms.CharField(label=_("Page of the document"), max_length=40, required=False)
    approved_on = forms.DateField(
        label=_("Approved on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    exception = forms.CharField(
        label=_("Why the name stands against a rule for naming"),
        required=False,
        max_length=500,
        help_text=_(
            "Only where it was approved although a rule refuses it; takes a reviewer's role."
        ),
    )
    meaning = forms.CharField(
        label=_("Meaning"), required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    origin = forms.CharField(
        label=_("Origin"), required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    history = forms.CharField(
        label=_("Historical changes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        error_messages={"required": _("Say why: the history keeps it.")},
    )

    def __init__(self, *args: Any, place: Place | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        for name in ("reason",) if place is None else (*APPROVAL, *WORDS):
            del self.fields[name]
        categories = [
            (key, label)
            for key, label in LegalCategory.choices
            if key != LegalCategory.DIVISION or (place and place.division_id)
        ]
        self.fields["legal_category"].choices = categories
        if place is not None and place.division_id is not None:
            for name in ("legal_category", "coordinates", "shape", "datum", "division_code"):
                self.fields[name].disabled = True
        self.fields["class_code"].choices = [("", _("not known")), *_classes()]
        self.fields["datum"].choices = datum_choices()
        self.fields["source"].choices = [
            ("", _("registered by this authority") if place is None else _("as before")),
            *((row.key, row.title) for row in Source.objects.order_by("key")),
        ]
        code = str(self["class_code"].value() or "")
        self.own, self.evidence = own_properties(code), evidence_properties()
        for key, rule in (self.own | self.evidence).items():
            self.fields[PREFIX + key] = attribute_field(rule)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["attributes"] = attributes = {
            key: values[PREFIX + key]
            for key in self.own | self.evidence
            if values.get(PREFIX + key) not in (None, "")
        }
        code = values.get("class_code", "")
        for fault in check_attributes(code, attributes):
            self.add_error(
                PREFIX + fault.field if PREFIX + fault.field in self.fields else "class_code",
                sentence(fault),
            )
        row, category = place_classes().get(code), values.get("legal_category")
        if row and category and category not in row.legal:
            self.add_error(
                "class_code", _("This class does not go with the category by law chosen above.")
            )
        values["geometry"] = self._geometry(values)
        return values

    def _geometry(self, values: dict[str, Any]) -> GEOSGeometry | None:
        if self.place is not None and self.place.division_id is not None:
            return self.place.geometry
        if "datum" not in values or "shape" not in values:
            return None
        try:
            shape = read_typed(
                values.get("coordinates", ""),
                kind=values["shape"],
                datum=get_datum(values["datum"]),
            )
        except DimingError as error:
            self.add_error("coordinates", sentence(error))
            return None
        if datums()[values["datum"]].shifted:
            values["approximate"] = True
        return as_geos(shape)

    def own_fields(self) -> list[forms.BoundField]:
        return [self[PREFIX + key] for key in self.own]

    def evidence_fields(self) -> list[forms.BoundField]:
        return [self[PREFIX + key] for key in self.evidence]

    def facts(self) -> PlaceFacts:
        values = self.cleaned_data
        keys = ("legal_category", "class_code", "division_code", "description", "source")
        return PlaceFacts(
            **{key: values[key] for key in keys},
            geometry=values["geometry"],
            attributes=values["attributes"],
            approximate=values["approximate"],
        )

    def name(self) -> ApprovedName:
        return ApprovedName(**{key: self.cleaned_data[key] for key in (*APPROVAL, *WORDS)})


def place_initial(place: Place) -> dict[str, Any]:
    """The form's values of a record as it stands."""
    geometry = place.geometry
    shape, text = write_typed(shapely.from_wkb(bytes(geometry.wkb)) if geometry else None)
    return {
        "legal_category": place.legal_category,
        "class_code": place.class_code,
        "coordinates": text,
        "shape": shape,
        "division_code": place.division_code,
        "description": place.description,
        "approximate": place.approximate,
        **{PREFIX + key: value for key, value in place.attributes.items()},
    }


def as_geos(shape: Any) -> GEOSGeometry | None:
    return None if shape is None else GEOSGeometry(shapely.to_wkb(shape).hex(), srid=CGCS2000)


def _classes() -> list[tuple[str, str]]:
    return [
        (row.code, f"{row.code} {bilingual(row.title_zh, row.title_en)}")
        for row in place_classes().values()
    ]
