"""A dispute about land with the claims of its sides, and how it was settled."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.forms.fields import DayInput
from boundaries.importers.draft_shapes import read_area
from boundaries.operations.disputes import ClaimFacts
from common.datums import get_datum
from common.errors import BadInput, DimingError
from common.importing.typed import read_typed
from common.imports.wording import datum_choices
from common.middleware import sentence

# Two sides at least; a place where three divisions meet has three, rarely four.
SIDES, LEAST_SIDES = 4, 2


class DisputeForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the disputed area"),
        max_length=100,
        help_text=_("As both sides call it, or by the nearest place."),
    )
    since = forms.DateField(label=_("In dispute since"), widget=DayInput)
    note = forms.CharField(
        label=_("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ClaimForm(forms.Form):
    """One side: who claims, on what grounds, and which land."""

    code = forms.CharField(
        label=_("Division code"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    grounds = forms.CharField(label=_("Grounds"), widget=forms.Textarea(attrs={"rows": 2}))
    outline = forms.CharField(
        label=_("Outline of the claim"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "code"}),
        help_text=_("Drawn on the map, or typed: longitude, latitude; one vertex a line."),
    )
    file = forms.FileField(
        label=_("Outline as a file"),
        required=False,
        help_text=_("One area as GeoJSON, GeoPackage or a zipped Shapefile."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gpkg,.zip"}),
    )
    datum = forms.ChoiceField(label=_("Datum of outline or file"), initial="CGCS2000")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["datum"].choices = datum_choices()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "datum" not in values:
            return values
        outline, file = values.get("outline", ""), values.get("file")
        where = "file" if file else "outline"
        try:
            if bool(file) == bool(outline.strip()):
                raise BadInput("Give the claim as an outline or as a file, one of the two.")
            values["shape"] = (
                read_area(file, datum=values["datum"])
                if file
                else read_typed(outline, kind="area", datum=get_datum(values["datum"]))
            )
        except DimingError as refusal:
            self.add_error(where, sentence(refusal))
        return values

    def facts(self) -> ClaimFacts:
        data = self.cleaned_data
        return ClaimFacts(data["code"].strip(), data["shape"], data["grounds"])


def claim_forms(sent: Any = None, files: Any = None) -> Sequence[ClaimForm]:
    """A form for each side; those beyond the second may stay empty."""
    return [
        ClaimForm(
            sent,
            files,
            prefix=f"claim{number}",
            empty_permitted=number > LEAST_SIDES,
            use_required_attribute=False,
        )
        for number in range(1, SIDES + 1)
    ]


class SettlementForm(forms.Form):
    on = forms.DateField(label=_("Settled on"), widget=DayInput)
    document = forms.CharField(label=_("Agreement or decision"), max_length=200)
    note = forms.CharField(
        label=_("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
