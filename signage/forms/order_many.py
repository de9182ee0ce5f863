"""The form that orders many signs at once: one row of fields for each responsible body."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from signage.forms.sign import DayInput
from signage.operations.order_many import LARGEST_BUDGET, LONGEST_BODY, Terms


class TermsForm(forms.Form):
    """What all the bodies are told alike."""

    due_on = forms.DateField(
        label=_("Due on"),
        required=False,
        widget=DayInput,
        help_text=_("Empty: for each sign by the severity of what is wrong."),
    )
    instruction = forms.CharField(
        label=_("Instruction"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def budget_field() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Budget (yuan)"),
        required=False,
        min_value=Decimal(0),
        max_value=LARGEST_BUDGET,
        decimal_places=2,
        max_digits=12,
    )


class OrderManyForm(TermsForm):
    """``bodies``: names in the order of the page, "" where none is recorded."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, bodies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = list(bodies)
        for turn, body in enumerate(self.bodies):
            self.fields[f"take_{turn}"] = forms.BooleanField(
                label=body or _("no body recorded"), required=False, initial=bool(body)
            )
            self.fields[f"budget_{turn}"] = budget_field()
        if "" in self.bodies:
            self.fields["named"] = forms.CharField(
                label=_("Body for signs without one"), max_length=LONGEST_BODY, required=False
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """The bound fields of each body: whether it is ordered, and its budget."""
        return [(self[f"take_{turn}"], self[f"budget_{turn}"]) for turn in range(len(self.bodies))]

    def terms(self) -> dict[str, Terms]:
        values = self.cleaned_data
        return {
            body: Terms(values[f"budget_{turn}"], values["instruction"], values["due_on"])
            for turn, body in enumerate(self.bodies)
            if values[f"take_{turn}"]
        }


class OrderMissingForm(TermsForm):
    """New signs for the spots of a list, all from one body."""

    field_order = ("responsible_body", "budget", "due_on", "instruction")
    seen = forms.IntegerField(widget=forms.HiddenInput)
    responsible_body = forms.CharField(label=_("Responsible body"), max_length=LONGEST_BODY)
    budget = budget_field()

    def terms(self) -> Terms:
        values = self.cleaned_data
        return Terms(values["budget"], values["instruction"], values["due_on"])
