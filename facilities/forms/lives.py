"""Forms of what happens to a facility: opened, changed, counted, closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.domain.attributes import BUILDING_ON, PLANNED_ON
from facilities.forms import PREFIX, FacilityForm
from facilities.models import Facility, FacilityCategory
from facilities.operations.facilities import FacilityFacts

MOST_BEDS = 20_000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _document() -> forms.CharField:
    return forms.CharField(
        label=_("Document"), max_length=200, help_text=_("The decision or notice that it rests on")
    )


class OpenForm(forms.Form):
    """A facility that comes into service; its attributes follow on its record."""

    category = forms.ModelChoiceField(
        FacilityCategory.objects.all(), label=_("Category"), to_field_name="code"
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    operator = forms.ChoiceField(
        label=_("Operator"),
        required=False,
        choices=[("", _("unknown")), *Facility.Operator.choices],
    )
    beds = forms.IntegerField(
        label=_("Beds"),
        required=False,
        min_value=0,
        max_value=MOST_BEDS,
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
    on = forms.DateField(label=_("In service from"), widget=DayInput())
    document = _document()

    def facts(self) -> FacilityFacts:
        values = dict(self.cleaned_data)
        for name in ("on", "document"):
            values.pop(name)
        return FacilityFacts(**values, attributes={})


class ChangeForm(FacilityForm):
    """How the facility is from a day on; the category stays, another one is another facility."""

    change = forms.ChoiceField(
        label=_("What changed"),
        choices=[pair for pair in Facility.Change.choices if pair[0] != Facility.Change.OPENED],
    )
    on = forms.DateField(label=_("From"), widget=DayInput())
    document = _document()
    field_order = ("change", "on", "document")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.kept: FacilityCategory = kwargs["facility"].category
        super().__init__(*args, **kwargs)
        # Since when it was planned or built belongs to how it began.
        for name in ("category", "reason", PREFIX + PLANNED_ON, PREFIX + BUILDING_ON):
            self.fields.pop(name, None)

    def facts(self) -> FacilityFacts:
        mine = ("change", "on", "document")
        values = {
            key: each
            for key, each in self.cleaned_data.items()
            if PREFIX not in key and key not in mine
        }
        return FacilityFacts(category=self.kept, **values)


class CloseForm(forms.Form):
    on = forms.DateField(label=_("Out of service from"), widget=DayInput())
    document = _document()


class CountForm(forms.Form):
    counted_on = forms.DateField(label=_("Counted on"), widget=DayInput())
    occupied = forms.IntegerField(label=_("Beds occupied"), min_value=0, max_value=MOST_BEDS)


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What it is needed for"),
        max_length=300,
        help_text=_("Kept in the audit log with your name"),
    )


class ContactForm(forms.Form):
    person = forms.CharField(label=_("Contact person"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=60,
        required=False,
        help_text=_("Both empty: the contact that is kept is forgotten"),
    )


class AuthorityForm(forms.Form):
    on = forms.DateField(label=_("Competent from"), widget=DayInput())
    authority = forms.CharField(label=_("Competent authority"), max_length=60)
    english = forms.CharField(label=_("In English"), max_length=100, required=False)
    document = _document()
