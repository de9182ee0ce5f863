"""Forms of the standard: they hold what was typed for each parameter; operations decide."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.models import Rule
from signage.domain.parameters import BOUNDS
from signage.domain.standard import typed
from signage.forms.sign import DayInput
from signage.operations.standard import Draft

PREFIX = "p_"
LONG = 60


class EditionForm(forms.Form):
    """The parameters of one rule, each as text, and on what a change of them rests."""

    in_force_from = forms.DateField(label=_("In force from"), widget=DayInput)
    in_force_until = forms.DateField(label=_("Last day in force"), widget=DayInput, required=False)
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
        choices: Callable[[str], Sequence[tuple[str, Any]]],
        first_day: date,
    ) -> None:
        first = {"in_force_from": first_day, "status": Rule.Status.PROVISIONAL}
        super().__init__(data, initial=first)
        own = {
            f"{PREFIX}{name}": _field(edition.rule_id, name, value, labels(name), choices(name))
            for name, value in edition.parameters.items()
        }
        self.fields = {**own, **self.fields}

    def texts(self) -> dict[str, str]:
        """What was typed, by parameter."""
        return {
            name.removeprefix(PREFIX): ", ".join(value) if isinstance(value, list) else value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }

    def draft(self, rule_id: str, jurisdiction: str) -> Draft:
        kept = ("in_force_from", "in_force_until", "authority", "article", "status", "reason")
        values = {name: self.cleaned_data[name] for name in kept}
        return Draft(rule_id, jurisdiction, self.texts(), **values)


def _field(
    rule_id: str, name: str, value: Any, label: str, choices: Sequence[tuple[str, Any]]
) -> forms.Field:
    """The field for one parameter: boxes or a select where it is of a few, a number, or text."""
    text = typed(value)
    given: dict[str, Any] = {"label": label, "required": False}
    if choices and isinstance(value, list):
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(**given, initial=value, choices=choices, widget=boxes)
    if choices:
        return forms.ChoiceField(label=label, initial=text, choices=choices)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number:
        low, high = BOUNDS.get((rule_id, name), (None, None))
        widget: forms.Widget = forms.NumberInput(attrs={"step": "any", "min": low, "max": high})
    elif len(text) > LONG or isinstance(value, dict):
        widget = forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false"})
    else:
        widget = forms.TextInput()
    # A separator may be a space.
    return forms.CharField(**given, initial=text, widget=widget, max_length=4000, strip=False)


class RejectForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
