"""Filters that a person keeps: own ones only, one opens the list, addresses lead back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.models import SavedFilter
from common.saved_filters import MOST, CannotSaveFilter, filters_of, save_filter

ClientAs = Callable[..., Client]
PAGE = "gazetteer:places"
pytestmark = pytest.mark.usefixtures("demo")


def keep(
    client: Client, name: str = "天河街路", query: str = "category=STREET&within=440106"
) -> Any:
    data = {"page": PAGE, "name": name, "query": query}
    return client.post(reverse("saved_filter_new"), data)


def act(client: Client, row: SavedFilter, **data: str) -> Any:
    return client.post(reverse("saved_filter", args=[row.pk]), data)


class TestKeeping:
    def test_stands_as_a_chip_above_the_list(self, client_as: ClientAs) -> None:
        client = client_as()
        answer = keep(client)
        assert answer.url == "/places/?category=STREET&within=440106"
        text = client.get(answer.url).content.decode()
        assert "天河街路" in text
        assert "已保存" in text

    def test_day_page_and_empty_values_are_no_filters(self) -> None:
        assert filters_of("at=2024-05-01&q=&category=STREET&after=x~1") == "category=STREET"
        assert filters_of("within=&q=") == "within="
        assert filters_of("q=路&category=STREET") == filters_of("category=STREET&q=路")

    @pytest.mark.parametrize(("name", "query"), [("", "q=1"), ("x" * 61, "q=1"), ("名", "")])
    def test_says_what_is_missing(self, client_as: ClientAs, name: str, query: str) -> None:
        client = client_as()
        answer = keep(client, name, query)
        assert answer.status_code == 302
        assert not SavedFilter.objects.exists()
        assert 'class="notice"' in client.get(answer.url).content.decode()

    def test_no_list_no_filter(self, client_as: ClientAs) -> None:
        data = {"page": "https://elsewhere.example/", "name": "名", "query": "q=1"}
        assert client_as().post(reverse("saved_filter_new"), data).status_code == 400
        assert client_as().get(reverse("saved_filters")).status_code == 400

    def test_the_same_name_is_changed_and_not_doubled(self, client_as: ClientAs) -> None:
        client = client_as()
        keep(client)
        keep(client, query="q=路")
        assert SavedFilter.objects.get().query == filters_of("q=路")

    def test_only_so_many_for_a_list(self, make_user: Any) -> None:
        user = make_user()
        for number in range(MOST):
            save_filter(by=user, page=PAGE, name=f"{number}", query="q=1")
        with pytest.raises(CannotSaveFilter):
            save_filter(by=user, page=PAGE, name="更多", query="q=1")


class TestPrivacy:
    def test_others_neither_see_nor_change_it(self, client_as: ClientAs) -> None:
        keep(client_as())
        row, other = SavedFilter.objects.get(), client_as()
        assert "天河街路" not in other.get("/places/").content.decode()
        assert "天河街路" not in other.get(f"/filters/?page={PAGE}").content.decode()
        for doing in ("delete", "open_with"):
            assert act(other, row, act=doing).status_code == 404
        assert act(other, row, act="rename", name="别名").status_code == 404
        row.refresh_from_db()
        assert (row.name, row.is_default) == ("天河街路", False)


class TestManaging:
    def test_renames_but_not_onto_another(self, client_as: ClientAs) -> None:
        client = client_as()
        keep(client)
        keep(client, name="另一个")
        row = SavedFilter.objects.get(name="天河街路")
        act(client, row, act="rename", name=" 天河区  街路 ")
        row.refresh_from_db()
        assert row.name == "天河区 街路"
        act(client, row, act="rename", name="另一个")
        row.refresh_from_db()
        assert row.name == "天河区 街路"

    def test_one_opens_the_list_and_the_day_stays(self, client_as: ClientAs) -> None:
        client = client_as()
        keep(client)
        keep(client, name="另一个", query="q=路")
        first, second = SavedFilter.objects.order_by("pk")
        act(client, first, act="open_with")
        act(client, second, act="open_with")
        assert list(SavedFilter.objects.filter(is_default=True)) == [second]
        assert client.get("/places/?at=2024-05-01").url == f"/places/?{second.query}&at=2024-05-01"
        assert client.get("/places/?within=4401").status_code == 200
        act(client, second, act="open_plain")
        assert client.get("/places/").status_code == 200

    def test_deletes(self, client_as: ClientAs) -> None:
        client = client_as()
        keep(client)
        act(client, SavedFilter.objects.get(), act="delete")
        assert not SavedFilter.objects.exists()
        assert act(client, SavedFilter(pk=1), act="delete").status_code == 404

    def test_an_unknown_act_is_bad_input(self, client_as: ClientAs) -> None:
        client = client_as()
        keep(client)
        assert act(client, SavedFilter.objects.get(), act="").status_code == 400
