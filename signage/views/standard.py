"""The sign standard: its rules with their numbers, editions, and a change from draft to force."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require
from common.errors import DimingError, NotInScope, NotPermitted
from common.filters import read_code
from common.middleware import sentence
from signage.forms.standard import EditionForm, RejectForm
from signage.models import EditionTrial, StandardDraft
from signage.operations import standard as operations
from signage.operations.trial import try_draft, try_edition
from signage.queries.record import county_names, division_names
from signage.queries.standard import (
    edition_row,
    editions_of,
    get_draft,
    open_drafts,
    standard_on,
)
from signage.queries.trials import get_trial, latest_trial
from signage.views.standard_trial import told_of
from signage.views.standard_wording import parameter_choices, parameter_label, parameter_text


@require_GET
def standard(request: Any) -> HttpResponse:
    code = _own_code(request)
    rows = standard_on(at=request.day, code=code)
    codes = {code, *(row.rule.jurisdiction for row in rows)}
    drafts = open_drafts(code=code)
    codes |= {draft.jurisdiction for draft in drafts}
    names = _named(codes, request.day)
    values = {
        "rows": [
            {
                "rule": row.rule,
                "local": row.local,
                "where": names[row.rule.jurisdiction],
                "findings": number_format(row.findings, force_grouping=True),
                "parameters": _parameters(row.rule.parameters),
                "last": _last_day(row.rule),
                "url": _address(request, "signage:standard_rule", row.rule.rule_id, within=code),
                "provisional": row.rule.status == "provisional",
            }
            for row in rows
        ],
        "drafts": [(draft, names[draft.jurisdiction]) for draft in drafts],
        "where": names[code],
        "jurisdiction": code,
        "places": _places(request, code),
    }
    return render(request, "signage/standard.html", values)


@require_http_methods(["GET", "POST"])
def rule(request: Any, rule_id: str) -> HttpResponse:
    """One rule with its editions; its parameters can be tried and proposed."""
    code = _own_code(request)
    current = edition_row(rule_id=rule_id, at=request.day, code=code)
    if current is None:
        raise Http404
    allowed = may_here(by=request.user, capability=Capability.EDIT_STANDARD, codes=[code])
    if request.method == "POST":
        require(by=request.user, capability=Capability.EDIT_STANDARD, codes=[code])
    given: dict[str, Any] = {
        "edition": current,
        "labels": parameter_label,
        "choices": parameter_choices,
        "first_day": request.today,
    }
    form = EditionForm(request.POST or None, **given)
    refusal = ""
    trial = _asked_trial(request, rule_id, code) if allowed else None
    if trial is not None and request.method == "GET":
        form = EditionForm(_typed(trial), **given)
    if request.method == "POST" and form.is_valid():
        try:
            if "propose" in request.POST:
                draft = operations.propose_edition(
                    by=request.user, at=timezone.now(), draft=form.draft(rule_id, code)
                )
                return redirect("signage:standard_draft", draft.pk)
            made = try_edition(
                by=request.user,
                at=request.today,
                rule_id=rule_id,
                jurisdiction=code,
                texts=form.texts(),
                typed={name: request.POST.getlist(name) for name in form.fields},
            )
            shown = {"within": code, "trial": str(made.pk)}
            return redirect(_address(request, "signage:standard_rule", rule_id, **shown))
        except (NotInScope, NotPermitted):
            raise
        except DimingError as error:
            if "name" in error.values:
                error.values["name"] = parameter_label(error.values["name"])
            refusal = sentence(error)
    editions = editions_of(rule_id=rule_id)
    names = _named({code, *(each.jurisdiction for each in editions)}, request.day)
    values = {
        "rule": current,
        "form": form,
        "allowed": allowed,
        "sentence": refusal,
        "trial": told_of(trial, request) if trial is not None else None,
        "editions": [
            {
                "rule": each,
                "last": _last_day(each),
                "parameters": _parameters(each.parameters),
                "now": each == current,
                "where": names[each.jurisdiction],
            }
            for each in editions
        ],
        "parameters": _parameters(current.parameters),
        "jurisdiction": code,
        "places": _places(request, code),
        "back_url": _address(request, "signage:standard", within=code),
        "again_url": _address(request, "signage:standard_rule", rule_id, within=code),
        "where": names[code],
        "drafts": [d for d in open_drafts(code=code) if d.rule_id_text == rule_id],
    }
    return render(request, "signage/standard_rule.html", values, status=409 if refusal else 200)


@require_http_methods(["GET", "POST"])
def draft(request: Any, pk: Any) -> HttpResponse:
    """A proposed change, with what it would replace; approved or rejected by another person."""
    shown = get_draft(key=pk)
    if shown is None:
        raise Http404
    form = RejectForm(request.POST or None)
    refusal = ""
    if request.method == "POST" and "preview" in request.POST:
        try_draft(by=request.user, at=request.today, draft=shown)
        return redirect("signage:standard_draft", shown.pk)
    if request.method == "POST":
        act = _reject if "reject" in request.POST else _approve
        refusal = act(request.user, timezone.now(), shown, request.POST.get("reason", ""))
        if not refusal:
            return redirect("signage:standard_draft", shown.pk)
    # What it replaces, or replaced: the edition of the day before.
    current = edition_row(
        rule_id=shown.rule_id_text,
        at=min(shown.in_force_from, request.today) - timedelta(days=1),
        code=shown.jurisdiction,
    )
    codes = [shown.jurisdiction]
    own = shown.proposed_by_id == request.user.pk
    proposes = may_here(by=request.user, capability=Capability.EDIT_STANDARD, codes=codes)
    decides = may_here(by=request.user, capability=Capability.APPROVE_STANDARD, codes=codes)
    same = {"jurisdiction": shown.jurisdiction, "parameters": shown.parameters}
    trial = latest_trial(rule_id=shown.rule_id_text, **same)
    waiting = shown.state == "proposed"
    may_preview = decides or (own and proposes)
    values = {
        "draft": shown,
        "rule": current,
        "changes": _changes(current, shown),
        "form": form,
        "sentence": refusal,
        "trial": told_of(trial, request, waiting=waiting) if trial and may_preview else None,
        "waiting": waiting,
        "own": own,
        "allowed": decides,
        "may_preview": may_preview,
        "where": _named(set(codes), request.day)[shown.jurisdiction],
    }
    return render(request, "signage/standard_draft.html", values, status=409 if refusal else 200)


def _approve(by: Any, at: datetime, shown: StandardDraft, reason: str) -> str:
    return _refusal(operations.approve_edition, by=by, at=at, draft=shown)


def _reject(by: Any, at: datetime, shown: StandardDraft, reason: str) -> str:
    return _refusal(operations.reject_edition, by=by, at=at, draft=shown, reason=reason)


def _refusal(operation: Any, **values: Any) -> str:
    try:
        operation(**values)
    except (NotInScope, NotPermitted):
        raise
    except DimingError as error:
        return sentence(error)
    return ""


def _own_code(request: Any) -> str:
    """The jurisdiction that is shown: as asked, else the widest that this person may change."""
    asked = read_code(request.POST.get("jurisdiction") or request.GET.get("within", ""))
    if asked:
        return asked
    scopes = sorted(request.user.jurisdictions_for(Capability.EDIT_STANDARD), key=len)
    return next((code for code in scopes if code), settings.HOME_JURISDICTION)


def _asked_trial(request: Any, rule_id: str, code: str) -> EditionTrial | None:
    """The trial in the address, with which the form goes on."""
    key = request.GET.get("trial", "")
    if not key:
        return None
    try:
        trial = get_trial(key=UUID(key), rule_id=rule_id, jurisdiction=code)
    except ValueError:
        trial = None
    if trial is None:
        raise Http404
    return trial


def _typed(trial: EditionTrial) -> QueryDict:
    typed = QueryDict(mutable=True)
    for name, values in trial.typed.items():
        typed.setlist(name, values)
    return typed


def _address(request: Any, name: str, *args: Any, within: str, trial: str = "") -> str:
    """A page of the standard for one jurisdiction, on the day that is looked at."""
    kept = {"within": within, "trial": trial, "at": request.GET.get("at", "")}
    query = urlencode({key: value for key, value in kept.items() if value})
    return f"{reverse(name, args=args)}?{query}"


def _places(request: Any, code: str) -> list[tuple[str, str]]:
    """The jurisdictions whose rules can be shown: the home one, its counties, the one shown."""
    home = settings.HOME_JURISDICTION
    counties = county_names(within=home, at=request.day)
    names = {**_named({home, code}, request.day), **counties}
    names.pop("", None)
    return sorted(names.items())


def _last_day(rule: Any) -> date | None:
    return None if rule.period.upper is None else rule.period.upper - timedelta(days=1)


def _named(codes: set[str], at: date) -> dict[str, str]:
    """Jurisdictions in words: 4401 is the division 440100, "" the country."""
    full = {code: code.ljust(6, "0") if len(code) < 6 else code for code in codes if code}
    names = division_names(codes=list(full.values()), at=at)
    return {"": _("national"), **{code: names.get(each, code) for code, each in full.items()}}


def _parameters(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (parameter_label(name), parameter_text(name, value)) for name, value in parameters.items()
    ]


def _changes(current: Any, shown: StandardDraft) -> list[tuple[str, str, str, bool]]:
    """Each parameter before and after, and whether it changes."""
    before = current.parameters if current is not None else {}
    return [
        (
            parameter_label(name),
            parameter_text(name, before.get(name, "")),
            parameter_text(name, value),
            before.get(name) != value,
        )
        for name, value in shown.parameters.items()
    ]
