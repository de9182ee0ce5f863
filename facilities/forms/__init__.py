"""Forms of the facility pages: they parse what was typed, operations and queries decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.attribute_fields import attribute_field
from common.errors import BadInput
from common.filters import read_code
from common.importing.opening import ACCEPTED
from common.imports.wording import datum_choices
from common.middleware import sentence
from facilities.domain.attributes import (
    BUILDING_ON,
    PLANNED_ON,
    all_properties,
    attribute_properties,
    check_attributes,
)
from facilities.domain.cost import DETOUR
from facilities.domain.scenarios import ScenarioQuestion
from facilities.exports.coverage_words import MEASURES, MODES
from facilities.exports.scenario_words import CANDIDATES, MODELS, WEIGHTS
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
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Kept in the audit log with the change")
    )

    def __init__(self, *args: Any, facility: Facility, **kwargs: Any) -> None:
        """Attributes are those of the category that is on record; another one's follow later."""
        super().__init__(*args, **kwargs)
        self.recorded = facility.category_id
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
        **{PREFIX + key: value for key, value in facility.attributes.items()},
    }


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


class ScenarioForm(forms.Form):
    """Where the next facilities of a kind belong: what is asked, on which ground."""

    name = forms.CharField(label=_("Name"), max_length=120)
    category = forms.ModelChoiceField(
        FacilityCategory.objects.all(),
        label=_("Category"),
        to_field_name="code",
        empty_label=None,
    )
    within = forms.ChoiceField(label=_("Whose people"))
    model = forms.ChoiceField(label=_("What is best"), choices=list(MODELS.items()))
    distance = forms.IntegerField(
        label=_("Distance (m)"),
        min_value=50,
        max_value=FURTHEST_M,
        help_text=_("Along the straight line times the detour factor"),
    )
    new_sites = forms.IntegerField(
        label=_("New sites"),
        required=False,
        min_value=1,
        max_value=500,
        help_text=_("May stay empty where the fewest are sought, or where a budget decides"),
    )
    weights = forms.ChoiceField(label=_("Who is counted"), choices=list(WEIGHTS.items()))
    keep_existing = forms.BooleanField(
        label=_("What stands stays open"),
        required=False,
        help_text=_("Otherwise the sites are chosen anew among what stands and the places"),
    )
    candidates = forms.ChoiceField(label=_("Places"), choices=list(CANDIDATES.items()))
    grid = forms.IntegerField(
        label=_("Width of the grid (m)"), required=False, min_value=100, max_value=20_000
    )
    buildings = forms.ModelChoiceField(
        FacilityCategory.objects.all(),
        label=_("Buildings of"),
        to_field_name="code",
        required=False,
        empty_label=_("no other category"),
    )
    file = forms.FileField(
        label=_("File of places"),
        required=False,
        help_text=_("Longitude, latitude, name, cost; CSV, Excel, GeoJSON, GeoPackage, Shapefile"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )
    datum = forms.ChoiceField(label=_("Datum of the file"), required=False)
    apart = forms.IntegerField(
        label=_("Least distance between sites (m)"),
        required=False,
        min_value=0,
        max_value=FURTHEST_M,
    )
    forbidden = forms.CharField(
        label=_("Forbidden divisions"),
        required=False,
        max_length=300,
        help_text=_("Codes with commas between: nothing is built there"),
    )
    capacity = forms.IntegerField(
        label=_("People one site takes"),
        required=False,
        min_value=1,
        help_text=_("Of those counted; the same for sites that stand"),
    )
    budget = forms.FloatField(
        label=_("Budget (10,000 yuan)"), required=False, min_value=0, widget=forms.TextInput
    )
    site_cost = forms.FloatField(
        label=_("Cost of a site (10,000 yuan)"),
        required=False,
        min_value=0,
        widget=forms.TextInput,
    )
    detour = forms.FloatField(
        label=_("Detour factor"), min_value=1, max_value=5, widget=forms.TextInput
    )
    seconds = forms.IntegerField(label=_("Seconds at most"), min_value=1, max_value=600)
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].choices = areas
        self.fields["datum"].choices = datum_choices()

    def clean_forbidden(self) -> tuple[str, ...]:
        text = self.cleaned_data["forbidden"].replace("，", ",").replace(" ", ",")
        try:
            return tuple(read_code(code) for code in text.split(",") if code)
        except BadInput as error:
            raise forms.ValidationError(sentence(error)) from error

    def question(self) -> ScenarioQuestion:
        values = self.cleaned_data
        buildings = values["buildings"]
        return ScenarioQuestion(
            model=values["model"],
            distance_m=float(values["distance"]),
            new_sites=values["new_sites"],
            budget=values["budget"],
            site_cost=values["site_cost"],
            weights=values["weights"],
            keep_existing=values["keep_existing"],
            candidates=values["candidates"],
            grid_m=float(values["grid"] or 0),
            candidate_category=buildings.code if buildings else "",
            apart_m=float(values["apart"] or 0),
            capacity=values["capacity"],
            detour=values["detour"],
            time_limit_s=float(values["seconds"]),
            forbidden=values["forbidden"],
        )


SCENARIO_DEFAULTS = {
    "model": "mclp",
    "distance": 1000,
    "new_sites": 3,
    "weights": "elders",
    "keep_existing": True,
    "candidates": "grid",
    "grid": 1000,
    "datum": "CGCS2000",
    "detour": DETOUR,
    "seconds": 60,
    "seed": 0,
}
