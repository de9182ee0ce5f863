"""How a dispute about land was settled."""

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.forms.fields import DayInput


class SettlementForm(forms.Form):
    on = forms.DateField(label=_("Settled on"), widget=DayInput)
    document = forms.CharField(label=_("Agreement or decision"), max_length=200)
    note = forms.CharField(
        label=_("remarks on it"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
