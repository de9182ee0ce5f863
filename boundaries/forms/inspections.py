"""Rounds, joint inspections at work, wardens: forms that parse, operations decide."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from boundaries.forms.fields import DayInput
from boundaries.models import Handling, InspectionKind, SectionState


def _text(label: Any, rows: int = 2, *, required: bool = False, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


class _Moment(forms.DateTimeField):
    def __init__(self, label: Any, *, required: bool = False) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(label=label, required=required, widget=widget)


class BeginForm(forms.Form):
    """``sides``: (code, name) of both sides of the line."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=InspectionKind.choices, widget=forms.RadioSelect
    )
    lead = forms.ChoiceField(label=_("Leads"), widget=forms.RadioSelect)
    section = forms.CharField(
        label=_("Section and reason"),
        required=False,
        max_length=300,
        help_text=_("For a special inspection: which section, and what happened."),
    )

    def __init__(self, *args: Any, sides: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = sides  # type: ignore[attr-defined]


class SideForm(forms.Form):
    organisers = forms.CharField(
        label=_("Organised by"), max_length=300, required=False,
        help_text=_("Leading group and bureau."),
    )  # fmt: skip
    people = forms.CharField(
        label=_("Field group"), max_length=500, required=False,
        help_text=_("Who walks the line, with townships and wardens."),
    )  # fmt: skip


class ReportForm(forms.Form):
    """``seen``: what the particulars were when the person read them."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    inspected_on = forms.DateField(label=_("Field check ended on"), required=False, widget=DayInput)
    basis = _text(
        _("Basis documents"), help_text=_("Agreement, map, marker register, the last report.")
    )
    suggestions = _text(pgettext_lazy("report", "Suggestions"))


class SectionForm(forms.Form):
    begins = forms.CharField(label=_("From"), max_length=60)
    ends = forms.CharField(label=_("To"), max_length=60)
    walked_on = forms.DateField(label=_("Walked on"), widget=DayInput)
    state = forms.ChoiceField(label=_("State"), choices=SectionState.choices)
    features = _text(_("Features followed, and their changes"))
    crossing = _text(_("Use across the line"))
    note = _text(_("Note"))


class PointForm(forms.Form):
    about = forms.CharField(label=_("Marker or section"), max_length=60)
    what = _text(_("What is wrong"), required=True)
    handling = forms.ChoiceField(label=_("Handling"), choices=Handling.choices)


class SettleForm(forms.Form):
    outcome = _text(_("What was done"), required=True)
    both_present = forms.BooleanField(label=_("Both sides were present"), required=False)


class FileForm(forms.Form):
    filed_with = forms.CharField(label=_("Filed with"), max_length=100)


class FileInspectionForm(FileForm):
    document = forms.CharField(label=_("Document"), max_length=100, required=False)


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Why it is given up"), max_length=500)


class ReportedForm(forms.Form):
    """When a finding was reported, in the local time of the bureau."""

    reported_at = _Moment(_("Reported at"), required=True)


class RoundForm(forms.Form):
    """``areas``: (code prefix, name) of the jurisdictions of the person."""

    name = forms.CharField(label=pgettext_lazy("round", "Name"), max_length=100)
    jurisdiction = forms.ChoiceField(label=_("Jurisdiction"))
    first_year = forms.IntegerField(label=_("First year"), min_value=1990, max_value=2100)
    last_year = forms.IntegerField(label=_("Last year"), min_value=1990, max_value=2110)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jurisdiction"].choices = areas  # type: ignore[attr-defined]


class ContractForm(forms.Form):
    """``sides``: (code, name) of the sides that the person acts for."""

    number = forms.CharField(label=_("Contract"), max_length=40)
    side_code = forms.ChoiceField(label=_("Entrusted by"))
    warden = forms.CharField(
        label=_("Warden"), max_length=60, help_text=_("Read by the people of this side only.")
    )
    begins = forms.CharField(label=_("From"), max_length=60)
    ends = forms.CharField(label=_("To"), max_length=60)
    km = forms.FloatField(label=_("Kilometres"), min_value=0.001, max_value=10_000)
    first_serial = forms.IntegerField(
        label=_("First marker"), required=False, min_value=1, max_value=999
    )
    last_serial = forms.IntegerField(
        label=_("Last marker"), required=False, min_value=1, max_value=999
    )
    from_day = forms.DateField(label=_("Begins on"), widget=DayInput)
    until = forms.DateField(label=_("Ends on"), required=False, widget=DayInput)

    def __init__(self, *args: Any, sides: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side_code"].choices = sides  # type: ignore[attr-defined]


class PatrolForm(forms.Form):
    walked_on = forms.DateField(label=_("Walked on"), widget=DayInput)
    special = forms.BooleanField(label=_("Because of an event"), required=False)
    strip_kept = forms.BooleanField(label=_("Nothing changed beside the line"), required=False)
    cleared = forms.BooleanField(label=_("Growth cleared around the markers"), required=False)
    finding = _text(
        _("What was found"), help_text=_("A marker missing, damaged or moved; a feature changed.")
    )
    found_at = _Moment(_("Found at"))
    reported_at = _Moment(_("Reported at"))

    def __init__(self, *args: Any, rule: Any, **kwargs: Any) -> None:
        """``rule``: the numbers for patrols in force, None for none."""
        super().__init__(*args, **kwargs)
        if rule is not None:
            told = rule.parameters
            self.fields["strip_kept"].help_text = _("Within %(metres)s m either side.") % {
                "metres": told["strip_m"]
            }
            self.fields["cleared"].help_text = _("Within %(metres)s m of each marker.") % {
                "metres": told["clear_m"]
            }
            self.fields["reported_at"].help_text = _("Within %(hours)s hours.") % {
                "hours": told["report_within_hours"]
            }


def years_of(today: date) -> dict[str, int]:
    """The five years that a new round is proposed for."""
    return {"first_year": today.year, "last_year": today.year + 4}
