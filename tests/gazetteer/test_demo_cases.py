"""The demonstration has a naming case at every step, all of them marked as made up."""

import pytest

from gazetteer.domain.workflow import WAY
from gazetteer.models import Committee, Meeting, MeetingState, NamingCase, PublicComment
from gazetteer.queries.case_facts import vote_on
from gazetteer.queries.cases import case_counts, cases_on
from tests.gazetteer.naming_cases import today

pytestmark = pytest.mark.usefixtures("demo")


def test_every_column_of_the_board_has_a_case() -> None:
    assert set(case_counts(at=today(), within="4401")) >= set(WAY)


def test_one_is_overdue_and_none_before_its_time() -> None:
    assert case_counts(at=today(), within="4401")["overdue"] == 1
    (late,) = cases_on(at=today()).filter(overdue=True)
    assert late.state == "approved"


def test_all_are_marked_as_synthetic() -> None:
    assert not NamingCase.objects.filter(synthetic=False).exists()
    assert not Committee.objects.filter(synthetic=False).exists()
    assert not Meeting.objects.filter(synthetic=False).exists()
    made = NamingCase.objects.get(state="standard")
    assert made.name is not None
    assert made.name.synthetic
    assert made.place is not None
    assert made.place.synthetic


def test_two_committees_one_with_a_meeting_open_today() -> None:
    assert {each.jurisdiction for each in Committee.objects.all()} == {"4401", "440106"}
    meeting = Meeting.objects.get(state=MeetingState.CALLED)
    first, second = meeting.items.select_related("meeting__committee")
    vote = vote_on(item=first)
    assert (vote.in_favour, vote.recused, vote.members) == (2, 1, 5)
    assert not vote_on(item=second).cast


def test_one_public_comment_waits_to_be_handled() -> None:
    assert PublicComment.objects.filter(case__synthetic=True, handled="").count() == 1
