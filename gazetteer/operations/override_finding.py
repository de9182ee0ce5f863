"""A reviewer lets a name stand against a finding of the rules for naming, with the reason."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import models, transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput, Refusal
from gazetteer.models import RuleOverride
from gazetteer.queries.naming_checks import CheckedRule

SHORTEST_REASON = 4
# The names of state leaders are never used (Art 9 (4)); other persons' names may be let stand.
ABSOLUTE = ("N05",)


class CannotOverride(Refusal):
    """The finding stands."""


@transaction.atomic
def override_finding(
    *,
    by: Any,
    subject: models.Model,
    jurisdiction: str,
    checked: CheckedRule,
    at: date,
    reason: str,
    expires: date | None = None,
    applicants: Collection[Any] = (),
) -> RuleOverride:
    """From ``at`` on the finding no longer blocks ``subject`` (a place or a case).

    It is shown still, with the reason; a new edition of the rule asks again. ``applicants``:
    people whose case it is, who may not decide on it. Raises :class:`CannotOverride`.
    """
    require(by=by, capability=Capability.OVERRIDE_FINDING, codes=[jurisdiction])
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise BadInput("Give the reason why the name may stand.")
    if expires is not None and expires <= at:
        raise BadInput("The last day lies before the decision.")
    if by in applicants:
        raise CannotOverride("Nobody decides on a finding of their own case.")
    edition = checked.edition
    if edition.row_id is None or (checked.rule_id in ABSOLUTE and checked.finding.blocks):
        raise CannotOverride("Rule %(rule)s knows no exception.", rule=checked.rule_id)
    if checked.override is not None:
        raise CannotOverride("The finding is overridden already.")
    row = RuleOverride.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        jurisdiction=jurisdiction,
        rule_id=checked.rule_id,
        edition_id=edition.row_id,
        reason=reason,
        decided_by=by,
        decided_on=at,
        expires=expires,
    )
    audit.record(
        by=by,
        operation="override_finding",
        subject=subject,
        jurisdiction=jurisdiction,
        reason=reason,
        rule=checked.rule_id,
        edition=edition.row_id,
        finding=checked.as_json(),
    )
    return row


@transaction.atomic
def withdraw_override(*, by: Any, override: RuleOverride, reason: str = "") -> None:
    """The finding counts again; the history of rows keeps what was decided."""
    require(by=by, capability=Capability.OVERRIDE_FINDING, codes=[override.jurisdiction])
    audit.record(
        by=by,
        operation="withdraw_override",
        subject=override,
        jurisdiction=override.jurisdiction,
        reason=reason.strip(),
        rule=override.rule_id,
        subject_id_was=override.subject_id,
    )
    override.delete()
