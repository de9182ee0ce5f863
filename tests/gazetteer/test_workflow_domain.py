"""The machine of naming cases: its moves are data, its guards and clocks are pure."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.domain.roles import Capability
from common.rules import RuleEdition
from gazetteer.domain.authorities import authority_code
from gazetteer.domain.clocks import ApproverKind, CaseDates, clocks
from gazetteer.domain.papers import CONTENTS, WRITING, items_of, missing_items, required_reports
from gazetteer.domain.workflow import (
    FINAL,
    GUARDS,
    NEEDS_NOTE,
    CaseFacts,
    Move,
    State,
    Vote,
    moves_for,
    moves_from,
    refusals,
)
from tests.servers import ROOT

DAY = date(2024, 6, 1)
APPLICANT, OTHER = 1, 2
FIELDS = ("kind", "jurisdiction", "capability", "papers", "guards", "authority", "article")
REPORTS = ("assessment_report", "expert_report", "comment_report")


def reference(name: str) -> list[dict[str, Any]]:
    path = ROOT / "fixtures/reference" / f"{name}.json"
    return [row["fields"] for row in json.loads(path.read_text("utf-8"))]


MOVES = [
    Move(
        key=row["move"],
        before=State(row["before"]),
        after=State(row["after"]),
        allowed=row["allowed"],
        **{field: row[field] for field in FIELDS},
    )
    for row in reference("case_moves")
]
RULES = {
    row["rule_id"]: RuleEdition(
        row["rule_id"], row["authority"], row["article"], row["status"], "warn", row["parameters"]
    )
    for row in reference("rules_cases")
}


def situation(seed: int) -> CaseFacts:
    """Some state of papers, votes and people, mostly a good one so that ways get far."""
    some = Random(seed)

    def mostly(good: Any, *others: Any) -> Any:
        return good if some.random() < 0.85 else some.choice(others)

    return CaseFacts(
        state=State.DRAFT,
        kind=some.choice(["naming", "renaming", "abolition"]),
        applicants=frozenset({APPLICANT}),
        actor=some.choice([APPLICANT, OTHER, OTHER]),
        complete=mostly(frozenset(CONTENTS), frozenset({"application"}), frozenset()),
        reports=some.sample(REPORTS, some.randint(0, 3)),
        protected=some.random() < 0.3,
        blocking=mostly([], ["N09c"]),
        vote=mostly(Vote(closed=True, in_favour=3, members=5), None, Vote()),
        comment_until=mostly(DAY - timedelta(3), None, DAY + timedelta(3)),
        at=DAY,
        lacking=mostly([], ["division"]),
        approver=mostly("广州市人民政府", ""),
        approver_may=mostly(True, False),
        effective_on=mostly(DAY, DAY + timedelta(30)),
    )


def walk(steps: list[tuple[CaseFacts, int]]) -> list[tuple[Move, int | None]]:
    """Take whichever move stands open for each of these situations, and tell the way gone."""
    state, way = State.DRAFT, []
    approved_by: int | None = None
    announced_on: date | None = None
    for given_facts, choice in steps:
        values = {name: getattr(given_facts, name) for name in CaseFacts.__slots__}
        now = CaseFacts(
            **values | {"state": state, "approved_by": approved_by, "announced_on": announced_on}
        )
        able = [move for move in moves_from(MOVES, state) if not refusals(move, now)]
        if not able:
            continue
        move = able[choice % len(able)]
        way.append((move, now.actor))
        approved_by = now.actor if move.key == "approve" else approved_by
        announced_on = DAY if move.key == "announce" else announced_on
        state = move.after
    return way


class TestTheData:
    def test_names_only_guards_papers_and_capabilities_that_exist(self) -> None:
        for move in MOVES:
            assert set(move.guards) <= set(GUARDS), move.key
            assert set(move.papers) <= set(CONTENTS), move.key
            assert move.capability in set(Capability)

    def test_every_reachable_state_has_an_exit_or_is_final(self) -> None:
        reached, waiting = {State.DRAFT}, [State.DRAFT]
        while waiting:
            after = {move.after for move in moves_from(MOVES, waiting.pop())} - reached
            reached |= after
            waiting += after
        assert reached == set(State)
        for state in reached:
            assert bool(moves_from(MOVES, state)) is (state not in FINAL), state

    def test_reasons_are_asked_for_where_a_case_ends_or_goes_back(self) -> None:
        assert {State.RETURNED, State.REJECTED, State.WITHDRAWN} == NEEDS_NOTE

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.integers(0, 2**32), min_size=20, max_size=40))
    def test_no_way_reaches_standard_without_approval_by_another_and_announcement(
        self, seeds: list[int]
    ) -> None:
        way = walk([(situation(seed), seed) for seed in seeds])
        if not way or way[-1][0].after is not State.STANDARD:
            return
        keys = [move.key for move, _ in way]
        approver = next(actor for move, actor in way if move.key == "approve")
        assert approver != APPLICANT
        assert keys.index("approve") < keys.index("file") < keys.index("announce")

    def test_the_whole_way_can_be_gone(self) -> None:
        good = CaseFacts(
            state=State.DRAFT,
            kind="naming",
            applicants=frozenset({APPLICANT}),
            actor=OTHER,
            complete=frozenset(CONTENTS),
            reports=REPORTS,
            vote=Vote(closed=True, in_favour=5, members=5),
            comment_until=DAY - timedelta(1),
            at=DAY,
            approver="广州市人民政府",
        )
        assert [move.after for move, _ in walk([(good, 0)] * 9)][-1] is State.STANDARD


class TestMovesForAJurisdiction:
    NATIONAL = Move("accept", State.SUBMITTED, State.ASSESSMENT, "review_name")
    LOCAL = Move("accept", State.SUBMITTED, State.EXPERT_REVIEW, "review_name", jurisdiction="4401")

    def test_its_own_row_stands_before_the_national_one(self) -> None:
        rows = [self.LOCAL, self.NATIONAL]
        (inside,) = moves_for(rows, kind="naming", code="440106")
        (outside,) = moves_for(rows, kind="naming", code="440301")
        assert (inside, outside) == (self.LOCAL, self.NATIONAL)

    def test_a_row_of_its_kind_stands_before_one_of_every_kind(self) -> None:
        own = Move("accept", State.SUBMITTED, State.RETURNED, "review_name", kind="abolition")
        assert moves_for([self.NATIONAL, own], kind="abolition", code="44") == [own]
        assert moves_for([self.NATIONAL, own], kind="naming", code="44") == [self.NATIONAL]

    def test_a_row_may_take_a_step_away(self) -> None:
        away = Move(
            "accept", State.SUBMITTED, State.ASSESSMENT, "x", jurisdiction="44", allowed=False
        )
        assert moves_for([self.NATIONAL, away], kind="naming", code="440106") == []


class TestGuards:
    def test_nobody_approves_their_own_case(self) -> None:
        own = CaseFacts(State.FOR_APPROVAL, "naming", frozenset({APPLICANT}), actor=APPLICANT)
        assert GUARDS["another_person"](own) is not None

    def test_a_protected_name_needs_an_impact_statement(self) -> None:
        without = CaseFacts(State.DRAFT, "renaming", protected=True)
        with_it = CaseFacts(
            State.DRAFT, "renaming", protected=True, complete=frozenset({"impact_statement"})
        )
        assert GUARDS["impact_statement"](without) is not None
        assert GUARDS["impact_statement"](with_it) is None

    def test_comment_is_over_only_after_its_last_day(self) -> None:
        last = CaseFacts(State.PUBLIC_COMMENT, "naming", comment_until=DAY, at=DAY)
        after = CaseFacts(State.PUBLIC_COMMENT, "naming", comment_until=DAY, at=DAY + timedelta(1))
        assert GUARDS["comment_over"](last) is not None
        assert GUARDS["comment_over"](after) is None

    def test_missing_papers_are_named_as_people_call_them(self) -> None:
        move = Move("x", State.DRAFT, State.SUBMITTED, "edit_name", papers=["application"])
        (no,) = refusals(move, CaseFacts(State.DRAFT, "naming", titles={"application": "申请书"}))
        assert "申请书" in str(no)

    def test_what_is_missing_is_said_once(self) -> None:
        move = Move(
            "x",
            State.DRAFT,
            State.SUBMITTED,
            "edit_name",
            papers=["expert_report"],
            guards=["reports_present"],
        )
        (no,) = refusals(move, CaseFacts(State.DRAFT, "naming", reports=REPORTS))
        assert str(no).count("expert_report") == 1
        assert "comment_report" in str(no)


class TestVotes:
    def test_recused_members_do_not_count_for_the_quorum(self) -> None:
        vote = Vote(closed=True, in_favour=3, against=1, recused=1, members=7)
        assert vote.quorate(2 / 3)
        assert not vote.quorate(0.7)

    def test_carried_by_more_than_half_of_those_who_voted(self) -> None:
        assert Vote(in_favour=3, against=1, abstained=1).carried
        assert not Vote(in_favour=2, against=1, abstained=1).carried

    def test_a_committee_all_recused_decides_nothing(self) -> None:
        assert not Vote(recused=2, members=2).quorate(0.5)


class TestClocks:
    def test_a_government_files_and_announces_within_15_days_of_approval(self) -> None:
        found = clocks(CaseDates(approved_on=DAY), RULES, DAY)
        assert {clock.kind: clock.due_on for clock in found} == {
            "filing": date(2024, 6, 16),
            "announcement": date(2024, 6, 16),
        }
        assert {clock.days_left for clock in found} == {15}

    def test_a_departments_name_is_announced_within_15_days_of_filing(self) -> None:
        dates = CaseDates(
            approved_on=DAY, filed_on=date(2024, 6, 10), approver_kind=ApproverKind.DEPARTMENT
        )
        found = {clock.kind: clock for clock in clocks(dates, RULES, date(2024, 6, 10))}
        assert found["announcement"].due_on == date(2024, 6, 25)
        assert found["filing"].state == "ok"
        waiting = CaseDates(approved_on=DAY, approver_kind=ApproverKind.DEPARTMENT)
        assert [clock.kind for clock in clocks(waiting, RULES, DAY)] == ["filing"]

    @pytest.mark.parametrize(("day", "state", "left"), [(16, "due", 0), (17, "overdue", -1)])
    def test_the_last_day_is_still_in_time(self, day: int, state: str, left: int) -> None:
        filing = clocks(CaseDates(approved_on=DAY), RULES, date(2024, 6, day))[0]
        assert (filing.state, filing.days_left) == (state, left)

    def test_what_happened_later_is_not_known_on_an_earlier_day(self) -> None:
        dates = CaseDates(approved_on=DAY, filed_on=date(2024, 6, 20))
        before = clocks(dates, RULES, date(2024, 6, 18))[0]
        after = {clock.kind: clock for clock in clocks(dates, RULES, date(2024, 6, 20))}
        assert before.state == "overdue"
        assert after["filing"].state == "wrong"

    @given(st.dates(date(2022, 5, 1), date(2100, 1, 1)), st.integers(0, 60), st.integers(0, 90))
    def test_a_clock_is_overdue_exactly_after_its_day(
        self, approved: date, filed_after: int, looked_after: int
    ) -> None:
        dates = CaseDates(approved_on=approved, filed_on=approved + timedelta(filed_after))
        at = approved + timedelta(looked_after)
        filing = next(c for c in clocks(dates, RULES, at) if c.kind == "filing")
        if looked_after < filed_after:
            assert (filing.state == "overdue") is (at > filing.due_on)
        else:
            assert (filing.state == "wrong") is (filed_after > 15)


class TestAuthorities:
    @pytest.mark.parametrize(
        ("level", "code", "whose"),
        [
            ("city_or_county", "440106", "4401"),
            ("city_or_county", "440106021000", "4401"),
            ("city_or_county", "441523", "441523"),
            ("city_or_county", "440981", "440981"),
            ("city_or_county", "310101", "31"),
            ("county", "440106021000", "440106"),
            ("province", "440106", "44"),
            ("country", "440106", ""),
        ],
    )
    def test_a_districts_streets_are_the_citys_and_a_countys_its_own(
        self, level: str, code: str, whose: str
    ) -> None:
        assert authority_code(level, code) == whose


class TestPapers:
    def test_a_report_without_one_of_its_items_is_incomplete(self) -> None:
        contents = dict.fromkeys(CONTENTS["expert_report"], "有") | {"advice": " "}
        assert missing_items("expert_report", contents) == ["advice"]

    def test_wide_impact_asks_for_experts_and_the_public_too(self) -> None:
        rules = RULES["C-REPORTS"].parameters
        small = required_reports(rules, category="STREET", wide_impact=False)
        wide = required_reports(rules, category="STREET", wide_impact=True)
        assert small == ["assessment_report"]
        assert wide == list(REPORTS)
        division = required_reports(rules, category="DIVISION", wide_impact=False)
        assert "risk_report" in division

    def test_each_paper_has_its_writer_and_its_steps(self) -> None:
        assert set(WRITING) == set(CONTENTS)
        for kind, (capability, states) in WRITING.items():
            assert capability in set(Capability), kind
            assert set(states) <= set(State), kind
            assert items_of(kind)

    def test_what_a_step_asks_for_can_be_written_before_it(self) -> None:
        for move in MOVES:
            for kind in move.papers:
                reached = {move.before, *_before(move.before)}
                assert reached & set(WRITING[kind][1]), (move.key, kind)


def _before(state: State) -> set[State]:
    """Every step from which a step can be reached."""
    found: set[State] = set()
    waiting = [state]
    while waiting:
        at = waiting.pop()
        above = {move.before for move in MOVES if move.after == at} - found
        found |= above
        waiting += above
    return found
