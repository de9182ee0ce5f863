"""Pages of boundary lines in both languages; who may record, and what a refusal says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from boundaries.models import BoundaryLine
from boundaries.operations.inspections import begin_inspection
from boundaries.queries.lines import get_line_row, line_counts, lines
from boundaries.registrations import lines_card
from common.postgis import make_tile

DAY = date(2025, 6, 30)
AT = "?at=2025-06-30"
LINE = "440104-440106"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ClientAs = Callable[..., Client]


def text(response: Any) -> str:
    return str(response.content.decode())


class TestList:
    def test_names_sides_length_and_days_in_chinese(self, client_as: ClientAs) -> None:
        page = text(client_as().get(f"/lines/{AT}&q={LINE}"))
        row = get_line_row(code=LINE, at=DAY)
        assert row is not None
        assert "越秀区–天河区" in page and "界线" in page
        assert "8.1" in page and "下次期限" in page
        assert f'data-key="{LINE}"' in page and "1 条界线" in page
        if row.synthetic:
            assert "模拟数据" in page

    def test_reads_natively_in_english(self, client_as: ClientAs) -> None:
        page = text(client_as(language="en").get(f"/lines/{AT}&within=440106"))
        assert "Boundary lines" in page and "Next by" in page and "overdue" in page

    def test_chips_count_every_state_and_filter_by_it(self, client_as: ClientAs) -> None:
        client = client_as()
        page = client.get(f"/lines/{AT}")
        counts = line_counts(at=DAY, within="4401").by_state
        assert {chip["state"]: chip["count"] for chip in page.context["chips"]} == counts
        overdue = client.get(f"/lines/{AT}&state=wrong").context["rows"]
        assert len(overdue) == counts["wrong"]
        assert {row.state for row, *_ in overdue} == {"wrong"}

    def test_lines_in_inspection_and_disputed_are_told_and_filtered(
        self, client_as: ClientAs
    ) -> None:
        client = client_as(language="en")
        page = client.get("/lines/?at=2026-06-01")
        words = {chip["text"]: chip["count"] for chip in page.context["chips"]}
        assert words["disputed"] == 1 and words["in inspection"] >= 1
        rows = client.get("/lines/?at=2026-06-01&work=disputed").context["rows"]
        assert [row.code for row, *_ in rows] == ["440106-440111"]
        before = client.get("/lines/?at=2026-03-01").context["chips"]
        assert "disputed" not in {chip["text"] for chip in before}

    def test_addresses_of_filters_keep_the_day_and_drop_the_page(self, client_as: ClientAs) -> None:
        page = client_as().get(f"/lines/{AT}&within=44&after=x&sort=code")
        url = page.context["chips"][0]["url"]
        assert "at=2025-06-30" in url and "within=44" in url and "after" not in url

    def test_next_page_follows_on(self, client_as: ClientAs) -> None:
        client = client_as()
        first = client.get(f"/lines/{AT}&within=44")
        second = client.get(first.context["pager"]["next_url"])
        shown = [row.code for row, *_ in first.context["rows"] + second.context["rows"]]
        assert shown == [row.code for row in lines(at=DAY, within="44", limit=100).rows]

    def test_says_what_belongs_here_when_nothing_fits(self, client_as: ClientAs) -> None:
        assert "没有符合条件的界线" in text(client_as().get("/lines/?q=不存在"))
        assert "没有符合条件的界线" in text(client_as().get("/lines/?at=1990-01-01"))

    @pytest.mark.parametrize("query", ["within=天河", "state=red", "sort=mood", "at=yesterday"])
    def test_answers_nonsense_in_the_address_with_one_sentence(
        self, client_as: ClientAs, query: str
    ) -> None:
        assert client_as().get(f"/lines/?{query}").status_code == 400


class TestRecord:
    def test_links_both_sides_and_says_what_the_length_is_not(
        self, client_as: ClientAs, line: BoundaryLine
    ) -> None:
        page = text(client_as().get(f"/lines/{LINE}/{AT}"))
        assert f'href="/divisions/440104/{AT}"' in page and f'href="/divisions/440106/{AT}"' in page
        assert "并非勘界协议书所载" in page
        assert "国务院令第353号" in page and "第十二条" in page
        assert "2018-09-30" in page and "2023-09-30" in page and "逾期" in page

    def test_the_partner_of_the_last_round_leads_next(
        self, client_as: ClientAs, line: BoundaryLine
    ) -> None:
        page = client_as(language="en").get(f"/lines/{LINE}/{AT}")
        facts = {label: value for label, value, _ in page.context["facts"]}
        assert "Tianhe" in facts["Led by"]
        assert "Yuexiu" in facts["Leads next time"]

    def test_the_timeline_tells_rounds_in_time_from_late_ones(
        self, client_as: ClientAs, line: BoundaryLine
    ) -> None:
        line.inspections.create(inspected_on=date(2024, 1, 1), lead=line.side_a)
        events = client_as(language="en").get(f"/lines/{LINE}/{AT}").context["events"]
        assert [event["state"] for event in events] == ["ok", "check", "ok", "ok"]
        assert "It had been due on 2023-09-30." in events[1]["text"]

    def test_lists_the_lines_that_meet_it(self, client_as: ClientAs) -> None:
        page = text(client_as().get(f"/lines/{LINE}/{AT}"))
        assert "440104-440111" in page and "440106-440111" in page

    def test_is_not_found_where_there_is_no_line(self, client_as: ClientAs) -> None:
        assert client_as().get("/lines/440104-440115/").status_code == 404
        assert client_as().get(f"/lines/{LINE}/?at=2001-01-01").status_code == 404

    def test_the_button_is_refused_with_its_reason_never_missing(
        self, client_as: ClientAs, free_line: Any, people: dict[str, Any]
    ) -> None:
        page = text(client_as("viewer").get(f"/lines/{LINE}/"))
        assert "开始联合检查" in page and "只有双方的界线管理人员" in page
        assert f"/lines/{LINE}/inspections/new/" not in page
        page = text(client_as("boundary_inspector", "440106").get(f"/lines/{LINE}/"))
        assert f"/lines/{LINE}/inspections/new/" in page and f"/lines/{LINE}/begin/" in page
        begin_inspection(
            by=people["a"], at=timezone.localdate(), line=free_line, kind="regular", lead="440104"
        )
        page = text(client_as("boundary_inspector", "440106").get(f"/lines/{LINE}/"))
        assert f"/lines/{LINE}/inspections/new/" not in page and "请先完成" in page


class TestForm:
    ADDRESS = f"/lines/{LINE}/inspections/new/"
    DATA = {"inspected_on": "2025-06-30", "lead": "440104", "summary": "界桩完好"}

    def test_says_who_leads_this_time(self, client_as: ClientAs, line: BoundaryLine) -> None:
        page = client_as("boundary_inspector").get(self.ADDRESS)
        assert "本轮由越秀区牵头" in text(page)
        assert page.context["form"].initial["lead"] == "440104"

    def test_records_and_returns_to_the_line(self, client_as: ClientAs, line: BoundaryLine) -> None:
        answer = client_as("boundary_inspector", "440106").post(self.ADDRESS, self.DATA)
        assert (answer.status_code, answer["Location"]) == (302, f"/lines/{LINE}/")
        assert line.inspections.filter(inspected_on=DAY, lead=line.side_a).exists()

    def test_keeps_what_was_typed_when_refused(
        self, client_as: ClientAs, line: BoundaryLine
    ) -> None:
        client = client_as("boundary_inspector")
        answer = client.post(self.ADDRESS, {**self.DATA, "inspected_on": "2018-09-30"})
        assert answer.status_code == 409
        assert "该界线在当日已有联合检查记录" in text(answer)
        assert "界桩完好" in text(answer) and "2018-09-30" in text(answer)
        later = client.post(self.ADDRESS, {**self.DATA, "inspected_on": "2099-01-01"})
        assert "2099-01-01 尚未到来" in text(later)

    def test_names_the_fields_that_are_missing(
        self, client_as: ClientAs, line: BoundaryLine
    ) -> None:
        answer = client_as("boundary_inspector").post(self.ADDRESS, {"summary": "记录"})
        assert "请填写日期" in text(answer) and "请选择牵头方" in text(answer)
        assert line.inspections.count() == 2

    def test_is_for_boundary_inspectors_of_either_side(self, client_as: ClientAs) -> None:
        for jurisdiction, status in (("440104", 200), ("440106", 200), ("440105", 404)):
            client = client_as("boundary_inspector", jurisdiction)
            assert client.get(self.ADDRESS).status_code == status
        refused = client_as("viewer").post(self.ADDRESS, self.DATA)
        assert refused.status_code == 403
        assert "界线检查员" in text(refused)


class TestTilesAndCard:
    def test_tiles_hold_every_line_of_the_place_with_its_state(self, client_as: ClientAs) -> None:
        answer = client_as().get(f"/tiles/lines/10/834/444.mvt{AT}")
        assert answer.status_code == 200
        assert b"lines" in answer.content and LINE.encode() in answer.content

    @pytest.mark.parametrize("tile", [(5, 26, 13), (6, 52, 27), (8, 208, 111), (14, 13348, 7117)])
    def test_tiles_stay_small(self, tile: tuple[int, int, int]) -> None:
        from boundaries.queries.line_tiles import line_tiles

        z, x, y = tile
        assert len(make_tile(line_tiles(z=z, at=DAY), z=z, x=x, y=y)) < 300_000

    def test_the_home_page_leads_to_the_lines_that_are_overdue(self, client_as: ClientAs) -> None:
        page = text(client_as().get(f"/{AT}"))
        overdue = {state: said for state, said, _ in lines_card(at=DAY, jurisdiction="4401").lines}
        assert "条逾期" in page and overdue["wrong"]
        assert "state=wrong" in page
