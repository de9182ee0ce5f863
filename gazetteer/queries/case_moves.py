"""Which steps a naming case can make now, which not and why; its clocks and particulars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import pgettext_lazy

from accounts.domain.roles import Capability
from accounts.scoping import require
from common.errors import DimingError, NotInScope, NotPermitted
from gazetteer.domain.clocks import CaseDates, Clock, clocks
from gazetteer.domain.workflow import NEEDS_NOTE, Move, State, moves_from, refusals
from gazetteer.models import CaseState, NamingCase
from gazetteer.queries.case_announcement import announcement_particulars
from gazetteer.queries.case_facts import approval_rule, facts_of, moves_of, rules_of

__all__ = ["PossibleMove", "announcement_particulars", "case_clocks", "case_moves", "move_title"]

# Every step that a history can show, in the imperative of a button.
MOVE_TITLES = {
    "open": pgettext_lazy("step of a case", "Open the case"),
    "edit": pgettext_lazy("step of a case", "Change the application"),
    "submit": pgettext_lazy("step of a case", "Submit"),
    "accept": pgettext_lazy("step of a case", "Accept for assessment"),
    "to_experts": pgettext_lazy("step of a case", "Put before the experts"),
    "to_comment": pgettext_lazy("step of a case", "Open public comment"),
    "to_approval": pgettext_lazy("step of a case", "Put forward for approval"),
    "approve": pgettext_lazy("step of a case", "Approve"),
    "reject": pgettext_lazy("step of a case", "Reject"),
    "file": pgettext_lazy("step of a case", "File"),
    "announce": pgettext_lazy("step of a case", "Announce"),
    "take_effect": pgettext_lazy("step of a case", "Put into effect"),
    "return": pgettext_lazy("step of a case", "Return"),
    "withdraw": pgettext_lazy("step of a case", "Withdraw"),
}


class ElsewhereNow(NotPermitted):
    template = "This case lies outside your jurisdiction."


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """One step from where the case stands; ``reasons`` say why it cannot be made now.

    ``needs_note``: the reason has to be given in words.
    """

    key: str
    title: Any
    before: CaseState
    after: CaseState
    reasons: Sequence[DimingError]
    needs_note: bool
    authority: str
    article: str
    permitted: bool

    @property
    def allowed(self) -> bool:
        return not self.reasons


def move_title(key: str) -> Any:
    return MOVE_TITLES.get(key, key)


def case_moves(*, case: NamingCase, by: Any, at: date) -> list[PossibleMove]:
    """Every step from the present state, those that go on first, with what stands in the way."""
    moves = moves_from(moves_of(case=case, at=at), State(case.state))
    if not moves:
        return []
    facts = facts_of(case=case, by=by, at=at, moves=moves)
    found = []
    for move in moves:
        not_permitted = _not_permitted(by, move, case)
        reasons: list[DimingError] = [*not_permitted, *refusals(move, facts)]
        found.append(
            PossibleMove(
                key=move.key,
                title=move_title(move.key),
                before=CaseState(move.before),
                after=CaseState(move.after),
                reasons=reasons,
                needs_note=move.after in NEEDS_NOTE,
                authority=move.authority,
                article=move.article,
                permitted=not not_permitted,
            )
        )
    return sorted(found, key=lambda each: each.needs_note)


def _not_permitted(by: Any, move: Move, case: NamingCase) -> list[DimingError]:
    try:
        require(by=by, capability=Capability(move.capability), codes=[case.division_code])
    except NotPermitted as refusal:
        return [refusal]
    except NotInScope:
        return [ElsewhereNow()]
    return []


def case_clocks(*, case: NamingCase, at: date) -> list[Clock]:
    """Every deadline of the case on a day, the most pressing first."""
    rule = approval_rule(case=case, at=at)
    state = getattr(case, "state_on", None) or case.state
    dates = CaseDates(
        approved_on=case.approved_on,
        filed_on=case.filed_on,
        announced_on=case.announced_on,
        approver_kind=rule.approver_kind if rule else CaseDates.approver_kind,
        comment_until=case.comment_until if state == CaseState.PUBLIC_COMMENT else None,
        effective_on=case.effective_on,
        standard_on=case.standard_on,
    )
    return clocks(dates, rules_of(case=case, at=at), at)
