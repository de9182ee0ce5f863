"""Forms of the pages of this app."""

from django import forms
from django.utils.translation import gettext_lazy as _

from api.queries.changes import LARGEST
from gazetteer.models import LegalCategory


class MatchForm(forms.Form):
    file = forms.FileField(
        label=_("List"),
        help_text=_("CSV or Excel (.xlsx), with headings; at most 10,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _("Choose a list."), "empty": _("The file is empty.")},
    )
    name_column = forms.CharField(
        label=_("Heading of the column of names"),
        required=False,
        max_length=100,
        help_text=_("Empty: a heading that says so, or the first column."),
    )
    division_column = forms.CharField(
        label=_("Heading of the column of divisions"),
        required=False,
        max_length=100,
        help_text=_("Codes or names; empty: a heading that says so, or none."),
    )
    category = forms.ChoiceField(
        label=_("Category of the names"),
        required=False,
        choices=[("", _("any")), *LegalCategory.choices],
    )


class WebhookForm(forms.Form):
    url = forms.URLField(
        assume_scheme="https",
        label=_("Address"),
        max_length=300,
        help_text=_("Told by POST, signed with a secret."),
    )
    number = forms.IntegerField(
        label=_("After the change"),
        min_value=0,
        max_value=LARGEST,
        initial=0,
        help_text=_("0: everything from the beginning."),
    )
