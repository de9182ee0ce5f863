"""Forms of what is done with a naming case: a move, a paper, an opinion of the public."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gazetteer.domain.papers import CONTENTS, items_of
from gazetteer.models import PublicComment

LONGEST_TEXT = 20_000
# What the law wants a paper to speak of (domain.papers.CONTENTS), in words.
ITEMS = {
    "plan_and_reasons": _("Plan and reasons for the name"),
    "location": _("Location"),
    "size": _("Size"),
    "nature": _("Nature"),
    "legality": _("Legality"),
    "feasibility": _("Feasibility"),
    "controllability": _("Controllability"),
    "social_effects": _("Likely social effects"),
    "risks": _("Risks"),
    "responses": _("Responses"),
    "necessity": _("Necessity"),
    "soundness": _("Scientific soundness"),
    "reasonableness": _("Reasonableness"),
    "advice": _("Advice"),
    "process_and_scope": _("Process and scope"),
    "main_opinions": _("Main opinions"),
    "handling": _("How they were handled"),
    "effects_on_the_name": _("Effects on the protected name"),
    "protective_measures": _("Protective measures"),
    "decision": _("Decision"),
    "statement": _("Statement"),
    "text": pgettext_lazy("paper", "Text"),
}


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day; browsers offer a calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


class MoveForm(forms.Form):
    """A step of a case: its note, and what this step asks for beyond it (``fields``)."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, *args: Any, details: dict[str, forms.Field], note_needed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields.pop("note")
        self.fields.update(details)
        self.fields["note"] = note
        if note_needed:
            note.required = True
            note.label = _("Reason")
            note.help_text = _("The applicant reads it; it stays in the history of the case.")
            note.error_messages["required"] = _("Say why: the history keeps it.")


def move_fields(
    move: str, *, at: date, comment_until: date, body: str, position: str
) -> dict[str, forms.Field]:
    """What a step asks for, with what it suggests; steps not here ask for a note alone."""
    if move == "to_comment":
        return {
            "comment_from": day_field(_("Comment from"), initial=at),
            "comment_until": day_field(_("Comment until"), initial=comment_until),
        }
    if move == "approve":
        return {
            "body": forms.CharField(label=_("Approving organ"), max_length=100, initial=body),
            "document": forms.CharField(
                label=_("Approval document"),
                max_length=100,
                help_text=_("Title and number as on the document."),
            ),
            "approved_on": day_field(_("Approved on"), initial=at),
        }
    if move == "file":
        return {"filed_on": day_field(_("Filed on"), initial=at)}
    if move == "announce":
        return {
            "announced_on": day_field(_("Announced on"), initial=at),
            "effective_on": day_field(
                _("Takes effect on"),
                required=False,
                help_text=_("Empty: on the day of the announcement."),
            ),
            "position": forms.CharField(
                label=_("Position in words"),
                required=False,
                max_length=1000,
                initial=position,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "channels": forms.CharField(
                label=_("Channels"),
                required=False,
                max_length=500,
                help_text=_(
                    "Government website, new media, press, radio; and the national database."
                ),
            ),
        }
    return {}


class PaperForm(forms.Form):
    """One paper: what the law wants it to speak of item by item, and the file of the original."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("The signed original as PDF, Word document or photo; at most 15 MB."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields.pop("file")
        for item in items_of(kind):
            # A draft may be kept with items open: the step that needs the paper asks for them.
            self.fields[f"item_{item}"] = forms.CharField(
                label=ITEMS[item],
                required=False,
                max_length=LONGEST_TEXT,
                widget=forms.Textarea(attrs={"rows": 3 if CONTENTS[kind] else 6}),
            )
        self.fields["file"] = file

    def contents(self) -> dict[str, str]:
        return {
            key.removeprefix("item_"): value
            for key, value in self.cleaned_data.items()
            if key.startswith("item_")
        }


class CommentForm(forms.Form):
    """What somebody said in the period of public comment."""

    received_on = day_field(_("Received on"))
    channel = forms.ChoiceField(label=_("Channel"), choices=PublicComment.Channel.choices)
    stance = forms.ChoiceField(
        label=_("Stance"), choices=PublicComment.Stance.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Opinion"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write down what was said.")},
    )
    contact = forms.CharField(
        label=_("Contact"),
        required=False,
        max_length=100,
        help_text=_("Shown only to those who may read informants."),
    )


class HandleForm(forms.Form):
    handled = forms.CharField(
        label=_("How it was handled"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say how the opinion was handled.")},
    )
