"""Columns and order of a list: each person chooses, both are remembered, others see no change."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from common.models import ListChoice, SavedFilter
from gazetteer.models import PlaceCode, PlaceName

ClientAs = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("demo")
PLACES = "/places/?within=440106"


def choose(client: Client, page: str = "gazetteer:places", **data: Any) -> Any:
    return client.post(reverse("list_layout"), {"page": page, **data})


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestColumns:
    @pytest.mark.parametrize(
        ("page", "address", "usual", "added", "title"),
        [
            ("gazetteer:places", PLACES, "类别和所在地", "division", "行政区划代码"),
            ("gazetteer:cases", "/cases/", "环节和期限", "applicant", "申请人"),
            ("gazetteer:notices", "/notices/?state=all", "状态和期限", "articles", "法律条款"),
            ("gazetteer:complaints", "/complaints/?state=all", "状态和期限", "article", "法律条款"),
            ("gazetteer:suggestions", "/suggestions/?state=all", "状态和期限", "reason", "理由"),
            ("signage:signs", "/signs/?state=all", "不规范问题", "body", "责任单位"),
            ("facilities:facilities", "/facilities/", "床位", "address", "地址"),
            ("boundaries:lines", "/lines/?within=44", "长度（公里）", "sides", "行政区划代码"),
            ("boundaries:divisions", "/divisions/", "面积（平方千米）", "level", "级别"),
            ("boundaries:markers", "/markers/?within=44", "最近状况", "line", "界线编号"),
            ("gazetteer:protected", "/protected/?state=all", "名录和期间", "reason", "理由"),
            ("gazetteer:alike", "/places/alike/", "相似类型", "category", "类别"),
            ("signage:orders", "/signs/orders/?state=all", "整改单", "body", "责任单位"),
            ("signage:missing", "/signs/missing/", "缺设类型", "rule", "规则"),
            ("signage:reports", "/signs/reports/", "状态", "received", "受理时间"),
        ],
    )
    def test_are_shown_as_chosen(
        self, client_as: ClientAs, page: str, address: str, usual: str, added: str, title: str
    ) -> None:
        client = client_as("place_name_officer")
        before = text_of(client, address)
        choose(client, page, column=[added])
        after = text_of(client, address)
        heads = [text.partition("<thead>")[2].partition("</thead>")[0] for text in (before, after)]
        assert (usual in heads[0], title in heads[0]) == (True, False)
        assert (usual in heads[1], title in heads[1]) == (False, True)
        widths = [
            text.partition("<tbody")[2].partition("</tr>")[0].count("<td")
            for text in (before, after)
        ]
        assert [head.count("<th ") for head in heads] == widths

    @pytest.mark.parametrize(
        ("role", "page", "address", "left_out", "title"),
        [
            ("viewer", "gazetteer:announcements", "/announcements/", "organ", "批准机关"),
            ("viewer", "gazetteer:meetings", "/meetings/", "venue", "地点"),
            ("viewer", "boundaries:inspections", "/inspections/?within=44", "lead", "牵头方"),
            ("viewer", "boundaries:whole_lines", "/lines/whole/?level=2", "code", "界线编号"),
            ("viewer", "boundaries:wardens", "/wardens/?within=44", "km", "公里"),
            ("auditor", "accounts:audit", "/manage/audit/", "subject", "对象"),
        ],
    )
    def test_are_left_out_of_a_table_that_shows_all(
        self, client_as: ClientAs, role: str, page: str, address: str, left_out: str, title: str
    ) -> None:
        client = client_as(role)
        before = client.get(address)
        every = [each.key for each in before.wsgi_request.list_layout.layout.columns]
        choose(client, page, column=[key for key in every if key != left_out])
        texts = [before.content.decode(), text_of(client, address)]
        heads = [text.partition("<thead>")[2].partition("</thead>")[0] for text in texts]
        assert [f">{title}</th>" in head for head in heads] == [True, False]
        rows = [text.partition("<tbody")[2].partition("</tr>")[0] for text in texts]
        for head, row in zip(heads, rows, strict=True):
            assert row.count("<td") + row.count("<th ") == head.count("<th ")

    def test_of_one_person_are_nobody_elses(self, client_as: ClientAs) -> None:
        choose(client_as(), column=["code"])
        assert 'scope="col">地名代码' not in text_of(client_as(), PLACES)

    def test_a_code_is_the_one_of_the_day(self, client_as: ClientAs) -> None:
        code = PlaceCode.objects.get(place__names__text="天河路", place__division_code="440106")
        code.period = DateRange(date(2024, 6, 1), None)
        code.save()
        client = client_as()
        choose(client, column=["code"])
        shown = PLACES + "&q=天河路"
        assert code.code in text_of(client, shown + "&at=2024-06-01")
        assert code.code not in text_of(client, shown + "&at=2024-05-31")

    def test_the_list_stays_as_filtered_from_its_first_page(self, client_as: ClientAs) -> None:
        query = "within=440106&at=2024-05-01&after=tian~7&sort=latest"
        answer = choose(client_as(), column=["code", "place"], query=query)
        assert answer.url == "/places/?within=440106&at=2024-05-01"

    @pytest.mark.parametrize(
        ("page", "data"),
        [
            ("gazetteer:places", {"column": ["password"]}),
            ("gazetteer:places", {"sort": "password"}),
            ("home", {"column": ["code"]}),
            ("nowhere", {"column": ["code"]}),
        ],
    )
    def test_refuses_what_the_list_has_not(
        self, client_as: ClientAs, page: str, data: dict[str, Any]
    ) -> None:
        assert choose(client_as(), page, **data).status_code == 400
        assert not ListChoice.objects.exists()

    def test_are_read_in_english(self, client_as: ClientAs) -> None:
        client = client_as(language="en")
        choose(client, column=["kind"])
        text = text_of(client, PLACES)
        assert "Columns of this list" in text
        assert 'scope="col">Kind of name' in text


class TestOrder:
    def test_is_remembered_and_stands_in_the_address(self, client_as: ClientAs) -> None:
        client = client_as()
        choose(client, column=["place"], sort="latest")
        assert client.get(PLACES).url == f"{PLACES}&sort=latest"
        last = PlaceName.objects.standard().within("440106").on(date(2024, 5, 1)).latest("pk")
        rows = text_of(client, f"{PLACES}&sort=latest&at=2024-05-01").partition("<tbody")[2]
        assert last.text in rows.partition("</tr>")[0]
        # A page that somebody sent is the one that was sent.
        assert (
            client.get(f"{PLACES}&after=tianhelu~1").context["request"].list_layout.order
            == "pinyin"
        )
        choose(client, column=["place"], sort="pinyin")
        assert client.get(PLACES).status_code == 200

    def test_pages_go_on_and_back(self, client_as: ClientAs) -> None:
        client = client_as()
        first = client.get(f"{PLACES}&sort=latest")
        seen = [row["place"].key for row in first.context["rows"]]
        second = client.get(first.context["pager"]["next_url"])
        more = [row["place"].key for row in second.context["rows"]]
        assert more and not set(seen) & set(more)
        back = client.get(second.context["pager"]["previous_url"])
        assert [row["place"].key for row in back.context["rows"]] == seen

    def test_cases_opened_last_come_first(self, client_as: ClientAs) -> None:
        first = client_as().get("/cases/?sort=opened")
        days = [row["case"].opened_on for row in first.context["rows"]]
        assert len(set(days)) > 1
        assert days == sorted(days, reverse=True)

    def test_is_no_filter(self, client_as: ClientAs) -> None:
        client = client_as()
        data = {"page": "gazetteer:places", "name": "天河", "query": "within=440106&sort=latest"}
        client.post(reverse("saved_filter_new"), data)
        assert SavedFilter.objects.get().query == "within=440106"
        SavedFilter.objects.update(is_default=True)
        choose(client, column=["place"], sort="latest")
        opened = client.get("/places/", follow=True)
        assert opened.redirect_chain[-1][0] == f"{PLACES}&sort=latest"
        assert 'aria-current="true"' in opened.content.decode().partition("saved-filters")[2]

    def test_refuses_one_that_the_list_has_not(self, client_as: ClientAs) -> None:
        assert client_as().get(f"{PLACES}&sort=mood").status_code == 400
