"""What the guards of a naming case look at, gathered from its papers, votes, comments and rules."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accounts.domain.roles import Capability
from common.models import Rule
from common.rules import RuleEdition
from gazetteer.domain.authorities import authority_code
from gazetteer.domain.categories import naming_category
from gazetteer.domain.clocks import REPORTS
from gazetteer.domain.names import spelling_of_specific
from gazetteer.domain.papers import LASTING, missing_items, required_reports
from gazetteer.domain.romanise import romanise
from gazetteer.domain.workflow import CaseFacts, Move, State, Vote, moves_for
from gazetteer.models import (
    CASE_PAPERS,
    AgendaItem,
    ApprovalRule,
    Ballot,
    CaseKind,
    CaseMove,
    CasePaper,
    MeetingState,
    NamingCase,
    Opinion,
)
from gazetteer.queries.case_announcement import announcement_particulars
from gazetteer.queries.naming_checks import CheckedRule, check_proposal

# What somebody did who counts as an applicant.
APPLYING = ("open", "edit", "submit")
ASKS_FOR_FINDINGS = "no_blocking_finding"


def moves_of(*, case: NamingCase, at: date) -> list[Move]:
    """Every step that a case of this kind may ever make here, by the rows of the day."""
    rows = CaseMove.objects.on(at).for_code(case.division_code)
    return moves_for((row.as_move() for row in rows), kind=case.kind, code=case.division_code)


def rules_of(*, case: NamingCase, at: date) -> Mapping[str, RuleEdition]:
    return Rule.objects.in_force(on=at, code=case.division_code)


def approval_rule(*, case: NamingCase, at: date) -> ApprovalRule | None:
    """Who approves: what was chosen for the case, else the row of its category nearest to it."""
    if case.rule is not None:
        return case.rule
    rows = ApprovalRule.objects.on(at).for_code(case.division_code)
    found: ApprovalRule | None = rows.filter(category=case.category, subclass="").last()
    return found


def approval_choices(*, case: NamingCase, at: date) -> list[ApprovalRule]:
    """The rows that a case of this category can be approved by, the usual one first."""
    rows = ApprovalRule.objects.on(at).for_code(case.division_code).filter(category=case.category)
    return sorted(rows, key=lambda row: (bool(row.subclass), -len(row.jurisdiction), row.key))


def applicants_of(*, case: NamingCase) -> frozenset[int]:
    """Everybody who opened, changed or handed in the application."""
    people = case.steps.filter(move__in=APPLYING, by__isnull=False).values_list("by_id", flat=True)
    return frozenset({case.applied_by_id, *people})


def required_papers(*, case: NamingCase, rules: Mapping[str, RuleEdition]) -> list[str]:
    """The reports that Art 11 asks for in this case."""
    edition = rules.get(REPORTS)
    lists: Mapping[str, Sequence[str]] = edition.parameters if edition else {}
    return required_reports(lists, category=case.category, wide_impact=case.wide_impact)


def handed_in_at(*, case: NamingCase, at: date) -> datetime | None:
    """When the application, as it stood on a day, was handed in; None for a draft."""
    step = case.steps.filter(move="submit", on__lte=at).order_by("pk").last()
    return step.at if step else None


def counts(paper: CasePaper, *, handed_in: datetime | None) -> bool:
    """Whether a paper is complete and was written on the application handed in last."""
    if missing_items(paper.kind, paper.contents):
        return False
    if paper.kind in LASTING or handed_in is None:
        return True
    return bool(paper.written_at >= handed_in)


def case_findings(*, case: NamingCase, at: date) -> list[CheckedRule]:
    """What the rules for naming say of the proposed name on a day; nothing of an abolition."""
    if case.kind == CaseKind.ABOLITION or not case.text:
        return []
    details = dict(case.details)
    if case.reading:
        naming = naming_category(case.category, case.division_code)
        split = romanise(case.text, category=naming, division=case.division_code)
        details["toned"] = spelling_of_specific(
            case.text, case.reading, specific=split.specific, category=naming
        )
    if case.class_code:
        details["class_code"] = case.class_code
    return check_proposal(
        text=case.text,
        category=case.category,
        division_code=case.division_code,
        geometry=case.geometry,
        place=case.place,
        at=at,
        details=details,
        subject=(case._meta.label_lower, str(case.pk)),
    )


def vote_on(*, item: AgendaItem) -> Vote:
    """How an item stands: members of the day of the meeting, votes, recusals."""
    opinions = list(item.opinions.all())
    return _vote(item, opinions, item.meeting.committee.members.on(item.meeting.held_on).count())


def _vote(item: AgendaItem, opinions: Sequence[Opinion], members: int) -> Vote:
    def cast(ballot: Ballot) -> int:
        return sum(not each.recused and each.ballot == ballot for each in opinions)

    return Vote(
        closed=item.meeting.state == MeetingState.CLOSED,
        in_favour=cast(Ballot.FOR),
        against=cast(Ballot.AGAINST),
        abstained=cast(Ballot.ABSTAIN),
        recused=sum(each.recused for each in opinions),
        members=members,
    )


def latest_item(*, case: NamingCase, handed_in: datetime | None) -> AgendaItem | None:
    """The newest vote on the application handed in last; an older application's is void."""
    rows = case.agenda.select_related("meeting__committee").order_by("-meeting__held_on", "-pk")
    if case.submitted_on is not None:
        rows = rows.filter(meeting__held_on__gte=case.submitted_on)
    # Returned, changed and handed in again on the day of the meeting itself.
    if handed_in is not None:
        rows = rows.exclude(opinions__recorded_at__lt=handed_in)
    found: AgendaItem | None = rows.first()
    return found


def facts_of(*, case: NamingCase, by: Any, at: date, moves: Sequence[Move]) -> CaseFacts:
    """All that the guards of ``moves`` ask; what none of them asks for is not looked up."""
    asked = {name for move in moves for name in move.guards}
    rules = rules_of(case=case, at=at)
    rule = approval_rule(case=case, at=at)
    handed_in = handed_in_at(case=case, at=at)
    item = latest_item(case=case, handed_in=handed_in) if "experts_voted" in asked else None
    blocking: list[str] = []
    if ASKS_FOR_FINDINGS in asked:
        blocking = [each.rule_id for each in case_findings(case=case, at=at) if each.blocks]
    lacking = []
    if "particulars_complete" in asked:
        found = announcement_particulars(case=case, at=at)
        lacking = [str(each.title) for each in found.lacking]
    return CaseFacts(
        state=State(case.state),
        kind=case.kind,
        applicants=applicants_of(case=case),
        actor=by.pk if by is not None else None,
        complete=frozenset(
            paper.kind for paper in case.papers.all() if counts(paper, handed_in=handed_in)
        ),
        reports=required_papers(case=case, rules=rules),
        titles={kind: str(title) for kind, title in CASE_PAPERS},
        protected=is_protected(case=case, at=at),
        blocking=blocking,
        vote=vote_on(item=item) if item else None,
        comment_until=case.comment_until,
        unanswered=case.comments.filter(handled="").count() if case.comment_from else 0,
        at=at,
        lacking=lacking,
        approver=rule.approver if rule else "",
        approver_may=rule is None or _reaches(by, rule, case),
        approved_by=case.approved_by_id,
        announced_on=case.announced_on,
        effective_on=case.effective_on,
    )


def is_protected(*, case: NamingCase, at: date) -> bool:
    """Whether the name that is to be changed or abolished stands on a list (Art 25)."""
    if case.place is None or case.kind == CaseKind.NAMING:
        return False
    return bool(case.place.protections.filter(period__contains=at).exists())


def _reaches(by: Any, rule: ApprovalRule, case: NamingCase) -> bool:
    """Whether this person's approval reaches the level that the rule names."""
    if by is None:
        return False
    level = authority_code(rule.level, case.division_code)
    jurisdictions = by.jurisdictions_for(Capability.APPROVE_NAME)
    return any(level.startswith(each) for each in jurisdictions)
