"""A marker in the register, and a visit to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boundaries.domain.markers import Witness, read_witness
from boundaries.forms.fields import DayInput, Degrees, one_of
from boundaries.models import Condition, Marker, MarkerKind, MarkerMaterial, MeasuredBy, Work
from boundaries.operations.markers import MarkerFacts
from boundaries.operations.visits import VisitFacts

# As in an imported register: what is known no better says nothing of where a marker stands.
MOST_ACCURACY_M = 1000


class WitnessesField(forms.CharField):
    """Witness objects, one a line, as :class:`Witness` each."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4})
        super().__init__(required=False, max_length=2000, widget=widget, **kwargs)

    def clean(self, value: Any) -> list[Witness]:
        found = []
        for number, line in enumerate(super().clean(value).splitlines(), start=1):
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


class MarkerForm(forms.Form):
    """The register of one marker; ``sides`` are (code, name) of those it stands between."""

    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    number = forms.CharField(label=_("Number"), max_length=30)
    kind = one_of(_("Kind"), MarkerKind)
    material = one_of(_("Material"), MarkerMaterial)
    longitude = Degrees(label=_("Longitude (CGCS2000)"), most=180)
    latitude = Degrees(label=_("Latitude (CGCS2000)"), most=90)
    accuracy_m = forms.FloatField(
        label=_("Accuracy (m)"), required=False, min_value=0.001, max_value=MOST_ACCURACY_M
    )
    measured_by = one_of(_("Measured by"), MeasuredBy)
    elevation_m = forms.FloatField(
        label=_("Elevation (m)"), required=False, min_value=-500, max_value=9000
    )
    manager_code = forms.ChoiceField(label=_("Looked after by"), required=False)
    set_on = forms.DateField(label=_("Set on"), required=False, widget=DayInput)
    witnesses = WitnessesField(
        label=_("Witness objects"),
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

    def facts(self, *, third_code: str) -> MarkerFacts:
        left_out = ("seen", "reason")
        kept = {key: value for key, value in self.cleaned_data.items() if key not in left_out}
        return MarkerFacts(**kept, third_code=third_code)


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
            str(Witness(each.what, each.distance_m, each.azimuth))
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
    longitude = Degrees(label=_("Measured longitude (CGCS2000)"), most=180, required=False)
    latitude = Degrees(label=_("Measured latitude (CGCS2000)"), most=90, required=False)
    accuracy_m = forms.FloatField(
        label=_("Accuracy (m)"),
        required=False,
        min_value=0.001,
        max_value=MOST_ACCURACY_M,
        help_text=_("Mean error of the measured position; without it nothing is said of a move."),
    )
    witnesses = WitnessesField(
        label=_("Witness objects measured"),
        help_text=_("As they stand in the register, with what was measured today."),
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

    def __init__(self, *args: Any, faces: list[tuple[str, str]], **kwargs: Any) -> None:
        """``faces``: (code, name) of the sides that the marker's faces look to."""
        super().__init__(*args, **kwargs)
        self.faces = {f"photo_{code}": code for code, _name in faces}
        for code, name in faces:
            label = _("Photo of the face towards %(name)s") % {"name": name}
            self.fields[f"photo_{code}"] = _photo(label)
        self.faces["photo"] = ""
        self.fields["photo"] = _photo(_("Photo of the whole"))

    def photos(self) -> list[tuple[str, Any]]:
        """Face ("" for the whole) and upload of each photo that was given."""
        given = [(face, self.cleaned_data.get(key)) for key, face in self.faces.items()]
        return [(face, upload) for face, upload in given if upload]

    def facts(self) -> VisitFacts:
        kept = {key: value for key, value in self.cleaned_data.items() if key not in self.faces}
        return VisitFacts(**kept)


def _photo(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
