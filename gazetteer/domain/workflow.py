"""The way of a naming case (地名事项) from draft to standard name: states, moves, guards.

Which moves exist, who makes them, which papers and guards they ask for is data (``CaseMove`` rows);
here stands what a guard tests. Regulation on Place Names (2022), Arts 11–15, 25.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import ceil

from common.errors import Refusal


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ASSESSMENT = "assessment"
    EXPERT_REVIEW = "expert_review"
    PUBLIC_COMMENT = "public_comment"
    FOR_APPROVAL = "for_approval"
    APPROVED = "approved"
    FILED = "filed"
    ANNOUNCED = "announced"
    STANDARD = "standard"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_S = State
# The way without detours, as the step bar and the board show it.
WAY = (
    _S.DRAFT,
    _S.SUBMITTED,
    _S.ASSESSMENT,
    _S.EXPERT_REVIEW,
    _S.PUBLIC_COMMENT,
    _S.FOR_APPROVAL,
    _S.APPROVED,
    _S.FILED,
    _S.ANNOUNCED,
    _S.STANDARD,
)
FINAL = frozenset({_S.STANDARD, _S.REJECTED, _S.WITHDRAWN})
# The applicant may still change what is asked for.
EDITABLE = frozenset({_S.DRAFT, _S.RETURNED})
# Steps that end a case or send it back need their reason in words.
NEEDS_NOTE = frozenset({_S.RETURNED, _S.REJECTED, _S.WITHDRAWN})


class CannotMove(Refusal):
    """A guard of the step says no."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed step. ``kind`` "" stands for every kind, ``jurisdiction`` "" for the country.

    A row with ``allowed`` False takes a step away where its jurisdiction or kind is the nearer one.
    """

    key: str
    before: State
    after: State
    capability: str
    kind: str = ""
    jurisdiction: str = ""
    papers: Sequence[str] = ()
    guards: Sequence[str] = ()
    authority: str = ""
    article: str = ""
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Vote:
    """What the committee said; ``closed`` once the meeting is over."""

    closed: bool = False
    in_favour: int = 0
    against: int = 0
    abstained: int = 0
    recused: int = 0
    members: int = 0

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstained

    @property
    def carried(self) -> bool:
        return self.in_favour > self.against + self.abstained

    def needed(self, share: float) -> int:
        """How many votes are at least ``share`` of the members who are not recused.

        Two thirds of three are two, although a share is written as 0.6667.
        """
        return ceil(round(share * (self.members - self.recused), 2))

    def quorate(self, share: float) -> bool:
        return self.cast > 0 and self.cast >= self.needed(share)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """All that guards look at. ``complete``: papers that hold what they must.

    ``titles``: what papers are called, for sentences; ``blocking``: rule ids of findings that
    block and were not overridden; ``unanswered``: public comments nobody has handled;
    ``lacking``: particulars (by name) the announcement still lacks.
    """

    state: State
    kind: str
    applicants: frozenset[int] = frozenset()
    actor: int | None = None
    complete: frozenset[str] = frozenset()
    reports: Sequence[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False
    blocking: Sequence[str] = ()
    vote: Vote | None = None
    comment_until: date | None = None
    unanswered: int = 0
    at: date = date.min
    lacking: Sequence[str] = ()
    approver: str = ""
    approver_may: bool = True
    approved_by: int | None = None
    announced_on: date | None = None
    effective_on: date | None = None


Guard = Callable[[CaseFacts], CannotMove | None]
GUARDS: dict[str, Guard] = {}


def guard(test: Guard) -> Guard:
    """Register a guard under the name of its function, by which the data call it."""
    GUARDS[test.__name__] = test
    return test


@guard
def another_person(facts: CaseFacts) -> CannotMove | None:
    if facts.actor in facts.applicants:
        return CannotMove("You made this application yourself: another person takes this step.")
    return None


@guard
def impact_statement(facts: CaseFacts) -> CannotMove | None:
    if facts.protected and "impact_statement" not in facts.complete:
        return CannotMove(
            "The name is protected: an impact statement with protective measures comes first "
            "(Regulation on Place Names, Art 25)."
        )
    return None


@guard
def reports_present(facts: CaseFacts) -> CannotMove | None:
    return _lack(facts, facts.reports)


REPORTS_PRESENT = reports_present.__name__


@guard
def no_blocking_finding(facts: CaseFacts) -> CannotMove | None:
    if facts.blocking:
        return CannotMove(
            "The name breaks %(rules)s: change it, or let a reviewer override the finding "
            "with a reason.",
            rules=", ".join(facts.blocking),
        )
    return None


@guard
def experts_voted(facts: CaseFacts) -> CannotMove | None:
    if facts.vote is None or not facts.vote.closed or not facts.vote.cast:
        return CannotMove("The committee has not closed its vote on this case.")
    return None


@guard
def comment_over(facts: CaseFacts) -> CannotMove | None:
    if facts.comment_until is None:
        return CannotMove("The period of public comment has not been opened.")
    if facts.at <= facts.comment_until:
        return CannotMove(
            "The period of public comment runs until %(day)s.",
            day=facts.comment_until.isoformat(),
        )
    return None


@guard
def comments_handled(facts: CaseFacts) -> CannotMove | None:
    if facts.unanswered:
        return CannotMove(
            "Public comments are still to be handled: %(count)d.", count=facts.unanswered
        )
    return None


@guard
def right_authority(facts: CaseFacts) -> CannotMove | None:
    if not facts.approver:
        return CannotMove("No rule says who approves names of this category (Art 12).")
    if not facts.approver_may:
        return CannotMove(
            "This name is approved by: %(body)s. Your approval does not reach that level.",
            body=facts.approver,
        )
    return None


@guard
def approved_by_another(facts: CaseFacts) -> CannotMove | None:
    if facts.approved_by is None or facts.approved_by in facts.applicants:
        return CannotMove("Nobody but the applicant has approved this case.")
    return None


@guard
def particulars_complete(facts: CaseFacts) -> CannotMove | None:
    if facts.lacking:
        return CannotMove(
            "The announcement still lacks: %(particulars)s.", particulars=", ".join(facts.lacking)
        )
    return None


@guard
def announced(facts: CaseFacts) -> CannotMove | None:
    if facts.announced_on is None or facts.announced_on > facts.at:
        return CannotMove("A name becomes standard only after its announcement (Art 14).")
    return None


@guard
def effect_due(facts: CaseFacts) -> CannotMove | None:
    if facts.effective_on is not None and facts.effective_on > facts.at:
        return CannotMove(
            "The name takes effect on %(day)s, not before.", day=facts.effective_on.isoformat()
        )
    return None


def moves_for(rows: Iterable[Move], *, kind: str, code: str) -> list[Move]:
    """The moves of a case of this kind in this division; the nearer row wins over the wider."""
    nearest: dict[tuple[str, State], Move] = {}
    for row in rows:
        if row.kind not in ("", kind) or not code.startswith(row.jurisdiction):
            continue
        held = nearest.get((row.key, row.before))
        if held is None or _nearness(row) > _nearness(held):
            nearest[row.key, row.before] = row
    return [move for move in nearest.values() if move.allowed]


def moves_from(moves: Iterable[Move], state: State) -> list[Move]:
    return [move for move in moves if move.before == state]


def refusals(move: Move, facts: CaseFacts) -> list[CannotMove]:
    """Every reason why the move cannot be made now; none: it can."""
    found = [] if facts.state == move.before else [CannotMove("The case is at another step now.")]
    # One sentence for everything that is missing, whether the step or the law asks for it.
    reports = facts.reports if REPORTS_PRESENT in move.guards else ()
    lack = _lack(facts, list(dict.fromkeys([*move.papers, *reports])))
    if lack is not None:
        found.append(lack)
    guards = [name for name in move.guards if name != REPORTS_PRESENT]
    found += [no for name in guards if (no := GUARDS[name](facts)) is not None]
    return found


def _lack(facts: CaseFacts, papers: Sequence[str]) -> CannotMove | None:
    missing = [facts.titles.get(each, each) for each in papers if each not in facts.complete]
    if missing:
        return CannotMove("Still missing or incomplete: %(papers)s.", papers=", ".join(missing))
    return None


def _nearness(move: Move) -> tuple[int, bool]:
    return len(move.jurisdiction), bool(move.kind)
