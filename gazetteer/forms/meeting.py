"""Forms of committees and their meetings: they parse, operations decide."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gazetteer.models import Ballot

RECUSED = "recused"
VOTES = [*Ballot.choices, (RECUSED, pgettext_lazy("vote", "stands aside"))]


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **more)


def _text(label: Any, *, rows: int = 4, most: int = 10_000, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=most, **more)


class CommitteeForm(forms.Form):
    title = forms.CharField(label=_("Title of the committee"), max_length=100)
    jurisdiction = forms.ChoiceField(label=_("Jurisdiction"))
    founded_on = _day(_("Founded on"))
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        required=False,
        help_text=_("By which the committee was founded."),
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, Any]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["jurisdiction"].choices = list(areas)


class MemberForm(forms.Form):
    person = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    expertise = forms.CharField(
        label=_("Expertise"),
        max_length=100,
        help_text=_("For example history, linguistics, geography, law, town planning."),
    )
    user = forms.ModelChoiceField(
        label=_("Account"),
        queryset=None,
        required=False,
        empty_label=_("none: the vote is recorded by the reviewer"),
        help_text=_("With which the member signs in and votes in person."),
    )
    chair = forms.BooleanField(label=_("Chairs the committee"), required=False)
    start = _day(_("Term from"))
    years = forms.IntegerField(
        label=_("Length of the term (years)"),
        min_value=1,
        max_value=20,
        required=False,
        initial=5,
        help_text=_("Empty: without an end."),
    )

    def __init__(self, *args: Any, accounts: Iterable[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["user"].queryset = accounts


class EndTermForm(forms.Form):
    on = _day(_("Last day of the term"), help_text=_("The member still sits on this day."))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class MeetingForm(forms.Form):
    held_on = _day(_("Day of the meeting"))
    venue = forms.CharField(label=_("Venue"), max_length=100)


class RemoveForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class OpinionForm(forms.Form):
    vote = forms.ChoiceField(
        label=pgettext_lazy("vote", "Vote"),
        choices=VOTES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a vote.")},
    )
    text = _text(
        _("Opinion"),
        rows=5,
        required=False,
        help_text=_(
            "A vote against gives its reasons; a member who stands aside says why "
            "(kinship, an interest in the case, part in the application)."
        ),
    )

    def values(self) -> dict[str, Any]:
        """What :func:`record_opinion` takes."""
        vote, text = self.cleaned_data["vote"], self.cleaned_data["text"]
        if vote == RECUSED:
            return {"recused": True, "recusal_reason": text}
        return {"ballot": vote, "text": text}


class CloseForm(forms.Form):
    minutes = _text(
        _("Minutes"),
        rows=14,
        help_text=_("Drafted from the votes; complete what was said. Kept as they are closed."),
    )
