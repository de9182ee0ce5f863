"""Lists and documents that disagree stand beside each other; neither corrects the other."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from boundaries.models import DivisionEvent
from boundaries.queries.disagreements import both_accounts, disagreements

DAY = date(2024, 5, 1)


@pytest.fixture
def doubts(demo: SimpleNamespace) -> list[DivisionEvent]:
    found = list(disagreements(at=DAY))
    assert found, "the demonstration set has disagreements"
    return found


class TestBothAccounts:
    def test_each_kind_says_which_side_knows_it(self, doubts: list[DivisionEvent]) -> None:
        for event in doubts:
            told = both_accounts(event)
            assert (told.lists is None) == (event.doubt == "events_only")
            assert (told.documents is None) == (event.doubt == "lists_only")

    def test_days_after_the_shown_one_are_left_out(self, doubts: list[DivisionEvent]) -> None:
        first = min(event.happens_on for event in doubts)
        assert all(event.happens_on <= first for event in disagreements(at=first))


class TestPage:
    def test_lists_filters_and_exports(
        self, doubts: list[DivisionEvent], client_as: Callable[..., Client]
    ) -> None:
        client = client_as("viewer", "4401")
        text = client.get("/divisions/disagreements/?at=2024-05-01").content.decode()
        assert f"{len(doubts)} 处分歧" in text
        kind = doubts[0].doubt
        count = sum(event.doubt == kind for event in doubts)
        assert (
            f"{count} 处分歧"
            in client.get(f"/divisions/disagreements/?at=2024-05-01&doubt={kind}").content.decode()
        )
        assert client.get("/divisions/disagreements/?doubt=x").status_code == 400
        assert (
            "没有符合条件的分歧"
            in client.get("/divisions/disagreements/?q=没有这个名字").content.decode()
        )
        answer = client.post(
            "/export/disagreements/?at=2024-05-01", {"format": "csv", "datum": "CGCS2000"}
        )
        assert answer.content.decode("utf-8-sig").count("\n") > len(doubts)

    def test_asks_few_queries(
        self,
        doubts: list[DivisionEvent],
        client_as: Callable[..., Client],
        django_assert_max_num_queries: Callable[..., object],
    ) -> None:
        client = client_as("viewer", "4401")
        with django_assert_max_num_queries(25):  # type: ignore[attr-defined]
            client.get("/divisions/disagreements/")
