"""Drafts of adjustments and their approval."""

import json
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.domain.adjustments import MAY, NEEDS, Act
from boundaries.forms.fields import DayInput
from boundaries.importers.draft_shapes import read_draft_shape
from common.errors import BadInput
from common.imports.wording import datum_choices


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
        except (ValueError, RecursionError) as error:
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


class ChangeForm(forms.Form):
    """One change, added to the draft by the page itself or, without script, by the server."""

    act = forms.ChoiceField(label=_("Kind of change"))
    units = forms.CharField(
        label=_("Units (codes)"),
        required=False,
        help_text=_(
            "Give the units by their codes, or click them on the map; villages have no shape "
            "there and go by code."
        ),
    )
    to = forms.CharField(label=_("To (code)"), required=False, max_length=12)
    code = forms.CharField(label=_("New code"), required=False, max_length=12)
    codes = forms.CharField(
        label=_("Units below, new codes"),
        required=False,
        max_length=50_000,
        help_text=_(
            "Of a divided unit: the codes of the units below that go to the new one. Where a code "
            "is given by hand, it follows after =: 440112003=440116004 440112005=440116005."
        ),
    )
    name = forms.CharField(label=_("New name"), required=False, max_length=100)
    seat = forms.CharField(label=_("Seat"), required=False, max_length=200)
    file = forms.FileField(
        label=_("Line or area as a file"),
        required=False,
        help_text=_("One line or one area as GeoJSON, GeoPackage or a zipped Shapefile."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg,.zip"}),
    )
    datum = forms.ChoiceField(label=_("Datum of the file"), required=False)
    side = forms.CharField(
        label=_("A point on the side of the line that goes over (longitude, latitude)"),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, acts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, prefix="change", auto_id="%s", **kwargs)
        self.fields["act"].choices = acts
        self.fields["datum"].choices = datum_choices()
        # The page's script shows a field for the kinds of change that need it.
        for name, field in self.fields.items():
            field.widget.attrs["data-for"] = " ".join(_kinds_with(name))

    def values(self) -> dict[str, Any]:
        """The change as JSON; raises BadInput for a file or a point that cannot be read."""
        data = self.cleaned_data
        change: dict[str, Any] = {"act": data["act"]}
        change["units"] = _SPACED.findall(data["units"])
        if pairs := _SPACED.findall(data["codes"]):
            sides = (each.replace("＝", "=").partition("=") for each in pairs)
            change["codes"] = {old: new for old, _, new in sides}
        change.update({key: data[key] for key in ("to", "code", "name", "seat") if data[key]})
        if data["file"]:
            change.update(read_draft_shape(data["file"], datum=data["datum"] or "CGCS2000"))
        if data["side"]:
            try:
                x, y = (float(part) for part in re.split(r"[\s,，]+", data["side"].strip()))
            except ValueError:
                raise BadInput("A point is written as longitude, latitude.") from None
            change["points"] = [[x, y]]
        return change


_SPACED = re.compile(r"[^\s,，、]+")


def _kinds_with(name: str) -> list[str]:
    if name == "act":
        return []
    asked = "shape" if name in ("file", "datum", "side") else name
    return [
        str(act)
        for act in Act
        if asked in (*NEEDS[act], *MAY.get(act, ())) and not (name == "side" and act == "boundary")
    ]


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
