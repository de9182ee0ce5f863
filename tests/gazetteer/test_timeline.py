"""Bars of periods on one scale; the record of a place on a day, later things told apart."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common.timeline import MOST_TICKS, bar_of, scale_of
from gazetteer.models import Place, PlaceName

ClientAs = Callable[..., Client]
# How long the drawing of examples takes says nothing of the code.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(date(1, 1, 1), date(2999, 12, 31))
TODAY = date(2024, 5, 1)


@st.composite
def periods(draw: Any) -> tuple[date | None, date | None]:
    first, last = sorted([draw(days), draw(days)])
    return draw(st.sampled_from([first, None])), draw(
        st.sampled_from([last + timedelta(days=1), None])
    )


class TestScale:
    @patient
    @given(st.lists(periods(), max_size=6), days)
    def test_every_bar_lies_within_and_can_be_seen(self, given: Any, day: date) -> None:
        scale = scale_of(given, days=(day,))
        for period in given:
            bar = bar_of(period, scale)
            assert 0 <= bar.start <= bar.start + bar.width <= 100.01
            assert bar.width >= 0.6
        assert 0 <= scale.at(day) <= 100

    @patient
    @given(st.lists(periods(), max_size=6), days)
    @example([], date(1, 1, 1))
    def test_few_round_years_in_order(self, given: Any, day: date) -> None:
        ticks = scale_of(given, days=(day,)).ticks()
        assert len(ticks) <= MOST_TICKS + 1
        assert ticks == sorted(ticks)

    def test_open_ends_reach_the_edges(self) -> None:
        scale = scale_of([(None, None)], days=(TODAY,))
        bar = bar_of((None, None), scale)
        assert (bar.start, bar.width, bar.opens, bar.closes) == (0, 100, False, False)


@pytest.mark.usefixtures("demo")
class TestRecordOnADay:
    def page(self, client: Client, place: Place, day: str = "") -> str:
        address = reverse("gazetteer:place", args=[place.pk])
        return client.get(address + (f"?at={day}" if day else "")).content.decode()

    def alias(self, place: Place) -> PlaceName:
        row = PlaceName(place=place, text="天河东路旧称", kind="alias", status="recorded")
        row.period = (date(2025, 1, 1), None)
        row.save()
        return row

    def test_later_names_and_events_are_told_apart(self, client_as: ClientAs, road: Place) -> None:
        self.alias(road)
        before = self.page(client_as(), road, "2024-05-01")
        assert "bar-later" in before
        assert "晚于所示日期" in before
        assert "1 项较晚的事件" in before
        after = self.page(client_as(), road, "2025-05-01")
        assert "bar-later" not in after
        assert "later-events" not in after

    def test_without_a_name_on_the_day_the_last_known_is_the_title(
        self, client_as: ClientAs, road: Place
    ) -> None:
        text = self.page(client_as(), road, "2000-01-01")
        assert "天河路" in text
        assert "非标准地名" in text

    def test_an_ended_place_says_so_from_its_last_day(
        self, client_as: ClientAs, road: Place
    ) -> None:
        Place.objects.filter(pk=road.pk).update(ended_on=date(2025, 6, 1))
        assert "已不存在" in self.page(client_as(), road, "2025-06-01")
        assert "state-wrong" not in self.page(client_as(), road, "2025-05-31").split("<h2>")[0]

    def test_attributes_are_said_in_words(self, client_as: ClientAs, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(
            class_code="23420", attributes={"level": "main", "width_m": 40}
        )
        text = self.page(client_as(), road)
        assert "主干路" in text
        assert "宽度（米）" in text
        assert "Main" not in text

    def test_what_is_under_way_is_named(
        self, client_as: ClientAs, road: Place, make_user: Any
    ) -> None:
        from gazetteer.operations.suggestions import suggest

        suggest(
            by=make_user("viewer", "4401"),
            at=timezone.now(),
            place=road,
            proposed={"origin": "因天河机场得名"},
            reason="地方志",
        )
        assert "的更正建议" in self.page(client_as(), road)

    def test_a_record_asks_the_database_seldom(
        self, client_as: ClientAs, road: Place, django_assert_max_num_queries: Any
    ) -> None:
        client = client_as("place_name_officer", "440106")
        for number in range(5):
            PlaceName.objects.create(
                place=road, text=f"别名{number}路", kind="alias", period=(None, None)
            )
        with django_assert_max_num_queries(32):
            self.page(client, road)
