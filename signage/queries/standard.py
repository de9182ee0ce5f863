"""The sign standard as it holds in a jurisdiction on a day, its editions and proposed changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import Length

from common.models import Rule
from signage.domain.rules import registered_rules
from signage.models import Absence, Finding, Sign, StandardDraft, hidden_on
from signage.models.standard import DraftState


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as it holds: the edition in force, whether a local one, open findings."""

    rule: Rule
    local: bool
    findings: int


def prefixes(code: str) -> list[str]:
    return [code[:length] for length in range(len(code) + 1)]


def standard_on(*, at: date, code: str) -> list[RuleRow]:
    """Every rule in force in a division on a day; the edition of the narrowest jurisdiction."""
    rows = Rule.objects.on(at).filter(
        rule_id__in=list(registered_rules()), jurisdiction__in=prefixes(code)
    )
    chosen = {row.rule_id: row for row in rows.order_by(Length("jurisdiction"))}
    counts: dict[str, int] = {}
    for found in (
        Finding.objects.on(at)
        .filter(sign__division_code__startswith=code)
        .exclude(sign__in=hidden_on(at)),
        Absence.objects.shown().on(at).filter(division_code__startswith=code),
    ):
        for rule_id, count in found.values_list("rule_id_text").annotate(count=Count("pk")):
            counts[rule_id] = counts.get(rule_id, 0) + count
    return [
        RuleRow(row, bool(row.jurisdiction), counts.get(rule_id, 0))
        for rule_id, row in sorted(chosen.items())
    ]


def editions_of(*, rule_id: str) -> list[Rule]:
    """Every edition of a rule, the newest first, the narrowest jurisdiction before the wider."""
    rows = Rule.objects.filter(rule_id=rule_id)
    return list(rows.order_by("-period__startswith", "-jurisdiction"))


def edition_row(*, rule_id: str, at: date, code: str) -> Rule | None:
    """The row of a rule that holds in a division on a day."""
    if rule_id not in registered_rules():
        return None
    rows = Rule.objects.on(at).filter(rule_id=rule_id, jurisdiction__in=prefixes(code))
    return rows.order_by(Length("jurisdiction").desc()).first()


def open_drafts(*, code: str) -> list[StandardDraft]:
    """Changes that wait for approval in a jurisdiction or above or beneath it."""
    drafts = StandardDraft.objects.filter(state=DraftState.PROPOSED).select_related("proposed_by")
    return [
        draft
        for draft in drafts
        if draft.jurisdiction.startswith(code) or code.startswith(draft.jurisdiction)
    ]


def get_draft(*, key: Any) -> StandardDraft | None:
    people = ("proposed_by", "decided_by", "rule")
    return StandardDraft.objects.select_related(*people).filter(pk=key).first()


def signs_by_id(*, ids: Sequence[Any]) -> list[Sign]:
    return list(Sign.objects.shown().filter(pk__in=ids).order_by("number"))
