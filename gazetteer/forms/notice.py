"""Forms of rectification notices: the text, and one small form for each step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gazetteer.models import Breach, InquiryKind, Power, UsageContext

LONGEST = 4000


def text_field(label: Any, *, rows: int = 4, help_text: Any = "", required: bool = True) -> Any:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def day_field(label: Any, *, help_text: Any = "") -> Any:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; none at all is an empty list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in uploads if each]


def files_field() -> FilesField:
    return FilesField(
        label=_("Documents and photos"),
        required=False,
        help_text=_("PDF, Word (.docx) or photos (JPEG, PNG, WebP), at most 15 MB each."),
    )


class NoticeForm(forms.Form):
    """The text of a notice; ``position`` only where neither place nor thing says where it is."""

    organisation = forms.CharField(label=_("Organisation that has to put it right"), max_length=100)
    breaches = forms.ModelMultipleChoiceField(
        label=_("Articles"),
        queryset=Breach.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one article.")},
    )
    usage = forms.ChoiceField(
        label=_("Where the name was used (Art 18)"),
        choices=[("", "—"), *UsageContext.choices],
        required=False,
    )
    position = forms.CharField(
        label=_("Position (longitude, latitude)"),
        max_length=40,
        help_text=_("In degrees, CGCS2000: 113.324500, 23.129100."),
    )
    facts = text_field(pgettext_lazy("notice", "Facts"), rows=5)
    correction = text_field(_("What has to be put right"))
    legal_basis = text_field(
        _("Legal basis"),
        required=False,
        help_text=_("Empty: written from the articles that are chosen."),
    )

    def __init__(self, *args: Any, breaches: Any, placed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["breaches"].queryset = breaches
        if placed:
            del self.fields["position"]


class NoteForm(forms.Form):
    note = text_field(_("Note"), required=False)


class IssueForm(forms.Form):
    issued_on = day_field(_("Day of issue"))
    deadline = day_field(
        _("To be put right by"), help_text=_("The last day that is still in time.")
    )


class ServeForm(forms.Form):
    served_on = day_field(_("Served on"))
    how = forms.CharField(label=_("How it was served and who received it"), max_length=300)


class InquiryForm(forms.Form):
    kind = forms.ChoiceField(label=pgettext_lazy("inquiry", "Kind"), choices=InquiryKind.choices)
    held_on = day_field(_("Held on"))
    powers = forms.MultipleChoiceField(
        label=_("Powers used (Art 30, for inspections)"),
        choices=Power.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    persons = forms.CharField(label=_("Who was present"), max_length=200)
    record = text_field(_("What was found or said"), rows=6)
    files = files_field()


class CorrectionForm(forms.Form):
    note = text_field(_("What was put right"))
    files = files_field()


class PenaltyForm(forms.Form):
    measure = text_field(
        _("What was decided"),
        rows=3,
        help_text=_("Public criticism, a ban, a fine: as the article says."),
    )
    fine_yuan = forms.IntegerField(
        label=_("Fine (yuan)"), required=False, min_value=1, max_value=10_000_000
    )
    fined = forms.CharField(
        label=_("On whom the fine is laid"),
        required=False,
        max_length=100,
        help_text=_("The persons responsible; shown only to those who handle notices."),
    )


class OutcomeForm(forms.Form):
    outcome = text_field(_("How it ended"))


class ReasonForm(forms.Form):
    reason = text_field(_("Reason"))
