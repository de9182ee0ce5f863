"""One suggestion: the difference field by field, the decision on each, who suggested."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require
from common.errors import DimingError, NotInScope, NotPermitted
from common.middleware import sentence
from gazetteer.domain.differences import FieldDifference, marked
from gazetteer.forms.suggestion import FIELD_LABELS, DecisionForm, DuplicateForm
from gazetteer.models import Informant, NameKind, Suggestion, SuggestionState
from gazetteer.operations.concern import Target
from gazetteer.operations.edit_name import renames
from gazetteer.operations.suggestions import decide, difference, mark_duplicate
from gazetteer.queries.complaints import answer_due
from gazetteer.queries.divisions import division_chains
from gazetteer.queries.notices import night_of
from gazetteer.queries.suggestions import acts_on, get_suggestion, others_waiting
from gazetteer.views.concern import about
from gazetteer.views.evidence import file_cards
from gazetteer.views.informant import informant_page, may_read_informant
from gazetteer.views.notice_wording import (
    SUGGESTION_STATES,
    clock_words,
    suggestion_clock,
)

# Where a renaming case begins, if this installation has cases.
CASE_ADDRESSES = ("gazetteer:case_new", "gazetteer:case_start")


def suggestion_record(request: Any, pk: UUID) -> HttpResponse:
    """The record of a suggestion; a POST decides it."""
    suggestion = _suggestion(request, pk)
    place, code = suggestion.place, suggestion.place.division_code
    if request.method == "POST":
        require(by=request.user, capability=Capability.EDIT_NAME, codes=[code])
    waits = suggestion.state_then == SuggestionState.NEW  # type: ignore[attr-defined]
    rows = difference(suggestion, request.day)
    form = DecisionForm(request.POST or None, rows=rows)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            decide(
                by=request.user,
                at=timezone.now(),
                suggestion=suggestion,
                accept=form.accepted(),
                answer=form.cleaned_data["answer"],
                seen=form.seen(),
            )
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The suggestion is decided."))
            return redirect("gazetteer:suggestion", pk)
    user, chain = request.user, division_chains(codes=[code], at=request.day)[code]
    clock = suggestion_clock(suggestion, request.day)
    handles = may_here(by=user, capability=Capability.EDIT_NAME, codes=[code])
    own = suggestion.suggested_by_id == user.pk
    # Who may not open a case is told of it, without a link that would refuse.
    case_url = _case_url(suggestion) if handles else ""
    others = others_waiting(suggestion=suggestion) if waits else []
    values = {
        "suggestion": suggestion,
        "about": about(Target(place=place), request.day),
        "chain": chain,
        "state": clock.state,
        "state_text": SuggestionState(suggestion.state_then).label,  # type: ignore[attr-defined]
        "clock": clock_words(clock),
        "form": form,
        "sentence": refused,
        "differences": [_shown(row, form, suggestion, request.day, case_url) for row in rows],
        "may_decide": waits and handles and not own and request.day == request.today,
        "why_not": _why_not(waits, handles, own, request.day == request.today),
        "due": answer_due(received_at=suggestion.suggested_at, at=request.day) if waits else None,
        "files": file_cards(suggestion.files.all()) if handles else [],
        "others": others,
        "duplicates": DuplicateForm(others=_rows(others)) if others else None,
        "may_read_informant": may_read_informant(user, code),
        "has_informant": Informant.objects.filter(suggestion=suggestion).exists(),
        "events": _events(suggestion, request.day),
        "focus": place.geometry
        and {
            "type": "Feature",
            "geometry": json.loads(place.geometry.geojson),
            "properties": {},
        },
    }
    status = 409 if refused else 200
    return render(request, "gazetteer/suggestion_record.html", values, status=status)


@require_POST
def suggestion_duplicate(request: Any, pk: UUID) -> HttpResponse:
    suggestion = _suggestion(request, pk)
    code = suggestion.place.division_code
    require(by=request.user, capability=Capability.EDIT_NAME, codes=[code])
    form = DuplicateForm(request.POST, others=_rows(others_waiting(suggestion=suggestion)))
    if form.is_valid():
        of = form.cleaned_data["of"]
        mark_duplicate(by=request.user, at=timezone.now(), suggestion=suggestion, of=of)
        messages.success(request, _("The suggestion is marked as a repetition."))
    return redirect("gazetteer:suggestion", pk)


def suggestion_informant(request: Any, pk: UUID) -> HttpResponse:
    suggestion = _suggestion(request, pk)
    code = suggestion.place.division_code
    require(by=request.user, capability=Capability.READ_INFORMANT, codes=[code])
    back = reverse("gazetteer:suggestion", args=[pk])
    heading = _("Suggestion of %(day)s") % {
        "day": timezone.localdate(suggestion.suggested_at).isoformat()
    }
    return informant_page(request, suggestion, cancel_url=back, heading=heading)


def _suggestion(request: Any, pk: UUID) -> Suggestion:
    found = get_suggestion(pk=pk, at=request.day)
    if found is None:
        raise Http404
    return found


def _rows(others: list[Suggestion]) -> Any:
    return Suggestion.objects.filter(pk__in=[each.pk for each in others])


def _shown(
    row: FieldDifference, form: DecisionForm, suggestion: Suggestion, day: Any, case_url: str
) -> dict[str, Any]:
    old, new = marked(_words(row.field, row.now), _words(row.field, row.proposed))
    waits = suggestion.state == SuggestionState.NEW
    renaming = (
        waits and row.field == "text" and renames(place=suggestion.place, at=day, text=row.proposed)
    )
    return {
        "row": row,
        "label": FIELD_LABELS[row.field],
        "before": _words(row.field, row.before),
        "old": old,
        "new": new,
        "written": suggestion.accepted.get(row.field),
        "renaming": renaming,
        "case_url": case_url if renaming else "",
        "choice": form[f"{row.field}-choice"],
        "value": form[f"{row.field}-value"],
        "seen": form[f"{row.field}-seen"],
    }


def _words(field: str, value: str) -> str:
    if field == "alias_kind" and value in NameKind.values:
        return str(NameKind(value).label)
    return value


def _why_not(waits: bool, handles: bool, own: bool, today: bool) -> str:
    if not waits:
        return ""
    if not handles:
        return _("Those who correct names in this jurisdiction decide.")
    if own:
        return _("You suggested this yourself: another person has to decide it.")
    return "" if today else _("Decisions are made as of today: go back to today first.")


def _case_url(suggestion: Suggestion) -> str:
    for name in CASE_ADDRESSES:
        try:
            return f"{reverse(name)}?place={suggestion.place_id}&kind=renaming"
        except NoReverseMatch:
            continue
    return ""


def _events(suggestion: Suggestion, day: Any) -> list[dict[str, Any]]:
    events = []
    for act in acts_on(subject=suggestion):
        if act.at >= night_of(day) or act.operation == "suggest":
            continue
        text = " · ".join(filter(None, [str(act.user or ""), act.reason]))
        title, state = _("Who suggested was read"), "check"
        if act.operation == "decide_suggestion":
            became = SuggestionState(act.details["state"])
            title, state = str(became.label), SUGGESTION_STATES.get(became, "unknown")
        on = timezone.localdate(act.at)
        events.append({"on": on, "title": title, "text": text, "state": state})
    sent = timezone.localdate(suggestion.suggested_at)
    by = str(suggestion.suggested_by or "")
    return [
        *reversed(events),
        {"on": sent, "title": _("Suggested"), "text": by, "state": "unknown"},
    ]
