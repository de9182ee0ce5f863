"""Fields that several forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Degrees(forms.FloatField):
    """A coordinate in CGCS2000 degrees."""

    def __init__(self, *, label: Any, most: int, **kwargs: Any) -> None:
        super().__init__(label=label, min_value=-most, max_value=most, **kwargs)


def one_of(label: Any, choices: Any) -> forms.ChoiceField:
    """A choice that may stay open: what is not known is not recorded."""
    unknown = [("", _("not known"))]
    return forms.ChoiceField(label=label, choices=[*unknown, *choices.choices], required=False)
