"""Forms of the sign pages: they parse, operations decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from signage.models import Colour, Manager, Material, Sign, SignClass, SignState, Support
from signage.operations.edit import SITE_FACTS


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _one_of(label: Any, choices: Any) -> forms.ChoiceField:
    """A choice that may stay open: what is not known is not recorded."""
    unknown = [("", _("not known"))]
    return forms.ChoiceField(label=label, choices=[*unknown, *choices.choices], required=False)


class OrderForm(forms.Form):
    responsible_body = forms.CharField(label=_("Responsible body"), max_length=100)
    due_on = forms.DateField(
        label=_("Due on"),
        widget=DayInput,
        help_text=_("Proposed from the deadline for the severity of the findings."),
    )
    instruction = forms.CharField(
        label=_("Instruction"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the sign must show and where it must stand."),
    )


class FaceForm(forms.Form):
    """What the sign shows; shared by the fix and the correction of the record."""

    hanzi = forms.CharField(label=_("Characters"), max_length=100)
    pinyin = forms.CharField(
        label=_("Spelling"),
        max_length=300,
        required=False,
        help_text=_("Exactly as it stands on the sign, with spaces."),
    )
    ground_colour = forms.ChoiceField(label=_("Ground colour"), choices=Colour.choices)


def photo_field(label: Any, *, camera: bool) -> forms.FileField:
    """A photo; ``camera``: phones open theirs at once instead of the album."""
    attributes = {"accept": "image/jpeg,image/png,image/webp"}
    if camera:
        attributes["capture"] = "environment"
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(attrs=attributes),
        help_text=_("JPEG, PNG or WebP, at most 15 MB and 40 megapixels."),
    )


class FixForm(FaceForm):
    field_order = ("photo_before", "photo", "hanzi", "pinyin", "ground_colour", "replaced")
    photo_before = photo_field(_("Photo of the sign before the fix"), camera=False)
    photo = photo_field(_("Photo of the sign as it now stands"), camera=True)
    replaced = forms.BooleanField(label=_("A new sign was set up"), required=False)
    condition = forms.IntegerField(
        label=_("Condition (0–100)"), required=False, min_value=0, max_value=100
    )
    longitude = forms.FloatField(
        label=_("New longitude (°)"),
        required=False,
        min_value=-180,
        max_value=180,
        help_text=_("Only where the sign was moved: CGCS2000, for example 113.324500."),
    )
    latitude = forms.FloatField(
        label=_("New latitude (°)"), required=False, min_value=-90, max_value=90
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if (values.get("longitude") is None) != (values.get("latitude") is None):
            raise forms.ValidationError(_("A new position needs longitude and latitude."))
        return values


class PhotoForm(forms.Form):
    photo = photo_field(_("Photo of the sign before the fix"), camera=False)


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for waiving"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why the sign may stay as it is, for example because it is a protected relic."),
    )


class VerifyForm(forms.Form):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required when you send the fix back."),
    )


class SignForm(FaceForm):
    field_order = (
        "sign_class",
        "hanzi",
        "pinyin",
        "ground_colour",
        "place_name",
        "street_bearing",
        "longitude",
        "latitude",
    )
    sign_class = forms.ChoiceField(label=_("Class"), choices=SignClass.choices)
    place_name = forms.CharField(
        label=_("Place the sign is for"),
        required=False,
        max_length=100,
        help_text=_("Its standard name; of several in the city the nearest is taken."),
    )
    street_bearing = forms.FloatField(
        label=_("Bearing of the street (°)"),
        required=False,
        min_value=0,
        max_value=180,
        help_text=_("From north, 0 to 180; empty where it is unknown."),
    )
    longitude = forms.FloatField(label=_("Longitude (°)"), min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("Latitude (°)"), min_value=-90, max_value=90)
    width_mm = forms.IntegerField(
        label=_("Width (mm)"), required=False, min_value=1, max_value=20_000
    )
    height_mm = forms.IntegerField(
        label=_("Height (mm)"), required=False, min_value=1, max_value=20_000
    )
    door_number = forms.IntegerField(
        label=_("Number on the plate"), required=False, min_value=1, max_value=99_999
    )
    door_suffix = forms.CharField(label=_("Suffix of the number"), required=False, max_length=10)
    state = forms.ChoiceField(label=pgettext_lazy("of a sign", "state"), choices=SignState.choices)
    managed_by = forms.ChoiceField(label=_("Managed by"), choices=Manager.choices)
    support = _one_of(_("Support"), Support)
    material = _one_of(_("Material"), Material)
    film_class = forms.IntegerField(
        label=_("Class of reflective film"), required=False, min_value=1, max_value=7
    )
    installed_on = forms.DateField(label=_("Installed on"), required=False, widget=DayInput)
    service_life_years = forms.IntegerField(
        label=_("Service life (years)"), required=False, min_value=1, max_value=100
    )
    underside_m = forms.FloatField(
        label=_("Height of the underside (m)"), required=False, min_value=0, max_value=50
    )
    kerb_m = forms.FloatField(
        label=_("Distance to the kerb (m)"), required=False, min_value=0, max_value=100
    )
    condition = forms.IntegerField(
        label=_("Condition (0–100)"), required=False, min_value=0, max_value=100
    )
    responsible_body = forms.CharField(label=_("Responsible body"), required=False, max_length=100)
    set_by = forms.CharField(label=_("Set up by"), required=False, max_length=100)
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=300,
        help_text=_("Kept in the audit log."),
    )


class NewSignForm(SignForm):
    field_order = ("number", *SignForm.field_order)
    number = forms.CharField(label=_("Sign number"), max_length=30)
    reason = None


def face_of(sign: Sign) -> dict[str, Any]:
    """First values of a form about this sign's face."""
    return {
        "hanzi": sign.hanzi,
        "pinyin": sign.pinyin,
        "ground_colour": sign.ground_colour,
    }


def record_of(sign: Sign, place_name: str) -> dict[str, Any]:
    """First values of the form that corrects the record."""
    return {
        **face_of(sign),
        "sign_class": sign.sign_class,
        "place_name": place_name,
        "street_bearing": sign.street_bearing,
        "longitude": sign.location.x,
        "latitude": sign.location.y,
        "width_mm": sign.width_mm,
        "height_mm": sign.height_mm,
        "responsible_body": sign.responsible_body,
        **{name: getattr(sign, name) for name in SITE_FACTS},
    }


class PhotoBatchForm(forms.Form):
    file = forms.FileField(
        label=_("Photos"),
        help_text=_("A ZIP of JPEG, PNG or WebP photos with their EXIF data, at most 500."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        error_messages={"required": _("Choose a ZIP."), "empty": _("The file is empty.")},
    )
    within = forms.RegexField(
        r"^\d{0,12}$",
        label=_("Among the signs of"),
        required=False,
        help_text=_("A division code or its first digits."),
        error_messages={"invalid": _("Enter digits only.")},
    )
