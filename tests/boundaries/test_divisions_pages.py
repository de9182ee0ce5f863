"""Pages of divisions in both languages, on other days, with what is unknown or made up."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from boundaries.models import DivisionVersion
from boundaries.queries import inside
from boundaries.queries.inside import InsideCount, add_counter
from boundaries.queries.lineage import change_days

AT = "?at=2025-06-30"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ClientAs = Callable[..., Client]


def text(response: Any) -> str:
    return str(response.content.decode())


class TestList:
    def test_opens_on_the_counties_of_the_home_city(self, client_as: ClientAs) -> None:
        page = text(client_as().get(f"/divisions/{AT}"))
        assert page.count("data-key=") == 11
        assert "番禺区" in page and "519.1" in page and "11 个行政区" in page
        assert "市辖区" in page

    def test_reads_natively_in_english(self, client_as: ClientAs) -> None:
        page = text(client_as(language="en").get(f"/divisions/{AT}&within=4401&level=4"))
        assert "Towns and streets" in page and "178 divisions" in page
        assert "synthetic" in page
        assert "Tianhe Qu</span>" in text(client_as(language="en").get(f"/divisions/{AT}"))

    def test_draws_no_land_of_unknown_shape_as_water(self, client_as: ClientAs) -> None:
        client = client_as("viewer", "4401")
        past = client.get("/divisions/?at=2013-05-01").content.decode()
        assert "unknownLand&quot;: true" in past and "当日形状不详的土地" in past
        now = client.get("/divisions/").content.decode()
        assert "unknownLand&quot;: false" in now and "当日形状不详的土地" not in now

    def test_before_the_records_keeps_the_area_and_leads_to_their_first_day(
        self, client_as: ClientAs
    ) -> None:
        found = client_as("viewer", "4401").get("/divisions/?at=1970-01-01")
        assert found.context["time"]["after"] == change_days(within="4401")[0].isoformat()
        assert [code for code, _, chosen in found.context["areas"] if chosen] == ["4401"]

    def test_pages_by_key_and_keeps_the_filters(self, client_as: ClientAs) -> None:
        client = client_as()
        first = text(client.get(f"/divisions/{AT}&within=4401&level=4"))
        assert "after=" in first and "before=" not in first
        second = text(client.get(f"/divisions/{AT}&within=4401&level=4&after=440106013"))
        assert 'data-key="440106014"' in second and "before=440106014" in second
        assert 'data-key="440106013"' not in second

    def test_finds_by_pinyin_and_says_when_nothing_fits(self, client_as: ClientAs) -> None:
        client = client_as()
        assert 'data-key="440113"' in text(client.get(f"/divisions/{AT}&q=panyu"))
        assert "没有符合条件的行政区" in text(client.get(f"/divisions/{AT}&q=不存在的"))
        assert "没有符合条件的行政区" in text(client.get("/divisions/?at=1970-01-01"))

    @pytest.mark.parametrize("words", ["%25_%25", "%27%22%3C", "%F0%9F%98%80", "a" * 500])
    def test_survives_any_text(self, client_as: ClientAs, words: str) -> None:
        assert client_as().get(f"/divisions/?q={words}").status_code == 200

    @pytest.mark.parametrize("query", ["within=x", "within=4401061234567", "level=9", "level=x"])
    def test_refuses_an_address_it_cannot_read(self, client_as: ClientAs, query: str) -> None:
        assert client_as().get(f"/divisions/?{query}").status_code == 400


class TestRecord:
    def test_shows_code_pinyin_chain_area_children_and_neighbours(
        self, client_as: ClientAs
    ) -> None:
        page = text(client_as().get(f"/divisions/440106/{AT}"))
        for words in ("天河区", "Tianhe Qu", "440106", "137.2 平方千米", "五山街道", "越秀区"):
            assert words in page
        assert f"/divisions/440100/{AT}" in page
        assert "21" in page and "230" in page
        assert "模拟数据" in page  # the street cells in the table of children

    def test_says_that_a_street_cell_is_made_up_though_the_name_is_real(
        self, client_as: ClientAs
    ) -> None:
        page = text(client_as().get(f"/divisions/440106001/{AT}"))
        assert "state-synthetic" in page and "代码和名称为真实" in page
        english = text(client_as(language="en").get(f"/divisions/440106001/{AT}"))
        assert "not a real limit" in english

    def test_shows_an_unknown_shape_as_unknown(self, client_as: ClientAs) -> None:
        page = text(client_as().get(f"/divisions/440106001001/{AT}"))
        assert page.count("○ 不详") == 2  # area and shape

    def test_before_the_records_says_when_they_begin(self, client_as: ClientAs) -> None:
        response = client_as().get("/divisions/440106001/?at=2020-01-01")
        assert response.status_code == 200
        assert "记录自 2023-06-30 开始" in text(response)
        assert "/divisions/440106001/?at=2023-06-30" in text(response)

    def test_a_county_of_the_past_has_an_unknown_shape_and_a_life(
        self, client_as: ClientAs
    ) -> None:
        page = text(client_as().get("/divisions/440116/?at=2010-01-01"))
        for words in ("萝岗区", "志诚大道", "政区沿革", "黄埔区", "国函〔2005〕35号", "○ 不详"):
            assert words in page

    def test_after_the_end_leads_to_the_heir(self, client_as: ClientAs) -> None:
        page = text(client_as().get("/divisions/440116/?at=2016-01-01"))
        assert "记录至 2014-12-01 为止" in page
        assert "/divisions/440112/?at=2016-01-01" in page

    def test_after_the_end_says_when_they_ended(self, client_as: ClientAs) -> None:
        from django.db.backends.postgresql.psycopg_any import DateRange

        row = DivisionVersion.objects.get(code="440106001001")
        row.period = DateRange(date(2023, 6, 30), date(2024, 1, 1))
        row.save()
        assert "记录至 2024-01-01 为止" in text(client_as().get(f"/divisions/440106001001/{AT}"))

    @pytest.mark.parametrize("code", ["999999", "abc", "4401", "440106x"])
    def test_knows_no_such_code(self, client_as: ClientAs, code: str) -> None:
        assert client_as().get(f"/divisions/{code}/").status_code == 404

    def test_refuses_a_day_that_is_none(self, client_as: ClientAs) -> None:
        assert client_as().get("/divisions/440106/?at=yesterday").status_code == 400

    def test_counts_what_upper_apps_enrol(
        self, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inside, "_counters", [])
        add_counter(
            10, lambda *, within, at: [InsideCount(f"signs in {within}", 4321, "/signs/", "wrong")]
        )
        page = text(client_as().get(f"/divisions/440106/{AT}"))
        assert "signs in 440106" in page and "4,321" in page and 'href="/signs/"' in page

    def test_asks_for_sign_in(self, client: Client) -> None:
        response = client.get("/divisions/440106/")
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


class TestTileAddress:
    def test_serves_the_divisions(self, client_as: ClientAs) -> None:
        response = client_as().get(f"/tiles/divisions/9/417/222.mvt{AT}")
        assert response.status_code == 200
        assert "广州市".encode() in b"".join(response) or "广州市".encode() in response.content


class TestCrosswalk:
    ADDRESS = "/divisions/crosswalk/"

    def test_tells_who_became_whom(self, client_as: ClientAs) -> None:
        query = "?from=2013-12-31&to=2014-12-31&within=4401"
        page = text(client_as().get(self.ADDRESS + query))
        for words in ("萝岗区", "与他处合并", "不可逆", "从化市", "从化区", "一对一"):
            assert words in page
        file = client_as().get(f"{self.ADDRESS}{query}&format=csv")
        assert "440116,萝岗区,440112,黄埔区,merged,1.0,1.0,0,2013-12-31" in text(file)

    def test_says_what_belongs_here_when_empty(self, client_as: ClientAs) -> None:
        assert "请选两个日期" in text(client_as().get(self.ADDRESS))

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("from=1970-01-01&to=2014-01-01", "记录自 1980-12-01 开始"),
            ("from=x&to=2014-01-01", "“x”"),
            ("from=2014-01-01&to=2013-01-01", "早于"),
            ("from=2013-01-01&to=2014-01-01&within=%3Cb", "“&lt;b”"),
            ("from=2013-01-01&to=2014-01-01&within=99", "没有代码为"),
        ],
    )
    def test_refuses_in_words_and_keeps_what_was_typed(
        self, client_as: ClientAs, query: str, words: str
    ) -> None:
        response = client_as().get(f"{self.ADDRESS}?{query}")
        assert response.status_code == 400
        assert words in text(response)


@pytest.mark.parametrize(
    ("address", "was"),
    [
        ("440117/?at=2012-06-01", "440184"),
        ("440114/?at=1999-01-01", "440182"),
        ("440115/?at=2004-12-31", "440113"),
        ("441900/?at=1983-06-01", "442527"),
        # A code that was borne before as well: by none on that day.
        ("440603/?at=1991-01-01", "440602"),
    ],
)
def test_a_code_that_is_not_given_yet_leads_to_what_it_was(
    client_as: ClientAs, address: str, was: str
) -> None:
    page = text(client_as("viewer", "4401", language="en").get(f"/divisions/{address}"))
    assert "not in the set" not in page
    assert f"Nothing has this code on {address.split('=')[1]}" in page
    assert f'/divisions/{was}/?at={address.split("=")[1]}"' in page
