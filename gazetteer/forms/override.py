"""The form with which a reviewer lets a name stand."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OverrideForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the name may stand"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    expires = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day on which the finding counts again; empty for good."),
    )
