"""The open form of suggestions: the record as it stands, to be changed where it is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gazetteer.domain.differences import ALIAS_KINDS, LONGEST
from gazetteer.forms.complaint import photo_field, who_fields
from gazetteer.forms.notice import text_field
from gazetteer.models import NameKind, Suggestion

FIELD_LABELS = {
    "text": _("Characters of the standard name"),
    "reading": _("Reading in pinyin with tones"),
    "meaning": _("Meaning"),
    "origin": _("Origin"),
    "history": _("History of the name"),
    "description": _("Position, extent and features"),
    "alias": _("A further name"),
    "alias_kind": _("Kind of the further name"),
    "position": _("Position (longitude, latitude)"),
}
LONG = ("meaning", "origin", "history", "description")


class SuggestionForm(forms.Form):
    """Fields as the record has them; whoever suggests changes what is wrong and says why."""

    def __init__(self, *args: Any, drawn: bool, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, most in LONGEST.items():
            if name == "position" and drawn:
                continue
            self.fields[name] = _field(name, most)
        self.fields["reason"] = text_field(_("Why, and from where you know"), rows=3)
        self.fields["evidence"] = text_field(
            pgettext_lazy("suggestion", "Evidence"),
            rows=2,
            required=False,
            help_text=_("A book with its page, a document with its number, an address."),
        )
        self.fields["photo"] = photo_field()
        if not signed_in:
            self.fields["name"], self.fields["contact"] = who_fields()

    def proposed(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in LONGEST if name in self.fields}


def _field(name: str, most: int) -> forms.Field:
    label = FIELD_LABELS[name]
    if name == "alias_kind":
        labels = dict(NameKind.choices)
        kinds = [(kind, labels[kind]) for kind in ALIAS_KINDS]
        return forms.ChoiceField(label=label, choices=[("", "—"), *kinds], required=False)
    widget = forms.Textarea(attrs={"rows": 2}) if name in LONG else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


class DecisionForm(forms.Form):
    """Accept or decline each field; an accepted value may be edited before it is written.

    ``seen`` keeps what the record said when the page was shown.
    """

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            field = row.field
            self.fields[f"{field}-choice"] = forms.ChoiceField(
                choices=[("accept", _("Take over")), ("decline", _("Decline"))],
                widget=forms.RadioSelect,
                label=FIELD_LABELS[field],
                error_messages={"required": _("Choose: take it over or decline it.")},
            )
            self.fields[f"{field}-value"] = forms.CharField(
                label=_("As it will be written"),
                required=False,
                max_length=LONGEST[field],
                initial=row.proposed,
                widget=forms.Textarea(attrs={"rows": 2}) if field in LONG else forms.TextInput(),
            )
            self.fields[f"{field}-seen"] = forms.CharField(
                required=False, initial=row.now, widget=forms.HiddenInput
            )
        self.fields["answer"] = text_field(
            _("Answer"),
            rows=3,
            required=False,
            help_text=_("Needed where something is declined; whoever suggested reads it."),
        )

    def accepted(self) -> dict[str, str]:
        chosen = [row for row in self.rows if self.cleaned_data[f"{row.field}-choice"] == "accept"]
        return {
            row.field: self.cleaned_data[f"{row.field}-value"].strip() or row.proposed
            for row in chosen
        }

    def seen(self) -> dict[str, str]:
        return {row.field: _same(self.cleaned_data[f"{row.field}-seen"]) for row in self.rows}


def _same(text: str) -> str:
    return text.replace("\r\n", "\n")


class DuplicateForm(forms.Form):
    of = forms.ModelChoiceField(
        label=_("It repeats"), queryset=Suggestion.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].queryset = others
        self.fields["of"].label_from_instance = lambda row: (
            f"{row.suggested_at:%Y-%m-%d} {row.reason[:40]}"
        )
