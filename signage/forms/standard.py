"""Forms of the standard: they hold what was typed for each parameter; operations decide."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.models import Rule
from signage.domain.standard import typed
from signage.forms.sign import DayInput
from signage.operations.standard import Draft

PREFIX = "p_"
LONG = 60


class EditionForm(forms.Form):
    """The parameters of one rule, each as text, and on what a change of them rests."""

    in_force_from = forms.DateField(label=_("In force from"), widget=DayInput)
    authority = forms.CharField(
        label=_("Document of the local standard"), required=False, max_length=200
    )
    article = forms.CharField(label=_("Article"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), choices=Rule.Status.choices)
    reason = forms.CharField(
        label=_("Reason for the change"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        data: Any = None,
        *,
        edition: Rule,
        labels: Callable[[str], str],
        first_day: date,
    ) -> None:
        first = {"in_force_from": first_day, "status": Rule.Status.PROVISIONAL}
        super().__init__(data, initial=first)
        own = {}
        for name, value in edition.parameters.items():
            text = typed(value)
            widget = forms.Textarea(attrs={"rows": 3}) if len(text) > LONG else forms.TextInput()
            own[f"{PREFIX}{name}"] = forms.CharField(
                label=labels(name), initial=text, required=False, widget=widget, max_length=4000
            )
        self.fields = {**own, **self.fields}

    def texts(self) -> dict[str, str]:
        """What was typed, by parameter."""
        return {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }

    def draft(self, rule_id: str, jurisdiction: str) -> Draft:
        kept = ("in_force_from", "authority", "article", "status", "reason")
        values = {name: self.cleaned_data[name] for name in kept}
        return Draft(rule_id, jurisdiction, self.texts(), **values)


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
