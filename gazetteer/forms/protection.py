"""Forms that put a name on a list of protected names and take it off."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gazetteer.forms.notice import day_field, text_field


class ProtectForm(forms.Form):
    list_name = forms.CharField(
        label=_("List of protected names"),
        max_length=100,
        widget=forms.TextInput(attrs={"list": "known-lists", "autocomplete": "off"}),
    )
    document = forms.CharField(
        label=_("Document that published the list"), required=False, max_length=200
    )
    start = day_field(_("Protected from"))
    reason = text_field(
        _("Why it is protected"), help_text=_("Its history, its culture; shown on the list.")
    )


class EndProtectionForm(forms.Form):
    on = day_field(_("Ends on"), help_text=_("The first day on which it is no longer protected."))
    reason = text_field(_("Why it ends"))
