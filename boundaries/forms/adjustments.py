"""Drafts of adjustments and their approval."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.forms.fields import DayInput


class AdjustmentForm(forms.Form):
    """A draft: what changes is a list in JSON, which the page builds from what is drawn."""

    title = forms.CharField(label=_("Title"), max_length=200)
    happens_on = forms.DateField(
        label=_("Takes effect on"),
        widget=DayInput,
        help_text=_("The day from which the divisions are what the draft makes of them."),
    )
    changes = forms.CharField(
        label=_("Changes"),
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "code", "spellcheck": "false"}),
        help_text=_("As JSON; the tools above the map write it."),
    )
    major = forms.BooleanField(
        label=_("Major change of a county boundary (Art 7(3))"), required=False
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, materials: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.materials = list(materials)
        for key, label in materials.items():
            self.fields[key] = forms.CharField(label=label, required=False, max_length=300)

    def material_fields(self) -> list[Any]:
        return [self[key] for key in self.materials]

    def clean_changes(self) -> Any:
        try:
            return json.loads(self.cleaned_data["changes"])
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON.")) from error

    def values(self) -> dict[str, Any]:
        """What the operations take."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "happens_on": data["happens_on"],
            "changes": data["changes"],
            "reason": data["reason"],
            "major": data["major"],
            "materials": {key: data[key] for key in self.materials},
        }


class ApprovalForm(forms.Form):
    """The approval of an adjustment, as its document has it."""

    authority = forms.CharField(label=_("Approving authority"), max_length=100)
    document = forms.CharField(label=_("Approving document"), max_length=200)
    approved_on = forms.DateField(label=_("Approved on"), widget=DayInput)
    announced_on = forms.DateField(label=_("Announced on"), widget=DayInput, required=False)
    happens_on = forms.DateField(
        label=_("Takes effect on"),
        widget=DayInput,
        help_text=_("May be a day to come: then it is waited for."),
    )


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))
