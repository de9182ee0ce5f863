"""The record of a joint inspection that is over; a reason in words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.forms.fields import DayInput


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class InspectionForm(forms.Form):
    """One joint inspection; ``sides`` are (code, name) of both sides of the line."""

    inspected_on = forms.DateField(
        label=_("Inspected on"),
        widget=DayInput,
        help_text=_("The last day of the field check."),
        error_messages={"required": _("Give the day."), "invalid": _("This is not a day.")},
    )
    lead = forms.ChoiceField(
        label=_("Led by"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say which side led.")},
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("State of markers and linear features, changes, problems and their handling."),
    )

    def __init__(self, *args: Any, sides: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = sides  # type: ignore[attr-defined]
