"""Pieces that the page of a naming case and its forms share: step bar, papers, findings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import may_here
from common.models import in_a_row
from gazetteer.domain.categories import naming_category
from gazetteer.domain.papers import CONTENTS, WRITING, items_of, missing_items
from gazetteer.domain.romanise import Romanisation, romanise
from gazetteer.domain.workflow import FINAL, WAY, State
from gazetteer.forms.case_steps import ITEMS
from gazetteer.models import CasePaper, CaseState, CaseStep, NamingCase
from gazetteer.queries.case_facts import counts
from gazetteer.queries.naming_checks import CheckedRule
from gazetteer.queries.places import secret_among
from gazetteer.views.case_wording import PAPERS
from gazetteer.views.naming import shown_findings


def step_bar(case: NamingCase, steps: Sequence[CaseStep]) -> list[dict[str, Any]]:
    """The way from draft to standard name, and where the case stands on it.

    What was done before the case was returned has to be done again.
    """
    again = max((n for n, step in enumerate(steps) if step.after == State.RETURNED), default=-1)
    made = {step.after: step for step in steps[again + 1 :]}
    state = State(case.state)
    before = steps[-1].before if steps else ""
    here = WAY.index(state) if state in WAY else 0
    if state in (State.REJECTED, State.WITHDRAWN) and before in WAY:
        here = WAY.index(State(before))
    return [
        {
            "label": CaseState(each).label,
            "status": _status(n, here, state, each in made),
            "step": made.get(each),
            "stopped": CaseState(state).label if n == here and state not in WAY else "",
        }
        for n, each in enumerate(WAY)
    ]


def _status(n: int, here: int, state: State, made: bool) -> str:
    if n > here:
        return "ahead"
    if n < here:
        return "done" if made or n == 0 else "skipped"
    if state == State.STANDARD:
        return "done"
    return "here" if state in WAY else "stopped"


def paper_rows(
    case: NamingCase,
    papers: Sequence[CasePaper],
    needed: Sequence[str],
    *,
    handed_in: datetime | None,
    user: Any,
    now: bool,
) -> list[dict[str, Any]]:
    """Every paper that is there or needed, item by item, in the order of the law."""
    there: dict[str, list[CasePaper | None]] = {}
    for paper in papers:
        there.setdefault(paper.kind, []).append(paper)
    rows = []
    for kind in CONTENTS:
        for found in there.get(kind, [None] if kind in needed else []):
            contents = found.contents if found else {}
            rows.append(
                {
                    "kind": kind,
                    "title": PAPERS[kind],
                    "paper": found,
                    "needed": kind in needed,
                    "complete": found is not None and counts(found, handed_in=handed_in),
                    "missing": in_a_row(ITEMS[item] for item in missing_items(kind, contents)),
                    "items": [(ITEMS[each], contents.get(each, "")) for each in items_of(kind)],
                    "write_url": write_url(case, kind, user)
                    if now and (found is None or kind != "other")
                    else "",
                }
            )
    return rows


def write_url(case: NamingCase, kind: str, user: Any) -> str:
    """Where a paper is written, "" where this person may not or the case has gone past it."""
    capability, states = WRITING[kind]
    may = may_here(by=user, capability=Capability(capability), codes=[case.division_code])
    if case.state not in states or not may:
        return ""
    return reverse("gazetteer:case_paper", args=[case.pk, kind])


def more_papers(
    case: NamingCase, rows: Sequence[dict[str, Any]], *, user: Any
) -> list[tuple[str, Any]]:
    """Papers that may be added beyond those listed: (address, title)."""
    listed = {row["kind"] for row in rows} - {"other"}
    found = [(write_url(case, kind, user), PAPERS[kind]) for kind in WRITING if kind not in listed]
    return [(url, title) for url, title in found if url]


def finding_rows(
    case: NamingCase, checked: list[CheckedRule], *, user: Any, at: date
) -> list[dict[str, Any]]:
    """Rows for ``gazetteer/case_findings.html``, with the address where one is overridden."""
    may = case.state not in FINAL and may_here(
        by=user, capability=Capability.OVERRIDE_FINDING, codes=[case.division_code]
    )
    rows = shown_findings(checked, at=at)
    for row in rows:
        found = row["checked"]
        stands_against = found.override is None and found.severity != "info"
        possible = may and stands_against and found.edition.row_id is not None
        row["override_url"] = (
            reverse("gazetteer:case_override", args=[case.pk, found.rule_id]) if possible else ""
        )
    return rows


def kept_findings(case: NamingCase) -> list[dict[str, Any]]:
    """The findings kept with the case when it was handed in, in the reader's language.

    Those that name a place which may not be shown any more are left out.
    """
    named = {each["place"] for kept in case.findings for each in kept.get("evidence", ())}
    hidden = secret_among(places=named - {""})
    rows = []
    for kept in case.findings:
        if hidden & {each["place"] for each in kept.get("evidence", ())}:
            continue
        values = {
            key: in_a_row(value) if isinstance(value, list) else _readable(value)
            for key, value in kept.get("values", {}).items()
        }
        state, text = "check", _("to consider")
        if kept.get("overridden"):
            state, text = "ok", _("overridden")
        elif kept.get("result") == "unknown":
            state, text = "unknown", _("cannot be told")
        elif kept.get("blocks"):
            state, text = "wrong", _("not allowed")
        rows.append(
            {
                **kept,
                "sentence": _readable(kept.get("message", "")) % values,
                "state": state,
                "state_text": text,
            }
        )
    return rows


def _readable(value: Any) -> Any:
    """Words of the rules in the reader's language; an empty text has no translation."""
    return gettext(value) if value else value


def spelled(text: str, category: str, code: str) -> Romanisation | None:
    """The automatic spelling of a proposed name."""
    if not text:
        return None
    return romanise(text, category=naming_category(category, code), division=code)


def url_if_there(name: str, *args: Any) -> str:
    """Addresses of pages that another part of the section may bring."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
