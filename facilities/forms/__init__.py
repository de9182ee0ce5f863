"""Forms of the facility pages: they parse what was typed, operations and queries decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from shapely import MultiPolygon, from_wkb

from common.attribute_fields import attribute_field
from common.datums import get_datum
from common.errors import BadInput
from common.importing.typed import read_typed, write_typed
from common.middleware import sentence
from facilities.domain.attributes import (
    BUILDING_ON,
    PLANNED_ON,
    all_properties,
    attribute_properties,
    check_attributes,
)
from facilities.exports.coverage_words import MEASURES, MODES
from facilities.models import Facility, FacilityCategory, PolicyFigure
from facilities.operations.facilities import FacilityFacts
from facilities.queries.coverage import FURTHEST_M, LONGEST_MIN, MOST_DETOUR

MOST_AT_LEAST = 20
PREFIX = "attribute_"


class CoverageForm(forms.Form):
    """What coverage is asked for; everything has a default, so that the bare address works."""

    category = forms.ModelChoiceField(
        FacilityCategory.objects.all(),
        label=_("Category"),
        to_field_name="code",
        empty_label=None,
    )
    measure = forms.ChoiceField(label=_("Measure"), choices=list(MEASURES.items()))
    mode = forms.ChoiceField(label=_("Way"), choices=list(MODES.items()))
    distance = forms.IntegerField(
        label=_("Distance (m)"), min_value=50, max_value=FURTHEST_M, help_text=_("Straight line")
    )
    minutes = forms.IntegerField(label=_("Time (min)"), min_value=1, max_value=LONGEST_MIN)
    detour = forms.FloatField(label=_("Detour ×"), min_value=1, max_value=MOST_DETOUR)
    k = forms.IntegerField(
        label=_("At least"), min_value=1, max_value=MOST_AT_LEAST, help_text=_("facilities")
    )
    within = forms.ChoiceField(label=_("Whose people"))
    by = forms.ChoiceField(
        label=_("Broken down by"),
        choices=[("district", _("districts")), ("street", _("streets and towns"))],
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].choices = areas


class FacilityForm(forms.Form):
    """Corrections to a facility's record."""

    name = forms.CharField(label=_("Name"), max_length=120)
    category = forms.ModelChoiceField(
        FacilityCategory.objects.all(), label=_("Category"), to_field_name="code", empty_label=None
    )
    operator = forms.ChoiceField(
        label=_("Operator"),
        required=False,
        choices=[("", _("unknown")), *Facility.Operator.choices],
    )
    beds = forms.IntegerField(
        label=_("Beds"),
        required=False,
        min_value=0,
        max_value=20_000,
        help_text=_("Empty: unknown"),
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    longitude = forms.FloatField(
        label=_("Longitude (°, CGCS2000)"), min_value=73, max_value=136, widget=forms.TextInput
    )
    latitude = forms.FloatField(
        label=_("Latitude (°, CGCS2000)"), min_value=3, max_value=54, widget=forms.TextInput
    )
    approximate = forms.BooleanField(label=_("The position is approximate"), required=False)
    footprint = forms.CharField(
        label=_("Footprint"),
        required=False,
        strip=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "code"}),
        help_text=_(
            "Drawn on the map, or typed: longitude, latitude (CGCS2000); one corner a line, or "
            "WKT. Empty: unknown"
        ),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Kept in the audit log with the change")
    )

    def __init__(self, *args: Any, facility: Facility, **kwargs: Any) -> None:
        """Attributes are those of the category that is on record; another one's follow later."""
        super().__init__(*args, **kwargs)
        self.recorded = facility.category_id
        self.outline = typed_footprint(facility)
        reason = self.fields.pop("reason")
        self.keys = [
            key
            for key in attribute_properties(self.recorded)
            # Since when it was planned or built belongs to the first state.
            if facility.begun_by in ("", Facility.Change.OPENED)
            or key not in (PLANNED_ON, BUILDING_ON)
        ]
        for key in self.keys:
            self.fields[PREFIX + key] = attribute_field(all_properties()[key])
        self.fields["reason"] = reason

    def clean_footprint(self) -> Any:
        """None where it stays as it is, an empty area where it is taken off the record."""
        text = self.cleaned_data["footprint"].replace("\r", "")
        if text.strip() == self.outline.strip():
            return None
        try:
            found = read_typed(text, kind="area", datum=get_datum("CGCS2000"))
        except BadInput as error:
            raise forms.ValidationError(sentence(error)) from error
        return MultiPolygon() if found is None else found

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["attributes"] = {
            key: values[PREFIX + key]
            for key in self.keys
            if values.get(PREFIX + key) not in (None, "", [])
        }
        category = values.get("category")
        if category is not None:
            for fault in check_attributes(category.code, values["attributes"]):
                self.add_error(PREFIX + fault.field, sentence(fault))
        return values

    def facts(self) -> FacilityFacts:
        values = {key: each for key, each in self.cleaned_data.items() if PREFIX not in key}
        values.pop("reason")
        return FacilityFacts(**values)


def typed(facility: Facility) -> dict[str, Any]:
    """The record as the form shows it first."""
    return {
        "name": facility.name,
        "category": facility.category,
        "operator": facility.operator,
        "beds": facility.beds,
        "address": facility.address,
        "longitude": round(facility.location.x, 6),
        "latitude": round(facility.location.y, 6),
        "approximate": facility.approximate,
        "footprint": typed_footprint(facility),
        **{PREFIX + key: value for key, value in facility.attributes.items()},
    }


def typed_footprint(facility: Facility) -> str:
    """The footprint on record as a form shows it: its corners, or WKT where it has several parts or
    holes; "" where it is unknown."""
    if facility.footprint is None:
        return ""
    parts = from_wkb(bytes(facility.footprint.wkb)).geoms
    return write_typed(parts[0] if len(parts) == 1 else MultiPolygon(parts))[1]


class FigureForm(forms.Form):
    """A policy figure from a day on."""

    key = forms.ChoiceField(label=_("Figure"), choices=PolicyFigure.Key.choices)
    division = forms.ChoiceField(label=_("Division"))
    value = forms.DecimalField(label=_("Yuan a month"), min_value=0, max_digits=9, decimal_places=2)
    starts_on = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    document = forms.CharField(label=_("Document"), max_length=200)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = areas
