"""Forms about reports: they parse, operations decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from signage.forms.sign import DayInput, photo_field
from signage.models import ReportChannel, ReportKind, Sign


class ReportForm(forms.Form):
    """A report on one sign (its number) or on a spot; ``staff`` take it down for somebody."""

    kind = forms.ChoiceField(label=_("What is wrong"), choices=ReportKind.choices)
    sign_number = forms.CharField(
        label=_("Number of the sign"),
        required=False,
        max_length=30,
        help_text=_("As it stands on the sign; or give the spot below."),
    )
    longitude = forms.FloatField(
        label=_("Longitude (°)"), required=False, min_value=-180, max_value=180
    )
    latitude = forms.FloatField(
        label=_("Latitude (°)"), required=False, min_value=-90, max_value=90
    )
    facts = forms.CharField(
        label=_("What was seen"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Without the name or telephone number of whoever reports."),
    )
    photo = photo_field(_("Photo"), camera=False)
    channel = forms.ChoiceField(label=_("Received by"), choices=ReportChannel.choices)
    outer_number = forms.CharField(
        label=_("Number of the hotline's ticket"), required=False, max_length=40
    )
    name = forms.CharField(
        label=_("Name of whoever reports"),
        required=False,
        max_length=80,
        help_text=_("Kept apart and hidden (Regulation on Place Names, Art 33)."),
    )
    contact = forms.CharField(
        label=_("Telephone or address of whoever reports"), required=False, max_length=100
    )

    def __init__(self, *args: Any, staff: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not staff:
            del self.fields["channel"], self.fields["outer_number"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        number = values.pop("sign_number", "").strip()
        spot = values.pop("longitude", None), values.pop("latitude", None)
        values["sign"], values["point"] = None, None
        if number:
            values["sign"] = Sign.objects.shown().filter(number__iexact=number).first()
            if values["sign"] is None:
                self.add_error("sign_number", _("No sign has this number."))
        elif None not in spot:
            values["point"] = spot
        elif not self.errors:
            raise forms.ValidationError(_("Name the sign, or give longitude and latitude."))
        return values


class DismissForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReportOrderForm(forms.Form):
    """``near``: signs beside the spot, where the report names none."""

    sign = forms.ChoiceField(label=_("Which sign is meant"), widget=forms.RadioSelect)
    responsible_body = forms.CharField(label=_("Responsible body"), max_length=100)
    due_on = forms.DateField(label=_("Due on"), required=False, widget=DayInput)
    instruction = forms.CharField(
        label=_("Instruction"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, near: list[Sign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sign"].choices = [
            (sign.number, f"{sign.hanzi} {sign.number}") for sign in near
        ]
