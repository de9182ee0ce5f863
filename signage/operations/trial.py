"""Trying other parameters of a rule: worked out in the background and kept for the draft."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.jobs import beside, start_job
from common.models import Job
from signage.domain.rules import registered_rules, touched_by
from signage.domain.standard import Comparison, read_parameters
from signage.models import EditionTrial, StandardDraft
from signage.models.standard import DraftState
from signage.operations.standard import NoSuchRule, NotDecidable, edition_to_change
from signage.queries.compare import compare_editions
from signage.queries.editions import rule_book
from signage.queries.standard import edition_row
from signage.queries.trials import editions_beside, latest_trial

TRY = "try_edition"


@transaction.atomic
def try_edition(
    *,
    by: Any,
    at: date,
    rule_id: str,
    jurisdiction: str,
    texts: Mapping[str, str],
    typed: Mapping[str, list[str]] | None = None,
) -> EditionTrial:
    """Begin to work out what other parameters would change in the findings of a day.

    ``texts`` are the parameters as typed, ``typed`` the whole form. Raises :class:`BadInput` for
    what the rule cannot read. What is under way already for the same parameters is not begun again.
    """
    row = edition_to_change(by, at, rule_id, jurisdiction)
    parameters = read_parameters(row.as_edition(), texts)
    return _begun(by, at, rule_id, jurisdiction, parameters, typed or {})


@transaction.atomic
def try_draft(*, by: Any, at: date, draft: StandardDraft) -> EditionTrial:
    """Begin to work out what a proposed change would do: for those who propose or decide."""
    own = draft.proposed_by_id == by.pk
    capability = Capability.EDIT_STANDARD if own else Capability.APPROVE_STANDARD
    require(by=by, capability=capability, codes=[draft.jurisdiction])
    if draft.state != DraftState.PROPOSED:
        raise NotDecidable(state=str(DraftState(draft.state).label))
    return _begun(by, at, draft.rule_id_text, draft.jurisdiction, draft.parameters, {}, draft)


def _begun(
    by: Any,
    at: date,
    rule_id: str,
    jurisdiction: str,
    parameters: dict[str, Any],
    typed: Mapping[str, list[str]],
    draft: StandardDraft | None = None,
) -> EditionTrial:
    if edition_row(rule_id=rule_id, at=at, code=jurisdiction) is None:
        raise NoSuchRule(rule=rule_id[:20], day=at.isoformat())
    last = latest_trial(rule_id=rule_id, jurisdiction=jurisdiction, parameters=parameters)
    if last is not None and last.running and last.asked_by_id == by.pk:
        return last
    made = EditionTrial.objects.create(
        rule_id_text=rule_id,
        jurisdiction=jurisdiction,
        parameters=parameters,
        typed=dict(typed),
        day=at,
        asked_at=timezone.now(),
        asked_by=by,
    )
    made.job = start_job(kind=TRY, by=by, trial=str(made.pk), url=_page_of(made, draft))
    made.save(update_fields=["job"])
    return made


def _page_of(trial: EditionTrial, draft: StandardDraft | None) -> str:
    """Where the result is shown."""
    if draft is not None:
        return reverse("signage:standard_draft", args=[draft.pk])
    query = urlencode({"within": trial.jurisdiction, "trial": str(trial.pk)})
    return f"{reverse('signage:standard_rule', args=[trial.rule_id_text])}?{query}"


def run_trial(
    *, job: Job, report: Callable[[int, int, str], None], trial: str, url: str
) -> dict[str, Any]:
    """One pass over the signs that the edition rules, each judged by what is and what would be."""
    held = EditionTrial.objects.get(pk=trial)
    held.began_at = timezone.now()
    row = edition_row(rule_id=held.rule_id_text, at=held.day, code=held.jurisdiction)
    if row is None:
        raise NoSuchRule(rule=held.rule_id_text, day=held.day.isoformat())
    rules = touched_by(held.rule_id_text)
    told = Comparison(rules)
    doing = _("Judging signs by both editions")
    with beside(report) as tell, transaction.atomic():
        # Noted before they are read: what is approved between counts as come since.
        held.editions = editions_beside(trial=held, at=held.day)
        book = rule_book(at=held.day).only(rules)
        edition = replace(row.as_edition(), parameters=held.parameters)
        held.signs = compare_editions(
            at=held.day,
            jurisdiction=held.jurisdiction,
            scope=registered_rules()[held.rule_id_text].scope,
            books=(book, book.with_edition(held.jurisdiction, edition)),
            told=told,
            report=lambda done, total: tell(done, total, doing),
        )
    held.differences = [_plain(each) for each in told.differences()]
    held.save(update_fields=["began_at", "editions", "signs", "differences"])
    return {"url": url, _("Signs judged"): held.signs}


def _plain(difference: Any) -> dict[str, Any]:
    """A difference as it is kept: signs by id, what is missing by the id of its place."""
    examples = difference.examples
    return {
        **{key: value for key, value in asdict(difference).items() if key != "examples"},
        "signs": [str(key) for key in examples if not isinstance(key, tuple)],
        "places": [str(key[0]) for key in examples if isinstance(key, tuple)],
    }
