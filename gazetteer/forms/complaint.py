"""Forms of complaints: the open page, the answer, the purpose of reading who complained."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gazetteer.forms.notice import text_field
from gazetteer.models import Breach, Channel, UsageContext


def who_fields() -> tuple[forms.CharField, forms.CharField]:
    """Name and contact of a person from outside: never asked of browsers to remember."""
    hidden = {"autocomplete": "off"}
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs=hidden),
    )
    contact = forms.CharField(
        label=_("How to reach you"),
        required=False,
        max_length=100,
        help_text=_(
            "Telephone or e-mail. Kept apart and hidden; only a few people may read it, "
            "and every time is recorded."
        ),
        widget=forms.TextInput(attrs=hidden),
    )
    return name, contact


def photo_field() -> forms.FileField:
    return forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 15 MB. Camera data are removed."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class ComplaintForm(forms.Form):
    """What happened, and perhaps who says so; ``channel`` only for who takes down a call."""

    channel = forms.ChoiceField(label=_("Received by"), choices=Channel.choices)
    position = forms.CharField(
        label=_("Position (longitude, latitude)"),
        max_length=40,
        help_text=_("In degrees, CGCS2000: 113.324500, 23.129100."),
    )
    breach = forms.ModelChoiceField(
        label=_("What it is about"),
        queryset=Breach.objects.none(),
        required=False,
        empty_label=_("I do not know"),
    )
    usage = forms.ChoiceField(
        label=_("Where the name was used (Art 18)"),
        choices=[("", "—"), *UsageContext.choices],
        required=False,
    )
    facts = text_field(
        _("What happened"),
        rows=6,
        help_text=_("Say where and when. Leave out your name and number here."),
    )
    photo = photo_field()
    name, contact = who_fields()

    def __init__(
        self, *args: Any, breaches: Any, placed: bool, takes_down: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["breach"].queryset = breaches
        self.fields["breach"].label_from_instance = lambda row: row.conduct
        if placed:
            del self.fields["position"]
        if not takes_down:
            del self.fields["channel"]


class AnswerForm(forms.Form):
    how = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("dismiss", _("unfounded")),
            ("transfer", _("passed to another authority")),
        ],
        widget=forms.RadioSelect,
    )
    answer = text_field(
        _("Reason, or who deals with it now"),
        help_text=_("Whoever complained reads it. Leave out who they are."),
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("What you need the name for"),
        max_length=500,
        help_text=_("The audit log keeps it, with your name and the moment."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
