"""Forms about names beside the standard one, relations, codes, ends and merges of places."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from common.partial_dates import read_partial_date
from gazetteer.models import NameKind, NameRelationKind, PlaceRelationKind
from gazetteer.operations.place_names import STATUSES
from gazetteer.operations.relations import TOLD

LANGUAGES = (
    ("zh", _("Chinese")),
    ("yue", _("Cantonese")),
    ("bo", _("Tibetan")),
    ("ug", _("Uyghur")),
    ("mn", _("Mongolian")),
    ("za", _("Zhuang")),
    ("ii", _("Yi")),
    ("ko", _("Korean")),
    ("kk", _("Kazakh")),
    ("ky", _("Kyrgyz")),
    ("tdd", _("Dai")),
    ("sjo", _("Xibe")),
)
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SEVERAL = forms.Textarea(attrs={"rows": 3})


class PartialDateField(forms.CharField):
    """A date as it is known: 1958, 1958-03, about 1920, before 1949; kept as it is typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text:
            try:
                read_partial_date(text)
            except BadInput as error:
                raise ValidationError(gettext(error.message_id) % error.values) from None
        return text


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        error_messages={"required": _("Say why: the history keeps it.")},
    )


class OtherNameForm(forms.Form):
    """A name of any kind but the standard one; ``more``: fields that are needed less often."""

    more = (
        *("language", "script_text", "non_standard", "meaning", "origin", "history"),
        *("approved_by", "approved_on"),
    )

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in STATUSES]
    )
    text = forms.CharField(
        label=pgettext_lazy("of a place", "Name"),
        max_length=100,
        required=False,
        help_text=_("In Chinese characters; of a minority language where there are none, empty."),
    )
    began = PartialDateField(
        label=_("In use since"),
        help_text=_(
            "As it is known: 1958-03-01, 1958-03, 1958, 195X, about 1920, before 1949. "
            "Empty: unknown."
        ),
    )
    ended = PartialDateField(label=_("In use until"), help_text=_("The first day without it."))
    was_standard = forms.BooleanField(
        label=_("A former name was the standard name in that time"), required=False
    )
    reading = forms.CharField(
        label=_("Reading or official spelling"),
        required=False,
        max_length=300,
        help_text=_(
            "Pinyin with tones where the automatic reading is wrong; of a minority language the "
            "official Roman spelling."
        ),
    )
    document = forms.CharField(label=_("Document"), required=False, max_length=200)
    document_page = forms.CharField(label=_("Page of the document"), required=False, max_length=40)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="zh")
    script_text = forms.CharField(label=_("In its own script"), required=False, max_length=200)
    non_standard = forms.BooleanField(
        label=_("In use against the rules: on record as non-standard"), required=False
    )
    meaning = forms.CharField(label=_("Meaning"), required=False, max_length=4000, widget=SEVERAL)
    origin = forms.CharField(label=_("Origin"), required=False, max_length=4000, widget=SEVERAL)
    history = forms.CharField(label=_("History"), required=False, max_length=4000, widget=SEVERAL)
    approved_by = forms.CharField(label=_("Approved by"), required=False, max_length=100)
    approved_on = forms.DateField(label=_("Approved on"), required=False, widget=DAY)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        error_messages={"required": _("Say why: the history keeps it.")},
    )

    def __init__(self, *args: Any, fixed_kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed_kind:
            del self.fields["kind"]
            if fixed_kind != NameKind.FORMER:
                del self.fields["was_standard"]

    @property
    def first_fields(self) -> list[Any]:
        return [field for field in self if field.name not in (*self.more, "reason")]

    @property
    def more_fields(self) -> list[Any]:
        return [field for field in self if field.name in self.more]

    @property
    def more_open(self) -> bool:
        return any(
            field.errors or field.value() not in ("", None, False, "zh")
            for field in self.more_fields
        )


class NameEndForm(ReasonForm):
    ended = PartialDateField(
        label=_("In use until"), help_text=_("The first day without it, as it is known.")
    )
    field_order = ("ended", "reason")


class RecordingForm(forms.Form):
    recording = forms.FileField(
        label=_("Recording"),
        help_text=_("OGG, MP3, WAV or M4A, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ogg,.oga,.opus,.mp3,.wav,.m4a"}),
        error_messages={
            "required": _("Choose a recording."),
            "empty": _("The file is empty."),
        },
    )


class PlacePhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("JPEG, PNG or WebP, at most 15 MB and 40 megapixels."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose a photo."), "empty": _("The file is empty.")},
    )
    caption = forms.CharField(label=_("What it shows"), max_length=200)
    rights = forms.CharField(
        label=_("Source and rights"),
        max_length=200,
        help_text=_("Whose it is and by what leave it is shown."),
    )
    taken_on = forms.DateField(
        label=_("Taken on"),
        required=False,
        widget=DAY,
        help_text=_("Left empty, the day that the camera wrote counts."),
    )


class DayForm(ReasonForm):
    """Something ends on a day."""

    on = forms.DateField(label=_("First day without it"), widget=DAY)
    field_order = ("on", "reason")


class RelationForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Relation"),
        choices=[(kind.value, kind.label) for kind in PlaceRelationKind if kind in TOLD],
    )
    other = forms.ChoiceField(
        label=_("Other place"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a place.")},
    )
    start = forms.DateField(label=_("Since"), required=False, widget=DAY)
    end = forms.DateField(label=_("First day without it"), required=False, widget=DAY)
    reason = forms.CharField(label=_("Source or reason"), required=False, max_length=500)

    def __init__(self, *args: Any, others: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = list(others)


class NameRelationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Relation"), choices=NameRelationKind.choices)
    other = forms.ChoiceField(
        label=_("Other name"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a name.")},
    )
    start = forms.DateField(label=_("Since"), required=False, widget=DAY)
    note = forms.CharField(label=_("Source or reason"), required=False, max_length=200)

    def __init__(self, *args: Any, others: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = list(others)


class CodeForm(ReasonForm):
    code = forms.CharField(
        label=_("Place-name code"),
        required=False,
        max_length=30,
        help_text=_("20 digits: county 6, township 3, class 5, sequence 6. Empty: the next one."),
    )
    on = forms.DateField(label=_("Valid from"), widget=DAY)
    document = forms.CharField(label=_("Document"), required=False, max_length=200)
    field_order = ("code", "on", "document", "reason")


class EndPlaceForm(ReasonForm):
    on = forms.DateField(label=_("First day without the place"), widget=DAY)
    document = forms.CharField(
        label=_("Document of the decision"),
        required=False,
        max_length=200,
        help_text=_("Needed where the place has a standard name."),
    )
    successors = forms.MultipleChoiceField(
        label=_("Successors"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("on", "document", "successors", "reason")

    def __init__(self, *args: Any, others: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successors"].choices = list(others)
        if not others:
            del self.fields["successors"]
