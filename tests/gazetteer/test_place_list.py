"""The list of place names: its filters, and divisions named in the reader's language."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gazetteer.models import Place, PlaceName
from gazetteer.queries.divisions import NamedCode
from gazetteer.queries.name_filters import NameFilters

ClientAs = Callable[..., Client]
DAY = date(2024, 5, 1)
pytestmark = pytest.mark.usefixtures("demo")


def text_of(response: Any) -> str:
    return str(response.content.decode())


class TestFilters:
    def names(self, **filters: str) -> set[str]:
        chosen = NameFilters(within="440106", **filters).names(at=DAY)
        return set(chosen.values_list("text", flat=True))

    def test_a_class_holds_all_below_it(self, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(class_code="23640")
        assert "天河路" in self.names(class_code="23600")
        assert "天河路" not in self.names(class_code="22000")

    def test_names_of_other_kinds_stand_apart(self, road: Place) -> None:
        PlaceName.objects.create(
            place=road, text="老天河路", kind="alias", status="recorded", period=(None, None)
        )
        assert "老天河路" not in self.names()
        assert {"老天河路", "天河路"} <= self.names(kind="any")
        assert self.names(kind="alias") == {"老天河路", "示例坊片"}
        assert "天河路" not in self.names(status="recorded")

    def test_with_and_without_position(self, road: Place) -> None:
        assert "天河路" in self.names(geometry="yes")
        Place.objects.filter(pk=road.pk).update(geometry=None)
        assert "天河路" in self.names(geometry="no")

    def test_synthetic_ones_can_be_left_out(self, road: Place) -> None:
        assert "天河路" in self.names(synthetic="yes")
        assert "天河路" not in self.names(synthetic="no")

    def test_secret_places_are_never_listed(self, client_as: ClientAs, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        assert "天河路" not in self.names(kind="any")
        assert client_as().get(reverse("gazetteer:place", args=[road.pk])).status_code == 404

    @pytest.mark.parametrize(
        "query", ["class=99999", "class=2x", "kind=nick", "status=old", "geometry=1", "synthetic=x"]
    )
    def test_says_what_is_wrong_with_the_address(self, client_as: ClientAs, query: str) -> None:
        assert client_as().get(f"/places/?{query}").status_code == 400

    def test_every_filter_is_a_chip_that_takes_itself_away(self, client_as: ClientAs) -> None:
        query = "category=STREET&class=23000&kind=any&geometry=yes&within=440106"
        text = text_of(client_as().get(f"/places/?{query}"))
        assert text.count("is-used") == 5
        assert "?category=STREET&amp;kind=any&amp;geometry=yes&amp;within=440106" in text

    def test_the_export_keeps_the_filters(self, client_as: ClientAs) -> None:
        query = "category=STREET&class=23000&geometry=yes"
        page = client_as().get(f"/places/?{query}")
        address = f"{reverse('list_export', args=['place-names'])}?{query}"
        assert address.replace("&", "&amp;") in text_of(page)
        assert client_as().get(address).status_code == 200

    def test_asks_the_database_as_often_for_any_filter(
        self, client_as: ClientAs, django_assert_max_num_queries: Any
    ) -> None:
        client = client_as()
        for query in ("", "?category=STREET&kind=any&class=23000"):
            with django_assert_max_num_queries(16):
                client.get(f"/places/{query}")


class TestDivisionNames:
    def test_pinyin_in_english_pages(self, client_as: ClientAs, road: Place) -> None:
        client = client_as(language="en")
        text = text_of(client.get("/places/?q=天河路&category=STREET"))
        assert "Tianhe Qu, Guangzhou Shi, Guangdong Sheng" in text
        assert ">Tianhe Qu</option>" in text
        text = text_of(client.get(reverse("gazetteer:place", args=[road.pk])))
        assert ">Guangdong Sheng</a>" in text
        assert ">广东省<" not in text
        assert ">Tianhe Qu</option>" in text_of(client.get(reverse("gazetteer:alike")))
        assert "Tianhe Qu, Guangzhou Shi" in text_of(client.get("/search/?q=天河路"))

    def test_characters_in_chinese_pages(self, client_as: ClientAs, road: Place) -> None:
        text = text_of(client_as().get(reverse("gazetteer:place", args=[road.pk])))
        assert ">广东省</a>" in text

    def test_a_record_without_latin_letters_is_spelt(self, settings: Any) -> None:
        from django.utils.translation import override

        with override("en"):
            assert NamedCode("440106001", "五山街道").shown == "Wushan Jiedao"
            assert NamedCode("440106001", "?").shown == "?"
        with override("zh-hans"):
            assert NamedCode("440106001", "五山街道").shown == "五山街道"
