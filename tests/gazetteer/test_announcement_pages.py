"""Announcements, filing papers and public comment: pages, Word documents, days."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from gazetteer.models import NamingCase, Place, Secrecy
from gazetteer.queries.announcements import name_authority, offices_of
from tests.gazetteer.naming_cases import Bureau, today

pytestmark = pytest.mark.usefixtures("demo")
SIX = ["标准地名", "罗马字母拼写", "所属行政区", "位置描述", "批准机关", "批准日期"]


def ask(client: Client, name: str, *args: Any, query: str = "") -> Any:
    return client.get(reverse(name, args=args) + query)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def table_of(response: Any) -> dict[str, str]:
    word = Document(io.BytesIO(response.content))
    return {row.cells[0].text: row.cells[1].text for row in word.tables[0].rows}


def lines_of(response: Any) -> str:
    word = Document(io.BytesIO(response.content))
    return "\n".join(line.text for line in word.paragraphs)


@pytest.fixture
def viewer(client_as: Any) -> Client:
    found: Client = client_as("viewer", "4401")
    return found


class TestAnnouncement:
    def test_holds_the_six_particulars_as_a_page_and_as_word(
        self, bureau: Bureau, viewer: Client
    ) -> None:
        case = bureau.announced()
        shown = text_of(ask(viewer, "gazetteer:announcement", case.pk))
        assert all(title in shown for title in SIX)
        answer = ask(viewer, "gazetteer:announcement_word", case.pk)
        assert "filename*=utf-8''" in answer["Content-Disposition"]
        table = table_of(answer)
        assert list(table) == SIX
        assert table["标准地名"] == "穗吉新路"
        assert table["罗马字母拼写"] == "Suiji Xinlu"
        assert table["所属行政区"] == "广东省广州市天河区"
        assert table["批准日期"] == f"{today().year}年{today().month}月{today().day}日"
        assert "关于命名“穗吉新路”的公告" in lines_of(answer)
        assert "广州市民政局" in lines_of(answer)

    def test_word_is_in_chinese_for_english_readers(self, bureau: Bureau, client_as: Any) -> None:
        case = bureau.announced()
        client = client_as("viewer", "4401", language="en")
        assert "Announcement of the name “穗吉新路”" in text_of(
            ask(client, "gazetteer:announcement", case.pk)
        )
        answer = ask(client, "gazetteer:announcement_word", case.pk)
        assert list(table_of(answer)) == SIX

    def test_before_the_day_it_is_a_draft_that_says_what_it_lacks(
        self, bureau: Bureau, client_as: Any
    ) -> None:
        case = bureau.filed(position="")
        officer = client_as("place_name_officer", "4401")
        shown = text_of(ask(officer, "gazetteer:announcement", case.pk))
        assert "草稿，尚未公告" in shown and "缺" in shown
        assert reverse("gazetteer:case_move", args=[case.pk, "announce"]) in shown
        word = Document(io.BytesIO(ask(officer, "gazetteer:announcement_word", case.pk).content))
        assert "草稿" in word.sections[0].header.paragraphs[0].text
        assert "（缺）" in [row.cells[1].text for row in word.tables[0].rows]

    def test_stays_as_it_was_announced(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.announced()
        NamingCase.objects.filter(pk=case.pk).update(position="改了的位置")
        assert "改了的位置" not in text_of(ask(viewer, "gazetteer:announcement", case.pk))

    def test_synthetic_cases_say_so_in_word(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.announced()
        NamingCase.objects.filter(pk=case.pk).update(synthetic=True)
        word = Document(io.BytesIO(ask(viewer, "gazetteer:announcement_word", case.pk).content))
        assert "演示数据" in word.sections[0].header.paragraphs[0].text

    @pytest.mark.parametrize("kind", ["renaming", "abolition"])
    def test_of_other_kinds_speaks_of_them(
        self, bureau: Bureau, viewer: Client, road: Place, kind: str
    ) -> None:
        text = {"renaming": "穗吉新路", "abolition": ""}[kind]
        case = bureau.announced(kind=kind, place=road, text=text, position="自甲路至乙路")
        said = lines_of(ask(viewer, "gazetteer:announcement_word", case.pk))
        title = {
            "renaming": "关于将“天河路”更名为“穗吉新路”的公告",
            "abolition": "关于注销地名“天河路”的公告",
        }
        assert title[kind] in said

    def test_is_not_there_before_the_approval(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.for_approval()
        assert ask(viewer, "gazetteer:announcement", case.pk).status_code == 404
        done = bureau.announced(text="穗吉二路")
        query = f"?at={today(-1).isoformat()}"
        assert ask(viewer, "gazetteer:announcement", done.pk, query=query).status_code == 404

    def test_of_a_secret_place_is_not_shown(
        self, bureau: Bureau, viewer: Client, road: Place
    ) -> None:
        case = bureau.announced(
            kind="renaming", place=road, text="穗吉新路", position="自甲路至乙路"
        )
        Place.objects.filter(pk=road.pk).update(secrecy=Secrecy.SECRET)
        for name in ("announcement", "announcement_word"):
            assert ask(viewer, f"gazetteer:{name}", case.pk).status_code == 404
        assert "穗吉新路" not in text_of(ask(viewer, "gazetteer:announcements"))


class TestList:
    def test_lists_what_was_announced_by_the_day(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.announced()
        waiting = bureau.filed(text="穗吉二路")
        shown = text_of(ask(viewer, "gazetteer:announcements"))
        assert reverse("gazetteer:announcement", args=[case.pk]) in shown
        assert (
            reverse("gazetteer:announcement", args=[waiting.pk]) in shown and "还剩 15 天" in shown
        )
        before = ask(viewer, "gazetteer:announcements", query=f"?at={today(-1).isoformat()}")
        assert "穗吉新路" not in text_of(before)

    def test_divisions_are_read_in_english_and_announced_in_chinese(
        self, bureau: Bureau, client_as: Any
    ) -> None:
        case = bureau.announced()
        client = client_as("viewer", "4401", language="en")
        assert "Tianhe Qu, Guangzhou Shi, Guangdong Sheng" in text_of(
            ask(client, "gazetteer:announcements")
        )
        assert "广东省广州市天河区 (Tianhe Qu, Guangzhou Shi, Guangdong Sheng)" in text_of(
            ask(client, "gazetteer:announcement", case.pk)
        )

    def test_finds_a_name(self, bureau: Bureau, viewer: Client) -> None:
        bureau.announced()
        assert "穗吉新路" in text_of(ask(viewer, "gazetteer:announcements", query="?q=吉新"))
        none = text_of(ask(viewer, "gazetteer:announcements", query="?q=无此名"))
        assert "没有含这些字的公告地名" in none

    def test_empty_says_when_names_are_announced(self, viewer: Client) -> None:
        shown = text_of(ask(viewer, "gazetteer:announcements", query="?at=1999-01-01"))
        assert "截至当日尚无公告" in shown

    @pytest.mark.parametrize("query", ["?page=0", "?page=9", "?within=x"])
    def test_refuses_what_is_no_page(self, viewer: Client, query: str) -> None:
        assert ask(viewer, "gazetteer:announcements", query=query).status_code == 400


class TestFiling:
    def test_report_and_form_name_who_files_with_whom(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.filed()
        report = lines_of(ask(viewer, "gazetteer:filing_word", case.pk, "report"))
        assert "关于报送地名“穗吉新路”备案的报告" in report
        assert "广东省人民政府：" in report and "第十三条" in report and "备案登记表" in report
        form = table_of(ask(viewer, "gazetteer:filing_word", case.pk, "form"))
        assert form["报送单位"] == "广州市人民政府" and form["接收单位"] == "广东省人民政府"

    def test_there_is_no_other_paper(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.filed()
        assert ask(viewer, "gazetteer:filing_word", case.pk, "poem").status_code == 404

    def test_a_departments_name_is_filed_beside_it(self, bureau: Bureau) -> None:
        case = bureau.open()
        case.category = "RES_BUILDING"
        case.rule = None
        assert offices_of(case=case, at=today()).receives == "广州市民政局"

    @pytest.mark.parametrize(
        ("code", "name"),
        [("", "民政部"), ("44", "广东省民政厅"), ("4401", "广州市民政局"), ("9999", "")],
    )
    def test_authorities_by_level(self, code: str, name: str) -> None:
        assert name_authority(code=code, at=today()) == name


class TestPublicComment:
    def test_tells_the_period_and_how_to_comment(
        self, bureau: Bureau, client_as: Any, viewer: Client
    ) -> None:
        case = bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)
        shown = text_of(ask(viewer, "gazetteer:comment_list"))
        assert "穗吉新路" in shown and "还剩 7 天" in shown
        notice = text_of(ask(viewer, "gazetteer:comment_notice", case.pk))
        assert today(7).isoformat() in notice and "意见反馈方式" in notice
        assert "意见由本辖区地名管理员和审核员登记。" in notice
        officer = client_as("place_name_officer", "4401")
        assert reverse("gazetteer:comment_new", args=[case.pk]) in text_of(
            ask(officer, "gazetteer:comment_notice", case.pk)
        )
        word = lines_of(ask(viewer, "gazetteer:comment_word", case.pk))
        assert "关于拟命名“穗吉新路”征求公众意见的公告" in word and "联系电话：" in word

    def test_is_over_after_its_last_day(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.move(bureau.assessed(), "to_comment", bureau.reviewer)
        later = f"?at={today(8).isoformat()}"
        assert "穗吉新路" not in text_of(ask(viewer, "gazetteer:comment_list", query=later))
        notice = text_of(ask(viewer, "gazetteer:comment_notice", case.pk, query=later))
        assert "已结束" in notice

    def test_empty_says_where_it_begins(self, viewer: Client) -> None:
        shown = text_of(ask(viewer, "gazetteer:comment_list", query="?at=1999-01-01"))
        assert "当日没有正在征求意见的地名" in shown

    def test_a_case_without_it_has_no_notice(self, bureau: Bureau, viewer: Client) -> None:
        case = bureau.assessed()
        for name in ("comment_notice", "comment_word"):
            assert ask(viewer, f"gazetteer:{name}", case.pk).status_code == 404
