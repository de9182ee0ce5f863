"""Forms of the account pages: they parse, operations decide."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import NoticeMail, Role, User


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class GrantForm(forms.Form):
    user = forms.ModelChoiceField(
        User.objects.order_by("username"), label=_("Person"), to_field_name="username"
    )
    role = forms.ChoiceField(choices=Role.choices, label=_("Role"))
    jurisdiction = forms.CharField(
        label=_("Jurisdiction"),
        required=False,
        max_length=6,
        help_text=_("The first 2, 4 or 6 digits of a division code; empty is the whole country."),
    )
    start = forms.DateField(label=_("From"), widget=DayInput)
    end = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("Empty: no end set.")
    )


class AccountForm(forms.Form):
    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{3,40}$",
        label=_("Sign-in name"),
        help_text=_("3 to 40 letters, digits, dots or hyphens."),
    )
    display_name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=80)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> Any:
        password = self.cleaned_data["password"]
        validate_password(password)
        return password


class NoticeMailForm(forms.Form):
    how = forms.ChoiceField(
        label=_("Notices by e-mail"),
        choices=NoticeMail.How.choices,
        help_text=_("What you follow is told on the page of notices in any case."),
    )
    address = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the key"), max_length=60, help_text=_("The program that will use it.")
    )
    writes = forms.BooleanField(
        label=_("It may write as well, as far as my roles go"), required=False
    )
    expires_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("Empty: no end set.")
    )
