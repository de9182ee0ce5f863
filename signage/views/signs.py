"""The workspace of signs: findings as list and map, and the check of them all."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.domain.roles import Capability
from accounts.scoping import may_here, require
from common.errors import BadInput
from common.filters import read_choice, read_code
from common.jobs import start_job
from common.list_layouts import ListColumn, ListLayout
from common.registries import ChosenRows
from common.views.list_layouts import has_layout
from common.views.saved_filters import keeps_filters
from signage.exports.signs import signs_export
from signage.models import SignClass
from signage.queries.editions import rules_on
from signage.queries.record import county_names, names_of_places
from signage.queries.signs import (
    EVERY_SIGN,
    NEEDING_WORK,
    STATES,
    SignCounts,
    SignFilter,
    SignRow,
    findings_on,
    last_check,
    sign_counts,
    sign_page,
)
from signage.views.wording import ORDER_LABELS, STATE_LABELS, due_words, shown_value

PAGE = 50
# Where more signs match, what a list counts is of the first ones, and said to be so.
MOST_COUNTED, AT_LEAST = 100_000, "≥ "
LONGEST_TEXT = 60
FILTERS = ("state", "rule", "within", "q", "place")
LAYOUT = ListLayout(
    columns=[
        ListColumn("findings", gettext_lazy("Findings"), usual=True),
        ListColumn(
            "class", gettext_lazy("Class"), lambda row: SignClass(row["sign"].sign_class).label
        ),
        ListColumn("district", gettext_lazy("District"), lambda row: row["county"]),
        ListColumn(
            "body", gettext_lazy("Responsible body"), lambda row: row["sign"].responsible_body
        ),
        ListColumn("due", gettext_lazy("Due"), lambda row: row["sign"].due_on),
    ]
)


@dataclass(frozen=True, slots=True)
class Pager:
    next_url: str
    previous_url: str
    count_text: str


@require_GET
@keeps_filters
@has_layout(LAYOUT)
def sign_list(request: Any) -> HttpResponse:
    chosen = filter_of(request)
    counts = sign_counts(at=request.day, chosen=chosen, most=MOST_COUNTED)
    page = sign_page(
        at=request.day,
        chosen=chosen,
        size=PAGE,
        after=request.GET.get("after", "")[:30],
        before=request.GET.get("before", "")[:30],
    )
    home = settings.HOME_JURISDICTION
    counties = county_names(within=home, at=request.day)
    rules = rules_on(at=request.day)
    shown = _shown_count(chosen, counts)
    values = {
        "chosen": chosen,
        "states": _state_chips(request, chosen, counts),
        "rules": [(rule, counts.by_rule.get(rule.rule_id, 0)) for rule in rules],
        "counties": [
            (code, name, counts.by_county.get(code, 0)) for code, name in counties.items()
        ],
        "rows": _rows(request, page.rows, counties),
        "headline": _headline(counts),
        "at_least": "" if counts.whole else AT_LEAST,
        "most_counted": MOST_COUNTED,
        "page": Pager(
            next_url=_address(request, after=page.after) if page.after else "",
            previous_url=_address(request, before=page.before) if page.before else "",
            count_text=_("%(count)s signs") % {"count": _counted(shown, counts)},
        ),
        "last": last_check(at=request.day, code=home),
        "check": _check_action(request, home),
        "may_match": request.user.may(Capability.CHECK_SIGNS),
        "may_record": request.user.may(Capability.EDIT_SIGN),
        "order_all": _order_all_action(request, counts),
        "place": names_of_places(ids=[chosen.place], at=request.day).get(chosen.place, "")
        if chosen.place
        else "",
        "cleared_url": _address_without_filters(request),
    }
    return render(request, "signage/sign_list.html", values)


@require_POST
def check(request: Any) -> HttpResponse:
    """Start the check of a jurisdiction's signs in the background."""
    within = request.POST.get("within", "")
    require(by=request.user, capability=Capability.CHECK_SIGNS, codes=[within])
    if within and not within.isdigit():
        raise BadInput("“%(code)s” is not a division code.", code=within[:20])
    job = start_job(
        kind="check_signs", by=request.user, within=within, at=request.today.isoformat()
    )
    return redirect("job", job.pk)


def filter_of(request: HttpRequest) -> SignFilter:
    """The filter in the address; raises BadInput for what is none."""
    return _filter_in(request.GET)


def _filter_in(query: QueryDict) -> SignFilter:
    return SignFilter(
        state=read_choice(query, "state", (*STATES, EVERY_SIGN), default=NEEDING_WORK),
        rule=query.get("rule", "")[:20],
        within=read_code(query.get("within", "")),
        text=query.get("q", "").strip()[:LONGEST_TEXT],
        place=_uuid(query.get("place", "")),
    )


def chosen_list(*, query: QueryDict, at: date, by: Any) -> ChosenRows:
    """What the filtered list takes out as a file."""
    chosen = _filter_in(query)
    return ChosenRows(
        count=_shown_count(chosen, sign_counts(at=at, chosen=chosen)),
        export=lambda datum: signs_export(chosen=chosen, at=at, datum=datum, states=STATE_LABELS),
    )


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""


def _address(request: Any, **changes: str) -> str:
    kept = {k: v for k, v in request.GET.items() if k not in ("after", "before") and v}
    kept.update({key: value for key, value in changes.items() if value})
    for key, value in changes.items():
        if not value:
            kept.pop(key, None)
    query = urlencode(kept)
    return f"{request.path}?{query}" if query else request.path


def _address_without_filters(request: Any) -> str:
    at = request.GET.get("at")
    return f"{request.path}?{urlencode({'at': at})}" if at else request.path


def _state_chips(request: Any, chosen: SignFilter, counts: SignCounts) -> list[dict[str, Any]]:
    chips = [("", NEEDING_WORK, _("needs work"), counts.needing_work)]
    chips += [
        (state, state, str(STATE_LABELS[state]), counts.by_state.get(state, 0)) for state in STATES
    ]
    chips.append(("", EVERY_SIGN, _("every sign"), counts.total))
    return [
        {
            "state": state,
            "text": text,
            "count": count,
            "on": key == chosen.state,
            "url": _address(request, state=key),
        }
        for state, key, text, count in chips
        if count or not state or key == chosen.state or not counts.whole
    ]


def _shown_count(chosen: SignFilter, counts: SignCounts) -> int:
    if chosen.state == NEEDING_WORK:
        return counts.needing_work
    return counts.total if chosen.state == EVERY_SIGN else counts.by_state.get(chosen.state, 0)


def _headline(counts: SignCounts) -> str:
    return _("%(wrong)s non-standard · %(overdue)s overdue") % {
        "wrong": _counted(counts.needing_work, counts),
        "overdue": _counted(counts.by_state.get("overdue", 0), counts),
    }


def _counted(count: int, counts: SignCounts) -> str:
    """A count as it is known: at least so many where not every sign was looked at."""
    number = str(number_format(count, force_grouping=True))
    return number if counts.whole else f"{AT_LEAST}{number}"


def _rows(request: Any, rows: list[SignRow], counties: dict[str, str]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in findings_on(at=request.day, numbers=[row.number for row in rows]):
        rule_id = finding.rule_id_text
        found.setdefault(finding.sign.number, []).append(
            {
                "rule_id": rule_id,
                "title": finding.rule.title,
                "provisional": finding.rule.status == "provisional",
                "measured": shown_value(rule_id, finding.measured, counties),
                "expected": shown_value(rule_id, finding.expected, counties),
            }
        )
    return [
        {
            "sign": row,
            "findings": found.get(row.number, []),
            "state_label": STATE_LABELS[row.state],
            "order": ORDER_LABELS.get(row.order_state or "", ""),
            "due": due_words(row.due_on, request.day) if row.due_on else "",
            "county": counties.get(row.division_code[:6], row.division_code[:6]),
            "key": row.number,
        }
        for row in rows
    ]


def _order_all_action(request: Any, counts: SignCounts) -> dict[str, Any]:
    """Order every sign of this list, or the reason why not."""
    waiting = counts.by_state.get("wrong", 0) + counts.by_state.get("check", 0)
    reason = ""
    if not request.user.may(Capability.ORDER_FIX):
        reason = _("Ordering fixes is for place-name officers.")
    elif request.day != request.today:
        reason = _("Orders are given today, not for another day.")
    elif not waiting and counts.whole:
        reason = _("No sign of this list waits for an order.")
    query = urlencode([(key, value) for key, value in request.GET.items() if key in FILTERS])
    return {"url": f"{reverse('signage:order_many')}?{query}", "reason": reason}


def _check_action(request: Any, home: str) -> dict[str, Any]:
    """The largest jurisdiction this person may check, or the reason why there is none."""
    scopes = sorted(request.user.jurisdictions_for(Capability.CHECK_SIGNS), key=len)
    within = scopes[0] if scopes else home
    allowed = bool(scopes) and may_here(
        by=request.user, capability=Capability.CHECK_SIGNS, codes=[within]
    )
    return {
        "within": within,
        "enabled": allowed,
        "url": reverse("signage:check"),
        "reason": _("Checking signs is for place-name officers and sign inspectors."),
    }
