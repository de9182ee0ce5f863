"""Cells as collections for standard clients: people, and the way to what is nearest."""

from datetime import date

import pytest
from django.contrib.gis.db.models.functions import Distance

from api.domain.asked import Days
from api.queries.features import Question, feature_page, properties_of
from common.features import feature_collections
from facilities.models import Facility, PopulationCell

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2024, 5, 1)


class TestCoverage:
    def test_tells_the_metres_to_the_nearest_of_a_category(self) -> None:
        collection = feature_collections()["coverage"]
        cells = list(PopulationCell.objects.on(DAY).order_by("pk")[:20])
        told = properties_of(collection, [str(each.pk) for each in cells], at=DAY)
        for cell in cells:
            homes = Facility.objects.on(DAY).filter(category_id="ELD-INST")
            near = homes.annotate(away=Distance("location", cell.centre, spheroid=True))
            metres = min(each.away.m for each in near)
            assert told[str(cell.pk)]["ELD-INST_m"] == pytest.approx(metres, rel=0.01, abs=2)
            assert told[str(cell.pk)]["people"] == cell.people

    def test_is_read_a_page_at_a_time(self, django_assert_num_queries) -> None:
        question = Question(feature_collections()["coverage"], at=DAY, days=Days(DAY, DAY), limit=5)
        # One statement within its savepoint.
        with django_assert_num_queries(3):
            page = feature_page(question)
        assert len(page.features) == 5 and page.after
