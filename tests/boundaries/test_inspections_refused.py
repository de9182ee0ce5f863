"""What a joint inspection refuses to people of both sides and to buttons that nobody drew."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Grant, User
from boundaries.models import BoundaryLine, Inspection, Marker
from boundaries.operations.inspections import CannotGoOn, begin_inspection
from boundaries.operations.points import raise_point
from boundaries.operations.rounds import make_round
from boundaries.operations.signing import OneForBoth, file_inspection, sign
from boundaries.operations.visits import VisitFacts, record_visit
from boundaries.queries.inspections import content_of, hash_of
from tests.boundaries.inspected import DAY, NOW, again, signed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


class TestOnePerson:
    def test_does_not_submit_for_one_side_and_sign_for_the_other(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        person = people["a"]
        (grant,) = people["sign-b"].grants.all()
        held = submitted(begun, people)
        Grant.objects.create(
            user=person, role=grant.role, jurisdiction="440106", period=grant.period
        )
        with pytest.raises(OneForBoth):
            sign(by=User.objects.get(pk=person.pk), at=NOW, inspection=held, seen=hash_of(held))

    def test_does_not_sign_for_both_by_changing_office(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        person, held = people["sign-a"], submitted(begun, people)
        sign(by=person, at=NOW, inspection=held, seen=hash_of(held))
        person.grants.update(jurisdiction="440106")
        with pytest.raises(OneForBoth):
            sign(by=User.objects.get(pk=person.pk), at=NOW, inspection=held, seen=hash_of(held))
        assert again(held).frozen is None


class TestFiling:
    def test_two_inspections_of_one_day_are_not_filed(
        self, begun: Inspection, free_line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        about = {"by": people["a"], "at": DAY, "filed_with": "市", "document": ""}
        file_inspection(inspection=signed(begun, people), **about)
        second = begin_inspection(
            by=people["a"], at=DAY, line=free_line, kind="regular", lead="440104"
        )
        with pytest.raises(CannotGoOn, match="already has an inspection on that day"):
            file_inspection(inspection=signed(second, people), **about)


class TestDrafts:
    def test_a_problem_not_submitted_elsewhere_is_not_told_here(
        self, begun: Inspection, free_line: BoundaryLine, people: dict[str, Any]
    ) -> None:
        special = begin_inspection(
            by=people["a"], at=DAY - timedelta(days=9), line=free_line, kind="special",
            lead="440104", section="洪水后",
        )  # fmt: skip
        raise_point(
            by=people["a"], at=DAY - timedelta(days=8), inspection=special, about="草稿",
            what="未提交", handling="watch",
        )  # fmt: skip
        held = submitted(begun, people)
        assert content_of(held)["points"] == []
        special.sides.filter(code="440104").update(submitted_at=NOW)
        assert [each["about"] for each in content_of(held)["points"]] == ["草稿"]


class TestLocks:
    def test_the_inspection_is_locked_before_its_markers(
        self, begun: Inspection, people: dict[str, Any]
    ) -> None:
        """As where it is filed: a visit that comes in between waits, and neither is lost."""
        marker = Marker.objects.on(DAY).filter(line_code=begun.line_code).first()
        assert marker is not None
        with CaptureQueriesContext(connection) as asked:
            record_visit(
                by=people["a"], at=DAY, marker=marker, facts=VisitFacts(DAY, "intact"),
                inspection=begun,
            )  # fmt: skip
        locks = [each["sql"] for each in asked if "FOR UPDATE" in each["sql"]]
        assert ['FROM "boundaries_inspection"' in sql for sql in locks] == [True, False]


class TestButtons:
    @pytest.mark.parametrize("typed", ["²", "９" * 3, "9" * 40, "-1", "x"])
    def test_numbers_that_are_none_are_answered_in_words(
        self, begun: Inspection, people: dict[str, Any], client_as: Any, typed: str
    ) -> None:
        client = client_as("boundary_inspector", "440104", language="en")
        for act, name in (("remove", "section"), ("unpoint", "point")):
            answer = client.post(f"/inspections/{begun.pk}/{act}/", {name: typed})
            assert answer.status_code == 409
            assert "is not in the record of your side" in answer.content.decode()
        planned = make_round(
            by=people["above"], at=DAY, name="轮", jurisdiction="4401", first_year=2043,
            last_year=2047,
        )  # fmt: skip
        above = client_as("boundary_inspector", "4401", language="en")
        for told in ({"year": typed, "seen": "1"}, {"year": "2043", "seen": "1", "line": "a\0"}):
            assert above.post(f"/rounds/{planned.pk}/move/", told).status_code == 409
