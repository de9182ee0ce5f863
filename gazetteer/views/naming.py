"""Names that are alike, findings of the rules as one types, findings that a reviewer overrides."""

from contextlib import suppress
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require, within
from common.errors import BadInput, DimingError
from common.list_layouts import ListColumn, ListLayout
from common.middleware import sentence
from common.models import Rule
from common.registries import ChosenRows, home_bounds
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from gazetteer.domain.naming_rules.uniqueness import SCOPES
from gazetteer.exports.alike import alike_export
from gazetteer.forms import OverrideForm
from gazetteer.forms.case import figure_labels, read_point
from gazetteer.models import LegalCategory, NamingCase, Place
from gazetteer.operations.override_finding import override_finding
from gazetteer.queries.alike import KINDS, Pair, PairPage, alike_pairs
from gazetteer.queries.divisions import (
    NamedCode,
    division_chains,
    division_choices,
    path_text,
)
from gazetteer.queries.naming_checks import CheckedRule, check_proposal
from gazetteer.queries.places import get_place, standard_name

PAGE = 25
LONGEST = 100
KIND_WORDS = {
    "same": gettext_lazy("duplicate"),
    "homophone": gettext_lazy("homophone"),
    "shape": gettext_lazy("alike in shape"),
    "near": gettext_lazy("near-homophone"),
    "derived": gettext_lazy("same specific term"),
}
KIND_STATES = {"same": "wrong", "homophone": "check", "shape": "check"}
STATES = {"block": "wrong", "warn": "check", "info": "unknown"}
# Where a renaming case begins, if this installation has cases.
CASE_ADDRESSES = ("gazetteer:case_new", "gazetteer:case_start")
LAYOUT = ListLayout(
    columns=[
        ListColumn("where", gettext_lazy("Where"), usual=True),
        ListColumn("likeness", gettext_lazy("Likeness"), usual=True),
        ListColumn("category", gettext_lazy("Category"), lambda row: row["category"]),
        ListColumn(
            "division", gettext_lazy("Division code"), lambda row: row["name"].division_code
        ),
    ]
)


@keeps_filters
@has_layout(LAYOUT)
def alike_list(request: Any) -> HttpResponse:
    asked = _filters(request.GET)
    start = _start(request.GET.get("from", "0"))
    page = alike_pairs(at=request.day, **asked, start=start, limit=PAGE)
    codes = {name.division_code for pair in page.pairs for name in (pair.one, pair.other)}
    chains = division_chains(codes=codes, at=request.day)
    values = {
        "pairs": [_shown(request.user, pair, page, chains) for pair in page.pairs],
        "pager": _pager(request, asked, page, start),
        "asked": asked,
        "kinds": [
            (kind, KIND_WORDS[kind], page.counts.get(kind, 0), _address(request, asked, kind=kind))
            for kind in KINDS
        ],
        "every_url": _address(request, asked, kind=""),
        "categories": LegalCategory.choices,
        "areas": division_choices(home=settings.HOME_JURISDICTION, at=request.day),
        "bounds": list(home_bounds(asked["within"], at=request.day)),
        "cleared_url": reverse("gazetteer:alike"),
    }
    return render(request, "gazetteer/alike_list.html", values)


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    asked = _filters(query)
    total = alike_pairs(at=at, **asked, limit=0).total
    return ChosenRows(
        count=total,
        export=lambda datum: alike_export(
            page=alike_pairs(at=at, **asked, limit=total), at=at, datum=datum, kinds=KIND_WORDS
        ),
    )


def _filters(query: QueryDict) -> dict[str, str]:
    """The filters of the list out of its address; raises BadInput for what is none."""
    asked = {
        "within": query.get("within", settings.HOME_JURISDICTION).strip(),
        "category": query.get("category", ""),
        "kind": query.get("kind", ""),
    }
    _code(asked["within"], shortest=2)
    if asked["category"] not in ("", *LegalCategory.values) or asked["kind"] not in ("", *KINDS):
        raise BadInput("The list has no such filter.")
    return asked


def check_as_typed(request: Any) -> HttpResponse:
    """The findings of a name being typed, as a piece of a page for the forms of names."""
    text = "".join(request.GET.get("text", "").split())[:LONGEST]
    category, code = request.GET.get("category", ""), request.GET.get("division", "").strip()
    if category not in LegalCategory.values:
        raise BadInput("The name needs a category.")
    _code(code, shortest=4)
    place = _place(request.GET.get("place", ""))
    checked = []
    if text:
        checked = check_proposal(
            text=text,
            category=category,
            division_code=code,
            place=place,
            at=request.day,
            geometry=read_point(point[:60]) if (point := request.GET.get("point", "")) else None,
            details=_figures(request.GET),
            subject=_case_subject(request.GET.get("case", "")),
        )
    return render(
        request,
        "gazetteer/check_findings.html",
        {"findings": shown_findings(checked, at=request.day), "text": text},
    )


def override_new(request: Any, pk: UUID, rule_id: str) -> HttpResponse:
    place = get_object_or_404(within(Place.objects.shown(), request.user), pk=pk)
    require(by=request.user, capability=Capability.OVERRIDE_FINDING, codes=[place.division_code])
    name = standard_name(place=place, at=request.today)
    found = _finding(place, name.text if name else "", rule_id, request.today)
    if name is None or found is None:
        raise Http404
    form = OverrideForm(request.POST or None)
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            override_finding(
                by=request.user,
                subject=place,
                jurisdiction=place.division_code,
                checked=found,
                at=request.today,
                **form.cleaned_data,
            )
        except DimingError as error:
            refused = sentence(error)
        else:
            messages.success(request, _("The finding is overridden; it is shown with the reason."))
            return redirect("gazetteer:place", pk=pk)
    values = {
        "form": form,
        "name": name,
        "findings": shown_findings([found], at=request.today),
        "sentence": refused,
        "cancel_url": reverse("gazetteer:alike"),
    }
    return render(request, "gazetteer/override_form.html", values)


def shown_findings(checked: list[CheckedRule], *, at: Any) -> list[dict[str, Any]]:
    """What ``gazetteer/check_findings.html`` draws: for every page that shows findings."""
    codes = {each.division_code for found in checked for each in found.evidence}
    chains = division_chains(codes=codes - {""}, at=at)
    titles = _titles(checked)
    return [
        {
            "checked": found,
            "state": "ok" if found.override else STATES[found.severity],
            "state_text": _weight(found),
            "title": titles.get(found.edition.row_id, found.rule_id),
            "provisional": not found.edition.enforced,
            "evidence": [
                {
                    "each": each,
                    "where": path_text(chains[each.division_code]) if each.division_code else "",
                    "likeness": KIND_WORDS[each.likeness] if each.likeness else "",
                }
                for each in found.evidence
            ],
        }
        for found in checked
    ]


def _weight(found: CheckedRule) -> str:
    if found.override:
        return _("overridden")
    if found.result == "unknown":
        return _("cannot be told")
    return {"block": _("not allowed"), "warn": _("to consider"), "info": _("for information")}[
        found.severity
    ]


def _titles(checked: list[CheckedRule]) -> dict[int | None, str]:
    rows = Rule.objects.filter(pk__in={found.edition.row_id for found in checked} - {None})
    return {row.pk: row.title for row in rows}


def _finding(place: Place, text: str, rule_id: str, at: Any) -> CheckedRule | None:
    checked = check_proposal(
        text=text,
        category=place.legal_category,
        division_code=place.division_code,
        place=place,
        at=at,
    )
    return next((found for found in checked if found.rule_id == rule_id), None)


def _place(text: str) -> Place | None:
    if not text:
        return None
    try:
        found = get_place(place_id=UUID(text))
    except ValueError:
        raise BadInput("The address names no place.") from None
    return found if found is not None and found.secrecy != "secret" else None


def _figures(asked: Any) -> dict[str, float]:
    """Size and nature as typed so far; what is no number yet is not known yet."""
    found = {}
    for key in figure_labels():
        with suppress(ValueError):
            value = float(asked.get(key, ""))
            if isfinite(value) and value >= 0:
                found[key] = value
    return found


def _case_subject(text: str) -> tuple[str, str] | None:
    """The case whose overridden findings count; the key alone gives nothing away."""
    try:
        return (NamingCase._meta.label_lower, str(UUID(text))) if text else None
    except ValueError:
        raise BadInput("The address names no case.") from None


def _code(text: str, *, shortest: int) -> None:
    if not (text.isascii() and text.isdigit() and shortest <= len(text) <= 12):
        raise BadInput("“%(code)s” is not the beginning of a division code.", code=text[:20])


def _start(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise BadInput("The address names no page of this list.")
    return int(text)


def _shown(
    user: Any, pair: Pair, page: PairPage, chains: dict[str, list[NamedCode]]
) -> dict[str, Any]:
    overridden = page.override_of(pair)
    names = [
        {
            "name": name,
            "where": path_text(chains[name.division_code]),
            "category": LegalCategory(pair.category).label,
            "spot": page.points.get(name.place_id),
            "double": page.points.get(double.place_id),
            "override_url": _override_url(user, pair, name.place_id, name.division_code),
            "case_url": _case_url(user, name.place_id, name.division_code),
            "merge_url": _merge_url(user, pair, name, double),
        }
        for name, double in ((pair.one, pair.other), (pair.other, pair.one))
    ]
    return {
        "pair": pair,
        "names": names,
        "kind": KIND_WORDS[pair.kind],
        "state": "ok" if overridden else KIND_STATES.get(pair.kind, "unknown"),
        "scope": _(SCOPES[pair.scope]),
        "override": overridden,
    }


def _override_url(user: Any, pair: Pair, place: str, code: str) -> str:
    if pair.kind == "derived" or not may_here(
        by=user, capability=Capability.OVERRIDE_FINDING, codes=[code]
    ):
        return ""
    return reverse("gazetteer:override_new", args=[place, pair.rule_id])


def _merge_url(user: Any, pair: Pair, name: Any, double: Any) -> str:
    """Names written the same may be two records of one place."""
    codes = [name.division_code, double.division_code]
    if pair.kind != "same" or pair.category == LegalCategory.DIVISION:
        return ""
    if not all(may_here(by=user, capability=Capability.EDIT_NAME, codes=[code]) for code in codes):
        return ""
    return f"{reverse('gazetteer:merge', args=[name.place_id])}?with={double.place_id}"


def _case_url(user: Any, place: str, code: str) -> str:
    if not may_here(by=user, capability=Capability.EDIT_NAME, codes=[code]):
        return ""
    for name in CASE_ADDRESSES:
        try:
            return f"{reverse(name)}?{urlencode({'place': place, 'kind': 'renaming'})}"
        except NoReverseMatch:
            continue
    return ""


def _address(request: Any, asked: dict[str, str], **changed: Any) -> str:
    """The list with some filters changed; the day stays in the address."""
    day = {} if request.day == request.today else {"at": request.day.isoformat()}
    kept = {key: value for key, value in {**asked, **day, **changed}.items() if value}
    return f"{reverse('gazetteer:alike')}?{urlencode(kept)}"


def _pager(request: Any, asked: dict[str, str], page: PairPage, start: int) -> dict[str, str]:
    after, before = start + PAGE, max(0, start - PAGE)
    return {
        "count_text": ngettext("%(count)d pair", "%(count)d pairs", page.total)
        % {"count": page.total},
        "next_url": _address(request, asked, **{"from": after}) if after < page.total else "",
        "previous_url": _address(request, asked, **{"from": before}) if start else "",
    }
