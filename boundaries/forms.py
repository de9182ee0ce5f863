"""Forms of the boundary pages: they parse, operations decide."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.domain.markers import Witness, read_witness
from boundaries.models import Condition, Marker, MarkerKind, MarkerMaterial, MeasuredBy, Work
from boundaries.operations.markers import MarkerFacts, VisitFacts


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


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


class _Degrees(forms.FloatField):
    """A coordinate in CGCS2000 degrees."""

    def __init__(self, *, label: Any, most: int, **kwargs: Any) -> None:
        super().__init__(label=label, min_value=-most, max_value=most, **kwargs)


def _one_of(label: Any, choices: Any) -> forms.ChoiceField:
    """A choice that may stay open: what is not known is not recorded."""
    unknown = [("", _("not known"))]
    return forms.ChoiceField(label=label, choices=[*unknown, *choices.choices], required=False)


class MarkerForm(forms.Form):
    """The register of one marker; ``sides`` are (code, name) of those it stands between."""

    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    number = forms.CharField(label=_("Number"), max_length=30)
    kind = _one_of(_("Kind"), MarkerKind)
    material = _one_of(_("Material"), MarkerMaterial)
    longitude = _Degrees(label=_("Longitude (CGCS2000)"), most=180)
    latitude = _Degrees(label=_("Latitude (CGCS2000)"), most=90)
    accuracy_m = forms.FloatField(label=_("Accuracy (m)"), required=False, min_value=0.001)
    measured_by = _one_of(_("Measured by"), MeasuredBy)
    elevation_m = forms.FloatField(
        label=_("Elevation (m)"), required=False, min_value=-500, max_value=9000
    )
    manager_code = forms.ChoiceField(label=_("Looked after by"), required=False)
    set_on = forms.DateField(label=_("Set on"), required=False, widget=DayInput)
    witnesses = forms.CharField(
        label=_("Witness objects"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: object; distance in metres; azimuth in degrees. Three at least."),
    )
    note = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    approximate = forms.BooleanField(label=_("position approximate"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=500)

    def __init__(self, *args: Any, sides: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager_code"].choices = [("", _("not known")), *sides]  # type: ignore[attr-defined]

    def clean_witnesses(self) -> list[Witness]:
        found = []
        for number, line in enumerate(self.cleaned_data["witnesses"].splitlines(), start=1):
            if not line.strip():
                continue
            try:
                found.append(read_witness(line))
            except ValueError:
                raise forms.ValidationError(
                    _("Line %(number)s is not “object; distance; azimuth” within 1,000 m."),
                    params={"number": number},
                ) from None
        return found

    def facts(self) -> MarkerFacts:
        left_out = ("seen", "reason")
        kept = {key: value for key, value in self.cleaned_data.items() if key not in left_out}
        return MarkerFacts(**kept)


def typed_marker(marker: Marker) -> dict[str, Any]:
    """A marker as the form shows it."""
    names = (
        "number", "kind", "material", "accuracy_m", "measured_by", "elevation_m", "manager_code",
        "set_on", "note", "approximate",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(marker, name) for name in names}
    return values | {
        "seen": marker.version,
        "longitude": round(marker.location.x, 7),
        "latitude": round(marker.location.y, 7),
        "witnesses": "\n".join(
            f"{each.what}; {each.distance_m:g}"
            + ("" if each.azimuth is None else f"; {each.azimuth:g}")
            for each in marker.witnesses.all()
        ),
    }


class VisitForm(forms.Form):
    """What was found at a marker."""

    visited_on = forms.DateField(label=_("Visited on"), widget=DayInput)
    condition = forms.ChoiceField(
        label=_("Condition found"), choices=Condition.choices, widget=forms.RadioSelect
    )
    legible = forms.NullBooleanField(
        label=_("Faces legible"),
        required=False,
        widget=forms.Select(choices=[("", _("not known")), ("true", _("yes")), ("false", _("no"))]),
    )
    longitude = _Degrees(label=_("Measured longitude (CGCS2000)"), most=180, required=False)
    latitude = _Degrees(label=_("Measured latitude (CGCS2000)"), most=90, required=False)
    accuracy_m = forms.FloatField(
        label=_("Accuracy (m)"),
        required=False,
        min_value=0.001,
        help_text=_("Mean error of the measured position; without it nothing is said of a move."),
    )
    work = forms.ChoiceField(
        label=_("Work done"), required=False, choices=[("", _("none")), *Work.choices]
    )
    both_present = forms.BooleanField(
        label=_("Both sides were present"),
        required=False,
        help_text=_("Work on a marker counts only with the other side present."),
    )
    people = forms.CharField(label=_("Who was present"), required=False, max_length=300)
    note = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def facts(self) -> VisitFacts:
        kept = {key: value for key, value in self.cleaned_data.items() if key != "photo"}
        return VisitFacts(**kept)


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
