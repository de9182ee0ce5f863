"""The form that corrects a standard name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NameForm(forms.Form):
    """Correction of a standard name; ``fixed_text`` when the characters may not change here."""

    text = forms.CharField(
        label=_("Standard name"),
        max_length=100,
        error_messages={"required": _("Give the name.")},
    )
    reading = forms.CharField(
        label=_("Approved reading in pinyin with tones"),
        required=False,
        max_length=300,
        help_text=_(
            "Only where the automatic reading is wrong or somebody has confirmed it. "
            "Empty: the automatic reading."
        ),
    )
    origin = forms.CharField(
        label=_("Origin and meaning"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    approved_by = forms.CharField(label=_("Approved by"), required=False, max_length=100)
    document = forms.CharField(label=_("Document"), required=False, max_length=200)
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        error_messages={"required": _("Say why: the history keeps it.")},
    )

    def __init__(self, *args: Any, fixed_text: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed_text:
            self.fields["text"].disabled = True
            self.fields["text"].help_text = _(
                "The name of a division changes only with an adjustment of divisions."
            )
