"""A local edition of the standard: proposed by one person, approved by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.domain.roles import Capability
from accounts.scoping import require
from boundaries.domain.codes import prefix_of
from boundaries.queries.divisions import get_division
from common import audit
from common.errors import BadInput, Refusal
from common.models import Rule
from signage.domain.standard import read_parameters
from signage.models import StandardDraft
from signage.models.standard import DraftState
from signage.queries.standard import edition_row


class NoSuchRule(BadInput):
    template = "No rule “%(rule)s” is in force here on %(day)s."


class NotDecidable(Refusal):
    template = "This change is “%(state)s”: it waits for no decision."


class OwnDraft(Refusal):
    template = "You proposed this change yourself: another person has to approve it."


class DayPassed(Refusal):
    template = (
        "The day on which the change should be in force, %(day)s, has passed: reject it and "
        "propose it for a later day."
    )


class LaterEdition(Refusal):
    template = "Another edition of this rule begins here on %(day)s: choose a later day."


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed: parameters as typed, by name; where, from when, on which authority."""

    rule_id: str
    jurisdiction: str
    texts: Mapping[str, str]
    in_force_from: date
    authority: str
    article: str
    status: str
    reason: str
    in_force_until: date | None = None


@transaction.atomic
def propose_edition(*, by: Any, at: datetime, draft: Draft) -> StandardDraft:
    """Lay other parameters of a rule before those who approve them."""
    day = timezone.localdate(at)
    row = edition_to_change(by, day, draft.rule_id, draft.jurisdiction)
    parameters = read_parameters(row.as_edition(), draft.texts)
    if draft.in_force_from < day:
        raise BadInput("A change of the standard cannot be in force before today.")
    if draft.in_force_until is not None and draft.in_force_until < draft.in_force_from:
        raise BadInput("The last day of the change lies before its first.")
    if not draft.authority.strip():
        raise BadInput("Name the document that the change rests on.")
    if not draft.reason.strip():
        raise BadInput("Say why the standard is changed.")
    if draft.status not in Rule.Status.values:
        raise BadInput("“%(status)s” is not a status of a rule.", status=draft.status[:20])
    waiting = StandardDraft.objects.filter(
        rule_id_text=draft.rule_id, jurisdiction=draft.jurisdiction, state=DraftState.PROPOSED
    )
    if waiting.exists():
        raise Refusal("Another change of this rule is waiting for approval here.")
    try:
        made = StandardDraft.objects.create(
            rule_id_text=draft.rule_id,
            jurisdiction=draft.jurisdiction,
            parameters=parameters,
            authority=draft.authority.strip(),
            article=draft.article.strip(),
            status=draft.status,
            in_force_from=draft.in_force_from,
            in_force_until=draft.in_force_until,
            reason=draft.reason.strip(),
            state=DraftState.PROPOSED,
            proposed_at=at,
            proposed_by=by,
        )
    except IntegrityError:
        raise Refusal("Another change of this rule is waiting for approval here.") from None
    _record(by, "propose_edition", made, reason=made.reason)
    return made


@transaction.atomic
def approve_edition(*, by: Any, at: datetime, draft: StandardDraft) -> Rule:
    """Put a proposed edition in force on its day; the former local one ends there.

    After its last day, if it has one, the wider standard rules again.
    """
    draft = _decidable(by, draft)
    if draft.proposed_by_id == by.pk:
        raise OwnDraft
    day = draft.in_force_from
    if day < timezone.localdate(at):
        raise DayPassed(day=day.isoformat())
    basis = edition_row(rule_id=draft.rule_id_text, at=day, code=draft.jurisdiction)
    if basis is None:
        raise NoSuchRule(rule=draft.rule_id_text, day=day.isoformat())
    ends = filter(None, (_make_room(draft, day), _day_after(draft.in_force_until)))
    rule = Rule.objects.create(
        rule_id=draft.rule_id_text,
        title_zh=basis.title_zh,
        title_en=basis.title_en,
        jurisdiction=draft.jurisdiction,
        parameters=draft.parameters,
        authority=draft.authority,
        article=draft.article,
        period=DateRange(day, min(ends, default=None)),
        status=draft.status,
        severity=basis.severity,
    )
    draft.rule = rule
    _decide(draft, DraftState.APPROVED, by, at)
    _record(by, "approve_edition", draft, rule=rule.pk, in_force_from=day.isoformat())
    return rule


@transaction.atomic
def reject_edition(*, by: Any, at: datetime, draft: StandardDraft, reason: str) -> StandardDraft:
    """Send a proposed change away, with the reason."""
    draft = _decidable(by, draft)
    if draft.proposed_by_id == by.pk:
        raise OwnDraft
    if not reason.strip():
        raise BadInput("Say why the change is not approved.")
    _decide(draft, DraftState.REJECTED, by, at)
    _record(by, "reject_edition", draft, reason=reason.strip())
    return draft


def edition_to_change(by: Any, at: date, rule_id: str, jurisdiction: str) -> Rule:
    """Scope and role, then the edition that holds there now."""
    require(by=by, capability=Capability.EDIT_STANDARD, codes=[jurisdiction])
    if not jurisdiction or not jurisdiction.isdigit():
        raise BadInput("A local standard needs a division: the national one is not edited here.")
    full = jurisdiction.ljust(6, "0")
    # A shorter beginning or a longer one (44010, 440100) would rule in another area than it names.
    if get_division(code=full, at=at) is None or prefix_of(full) != jurisdiction:
        raise BadInput(
            "No division with the code %(code)s is known on this day.", code=jurisdiction[:12]
        )
    row = edition_row(rule_id=rule_id, at=at, code=jurisdiction)
    if row is None:
        raise NoSuchRule(rule=rule_id[:20], day=at.isoformat())
    return row


def _decidable(by: Any, draft: StandardDraft) -> StandardDraft:
    require(by=by, capability=Capability.APPROVE_STANDARD, codes=[draft.jurisdiction])
    draft = StandardDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.state != DraftState.PROPOSED:
        raise NotDecidable(state=str(DraftState(draft.state).label))
    return draft


def _decide(draft: StandardDraft, state: str, by: Any, at: datetime) -> None:
    draft.state, draft.decided_at, draft.decided_by = state, at, by
    draft.save()


def _make_room(draft: StandardDraft, day: date) -> date | None:
    """End the local edition that holds on the day; the day before which the new one must end."""
    local = Rule.objects.filter(
        rule_id=draft.rule_id_text, jurisdiction=draft.jurisdiction
    ).select_for_update()
    later = local.filter(period__startswith__gte=day).order_by("period__startswith").first()
    if later is not None and later.period.lower == day:
        raise LaterEdition(day=day.isoformat())
    for current in local.on(day):
        current.period = DateRange(current.period.lower, day)
        current.save(update_fields=["period"])
    return None if later is None else later.period.lower


def _day_after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)


def _record(by: Any, operation: str, draft: StandardDraft, **details: Any) -> None:
    audit.record(
        by=by,
        operation=operation,
        subject=draft,
        jurisdiction=draft.jurisdiction,
        reason=details.pop("reason", ""),
        rule_id=draft.rule_id_text,
        parameters=draft.parameters,
        **details,
    )
