"""Pages of place names: what they show, to whom, and what the commands print."""

import json
import uuid
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from gazetteer.models import Place
from gazetteer.queries import related
from gazetteer.queries.places import places
from gazetteer.queries.related import RelatedGroup, RelatedThing, add_related

ClientAs = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("demo")


def text_of(response: Any) -> str:
    return str(response.content.decode())


class TestList:
    def test_shows_the_city_with_flags(self, client_as: ClientAs) -> None:
        page = client_as("viewer").get("/places/?category=STREET")
        text = text_of(page)
        assert page.status_code == 200
        assert "data-key" in text
        assert "模拟数据" in text

    @pytest.mark.parametrize("typed", ["天河路", "tianhelu", "thl"])
    def test_filters_by_characters_pinyin_and_initials(
        self, client_as: ClientAs, typed: str
    ) -> None:
        text = text_of(client_as().get("/places/", {"q": typed, "category": "STREET"}))
        assert "天河路" in text

    def test_the_pages_hold_every_name_once_there_and_back(self) -> None:
        from datetime import date

        options: dict[str, Any] = {"at": date(2024, 5, 1), "within": "440106", "limit": 40}
        first = places(**options)
        seen, page = list(first.rows), first
        while page.after:
            page = places(**options, after=page.after)
            seen += page.rows
        assert len({row.key for row in seen}) == len(seen) > 100
        assert not first.before
        while page.before:
            page = places(**options, before=page.before)
        assert page.rows[0] == first.rows[0]

    @pytest.mark.parametrize(
        "query", ["within=44x", "category=CITY", "reading=all", "after=x", "before=a~b", "at=2024"]
    )
    def test_says_what_is_wrong_with_the_address(self, client_as: ClientAs, query: str) -> None:
        assert client_as().get(f"/places/?{query}").status_code == 400

    def test_an_empty_list_says_what_belongs_here(self, client_as: ClientAs) -> None:
        assert "empty-state" in text_of(client_as().get("/places/", {"q": "没有这个名字"}))


class TestRecord:
    def test_shows_spelling_category_with_article_and_flags(
        self, client_as: ClientAs, road: Place
    ) -> None:
        text = text_of(client_as().get(f"/places/{road.pk}/"))
        for shown in ("天河路", "Tiānhé Lù", "TIANHE LU", "模拟数据", "近似", "第三条"):
            assert shown in text

    def test_a_division_leads_to_its_page(self, client_as: ClientAs, district: Place) -> None:
        text = text_of(client_as().get(f"/places/{district.pk}/"))
        assert reverse("boundaries:division", args=["440113"]) in text

    def test_before_its_name_it_says_so(self, client_as: ClientAs, road: Place) -> None:
        page = client_as().get(f"/places/{road.pk}/?at=2000-01-01")
        assert page.status_code == 200
        assert "非标准地名" in text_of(page)

    def test_nothing_at_an_unknown_address(self, client_as: ClientAs) -> None:
        assert client_as().get(f"/places/{uuid.uuid4()}/").status_code == 404

    def test_shows_what_other_apps_enrol(
        self, client_as: ClientAs, road: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(related, "_registry", related._Registry())
        things = [RelatedThing(title="某某牌", text="440106-1", url="/x/", state="wrong")]
        add_related(lambda *, place, at: RelatedGroup("地名标志", 1, things))
        add_related(lambda *, place, at: None)
        assert "某某牌" in text_of(client_as().get(f"/places/{road.pk}/"))

    def test_reads_english_too(self, client_as: ClientAs, road: Place) -> None:
        text = text_of(client_as(language="en").get(f"/places/{road.pk}/"))
        assert "Spelling on signs" in text

    def test_a_division_stands_under_its_code_of_the_day(
        self, client_as: ClientAs, district: Place
    ) -> None:
        page = f"/places/{district.pk}/"
        undated = "所示为今天在册的内容"
        today, then = (
            text_of(client_as().get(page, asked)) for asked in ({}, {"at": "1999-05-01"})
        )
        assert "440113" in today and undated not in today
        assert "<dd>440181" in " ".join(then.split()).replace("<dd> ", "<dd>") and undated in then


class TestEditPage:
    def data(self, **values: str) -> dict[str, str]:
        return {"text": "天河路", "reading": "", "origin": "", "reason": "核对", **values}

    def test_saves_and_shows_the_history(self, client_as: ClientAs, road: Place) -> None:
        client = client_as("place_name_officer", "440106")
        url = reverse("gazetteer:name_edit", args=[road.pk])
        answer = client.post(url, self.data(reading="Tiānhè Lù"), follow=True)
        assert "Tiānhè Lù" in text_of(answer)
        assert "核对" in text_of(answer)

    def test_keeps_what_was_typed_when_refused(self, client_as: ClientAs, road: Place) -> None:
        client = client_as("place_name_officer", "440106")
        url = reverse("gazetteer:name_edit", args=[road.pk])
        answer = client.post(url, self.data(text="天河Road", origin="某来历"))
        assert answer.status_code == 200
        assert "某来历" in text_of(answer)
        assert "汉字" in text_of(answer)

    @pytest.mark.parametrize(
        ("role", "jurisdiction", "status"),
        [
            ("place_name_officer", "440106", 200),
            ("place_name_officer", "440104", 404),
            ("data_steward", "44", 200),
            ("viewer", "440106", 403),
            ("viewer", "440104", 404),
        ],
    )
    def test_scope_first_then_the_role(
        self, client_as: ClientAs, road: Place, role: str, jurisdiction: str, status: int
    ) -> None:
        url = reverse("gazetteer:name_edit", args=[road.pk])
        client = client_as(role, jurisdiction)
        assert client.get(url).status_code == status
        assert client.post(url, self.data()).status_code == (302 if status == 200 else status)

    def test_another_name_is_refused_in_words(self, client_as: ClientAs, road: Place) -> None:
        client = client_as("place_name_officer", "440106")
        answer = client.post(
            reverse("gazetteer:name_edit", args=[road.pk]), self.data(text="光明路")
        )
        assert answer.status_code == 200 and "更名" in text_of(answer)
        assert road.names.get().text == "天河路"

    def test_a_secret_place_has_no_form(self, client_as: ClientAs, road: Place) -> None:
        Place.objects.filter(pk=road.pk).update(secrecy="secret")
        client = client_as("place_name_officer", "440106")
        for name in ("name_edit", "spelling"):
            url = reverse(f"gazetteer:{name}", args=[road.pk])
            assert client.get(url, {"text": "天河路"}).status_code == 404

    def test_the_name_of_a_division_stays(self, client_as: ClientAs, district: Place) -> None:
        client = client_as("place_name_officer", "4401")
        url = reverse("gazetteer:name_edit", args=[district.pk])
        client.post(url, self.data(text="番愚区"))
        assert set(district.names.values_list("text", flat=True)) == {"番禺区", "番禺市"}

    def test_the_spelling_follows_what_is_typed(self, client_as: ClientAs, road: Place) -> None:
        url = reverse("gazetteer:spelling", args=[road.pk])
        text = text_of(client_as().get(url, {"text": "天河五路"}))
        assert "TIANHE 5 LU" in text
        assert client_as().get(url, {"text": "<b>"}).status_code == 200


class TestHomeAndTiles:
    def test_the_card_counts_the_city(self, client_as: ClientAs) -> None:
        assert "/places/?within=4401&amp;reading=check" in text_of(client_as().get("/"))

    @pytest.mark.parametrize("z", [8, 9, 12, 14, 18])
    def test_tiles_answer_at_every_zoom(self, client_as: ClientAs, z: int) -> None:
        x, y = int((113.32 + 180) / 360 * 2**z), int(0.43395 * 2**z)
        assert client_as().get(f"/tiles/places/{z}/{x}/{y}.mvt").status_code == 200

    def test_suggestions_lead_a_division_to_its_page(self, client_as: ClientAs) -> None:
        found = client_as().get(reverse("search_suggest"), {"q": "番禺"}).json()
        leads_to = [hit["url"] for group in found["groups"] for hit in group["hits"]]
        assert reverse("boundaries:division", args=["440113"]) in leads_to


class TestCommands:
    def run(self, *words: str) -> str:
        out = StringIO()
        call_command(*words, stdout=out)
        return out.getvalue()

    def test_romanise_prints_json(self) -> None:
        found = json.loads(self.run("romanise", "西峰镇", "--category", "division", "--json"))
        assert (found["plain"], found["sign"]) == ("Xifeng Zhen", "XIFENG ZHEN")
        assert [segment["text"] for segment in found["segments"]] == ["西峰", "镇"]

    def test_search_names_prints_json(self) -> None:
        found = json.loads(self.run("search_names", "thl", "--within", "440106", "--json"))
        assert "天河路" in [row["name"] for row in found]

    @pytest.mark.parametrize(
        "words",
        [
            ("romanise", "路", "--category", "road"),
            ("romanise", " ", "--category", "street"),
            ("romanise", "路", "--category", "street", "--division", "x"),
            ("romanise", "路", "--category", "street", "--division", "123"),
            ("romanise", "路", "--category", "street", "--division", "00"),
            ("romanise", "路", "--category", "street", "--division", "４４"),
            ("romanise", "", "--category", "street"),
            ("romanise", "Tianhe Road", "--category", "street"),
            ("romanise", "天河😀路", "--category", "street"),
            ("romanise", "路" * 5000, "--category", "street"),
            ("romanise", "路", "--category", "street", "--ordinals", "roman"),
            ("romanise", "路", "--category", "street", "--umlaut", "UE"),
            ("respell_names", "--within", "广州"),
            ("search_names", "路", "--at", "yesterday"),
            ("search_names", "路", "--within", "广州"),
            ("search_names", "路", "--limit", "0"),
            ("search_names", "天\udcff"),
        ],
    )
    def test_bad_input_is_one_clear_line(self, words: tuple[str, ...]) -> None:
        with pytest.raises(CommandError) as error:
            self.run(*words)
        assert "\n" not in str(error.value)
